using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>
/// Emits <c>GetSize</c> and the stores of <c>TryWrite</c>: lengths, counts, checksums and fixed bytes are derived, never stored by hand.
/// </summary>
internal sealed class MessageWriterEmitter
{
    private const string Layout = "global::DeclServer.Messages.Layout.";
    private const string Varint = "global::DeclServer.Messages.Varint.";

    private readonly MessagePlan _plan;
    private readonly CodeWriter _code = new(2);

    private MessageWriterEmitter(MessagePlan plan) => _plan = plan;

    /// <summary>The exact size, an affine sum over the fields.</summary>
    public static string Size(MessagePlan plan)
    {
        MessageWriterEmitter emitter = new(plan);
        if (plan.FrameField is { } frame)
        {
            return $"return {emitter.Sum(plan.Common.TakeWhile(f => f != frame).Append(frame))} + Following();";
        }

        return emitter.Cases(plan.Common, "return ", ";");
    }

    /// <summary>The bytes behind the field that says how many they are; empty where there is none.</summary>
    public static string Following(MessagePlan plan) =>
        plan.FrameField is { } frame ? new MessageWriterEmitter(plan).Cases([.. plan.Common.SkipWhile(f => f != frame).Skip(1)], "", "") : "";

    /// <summary>What the field holds that says how many bytes follow it.</summary>
    public static string Frame(MessagePlan plan)
    {
        FrameSpec frame = plan.Spec.Frame!;
        string based = frame.Bias == 0 ? "Following()" : frame.Bias > 0 ? $"(Following() - {frame.Bias})" : $"(Following() + {-(long)frame.Bias})";
        return frame.Scale == 1 ? based : $"{based} / {frame.Scale}";
    }

    public static string Emit(MessagePlan plan)
    {
        MessageWriterEmitter emitter = new(plan);
        foreach (FieldPlan field in plan.Common)
        {
            emitter.Field(field);
        }

        if (plan.Cases.Count > 0)
        {
            emitter._code.Open($"switch ({plan.Tag!.Slot.Name})");
            foreach (CasePlan @case in plan.Cases)
            {
                if (@case.Case.IsDefault)
                {
                    emitter._code.Line("default:");
                }

                foreach (long value in @case.Case.Values)
                {
                    emitter._code.Line($"case {MessageEmitter.CaseValue(plan, value)}:");
                }

                emitter._code.Indent();
                foreach (FieldPlan field in @case.Fields)
                {
                    emitter.Field(field);
                }

                emitter._code.Line("break;");
                emitter._code.Outdent();
            }

            emitter._code.Close();
        }

        emitter.Checksums();
        return emitter._code.ToString();
    }

    /// <summary>The number that an earlier field holds of a value: its length or count, as that field means it.</summary>
    internal static string Derived(FieldSpec spec, string value)
    {
        ExtentSpec extent = spec.Extent;
        string length = extent.Kind == ExtentKind.CountField ? value + ".Count" : Length(spec, value);
        string based = extent.Bias == 0 ? length : extent.Bias > 0 ? $"({length} - {extent.Bias})" : $"({length} + {-(long)extent.Bias})";
        return extent.Scale == 1 ? based : $"{based} / {extent.Scale}";
    }

    /// <summary>The bytes that a value takes.</summary>
    private static string Length(FieldSpec spec, string value) => spec.Type switch
    {
        WireType.Bytes => value + ".Length",
        WireType.Sequence when !spec.Element!.HoldsOffsets => value + ".Bytes.Length",
        _ => value + ".GetSize()",
    };

    private string Cases(IReadOnlyList<FieldPlan> common, string before, string after)
    {
        string sum = Sum(common);
        if (_plan.Cases.Count == 0)
        {
            return before + sum + after;
        }

        CodeWriter code = new(2);
        code.Open($"{before}{sum} + {_plan.Tag!.Slot.Name} switch");
        foreach (CasePlan @case in _plan.Cases.Where(static c => !c.Case.IsDefault))
        {
            code.Line($"{string.Join(" or ", @case.Case.Values.Select(v => MessageEmitter.CaseValue(_plan, v)))} => {Sum(@case.Fields)},");
        }

        if (!NamesEveryValue())
        {
            code.Line($"_ => {(_plan.Cases.FirstOrDefault(static c => c.Case.IsDefault) is { } other ? Sum(other.Fields) : "0")},");
        }

        code.Close(after);
        return code.ToString().TrimStart();
    }

    /// <summary>Whether the cases name every value that the tag's type has, so that the compiler asks for no default and allows none.</summary>
    private bool NamesEveryValue()
    {
        int named = _plan.Cases.Sum(static c => c.Case.Values.Count);
        return _plan.Tag!.Slot.TypeName is "bool" ? named == 2 : _plan.Tag.Slot.TypeName is "byte" or "sbyte" && named == 256;
    }

