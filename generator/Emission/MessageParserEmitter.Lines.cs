using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <content>Text: a line's end is found first, then its fields are read in one pass; a block of lines is waited for; headers are found in it.</content>
internal sealed partial class MessageParserEmitter
{
    private TextSpec Text => _plan.Spec.Text!;

    /// <summary>The message ends with an empty line: all of it is waited for, then read in one pass.</summary>
    private void Block(FieldPlan block)
    {
        _code.Blank();
        _code.Line("// The message ends with an empty line: it is waited for, then all before it is read in one pass.");
        _field = block.Spec.Label;
        Step("TextLine.Block(input, ref position, MaxSize, ref state)");
        _code.Lines("input = input[..position];", "position = start;", "framed = true;");
        _framed = true;
    }

    /// <summary>The fields that stand in the line.</summary>
    private void Line(FieldPlan[] fields)
    {
        _code.Blank();
        _code.Line("// The line's end is looked for first; then the fields are read in one pass up to it.");
        Step($"Grammar.Line(input, ref position, {(_plan.LineLength < _plan.Spec.MaxSize ? Literals.Number(_plan.LineLength) : MaxSize)}, {(Text.AllowLf ? "true" : "false")}, ref state, out int {LineEnd})");
        _code.Lines($"int {BehindLine} = position;", $"position = {Start};");
        if (Text.Blanks.Count > 0)
        {
            _code.Line($"{LineEnd} = global::DeclServer.Messages.TextLine.Trim(input, {Start}, {LineEnd}, {Literals.Bytes(Text.Blanks)});");
        }

        foreach (FieldPlan field in fields)
        {
            _code.Blank();
            _code.Line($"// {(_place is null ? field.Spec.Label : _name + "." + field.Spec.Label)}: {MessageProse.Describe(_plan, field)}.");
            _field = field.Spec.Label;
            InLine(field);
        }

        _code.Blank();
        Fail($"position != {LineEnd}", "code = global::DeclServer.ErrorCode.TrailingBytes;");
        _code.Blank();
        _code.Line($"position = {BehindLine};");
    }

    private void InLine(FieldPlan field)
    {
        FieldSpec spec = field.Spec;
        string bare = Bare(field);
        if (spec.Encoding.Kind == EncodingKind.Flag)
        {
            _code.Line(
                $"bool {field.Local} = global::DeclServer.Messages.TextLine.Flag(input, ref position, {LineEnd}, {Literals.Byte(Text.Separator)}, {Literals.Bytes(spec.Encoding.Word)}, ignoreCase: {(Text.IgnoreCase ? "true" : "false")});");
            Store(field);
            return;
        }

        if (field.MayMiss)
        {
            _code.Open($"if (position != {LineEnd})");
            Separator();
            Fail($"position == {LineEnd}", "code = global::DeclServer.ErrorCode.TooShort;");
            _code.Close();
            _code.Blank();
        }
        else if (!field.Line!.IsFirst)
        {
            Separator();
        }

        Fixed(spec.Before);
        switch (spec.Type)
        {
            case WireType.Integer:
                Number(field);
                break;
            case WireType.Words:
                _code.Line($"global::DeclServer.Words {field.Local} = new(input[position..{LineEnd}], {(Text.IsPlain ? Literals.Byte(Text.Separator) : MessageEmitter.WordRules)});");
                _code.Line($"position = {LineEnd};");
                break;
            case WireType.Bytes when spec.Extent.Kind == ExtentKind.Until:
                _code.Line($"int {bare}Start = position;");
                Step($"TextLine.Until(input, ref position, {LineEnd}, {Literals.Bytes(spec.Extent.Delimiter)}, out int {bare}End)");
                _code.Line($"{Target(field)} = input[{bare}Start..{bare}End];");
                NotEmpty(field, $"{bare}End == {bare}Start");
                Fixed(spec.After);
                break;
            case WireType.Bytes when spec.Extent.Kind == ExtentKind.Parser:
                Parsed(field, $"TextLine.Parsed(input, ref position, {LineEnd}, {field.LengthMax}, ");
                Fixed(spec.After);
                break;
            case WireType.Bytes:
                _code.Line($"int {bare}Start = position;");
                _code.Line(spec.Extent.Kind == ExtentKind.Rest
                    ? $"position = {LineEnd}{(spec.After.Count == 0 ? "" : $" - {spec.After.Count}")};"
                    : FindsItsEnd(field)
                    ? $"position = global::DeclServer.Messages.TextLine.Word(input, position, {LineEnd}, {Literals.Byte(Text.Separator)}, {ClassOf(field)}, {field.Patterns[0].Class!.Min}, {field.Patterns[0].Class!.Max ?? int.MaxValue}, out {(Parses ? $"bool {bare}Fits" : "_")});"
                    : $"position = global::DeclServer.Messages.TextLine.Word(input, position, {LineEnd}, {Literals.Byte(Text.Separator)}){(spec.After.Count == 0 ? "" : $" - {spec.After.Count}")};");
                if (spec.After.Count > 0)
                {
                    Fail($"position < {bare}Start", $"position = {bare}Start;", "code = global::DeclServer.ErrorCode.UnexpectedByte;");
                }

                _code.Line($"{Target(field)} = input[{bare}Start..position];");
                NotEmpty(field, $"position == {bare}Start");
                Fixed(spec.After);
                break;
        }

        Rules(field);
        Store(field);
    }

