using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>
/// Emits the body of <c>TryParseAt</c>: straight-line code, one block a field, that ends in Done, NeedMore, Malformed or Refused. What is
/// emitted for each kind of field stands in the other parts of this class.
/// </summary>
internal sealed partial class MessageParserEmitter
{
    private readonly MessagePlan _plan;
    private readonly string _name;
    private readonly CodeWriter _code;
    private readonly bool _hasRules;

    /// <summary>The field of the message around this one that it is read in place for; null where it has a parser of its own.</summary>
    private readonly Place? _place;

    /// <summary>The field at hand: a step that fails names it.</summary>
    private string _field;

    /// <summary>Whether the input is known to hold the whole message, so that a field it does not hold is an error.</summary>
    private bool _framed;

    /// <summary>Bytes from the position on whose presence has been checked.</summary>
    private long _checked;

    /// <summary>Whether a step was emitted that may fail, so that there is a place to go to.</summary>
    private bool _stops;

    /// <summary>Whether a parser has accepted the bytes, so that nothing is checked again.</summary>
    private bool _again;

    /// <summary>Whether only the end is looked for: what is not whole and valid is left to the parser, and nothing is kept.</summary>
    private bool _skips;

    /// <summary>Whether views are made of what is read.</summary>
    private bool _views = true;

    /// <summary>Whether the field at hand is in its place in the message already.</summary>
    private bool _isStored;

    /// <summary>Whether a step was emitted that may ask for more input.</summary>
    private bool _waits;

    private MessageParserEmitter(MessagePlan plan, CodeWriter code, Place? place = null)
    {
        _plan = plan;
        _code = code;
        _place = place;
        _field = plan.Fields.FirstOrDefault()?.Spec.Label ?? "";
        _name = plan.Spec.Type.Name.TrimStart('@');
        _framed = plan.Spec.Frame is { IsInput: true };
        _hasRules = plan.Spec.Requires.Count + plan.Spec.Bodies.Count > 0 || plan.Fields.Any(static f => HasRule(f) || f.Spec.Type is WireType.Sequence or WireType.Message);
    }

    /// <summary>The statement that ends the parser with <c>code</c>.</summary>
    private string Stop
    {
        get
        {
            if (_skips)
            {
                return Unknown;
            }

            _stops = true;
            return $"field = {FieldName(_field)};\ngoto {_place?.Stopped ?? "Stopped"};";
        }
    }

    /// <summary>The statement that ends the parser until more input has come.</summary>
    private string NeedMore
    {
        get
        {
            if (_skips)
            {
                return Unknown;
            }

            _waits = true;
            return $"goto {_place?.Waits ?? "Waits"};";
        }
    }

    /// <summary>How deep the messages in this one may be nested.</summary>
    private string Depth => _plan.Spec.MaxDepth > 0 ? "depth - 1" : "depth";

    public static string Emit(MessagePlan plan)
    {
        MessageParserEmitter emitter = new(plan, new CodeWriter(2));
        emitter.Body();
        return emitter._code.ToString();
    }

    /// <summary>The body of <c>ReadAt</c>: the same steps, without the checks that the parser has made.</summary>
    public static string EmitAgain(MessagePlan plan)
    {
        MessageParserEmitter emitter = new(plan, new CodeWriter(2)) { _again = true };
        emitter.BodyAgain();
        return emitter._code.ToString();
    }

    /// <summary>The body of <c>SkipAt</c>: the same checks, of which the first that fails ends it.</summary>
    public static string EmitSkip(MessagePlan plan)
    {
        MessageParserEmitter emitter = new(plan, new CodeWriter(2)) { _skips = true, _framed = true, _views = false };
        if (emitter.CanSkip(plan))
        {
            emitter.BodySkip();
        }
        else
        {
            emitter._code.Line(Unknown);
        }

        return emitter._code.ToString();
    }