    private string Sum(IEnumerable<FieldPlan> fields)
    {
        int constant = 0;
        List<string> parts = [];
        foreach (FieldPlan field in fields)
        {
            FieldSpec spec = field.Spec;
            if (spec.Align > 0)
            {
                string before = Total();
                parts.Clear();
                constant = 0;
                parts.Add($"{Layout}Aligned({before}, {spec.Align})");
            }

            if (spec.When.Length > 0)
            {
                (string size, int around) = SizeOf(field);
                parts.Add($"({spec.When} ? {(size.Length == 0 ? around.ToString(CultureInfo.InvariantCulture) : around == 0 ? size : $"{size} + {around}")} : 0)");
                continue;
            }

            (string part, int bytes) = SizeOf(field);
            constant += bytes;
            if (part.Length > 0)
            {
                parts.Add(part);
            }
        }

        return Total();

        string Total() => string.Join(" + ", constant > 0 || parts.Count == 0 ? [.. parts, constant.ToString(CultureInfo.InvariantCulture)] : parts);
    }

    /// <summary>The bytes of a separator and the blank that is written behind it.</summary>
    private int SeparatorSize => 1 + Math.Min(1, _plan.Spec.Text!.Blanks.Count);

    /// <summary>What a field takes with what a line has around it: an expression, which may be empty, and so many bytes.</summary>
    private (string Part, int Bytes) SizeOf(FieldPlan field)
    {
        (string part, int bytes) = SizeAlone(field);
        bool separated = field is { Line.IsFirst: false, MayMiss: false, Spec.Encoding.Kind: not EncodingKind.Flag };
        return (part, bytes + (separated ? SeparatorSize : 0) + (field.Line is { IsLast: true } ? 2 : 0));
    }

    private (string Part, int Bytes) SizeAlone(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        int around = spec.Before.Count + spec.After.Count + spec.Extent.Delimiter.Count;
        switch (spec.Type)
        {
            case WireType.Integer when spec.Encoding is { Kind: EncodingKind.Ascii, Size: > 0 and var digits }:
                return ("", around + digits);
            case WireType.Integer when spec.Encoding is { Kind: EncodingKind.Ascii, Radix: not 10 and var radix }:
                return ($"global::DeclServer.Messages.Digits.Count((ulong)({Value(field)}), {radix})", around);
            case WireType.Integer when spec.Encoding.Kind == EncodingKind.Flag:
                return ($"({field.Slot.Name} ? {1 + spec.Encoding.Word.Count} : 0)", 0);
            case WireType.Integer when spec.Encoding.Kind == EncodingKind.Ascii:
                return ($"{Layout}DigitCount({Value(field)})", around);
            case WireType.Integer when spec.Encoding.IsVarint:
                return ($"{Varint}{spec.Encoding.Kind}Size({Wide(field)})", around);
            case WireType.Integer:
                return ("", around + (spec.Encoding.Kind == EncodingKind.Bits ? (field.Bits!.Writes ? field.Bits.Run.Bytes : 0) : spec.Integer!.Size));
            case WireType.Bytes when spec.Extent is { Kind: ExtentKind.SizeField, Null: { } absent }:
                return ($"({_plan.Source(field).Slot.Name} == {absent} ? 0 : {Length(spec, field.Slot.Name)} + {spec.After.Count})", spec.Before.Count);
            case WireType.Bytes when field.MayMiss:
                return ($"({field.Slot.Name}.IsEmpty ? 0 : {field.Slot.Name}.Length + {SeparatorSize})", around);
            case WireType.Words when field.MayMiss:
                return ($"({field.Slot.Name}.Line.IsEmpty ? 0 : {field.Slot.Name}.Line.Length + {SeparatorSize})", around);
            case WireType.Words when field.Line is not null:
                return ($"{field.Slot.Name}.Line.Length", around);
            case WireType.Words:
                return ($"{field.Slot.Name}.Line.Length", around + 2);
        }

        string length = Length(spec, field.Slot.Name);
        return spec.Extent.Kind switch
        {
            ExtentKind.Fixed => ("", around + spec.Extent.Bytes),
            ExtentKind.Prefix when spec.Extent.Prefix is { } prefix => (length, around + prefix.Size),
            ExtentKind.Prefix => ($"{length} + {Varint}{spec.Extent.Varint!.Kind}Size({PrefixValue(field, "ulong")})", around),
            _ => (length, around),
        };
    }