    /// <summary>Whether the search for the first byte that the word may not hold finds its end: the separator is one.</summary>
    private bool FindsItsEnd(FieldPlan field) =>
        field is { Line: not null, Spec: { Type: WireType.Bytes, After.Count: 0, Extent.Kind: ExtentKind.None } } && field.Patterns is [{ Class: { } one }] && !one.Bytes.Contains(Text.Separator);

    /// <summary>The field that holds the class of a value's bytes.</summary>
    private string ClassOf(FieldPlan field) => $"{_place?.Owner}s_{PatternEmitter.Camel(MessageEmitter.PatternName(field, field.Patterns[0]))}";

    /// <summary>A word that may not be empty is missing where another separator stands: that breaks the line's grammar, not only a rule.</summary>
    private void NotEmpty(FieldPlan field, string condition)
    {
        if (field.LengthMin > 0 && field.Spec.Extent.Kind == ExtentKind.None)
        {
            Fail(condition, "code = global::DeclServer.ErrorCode.TooShort;");
            _code.Blank();
        }
    }

    private void Separator()
    {
        Step($"Grammar.Byte(input, ref position, {Literals.Byte(Text.Separator)})");
        if (Text.Blanks.Count > 0)
        {
            _code.Line($"position = global::DeclServer.Messages.TextLine.Skip(input, position, {LineEnd}, {Literals.Bytes(Text.Blanks)});");
        }
    }

    /// <summary>The locals of the headers, before the sequence they stand in.</summary>
    private void DeclareHeaders()
    {
        foreach (FieldPlan header in _plan.Headers)
        {
            _code.Line($"{header.LocalType} {header.Local} = default;");
            if (header.Spec.Type == WireType.Bytes)
            {
                _code.Line($"bool {Bare(header)}Found = false;");
            }
        }
    }

    /// <summary>Whether an element is a header with a name of its own.</summary>
    private void Headers(FieldPlan lines)
    {
        string bare = Bare(lines);
        string element = bare + "Element";
        string name = $"{element}.{lines.Spec.Element!.HeaderName}";
        string value = $"{element}.{lines.Spec.Element.HeaderValue}";
        _code.Blank();
        _code.Line("// The names that have a field of their own, in any case.");
        _code.Open($"switch ({name}.Length)");
        foreach (FieldPlan header in _plan.Headers)
        {
            HeaderSpec spec = header.Spec.Header!;
            string found = header.Spec.Type == WireType.Bytes ? Bare(header) + "Found" : $"{header.Local}.HasValue";
            _code.Open($"case {spec.Name.Length} when global::System.Text.Ascii.EqualsIgnoreCase({name}, {Literals.Utf8(spec.Name)}){(spec.Single ? "" : $" && !{found}")}:");
            _field = header.Spec.Label;
            if (spec.Single)
            {
                Fail(found, "code = global::DeclServer.ErrorCode.Duplicate;");
                _code.Blank();
            }

            if (header.Spec.Type == WireType.Bytes)
            {
                _code.Lines($"{header.Local} = {value};", $"{found} = true;");
            }
            else
            {
                HeaderNumber(header, value);
            }

            string at = $"global::DeclServer.Messages.TextLine.OffsetOf(input, {value}, position)";
            HeaderRules(header, at);
            _code.Line("break;");
            _field = lines.Spec.Label;
            _code.Close();
        }

        _code.Close();
        _code.Blank();
    }

    private void HeaderNumber(FieldPlan header, string value)
    {
        EncodingSpec encoding = header.Spec.Encoding;
        bool unsigned = header.NumberType == "ulong";
        string number = Bare(header) + "Number";
        string call = encoding.Radix == 10 && encoding.Size == 0
            ? $"Grammar.WholeNumber({value}, {(encoding.LeadingZeros ? "true" : "false")}, {Bound(header.ValueMin, unsigned)}, {Bound(header.ValueMax, unsigned)}, out {header.NumberType} {number})"
            : $"Digits.Whole({value}, {DigitArguments(header)}, out {header.NumberType} {number})";
        if (_again)
        {
            Step(call);
        }

        Fail(
            $"(code = global::DeclServer.Messages.{call}) != global::DeclServer.ErrorCode.None",
            $"position = global::DeclServer.Messages.TextLine.OffsetOf(input, {value}, position);");
        _code.Blank();
        _code.Line($"{header.Local} = {(header.NumberType == header.Spec.Integer!.Keyword ? number : $"({header.Spec.Integer.Keyword}){number}")};");
    }

    /// <summary>How digits are spelled and between what bounds they lie, as arguments.</summary>
    private static string DigitArguments(FieldPlan field)
    {
        EncodingSpec encoding = field.Spec.Encoding;
        return $"{encoding.Radix}, width: {encoding.Size}, leadingZeros: {(encoding.LeadingZeros ? "true" : "false")}, ignoreCase: {(encoding.IgnoreCase ? "true" : "false")}, {Bound(field.ValueMin, true)}, {Bound(field.ValueMax, true)}";
    }
}
