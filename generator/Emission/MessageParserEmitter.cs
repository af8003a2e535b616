using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Emission;

/// <summary>Emits the body of <c>TryParse</c>: straight-line code, one block a field, that ends in Done, NeedMore, Malformed or Refused.</summary>
internal sealed class MessageParserEmitter
{
    private readonly MessagePlan _plan;
    private readonly string _name;
    private readonly CodeWriter _code = new(2);
    private readonly bool _hasRules;

    private MessageParserEmitter(MessagePlan plan)
    {
        _plan = plan;
        _name = plan.Spec.Type.Name.TrimStart('@');
        _hasRules = plan.Fields.Any(static f => HasRule(f) || f.Spec.Type == WireType.Sequence);
    }

    public static string Emit(MessagePlan plan)
    {
        MessageParserEmitter emitter = new(plan);
        emitter.Body();
        return emitter._code.ToString();
    }

    private static bool HasRule(FieldPlan field) =>
        field.Patterns.Count > 0 || field.Spec.Rules is { MinLength: not null } or { MaxLength: not null, } or { Allowed.Count: > 0 } or { Denied.Count: > 0 }
        || (field.Spec is { Type: WireType.Integer, IsAscii: false, Rules.Range: not null } && field.DerivedFrom is null);

    private void Body()
    {
        _code.Lines("message = default;", "consumed = 0;", "error = default;");
        _code.If("input.Length < state.Needed", "return global::DeclServer.ParseStatus.NeedMore;");
        _code.Blank();
        _code.Lines("int position = 0;", "string field;", "global::DeclServer.ErrorCode code;");
        if (_hasRules)
        {
            _code.Line("global::DeclServer.ParseError broken = default;");
        }

        foreach (FieldPlan field in _plan.Common)
        {
            Field(field);
        }

        if (_plan.Cases.Count > 0)
        {
            Cases();
        }

        _code.Blank();
        _code.Line("state = default;");
        _code.Line("consumed = position;");
        if (_hasRules)
        {
            _code.Open("if (broken.Code != global::DeclServer.ErrorCode.None)");
            _code.Lines("error = broken;", "return global::DeclServer.ParseStatus.Refused;");
            _code.Close();
            _code.Blank();
        }

        _code.Line($"message = new {_plan.Spec.Type.Name}({string.Join(", ", _plan.Slots.Select(Stored))});");
        _code.Line("return global::DeclServer.ParseStatus.Done;");
        _code.Blank();
        _code.Outdent();
        _code.Line("Stopped:");
        _code.Indent();
        _code.If("code == global::DeclServer.ErrorCode.Incomplete", "state.Needed = input.Length + 1;", "return global::DeclServer.ParseStatus.NeedMore;");
        _code.Blank();
        _code.Lines("state = default;", "error = new global::DeclServer.ParseError(code, position, field);", "return global::DeclServer.ParseStatus.Malformed;");
    }

    /// <summary>The local that holds a slot's value at the end: a common field's own, or the one that cases share.</summary>
    private string Stored(Slot slot) => _plan.Common.FirstOrDefault(f => f.Slot == slot) is { } field ? Converted(field) : Shared(slot);

    /// <summary>The local of a slot that cases share.</summary>
    private static string Shared(Slot slot) => "shared" + char.ToUpperInvariant(slot.Name[1]) + slot.Name.Substring(2);

    private static string Converted(FieldPlan field) =>
        field.Spec is { Type: WireType.Integer, IsAscii: true } && field.Slot.TypeName is not ("long" or "ulong")
        || (field.Spec.Type == WireType.Integer && field.Slot.TypeName != field.Spec.TypeName && field.Slot.TypeName == "ulong")
        || (field.Spec is { IsAscii: true, Integer.Keyword: "ulong" } != (field.Slot.TypeName == "ulong") && field.Spec.Type == WireType.Integer)
            ? $"({field.Slot.TypeName}){field.Local}"
            : field.Local;