    private void Body()
    {
        Init();
        if (!_framed)
        {
            _code.If("input.Length < state.Needed", NeedMore);
        }

        _code.Blank();
        _code.Lines("int position = start;", "string field;", "global::DeclServer.ErrorCode code;");
        if (_hasRules)
        {
            _code.Line("global::DeclServer.ParseError broken = default;");
        }

        if (_plan.FrameField is not null || _plan.Block is not null)
        {
            _code.Line("bool framed = false;");
        }

        if (_plan.Fields.Any(f => InPlace(f) is not null))
        {
            _code.Line("int elementStart = start;");
        }

        if (_plan.Spec.MaxDepth > 0)
        {
            _code.Blank();
            _code.Line($"// At most {_plan.Spec.MaxDepth} of these are nested in each other.");
            _code.Line("depth = global::System.Math.Min(depth, MaxDepth);");
            Fail("depth <= 0", "code = global::DeclServer.ErrorCode.TooDeep;");
        }

        if (_framed)
        {
            _code.Blank();
            _code.Line("// The input is the message.");
            Fail("input.Length - start > MaxSize", "code = global::DeclServer.ErrorCode.TooLong;");
        }

        if (_plan.Block is not null)
        {
            Block(_plan.Block);
        }

        Content();
        if (_framed)
        {
            _code.Blank();
            _stops = true;
            Fail("position != input.Length", "code = global::DeclServer.ErrorCode.TrailingBytes;", _plan.Cases.Count > 0 ? "goto Stopped;" : Stop);
        }

        Checksums();
        _code.Blank();
        _code.Line("state = default;");
        _code.Line("end = position;");
        Requires();
        if (_hasRules)
        {
            _code.Open("if (broken.Code != global::DeclServer.ErrorCode.None)");
            _code.Lines("message = default;", "error = broken;", "return global::DeclServer.ParseStatus.Refused;");
            _code.Close();
            _code.Blank();
        }

        _code.Lines("error = default;", "return global::DeclServer.ParseStatus.Done;");
        Places();
        if (_stops)
        {
            _code.Blank();
            _code.Outdent();
            _code.Line("Stopped:");
            _code.Indent();
            Stopped();
        }

        if (_waits)
        {
            _code.Blank();
            _code.Outdent();
            _code.Line("Waits:");
            _code.Indent();
            _code.Lines("message = default;", "end = start;", "error = default;", "return global::DeclServer.ParseStatus.NeedMore;");
        }
    }

    /// <summary>Each field is set where it is read, so nothing is cleared before; what another case would hold, no property shows.</summary>
    private void Init() => _code.Line("global::System.Runtime.CompilerServices.Unsafe.SkipInit(out message);");

    private void BodyAgain()
    {
        Init();
        _code.Line("int position = start;");
        if (_plan.Fields.Any(static f => f.Spec.Extent.Kind is ExtentKind.Until or ExtentKind.Line || f.Line is not null || f.Spec.Element?.Content is not null))
        {
            _code.Line("global::DeclServer.ParseState state = default;");
        }

        if (_plan.Fields.Any(f => InPlace(f) is not null))
        {
            _code.Line("int elementStart = start;");
        }

        Content();
        _code.Blank();
        _code.Line("end = position;");
    }

    /// <summary>A step that fails stops the parser.</summary>
    /// <param name="condition">When it fails.</param>
    /// <param name="statements">What is done before the parser stops; the jump itself, where it is another one than usual.</param>
    private void Fail(string condition, params string[] statements)
    {
        if (!_again)
        {
            _code.If(condition, _skips ? [Unknown] : statements is [.., var last] && last.Contains("goto ") ? statements : [.. statements, Stop]);
        }
    }

    /// <summary>All the fields.</summary>
    private void Content()
    {
        FieldPlan[] line = [.. _plan.Common.TakeWhile(static f => f.Line is not null)];
        if (line.Length > 0)
        {
            Line(line);
        }

        Fields([.. _plan.Common.Skip(line.Length)]);
        if (_plan.Cases.Count > 0)
        {
            Cases();
        }
    }

