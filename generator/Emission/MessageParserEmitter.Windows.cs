using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>Fields whose last byte is known before they are read, and messages in messages.</content>
internal sealed partial class MessageParserEmitter
{
    private void Bytes(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string bare = Bare(field);
        switch (spec.Extent.Kind)
        {
            case ExtentKind.Until:
                _code.Line($"int {bare}Start = position;");
                Step($"Grammar.Until(input, ref position, {Literals.Bytes(spec.Extent.Delimiter)}, {field.LengthMax}, {(_framed ? "" : "ref state, ")}out int {bare}End)");
                View(field, $"input[{bare}Start..{bare}End]");
                Fixed(spec.After);
                break;
            case ExtentKind.Parser:
                Parsed(field, $"Grammar.Parsed(input, ref position, {field.LengthMax}, ");
                Fixed(spec.After);
                break;
            case ExtentKind.Fixed when _checked >= spec.Extent.Bytes:
                _code.Line($"int {bare}Start = position;");
                View(field, $"input.Slice(position, {spec.Extent.Bytes})");
                Advance(spec.Extent.Bytes);
                break;
            default:
                Window(field, () => View(field, $"input[{bare}Start..position]"));
                break;
        }
    }

    /// <summary>The bytes of a field, which its rules look at too.</summary>
    private void View(FieldPlan field, string bytes)
    {
        if (_views || HasRule(field))
        {
            _code.Line($"{Target(field)} = {bytes};");
        }
    }

    /// <summary>What a method of the declaration takes.</summary>
    private void Parsed(FieldPlan field, string step)
    {
        _checked = 0;
        _code.Line($"int {Bare(field)}Start = position;");
        Step($"{step}{_plan.Spec.Type.Reference}.{field.Spec.Extent.Parser})");
        _code.Line($"{Target(field)} = input[{Bare(field)}Start..position];");
    }

    private void Message(FieldPlan field)
    {
        if (!field.Spec.Extent.IsWindow)
        {
            _checked = 0;
            string next = Bare(field) + "Next";
            Nested(field, "input", "position", Into(field), next, propagates: !_framed);
            PassesMaxSize(field, $"{next} - start > MaxSize");
            _code.Line($"position = {next};");
            Fixed(field.Spec.After);
            return;
        }

        string bare = Bare(field);
        Window(field, () => Whole(field, bare));
    }

    /// <summary>Where a message in this one goes: straight into its place, or into a local where it is read in place.</summary>
    private string Into(FieldPlan field)
    {
        if (InPlace(field) is not null && !field.Spec.Element!.Framed)
        {
            return $"out {Target(field)}";
        }

        _isStored = true;
        return _skips ? "out _" : $"out global::DeclServer.Messages.Grammar.Place(in message.{field.Slot.Name})";
    }

    /// <summary>A message that takes exactly the window before the position.</summary>
    private void Whole(FieldPlan field, string bare)
    {
        // A message that is given whole counts its offsets from its own first byte.
        if (field.Spec.Element!.Framed)
        {
            Nested(field, $"input[{bare}Start..position]", "0", Into(field), $"{bare}Next", propagates: false, shift: bare + "Start");
            return;
        }

        _code.Line($"int {bare}WindowEnd = position;");
        _code.Line($"position = {bare}Start;");
        Nested(field, $"input[..{bare}WindowEnd]", "position", Into(field), $"{bare}Next", propagates: false);
        Fail($"{bare}Next != {bare}WindowEnd", $"position = {bare}Next;", "code = global::DeclServer.ErrorCode.TrailingBytes;");
        _code.Line($"position = {bare}WindowEnd;");
    }