    /// <summary>An integer's value: derived from what it is the length, count or frame of, where it is that.</summary>
    private string Value(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        if (_plan.FrameField == field)
        {
            return Frame(_plan);
        }

        if (field.DerivedFrom is { } target)
        {
            string derived = Derived(target, _plan.Fields.First(f => f.Spec == target).Slot.Name);
            return target.Extent.Null is { } absent ? $"({field.Slot.Name} == {absent} ? {absent} : {derived})" : derived;
        }

        if (spec is { HasInit: false, Rules.Allowed: { Count: 1 } constant })
        {
            return constant[0];
        }

        return field.Slot.TypeName == "bool" ? $"({field.Slot.Name} ? 1 : 0)" : spec.ShownAs.Length > 0 ? $"({spec.Integer!.Keyword}){field.Slot.Name}" : field.Slot.Name;
    }

    /// <summary>A number as the 64-bit type of its varint.</summary>
    private string Wide(FieldPlan field) => field.Spec.Encoding.IsSignedVarint ? $"(long)({Value(field)})" : $"(ulong)({Value(field)})";

    private string PrefixValue(FieldPlan field, string type)
    {
        int bias = field.Spec.Extent.Bias;
        string length = Length(field.Spec, field.Slot.Name);
        return $"({type})({(bias == 0 ? length : bias > 0 ? $"{length} - {bias}" : $"{length} + {-(long)bias}")})";
    }

    private void Field(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        if (spec.When.Length > 0)
        {
            _code.Open($"if ({spec.When})");
        }

        if (spec.Align > 0)
        {
            Call($"Align(destination, ref written, {spec.Align})");
        }

        if (_plan.Common.Any(f => f.Spec.Checksum is { } sum && (f == field || sum.From == spec.Name)))
        {
            _code.Line($"int {Mark(field)}At = written;");
        }

        if (field.Line is not null)
        {
            InLine(field);
            return;
        }

        Fixed(spec.Before);
        if (spec.Type == WireType.Integer)
        {
            Number(field);
        }
        else if (spec.Extent is { Kind: ExtentKind.SizeField, Null: { } absent })
        {
            _code.Open($"if ({_plan.Source(field).Slot.Name} != {absent})");
            Content(field);
            Fixed(spec.After);
            _code.Close();
            _code.Blank();
            return;
        }
        else
        {
            Content(field);
        }

        Fixed(spec.Extent.Delimiter);
        Fixed(spec.After);
        if (_plan.Common.Any(f => f.Spec.Checksum is { } sum && sum.To == spec.Name))
        {
            _code.Line($"int {Mark(field)}Behind = written;");
        }

        if (spec.When.Length > 0)
        {
            _code.Close();
            _code.Blank();
        }
    }

    /// <summary>A field of a line: a separator before it, and the line's end behind the last one.</summary>
    private void InLine(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        if (spec.Encoding.Kind == EncodingKind.Flag)
        {
            _code.Open($"if ({field.Slot.Name})");
            Fixed(new EquatableArray<byte>([_plan.Spec.Text!.Separator, .. spec.Encoding.Word]));
            _code.Close();
            _code.Blank();
        }
        else if (field.MayMiss)
        {
            string rest = spec.Type == WireType.Words ? field.Slot.Name + ".Line" : field.Slot.Name;
            _code.Open($"if (!{rest}.IsEmpty)");
            Separator(field);
            Call($"Bytes(destination, ref written, {rest})");
            _code.Close();
            _code.Blank();
        }
        else
        {
            Separator(field);
            Fixed(spec.Before);
            if (spec.Type == WireType.Integer)
            {
                Number(field);
            }
            else
            {
                Call($"Bytes(destination, ref written, {field.Slot.Name}{(spec.Type == WireType.Words ? ".Line" : "")})");
            }

            Fixed(spec.Extent.Delimiter);
            Fixed(spec.After);
        }

        if (field.Line!.IsLast)
        {
            Fixed(new EquatableArray<byte>([(byte)'\r', (byte)'\n']));
        }
    }

    private void Separator(FieldPlan field)
    {
        if (!field.Line!.IsFirst)
        {
            Fixed(new EquatableArray<byte>([_plan.Spec.Text!.Separator, .. _plan.Spec.Text.Blanks.Take(1)]));
        }
    }

    private static string Mark(FieldPlan field) => field.Local.TrimStart('@');

    private void Number(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        switch (spec.Encoding.Kind)
        {
            case EncodingKind.Ascii when spec.Encoding.Size > 0 || spec.Encoding.Radix != 10:
                _code.Line($"global::DeclServer.Messages.Digits.Write(destination, ref written, (ulong)({Value(field)}), {spec.Encoding.Radix}, width: {spec.Encoding.Size});");
                break;
            case EncodingKind.Ascii:
                Call($"Number(destination, ref written, {Value(field)})");
                break;
            case EncodingKind.Bits:
                Bits(field);
                break;
            case EncodingKind.Binary:
                Binary(spec.Integer!, spec.Checksum is null ? Value(field) : "0");
                break;
            default:
                _code.Line($"{Varint}Write{spec.Encoding.Kind}(destination, ref written, {Wide(field)});");
                break;
        }
    }