    /// <summary>Where every failing step goes: more input may help, or nothing will.</summary>
    private void Stopped()
    {
        if (_plan.Spec.Frame is { IsInput: true })
        {
            _code.If("code == global::DeclServer.ErrorCode.Incomplete", "code = global::DeclServer.ErrorCode.Truncated;");
        }
        else if (_plan.FrameField is not null || _plan.Block is not null)
        {
            _code.Open("if (code == global::DeclServer.ErrorCode.Incomplete)");
            _code.If("!framed", "state.Needed = input.Length + 1;", NeedMore);
            _code.Blank();
            _code.Line("code = global::DeclServer.ErrorCode.Truncated;");
            _code.Close();
        }
        else
        {
            _code.If("code == global::DeclServer.ErrorCode.Incomplete", "state.Needed = input.Length + 1;", NeedMore);
        }

        _code.Blank();
        _code.Lines("message = default;", "end = start;", "state = default;", "error = new global::DeclServer.ParseError(code, position, field);", "return global::DeclServer.ParseStatus.Malformed;");
    }

    /// <summary>Keeps a value in the message; that of one read in place is made at its end.</summary>
    private void Store(FieldPlan field)
    {
        if (_place is null && !_skips)
        {
            _code.Line($"global::DeclServer.Messages.Grammar.Set(in message.{field.Slot.Name}, {Converted(field)});");
        }
    }

    /// <summary>The local that holds a slot's value at the end: a common field's own, or the one that cases share.</summary>
    private string Stored(Slot slot) => _plan.Common.Concat(_plan.Headers).FirstOrDefault(f => f.Slot == slot) is { } field ? Converted(field) : Shared(slot);

    /// <summary>The local of a slot that cases share.</summary>
    private string Shared(Slot slot) => _place?.Prefix + "shared" + char.ToUpperInvariant(slot.Name[1]) + slot.Name.Substring(2);

    private static string Converted(FieldPlan field) =>
        field.Spec.Type != WireType.Integer || field.Slot.TypeName == field.LocalType || (field.Slot.TypeName == "long" && field.LocalType != "ulong") ? field.Local
        : field.Slot.TypeName == "bool" ? $"{field.Local} != 0"
        : $"({field.Slot.TypeName}){field.Local}";

    private void Cases()
    {
        FieldPlan tag = _plan.Tag!;
        _code.Blank();
        foreach (Slot slot in _place is null || !_views ? [] : _plan.Cases.SelectMany(static c => c.Fields).Select(static f => f.Slot).Distinct())
        {
            _code.Line($"{slot.TypeName} {Shared(slot)} = default;");
        }

        bool hasDefault = false;
        bool framed = _framed;
        _code.Open($"switch ({tag.Local})");
        foreach (CasePlan @case in _plan.Cases)
        {
            hasDefault |= @case.Case.IsDefault;
            if (@case.Case.IsDefault)
            {
                _code.Line("default:");
            }

            foreach (long value in @case.Case.Values)
            {
                _code.Line($"case {MessageEmitter.CaseNumber(_plan, value)}:");
            }

            _code.Open();
            _checked = 0;
            _framed = framed;
            Fields(@case.Fields);
            _code.Blank();
            foreach (FieldPlan field in _place is null || !_views ? [] : @case.Fields)
            {
                _code.Line($"{Shared(field.Slot)} = {Converted(field)};");
            }

            if (_framed && _place is null && Parses)
            {
                // What stands behind the last field is told as an error of that field.
                _code.Line($"field = {FieldName(_field)};");
            }

            _code.Line("break;");
            _code.Close();
            _code.Blank();
        }

        if (!hasDefault && !_again)
        {
            _code.Line("default:");
            _code.Indent();
            _field = tag.Spec.Label;
            if (Parses)
            {
                _code.Line("code = global::DeclServer.ErrorCode.UnknownCase;");
            }

            if (Parses && tag.Spec.Encoding.Kind == EncodingKind.Binary && tag == _plan.Common.Last())
            {
                _code.Line($"position -= {tag.Spec.Integer!.Size};");
            }

            _code.Line(Stop);
            _code.Outdent();
        }

        _code.Close();
    }

    private string FieldName(FieldPlan field) => FieldName(field.Spec.Label);

    private string FieldName(string label) => Literals.Text(_name + "." + label);

    private void Fields(IReadOnlyList<FieldPlan> fields)
    {
        for (int i = 0; i < fields.Count; i++)
        {
            if (_checked == 0 && FixedSize(fields[i]) > 0)
            {
                NeedRun(fields, i);
            }

            Field(fields[i]);
        }
    }