    private void Cases()
    {
        FieldPlan tag = _plan.Tag!;
        _code.Blank();
        foreach (Slot slot in _plan.Cases.SelectMany(static c => c.Fields).Select(static f => f.Slot).Distinct())
        {
            _code.Line($"{slot.TypeName} {Shared(slot)} = default;");
        }

        _code.Open($"switch ({tag.Local})");
        foreach (CasePlan @case in _plan.Cases)
        {
            _code.Open($"case {MessageEmitter.CaseValue(_plan, @case.Value)}:");
            foreach (FieldPlan field in @case.Fields)
            {
                Field(field);
            }

            _code.Blank();
            foreach (FieldPlan field in @case.Fields)
            {
                _code.Line($"{Shared(field.Slot)} = {Converted(field)};");
            }

            _code.Line("break;");
            _code.Close();
            _code.Blank();
        }

        _code.Line("default:");
        _code.Indent();
        _code.Lines($"field = {FieldName(tag)};", "code = global::DeclServer.ErrorCode.UnknownCase;", "position -= " + tag.Spec.Integer!.Size + ";", "goto Stopped;");
        _code.Outdent();
        _code.Close();
    }

    private string FieldName(FieldPlan field) => Literals.Text(_name + "." + field.Spec.Label);

    private void Field(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        _code.Blank();
        _code.Line($"// {spec.Label}: {MessageProse.Describe(_plan, field)}.");
        _code.Line($"field = {FieldName(field)};");
        Fixed(spec.Before);
        switch (spec.Type)
        {
            case WireType.Integer when spec.IsAscii:
                bool unsigned = spec.Integer!.Keyword == "ulong";
                string type = unsigned ? "ulong" : "long";
                Step($"Number(input, ref position, {Bound(field.ValueMin, unsigned)}, {Bound(field.ValueMax, unsigned)}, out {type} {field.Local})");
                Fixed(spec.Extent.Delimiter);
                Fixed(spec.After);
                break;
            case WireType.Integer:
                Binary(field);
                Fixed(spec.After);
                break;
            case WireType.Bytes when spec.Extent.Kind == ExtentKind.Until:
                _code.Line($"int {Bare(field)}Start = position;");
                Step($"Until(input, ref position, {Literals.Bytes(spec.Extent.Delimiter)}, {field.LengthMax}, ref state, out int {Bare(field)}End)");
                _code.Line($"global::System.ReadOnlySpan<byte> {field.Local} = input[{Bare(field)}Start..{Bare(field)}End];");
                Fixed(spec.After);
                break;
            case WireType.Bytes:
                Sized(field);
                break;
            case WireType.Sequence:
                Sequence(field);
                break;
            case WireType.Words:
                Line(field);
                break;
        }

        Rules(field);
    }

    private static string Bound(decimal value, bool unsigned) => unsigned && value <= long.MaxValue ? Literals.Number(value) + "UL" : Literals.Number(value);

    private static string Bare(FieldPlan field) => field.Local.TrimStart('@');

    private void Step(string call) =>
        _code.If($"(code = global::DeclServer.Messages.Grammar.{call}) != global::DeclServer.ErrorCode.None", "goto Stopped;");

    private void Fixed(EquatableArray<byte> bytes)
    {
        switch (bytes.Count)
        {
            case 0:
                break;
            case 1:
                Step($"Byte(input, ref position, {Literals.Byte(bytes[0])})");
                break;
            case 2:
                Step($"Pair(input, ref position, {Literals.Byte(bytes[0])}, {Literals.Byte(bytes[1])})");
                break;
            default:
                Step($"Literal(input, ref position, {Literals.Bytes(bytes)})");
                break;
        }
    }

    private void Binary(FieldPlan field)
    {
        IntegerType integer = field.Spec.Integer!;
        _code.If($"input.Length - position < {integer.Size}", "code = global::DeclServer.ErrorCode.Incomplete;", "goto Stopped;");
        _code.Blank();
        _code.Line(integer.Keyword switch
        {
            "byte" => $"byte {field.Local} = input[position];",
            "sbyte" => $"sbyte {field.Local} = (sbyte)input[position];",
            _ => $"{integer.Keyword} {field.Local} = global::System.Buffers.Binary.BinaryPrimitives.Read{MethodSuffix(integer)}BigEndian(input[position..]);",
        });
        _code.Line($"position += {integer.Size};");
        if (field.Spec.Rules.Range is not null && field.DerivedFrom is not null)
        {
            // Where the message ends depends on it: out of range, nothing behind it can be read.
            _code.If($"{OutOfRange(field)}", $"position -= {integer.Size};", "code = global::DeclServer.ErrorCode.OutOfRange;", "goto Stopped;");
        }
    }