    /// <summary>Reads a message inside this one.</summary>
    /// <param name="field">The field.</param>
    /// <param name="input">What it may take.</param>
    /// <param name="start">Where in that it starts.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="next">The local for where it ends.</param>
    /// <param name="propagates">Whether more input may complete it.</param>
    /// <param name="shift">What its offsets are counted from; empty where that is the same for both.</param>
    private void Nested(FieldPlan field, string input, string start, string target, string next, bool propagates, string shift = "")
    {
        string bare = Bare(field);
        if (shift.Length == 0 && InPlace(field) is { } content)
        {
            ReadInPlace(field, content, input, target, next, propagates);
            return;
        }

        if (_again)
        {
            _code.Line($"{field.Spec.Element!.TypeName}.ReadAt({input}, {start}, {Depth}, {target}, out int {next});");
            return;
        }

        if (_skips)
        {
            _code.Line($"int {next} = {field.Spec.Element!.TypeName}.SkipAt({input}, {start}, {Depth});");
            Fail($"{next} == {start}");
            return;
        }

        bool skips = !propagates && shift.Length == 0 && target == "out _";
        if (skips)
        {
            _code.Line("// What is not whole and valid is read again, to tell why.");
            _code.Line($"int {next} = {field.Spec.Element!.TypeName}.SkipAt({input}, {start}, {Depth});");
            _code.Open($"if ({next} == {start})");
        }

        _code.Line($"global::DeclServer.ParseState {bare}State = {(propagates ? "state.Inner()" : "default")};");
        _code.Line(
            $"global::DeclServer.ParseStatus {bare}Status = {field.Spec.Element!.TypeName}.TryParseAt({input}, {start}, {Depth}, ref {bare}State, {target}, out {(skips ? "" : "int ")}{next}, out error);");
        Outcome(field, bare + "Status", bare + "State", propagates, shift);
        if (skips)
        {
            _code.Close();
            _code.Blank();
        }
    }

    /// <summary>What to do when a message inside this one is not whole and valid.</summary>
    private void Outcome(FieldPlan field, string status, string state, bool propagates, string shift = "")
    {
        _code.Open($"if ({status} != global::DeclServer.ParseStatus.Done)");
        if (propagates)
        {
            _code.Open($"if ({status} == global::DeclServer.ParseStatus.NeedMore)");
            PassesMaxSize(field, $"(long){state}.Needed - start > MaxSize");
            _code.Lines($"state.Wait({state});", NeedMore);
            _code.Close();
        }
        else
        {
            Fail($"{status} == global::DeclServer.ParseStatus.NeedMore", "code = global::DeclServer.ErrorCode.Truncated;");
        }

        _code.Blank();
        if (shift.Length > 0)
        {
            _code.Line($"error = error with {{ Offset = {shift} + error.Offset }};");
        }

        Broken(field, status);
    }

    /// <summary>A message inside this one that is malformed ends it; one that is refused does so only where it would have told what follows it.</summary>
    private void Broken(FieldPlan field, string status)
    {
        if (field.Spec.Extent.Kind == ExtentKind.Predicate)
        {
            _code.Lines("message = default;", "end = start;", "state = default;", "return global::DeclServer.ParseStatus.Malformed;");
        }
        else
        {
            _code.If($"{status} == global::DeclServer.ParseStatus.Malformed", "message = default;", "end = start;", "state = default;", $"return {status};");
            _code.Blank();
            _code.If("broken.Code == global::DeclServer.ErrorCode.None", "broken = error;");
        }

        _code.Close();
        _code.Blank();
    }

    private void PassesMaxSize(FieldPlan field, string condition)
    {
        if (field.MayPassMaxSize)
        {
            Fail(condition, "code = global::DeclServer.ErrorCode.TooLong;");
            _code.Blank();
        }
    }