    /// <summary>One length check for all the fields of fixed size that stand here one behind the other.</summary>
    private void NeedRun(IReadOnlyList<FieldPlan> fields, int first)
    {
        int last = first;
        long size = FixedSize(fields[first]);
        for (int i = first + 1; i < fields.Count && FixedSize(fields[i]) is var next and >= 0; i++)
        {
            size += next;
            last = i;
        }

        if (last == first || _again)
        {
            return;
        }

        _code.Blank();
        _code.Line($"// {fields[first].Spec.Label} to {fields[last].Spec.Label}: {Literals.Count(size)} bytes.");
        _field = fields[first].Spec.Label;
        Need(size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _checked = size;
    }

    /// <summary>The bytes of a field that always takes as many, which the first of a bit run takes for all of it; -1 for others.</summary>
    private static long FixedSize(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        if (spec.Before.Count + spec.After.Count + spec.Align + spec.When.Length > 0)
        {
            return -1;
        }

        return spec switch
        {
            { Type: WireType.Integer, Encoding.Kind: EncodingKind.Binary } => spec.Integer!.Size,
            { Encoding.Kind: EncodingKind.Bits } => field.Bits is { Run: { } run } && run.First == spec.Name ? run.Bytes : 0,
            { Type: WireType.Bytes, Extent.Kind: ExtentKind.Fixed } => spec.Extent.Bytes,
            _ => -1,
        };
    }

    private void Field(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        _code.Blank();
        _code.Line($"// {(_place is null ? spec.Label : _name + "." + spec.Label)}: {MessageProse.Describe(_plan, field)}.");
        _field = spec.Label;
        if (spec.When.Length > 0)
        {
            When(field);
            return;
        }

        if (_plan.Common.Any(f => f.Spec.Checksum is { } sum && (f == field || sum.From == spec.Name)))
        {
            _code.Line($"int {Bare(field)}At = position;");
        }

        if (spec.Extent.Null is not null)
        {
            // Declared here, since it is only assigned where there is a value.
            _code.Line($"{field.LocalType} {field.Local} = default;");
        }

        Content(field);
        if (_plan.Common.Any(f => f.Spec.Checksum is { } sum && sum.To == spec.Name))
        {
            _code.Line($"int {Bare(field)}Behind = position;");
        }
    }

    /// <summary>A field that an earlier one says whether it is there.</summary>
    private void When(FieldPlan field)
    {
        _code.Line($"{field.LocalType} {field.Local} = default;");
        _code.Line($"global::DeclServer.Messages.Grammar.Set(in message.{field.Slot.Name}, default);");
        _code.Open($"if (message.{field.Spec.When})");
        _checked = 0;
        Content(field);
        _checked = 0;
        _code.Close();
    }

    private void Content(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        Align(spec);
        if (!IsBetweenFixedBytes(spec))
        {
            Fixed(spec.Before);
        }

        switch (spec.Type)
        {
            case WireType.Integer:
                Number(field);
                break;
            case WireType.Bytes:
                Bytes(field);
                break;
            case WireType.Message:
                Message(field);
                break;
            case WireType.Sequence:
                Sequence(field);
                break;
            case WireType.Words:
                WordsLine(field);
                break;
        }

        if (spec.Extent.Null is null)
        {
            Rules(field);
        }

        if (!_isStored)
        {
            Store(field);
        }

        _isStored = false;
        if (field.MayPassMaxSize && (spec.Type == WireType.Integer || spec.Extent.Kind is ExtentKind.Until or ExtentKind.Parser))
        {
            Fail($"position - {Start} > {MaxSize}", "code = global::DeclServer.ErrorCode.TooLong;");
            _code.Blank();
        }

        if (_plan.FrameField == field)
        {
            Frame(field);
        }
    }

    /// <summary>What a value is assigned to: the local, declared here where it was not before.</summary>
    private static string Target(FieldPlan field) =>
        field.Spec.Extent.Null is null && field.Spec.When.Length == 0 ? $"{field.LocalType} {field.Local}" : field.Local;

    private static string Bare(FieldPlan field) => field.Local.TrimStart('@');

    /// <summary>The message's end is known from here on; all of it is waited for, then read in one pass.</summary>
    private void Frame(FieldPlan field)
    {
        FrameSpec frame = _plan.Spec.Frame!;
        _code.Blank();
        _code.Line($"// {field.Spec.Label} says that {MessageProse.Affine(field.Spec.Label, frame.Scale, frame.Bias)} bytes follow: they are waited for, then read in one pass.");
        _code.Line($"long following = {Affine(field, frame.Scale, frame.Bias)};");
        if (_again)
        {
            _code.Line("input = input[..(position + (int)following)];");
            _framed = true;
            return;
        }

        Fail("following < 0 || position - start + following > MaxSize", "code = global::DeclServer.ErrorCode.OutOfRange;");
        _code.Blank();
        _code.If("input.Length - position < following", _skips ? [Unknown] : ["state.Needed = position + (int)following;", NeedMore]);
        _code.Blank();
        _code.Line("input = input[..(position + (int)following)];");
        if (!_skips)
        {
            _code.Line("framed = true;");
        }

        _framed = true;
        _checked = 0;
    }

    /// <summary>A length or count as the wire means it, as a <c>long</c>.</summary>
    private static string Affine(FieldPlan field, int scale, int bias)
    {
        string value = field.LocalType is "long" or "int" or "short" or "ushort" or "byte" or "sbyte" or "uint" ? field.Local : $"(long){field.Local}";
        string scaled = scale == 1 ? value : $"{Literals.Number(scale)}L * {value}";
        return bias == 0 ? scaled : bias > 0 ? $"{scaled} + {bias}L" : $"{scaled} - {-(long)bias}L";
    }

    private void Step(string call)
    {
        if (_again)
        {
            _code.Line($"_ = global::DeclServer.Messages.{call};");
            return;
        }

        Fail($"{(_skips ? "" : "(code = ")}global::DeclServer.Messages.{call}{(_skips ? "" : ")")} != global::DeclServer.ErrorCode.None");
    }

    /// <summary>So many bytes must be there.</summary>
    private void Need(string bytes)
    {
        if (_again)
        {
            return;
        }

        if (_framed)
        {
            Fail($"input.Length - position < {bytes}", "code = global::DeclServer.ErrorCode.Truncated;");
        }
        else
        {
            _code.If($"input.Length - position < {bytes}", $"state.Needed = position + {bytes};", NeedMore);
        }

        _code.Blank();
    }

    private void Fixed(EquatableArray<byte> bytes)
    {
        switch (bytes.Count)
        {
            case 0:
                break;
            case var count when _again:
                _code.Line($"position += {count};");
                break;
            case > 0 when _plan.Spec.Text is { IgnoreCase: true } && bytes.Any(static b => b is >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z'):
                Step($"TextLine.Literal(input, ref position, {Literals.Bytes(bytes)})");
                break;
            case 1:
                Step($"Grammar.Byte(input, ref position, {Literals.Byte(bytes[0])})");
                break;
            case 2:
                Step($"Grammar.Pair(input, ref position, {Literals.Byte(bytes[0])}, {Literals.Byte(bytes[1])})");
                break;
            default:
                Step($"Grammar.Literal(input, ref position, {Literals.Bytes(bytes)})");
                break;
        }
    }

    private void Align(FieldSpec spec)
    {
        if (spec.Align > 0)
        {
            Step($"Grammar.Padding(input, ref position, {Start}, {spec.Align})");
        }
    }

    private void WordsLine(FieldPlan field)
    {
        TextSpec text = _plan.Spec.Text!;
        string bare = Bare(field);
        _code.Line($"int {bare}Start = position;");
        Step($"Grammar.Line(input, ref position, MaxSize, {(text.AllowLf ? "true" : "false")}, ref state, out int {bare}End)");
        if (text.Quotes)
        {
            Step($"Grammar.Quotes(input[{bare}Start..{bare}End], {MessageEmitter.WordRules})");
        }

        _code.Line($"global::DeclServer.Words {field.Local} = new(input[{bare}Start..{bare}End], {(text.IsPlain ? Literals.Byte(text.Separators[0]) : MessageEmitter.WordRules)});");
    }
}