    private static string OutOfRange(FieldPlan field) => $"{field.Local} < {Literals.Number(field.ValueMin)} || {field.Local} > {Literals.Number(field.ValueMax)}";

    internal static string MethodSuffix(IntegerType integer) => (integer.Min < 0 ? "Int" : "UInt") + (integer.Size * 8).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void Sized(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string length = spec.Extent.Kind == ExtentKind.Fixed ? spec.Extent.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"(int){Source(field).Local}";
        int after = spec.After.Count;
        if (spec.Extent.Null is { } absent)
        {
            _code.Line($"global::System.ReadOnlySpan<byte> {field.Local} = default;");
            _code.Open($"if ({Source(field).Local} != {Literals.Number(absent)})");
        }

        _code.Line($"int {Bare(field)}Start = position;");
        if (spec.Extent.Kind == ExtentKind.SizeField && field.LengthMax < (long)Source(field).ValueMax)
        {
            _code.If($"{Source(field).Local} > {Literals.Number(field.LengthMax)}", "code = global::DeclServer.ErrorCode.TooLong;", "goto Stopped;");
        }

        if (field.MayPassMaxSize)
        {
            _code.If($"(long)position + {length} + {after} > MaxSize", "code = global::DeclServer.ErrorCode.TooLong;", "goto Stopped;");
        }

        _code.If($"input.Length - position < {length}{(after > 0 ? $" + {after}" : "")}", $"state.Needed = position + {length}{(after > 0 ? $" + {after}" : "")};", "return global::DeclServer.ParseStatus.NeedMore;");
        _code.Blank();
        _code.Line($"position += {length};");
        _code.Line($"{(spec.Extent.Null is null ? "global::System.ReadOnlySpan<byte> " : "")}{field.Local} = input[{Bare(field)}Start..position];");
        Fixed(spec.After);
        if (spec.Extent.Null is not null)
        {
            _code.Close();
        }
    }

    private FieldPlan Source(FieldPlan field) => _plan.Fields.First(f => f.Spec.Name == field.Spec.Extent.Field && (f.Spec.Case is null || f.Spec.Case == field.Spec.Case));

    private void Sequence(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string bare = Bare(field);
        _code.Line($"int {bare}Start = position;");
        _code.Line($"int {bare}Left = (int){Source(field).Local};");
        _code.Line("// Elements that were checked before more input came are jumped over.");
        _code.If("state.Offset != 0", "position = state.Offset;", $"{bare}Left = state.Count;");
        _code.Blank();
        _code.Open($"while ({bare}Left > 0)");
        _code.Line("global::DeclServer.ParseState element = default;");
        _code.Line($"global::DeclServer.ParseStatus status = {spec.ElementType}.TryParse(input[position..], ref element, out _, out int size, out error);");
        _code.Open("if (status is global::DeclServer.ParseStatus.Malformed)");
        _code.Lines("error = error with { Offset = position + error.Offset };", "state = default;", "return status;");
        _code.Close();
        _code.Blank();
        _code.Open("if (status is global::DeclServer.ParseStatus.NeedMore)");
        if (field.MayPassMaxSize)
        {
            _code.If("(long)position + element.Needed > MaxSize", "code = global::DeclServer.ErrorCode.TooLong;", "goto Stopped;");
            _code.Blank();
        }

        _code.Lines("state.Offset = position;", $"state.Count = {bare}Left;", "state.Needed = position + element.Needed;", "return status;");
        _code.Close();
        _code.Blank();
        if (field.MayPassMaxSize)
        {
            _code.If("position + size > MaxSize", "code = global::DeclServer.ErrorCode.TooLong;", "goto Stopped;");
            _code.Blank();
        }

        _code.If("status is global::DeclServer.ParseStatus.Refused && broken.Code == global::DeclServer.ErrorCode.None", "broken = error with { Offset = position + error.Offset };");
        _code.Blank();
        _code.Lines("position += size;", $"{bare}Left--;");
        _code.Close();
        _code.Blank();
        _code.Line($"{spec.TypeName} {field.Local} = new(input[{bare}Start..position], (int){Source(field).Local});");
    }

