using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>Numbers: binary, in digits, in bits, of variable size.</content>
internal sealed partial class MessageParserEmitter
{
    private void Number(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        switch (spec.Encoding.Kind)
        {
            case EncodingKind.Binary:
                Binary(field);
                break;
            case EncodingKind.Bits:
                Bits(field);
                break;
            case EncodingKind.Ascii when IsBetweenFixedBytes(spec):
                Step(
                    $"Grammar.Number(input, ref position, {Literals.Byte(spec.Before[0])}, {Bound(field.ValueMin, false)}, {Bound(field.ValueMax, false)}, {Literals.Byte(spec.Extent.Delimiter[0])}, {Literals.Byte(spec.Extent.Delimiter[1])}, out {Target(field)})");
                break;
            case EncodingKind.Ascii:
                bool unsigned = field.NumberType == "ulong";
                Step(spec.Encoding.IsDigits
                    ? $"Digits.Read(input, ref position, {DigitArguments(field)}, out {Target(field)})"
                    : $"Grammar.Number(input, ref position, {Bound(field.ValueMin, unsigned)}, {Bound(field.ValueMax, unsigned)}, out {Target(field)})");
                Fixed(spec.Extent.Delimiter);
                break;
            default:
                Varint(field);
                break;
        }

        Fixed(spec.After);
    }

    /// <summary>Whether one step reads a decimal number with a byte before it and two behind it.</summary>
    private bool IsBetweenFixedBytes(FieldSpec spec) =>
        spec is { Type: WireType.Integer, Header: null, IsAscii: true, Encoding.IsDigits: false, Integer.Keyword: not "ulong", Before.Count: 1, Extent.Delimiter.Count: 2 }
        && !(_plan.Spec.Text is { IgnoreCase: true } && char.IsLetter((char)spec.Before[0]));

    private static string Bound(decimal value, bool unsigned) => unsigned && value <= long.MaxValue ? Literals.Number(value) + "UL" : Literals.Number(value);

    private void Binary(FieldPlan field)
    {
        IntegerType integer = field.Spec.Integer!;
        if (_checked < integer.Size)
        {
            Need(integer.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _checked = integer.Size;
        }

        _code.Line($"{Target(field)} = {Read(integer, "position", _plan.Spec.LittleEndian)};");
        Advance(integer.Size);
        if (field.Spec.IsBoolean)
        {
            Fail($"{field.Local} > 1", $"position -= {integer.Size};", "code = global::DeclServer.ErrorCode.NotCanonical;");
        }
        else if (field.Spec.Rules.Range is not null && field.IsControl)
        {
            // Where the message ends depends on it: out of range, nothing behind it can be read.
            Fail($"{OutOfRange(field)}", $"position -= {integer.Size};", "code = global::DeclServer.ErrorCode.OutOfRange;");
        }
    }

    /// <summary>An integer at a position whose bytes are there.</summary>
    internal static string Read(IntegerType integer, string position, bool littleEndian) => integer.Keyword switch
    {
        "byte" => $"input[{position}]",
        "sbyte" => $"(sbyte)input[{position}]",
        _ => $"global::System.Buffers.Binary.BinaryPrimitives.Read{MethodSuffix(integer, littleEndian)}(input[{position}..])",
    };

    internal static string MethodSuffix(IntegerType integer, bool littleEndian) =>
        (integer.IsSigned ? "Int" : "UInt") + (integer.Size * 8).ToString(System.Globalization.CultureInfo.InvariantCulture) + (littleEndian ? "LittleEndian" : "BigEndian");

    private void Advance(long bytes)
    {
        _code.Line($"position += {bytes.ToString(System.Globalization.CultureInfo.InvariantCulture)};");
        _checked = Math.Max(0, _checked - bytes);
    }

    private static string OutOfRange(FieldPlan field)
    {
        bool unsigned = field.LocalType == "ulong";
        List<string> conditions = [];
        if (field.ValueMin > field.Spec.Integer!.Min)
        {
            conditions.Add($"{field.Local} < {Bound(field.ValueMin, unsigned)}");
        }

        if (field.ValueMax < field.Spec.Integer.Max)
        {
            conditions.Add($"{field.Local} > {Bound(field.ValueMax, unsigned)}");
        }

        return conditions.Count == 0 ? "false" : string.Join(" || ", conditions);
    }

    /// <summary>A field of a run of bits; the run is read when its first field's turn comes.</summary>
    private void Bits(FieldPlan field)
    {
        BitRun run = field.Bits!.Run;
        if (run.First == field.Spec.Name)
        {
            if (_checked < run.Bytes)
            {
                Need(run.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture));
                _checked = run.Bytes;
            }

            string suffix = _plan.Spec.LittleEndian ? "LittleEndian" : "BigEndian";
            _code.Line($"ulong {run.Local} = " + run.Bytes switch
            {
                1 => "input[position];",
                2 or 4 or 8 => $"global::System.Buffers.Binary.BinaryPrimitives.ReadUInt{run.Bytes * 8}{suffix}(input[position..]);",
                _ => $"global::DeclServer.Messages.Grammar.Run(input.Slice(position, {run.Bytes}), littleEndian: {(_plan.Spec.LittleEndian ? "true" : "false")});",
            });
            if (run.IsPeek)
            {
                // The case reads these bytes again, with its own bits.
                _checked = 0;
            }
            else
            {
                Advance(run.Bytes);
            }
        }

        string shifted = field.Bits.Shift == 0 ? run.Local : $"({run.Local} >> {field.Bits.Shift})";
        ulong mask = field.Spec.Encoding.Size == 64 ? ulong.MaxValue : (1UL << field.Spec.Encoding.Size) - 1;
        _code.Line($"{Target(field)} = ({field.LocalType})({shifted} & 0x{mask.ToString("X", System.Globalization.CultureInfo.InvariantCulture)});");
        if (field.Spec.Rules.Range is not null && field.IsControl)
        {
            Fail($"{OutOfRange(field)}", "code = global::DeclServer.ErrorCode.OutOfRange;");
        }
    }

    private void Varint(FieldPlan field)
    {
        EncodingSpec encoding = field.Spec.Encoding;
        bool signed = encoding.IsSignedVarint;
        string bounds = signed ? $"{Bound(field.ValueMin, false)}, {Bound(field.ValueMax, false)}" : Bound(field.ValueMax, true);
        Step($"Varint.{encoding.Kind}(input, ref position, {encoding.Size}, {bounds}, out {Target(field)})");
        if (!signed && field.ValueMin > 0)
        {
            Fail($"{field.Local} < {Bound(field.ValueMin, true)}", "code = global::DeclServer.ErrorCode.OutOfRange;");
        }
    }
}