    private void Binary(IntegerType integer, string value)
    {
        if (integer.Size == 1)
        {
            Call($"Byte(destination, ref written, (byte){(value.Contains(" / ") ? $"({value})" : value)})");
            return;
        }

        _code.Line(
            $"global::System.Buffers.Binary.BinaryPrimitives.Write{MessageParserEmitter.MethodSuffix(integer, _plan.Spec.LittleEndian)}(destination[written..], ({integer.Keyword}){(value.Contains(' ') ? $"({value})" : value)});");
        _code.Line($"written += {integer.Size};");
    }

    /// <summary>A whole run of bits, at the turn of its last field.</summary>
    private void Bits(FieldPlan field)
    {
        if (field.Bits is not { Writes: true, Run: { } run })
        {
            return;
        }

        IEnumerable<string> parts = run.Parts.Select(part =>
        {
            FieldPlan plan = _plan.Fields.First(f => f.Spec == part.Field);
            ulong mask = part.Field.Encoding.Size == 64 ? ulong.MaxValue : (1UL << part.Field.Encoding.Size) - 1;
            string masked = $"((ulong)({Value(plan)}) & 0x{mask.ToString("X", CultureInfo.InvariantCulture)})";
            return part.Shift == 0 ? masked : $"({masked} << {part.Shift})";
        });
        Call($"Run(destination, ref written, {run.Bytes}, littleEndian: {(_plan.Spec.LittleEndian ? "true" : "false")}, {string.Join(" | ", parts)})");
    }

    private void Content(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        if (spec.Extent.Kind == ExtentKind.Prefix)
        {
            if (spec.Extent.Prefix is { } prefix)
            {
                string length = PrefixValue(field, prefix.Keyword);
                Binary(prefix, spec.Extent.Null is { } absent ? $"({Layout}IsAbsent({field.Slot.Name}) ? {absent} : {length})" : length);
            }
            else
            {
                _code.Line($"{Varint}Write{spec.Extent.Varint!.Kind}(destination, ref written, {PrefixValue(field, "ulong")});");
            }
        }

        switch (spec.Type)
        {
            case WireType.Bytes when spec.Extent.Kind == ExtentKind.Fixed:
                Call($"Padded(destination, ref written, {field.Slot.Name}, {spec.Extent.Bytes})");
                break;
            case WireType.Bytes:
                Call($"Bytes(destination, ref written, {field.Slot.Name})");
                break;
            case WireType.Sequence when !spec.Element!.HoldsOffsets:
                Call($"Bytes(destination, ref written, {field.Slot.Name}.Bytes)");
                break;
            case WireType.Words:
                Call($"Bytes(destination, ref written, {field.Slot.Name}.Line)");
                Fixed(new EquatableArray<byte>([(byte)'\r', (byte)'\n']));
                break;
            default:
                string size = Mark(field) + "Size";
                _code.If($"!{field.Slot.Name}.TryWrite(destination[written..], out int {size})", "written = 0;", "return false;");
                _code.Blank();
                _code.Line($"written += {size};");
                break;
        }
    }

    /// <summary>Checksums are stored when all that they cover has been written.</summary>
    private void Checksums()
    {
        foreach (FieldPlan field in _plan.Common.Where(static f => f.Spec.Checksum is not null))
        {
            ChecksumSpec checksum = field.Spec.Checksum!;
            IntegerType integer = field.Spec.Integer!;
            string at = Mark(field) + "At";
            string from = checksum.From.Length > 0 ? Mark(_plan.Common.First(f => f.Spec.Name == checksum.From)) + "At" : $"{at} + {integer.Size}";
            string to = checksum.To.Length > 0 ? Mark(_plan.Common.First(f => f.Spec.Name == checksum.To)) + "Behind" : "written";
            string value = $"({integer.Keyword})global::DeclServer.Messages.Grammar.Checksum<{checksum.Algorithm}>(destination, {from}, {to}, {at}, {integer.Size})";
            _code.Line(integer.Size == 1
                ? $"destination[{at}] = {value};"
                : $"global::System.Buffers.Binary.BinaryPrimitives.Write{MessageParserEmitter.MethodSuffix(integer, _plan.Spec.LittleEndian)}(destination[{at}..], {value});");
        }
    }

    private void Call(string call) => _code.Line(Layout + call + ";");

    private void Fixed(EquatableArray<byte> bytes)
    {
        if (bytes.Count == 1)
        {
            Call($"Byte(destination, ref written, {Literals.Byte(bytes[0])})");
        }
        else if (bytes.Count > 1)
        {
            Call($"Bytes(destination, ref written, {Literals.Bytes(bytes)})");
        }
    }
}