    private void Line(FieldPlan field)
    {
        TextSpec text = _plan.Spec.Text!;
        string bare = Bare(field);
        _code.Line($"int {bare}Start = position;");
        Step($"Line(input, ref position, MaxSize, {(text.AllowLf ? "true" : "false")}, ref state, out int {bare}End)");
        if (text.Quotes)
        {
            Step($"Quotes(input[{bare}Start..{bare}End], {MessageEmitter.WordRules})");
        }

        _code.Line($"global::DeclServer.Words {field.Local} = new(input[{bare}Start..{bare}End], {(text.IsPlain ? Literals.Byte(text.Separators[0]) : MessageEmitter.WordRules)});");
    }

    /// <summary>A pattern over the whole value. What is absent (a length that means "no value") has nothing to match.</summary>
    private void Pattern(FieldPlan field, BytePattern pattern)
    {
        string name = MessageEmitter.PatternName(field, pattern);
        string there = field.Spec.Extent.Null is { } absent ? $"{Source(field).Local} != {Literals.Number(absent)} && " : "";
        _code.Open($"if ({there}broken.Code == global::DeclServer.ErrorCode.None)");
        _code.Line($"code = {PatternEmitter.Call(pattern, name, field.Local, "int wrongAt")};");
        _code.If("code != global::DeclServer.ErrorCode.None", $"broken = new global::DeclServer.ParseError(code, position - {field.Local}.Length - {field.Spec.Extent.Delimiter.Count + field.Spec.After.Count} + wrongAt, field);");
        _code.Close();
        _code.Blank();
    }

    /// <summary>A broken rule does not stop the parser: the message's end is still found, so that it alone is refused.</summary>
    private void Rules(FieldPlan field)
    {
        if (!HasRule(field))
        {
            return;
        }

        FieldSpec spec = field.Spec;
        List<(string Condition, string Code)> rules = [];
        if (spec.Type == WireType.Bytes)
        {
            if (spec.Rules.MinLength is > 0)
            {
                rules.Add(($"{field.Local}.Length < {spec.Rules.MinLength}", "TooShort"));
            }

            if (spec.Rules.MaxLength is not null && spec.Extent.Kind is not (ExtentKind.Until or ExtentKind.SizeField))
            {
                rules.Add(($"{field.Local}.Length > {spec.Rules.MaxLength}", "TooLong"));
            }

            foreach (BytePattern pattern in field.Patterns)
            {
                Pattern(field, pattern);
            }

            if (spec.Rules.Allowed.Count > 0)
            {
                rules.Add(("!(" + string.Join(" || ", spec.Rules.Allowed.Select(v => $"global::System.MemoryExtensions.SequenceEqual({field.Local}, {Literals.Utf8(v)})")) + ")", "NotAllowed"));
            }

            if (spec.Rules.Denied.Count > 0)
            {
                rules.Add((string.Join(" || ", spec.Rules.Denied.Select(v => $"global::System.MemoryExtensions.SequenceEqual({field.Local}, {Literals.Utf8(v)})")), "NotAllowed"));
            }
        }
        else if (spec.Type == WireType.Integer)
        {
            if (spec is { IsAscii: false, Rules.Range: not null } && field.DerivedFrom is null)
            {
                rules.Add((OutOfRange(field), "OutOfRange"));
            }

            if (spec.Rules.Allowed.Count > 0)
            {
                rules.Add(($"{field.Local} is not ({string.Join(" or ", spec.Rules.Allowed)})", "NotAllowed"));
            }

            if (spec.Rules.Denied.Count > 0)
            {
                rules.Add(($"{field.Local} is {string.Join(" or ", spec.Rules.Denied)}", "NotAllowed"));
            }
        }

        foreach ((string condition, string code) in rules)
        {
            _code.If($"({condition}) && broken.Code == global::DeclServer.ErrorCode.None", $"broken = new global::DeclServer.ParseError(global::DeclServer.ErrorCode.{code}, position, field);");
        }
    }
}