    /// <summary>Finds the field's last byte, waits for it, and lets the content be read from what is before the position.</summary>
    private void Window(FieldPlan field, Action content)
    {
        FieldSpec spec = field.Spec;
        ExtentSpec extent = spec.Extent;
        string bare = Bare(field);
        _checked = 0;
        if (extent.Kind == ExtentKind.Rest)
        {
            _code.Line($"int {bare}Start = position;");
            _code.Line("position = input.Length;");
            TooLong(field, $"position - {bare}Start", _plan.Spec.MaxSize);
            content();
            return;
        }

        string length = Length(field, out long most);
        if (extent.Null is { } absent)
        {
            string number = extent.Kind == ExtentKind.Prefix ? bare + "Length" : _plan.Source(field).Local;
            _code.Open($"if ({number} != {Literals.Number(absent)})");
        }

        if (extent.Kind == ExtentKind.Prefix && (extent.Prefix?.IsSigned == true || extent.Bias < 0))
        {
            Fail($"{length} < 0", "code = global::DeclServer.ErrorCode.OutOfRange;");
            _code.Blank();
        }

        TooLong(field, length, most);
        int after = spec.After.Count;
        if (field.MayPassMaxSize)
        {
            Fail($"(long)position - {Start} + {length} + {after} > {MaxSize}", "code = global::DeclServer.ErrorCode.TooLong;");
            _code.Blank();
        }

        string size = extent.Kind == ExtentKind.Fixed || !length.Contains(' ') ? length : $"({length})";
        string counted = extent.Kind == ExtentKind.Fixed || IsInt(field) ? size : $"(int){size}";
        Need(counted + (after > 0 ? $" + {after}" : ""));
        _code.Line($"int {bare}Start = position;");
        _code.Line($"position += {counted};");
        content();
        Fixed(spec.After);
        if (extent.Null is not null)
        {
            // What is absent has no rule to keep.
            Rules(field);
            _code.Close();
        }
    }

    /// <summary>Whether the length is an <c>int</c> without a cast.</summary>
    private bool IsInt(FieldPlan field) => field.Spec.Extent switch
    {
        { Kind: ExtentKind.SizeField, Scale: 1, Bias: 0 } => _plan.Source(field).LocalType is "int" or "ushort" or "short" or "byte" or "sbyte",
        { Kind: ExtentKind.Prefix, Bias: 0, Prefix.Keyword: "int" or "ushort" or "short" or "byte" or "sbyte" } => true,
        _ => false,
    };

    /// <summary>The length in bytes as an expression, and the most it can be.</summary>
    private string Length(FieldPlan field, out long most)
    {
        ExtentSpec extent = field.Spec.Extent;
        most = extent.Bytes;
        switch (extent.Kind)
        {
            case ExtentKind.Fixed:
                return extent.Bytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
            case ExtentKind.SizeField:
                FieldPlan source = _plan.Source(field);
                most = (long)Math.Min(long.MaxValue, (extent.Scale * source.ValueMax) + extent.Bias);
                return Affine(source, extent.Scale, extent.Bias);
        }

        string local = Bare(field) + "Length";
        if (extent.Prefix is { } prefix)
        {
            Need(prefix.Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _code.Line($"{prefix.Keyword} {local} = {Read(prefix, "position", _plan.Spec.LittleEndian)};");
            _code.Line($"position += {prefix.Size};");
            most = (long)prefix.Max + extent.Bias;
        }
        else
        {
            Step($"Varint.{extent.Varint!.Kind}(input, ref position, {extent.Varint.Size}, int.MaxValue, out ulong {Bare(field)}Prefix)");
            _code.Line($"long {local} = (long){Bare(field)}Prefix;");
            most = (long)int.MaxValue + extent.Bias;
        }

        return extent.Bias == 0 ? local : extent.Bias > 0 ? $"{local} + {extent.Bias}L" : $"{local} - {-(long)extent.Bias}L";
    }

    /// <summary>A length that the declaration bounds below what can be told.</summary>
    private void TooLong(FieldPlan field, string length, long most)
    {
        if (field.LengthMax < most)
        {
            Fail($"{length} > {Literals.Number(field.LengthMax)}", "code = global::DeclServer.ErrorCode.TooLong;");
            _code.Blank();
        }
    }
}
