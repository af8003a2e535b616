using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>
/// Plans the text of a message: which fields stand in its line, whether it ends with a block of lines, and which headers are looked for
/// among them.
/// </summary>
internal sealed class LinePlanner
{
    private readonly MessageSpec _spec;
    private readonly List<Problem> _problems;
    private readonly FieldSpec[] _line = [];
    private readonly FieldSpec[] _wire;

    public LinePlanner(MessageSpec spec, List<Problem> problems)
    {
        _spec = spec;
        _problems = problems;
        _wire = [.. spec.Fields.Where(static f => f is { Case: null, Header: null })];
        if (spec.Text is not null && !(spec.Fields.Count == 1 && spec.Fields[0].Type == WireType.Words))
        {
            int last = Array.FindIndex(_wire, static f => f.EndsLine);
            _line = last < 0 ? _wire : [.. _wire.Take(last + 1)];
            CheckLine(spec.Text);
        }
        else if (spec.Text is null && spec.Fields.FirstOrDefault(static f => f.Type == WireType.Words) is not null)
        {
            _problems.Add(Problem.Of(ProblemId.Field, "", "", spec.Type.Name, "Words are found in a line: add [Text] to the message"));
        }

        CheckPlaces();
        Block = FindBlock();
        CheckHeaders();
    }

    /// <summary>The lines up to an empty one that end the message.</summary>
    public FieldSpec? Block { get; }

    /// <summary>The sequence whose elements are headers.</summary>
    private FieldSpec? Lines => _wire.FirstOrDefault(static f => f is { Type: WireType.Sequence, Element.HeaderName.Length: > 0 });

    /// <summary>A field's place in the line; null for one that does not stand there.</summary>
    public LinePlace? Place(FieldSpec field) =>
        Array.IndexOf(_line, field) is var index and >= 0 ? new LinePlace(index == 0, index == _line.Length - 1) : null;

    /// <summary>The bytes that stand around a line's field besides its own: the separator before it, and the line's end.</summary>
    public (long Min, long Max) Around(LinePlace place)
    {
        TextSpec text = _spec.Text!;
        long separator = place.IsFirst ? 0 : 1;
        long blanks = text.Blanks.Count == 0 ? 0 : _spec.MaxSize;
        return place.IsLast ? (separator + (text.AllowLf ? 1 : 2), separator + blanks + 2) : (separator, separator + blanks);
    }

    private void CheckLine(TextSpec text)
    {
        FieldSpec? flag = null;
        for (int i = 0; i < _line.Length; i++)
        {
            FieldSpec field = _line[i];
            bool isLast = i == _line.Length - 1;
            string? wrong = field switch
            {
                { Type: WireType.Sequence or WireType.Message } => "it stands in the line: let an earlier field end that, [Literal(LineEnd = true)]",
                { Type: WireType.Integer, Encoding.Kind: not (EncodingKind.Ascii or EncodingKind.Flag) } => "a number in a line is in digits: add [Ascii], or [Flag(\"word\")] to a bool",
                { Encoding.Kind: EncodingKind.Flag } when i == 0 => "a flag stands behind another field",
                { Type: WireType.Words } or { Extent.Optional: true } when i > 0 && field.Before.Count + field.After.Count > 0 => "it may be missing, so it has no literals",
                { Extent.Optional: true } when i == 0 => "an optional field stands behind another one",
                { Type: WireType.Words } when !isLast => "words go on to the line's end: let them be the line's last field",
                { Extent.Kind: ExtentKind.Rest } when !isLast => "it takes the rest of the line: let it be the line's last field",
                { Extent.Kind: not (ExtentKind.None or ExtentKind.Until or ExtentKind.Rest or ExtentKind.Line or ExtentKind.Parser) } => "a field of a line ends at the next separator, at its own [Until], with the line, or where its [Parser] says",
                { When.Length: > 0 } or { Align: > 0 } or { Checksum: not null } or { Jump: > 0 } => "[When], [Align], [Checksum] and [At] are of binary fields",
                _ when field.Before.Concat(field.After).Concat(field.Extent.Delimiter).Contains((byte)'\n') => "its literals hold the line's end",
                { Encoding.Kind: not EncodingKind.Flag } when flag is not null && !field.IsAscii => $"{flag.Label} is optional, so what stands there may be either: put the flags last",
                _ => null,
            };
            if (field.Encoding.Kind == EncodingKind.Flag)
            {
                flag = field;
                if (field.Encoding.Word.Contains(text.Separator))
                {
                    wrong = "its word holds the separator";
                }
            }

            if (wrong is not null)
            {
                _problems.Add(Problem.Of(ProblemId.Field, field.Label, "", field.Label, wrong));
            }
        }
    }

    private void CheckPlaces()
    {
        foreach (FieldSpec field in _spec.Fields.Where(static f => f.EndsLine))
        {
            if (_line.LastOrDefault() != field)
            {
                _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Literal", field.Label, "a line ends once, in a [Text] message of several fields"));
            }
        }

        foreach (FieldSpec field in _spec.Fields.Where(f => f.Extent.Optional && !_line.Contains(f)))
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Rest", field.Label, "only a line's last field is optional"));
        }

        foreach (FieldSpec field in _spec.Fields.Where(f => f.Encoding.Kind == EncodingKind.Flag && !_line.Contains(f)))
        {
            _problems.Add(Problem.Of(ProblemId.Field, field.Label, "Flag", field.Label, "a flag stands in the line of a [Text] message"));
        }
    }

    private FieldSpec? FindBlock()
    {
        if (_spec.Frame is not null || _wire.Length <= _line.Length || _wire[_line.Length] is not { Type: WireType.Sequence, Extent.Kind: ExtentKind.Until, Element.IsLine: true } block
            || !block.Extent.Delimiter.SequenceEqual("\r\n"u8.ToArray()))
        {
            return null;
        }

        if (_spec.Text is { AllowLf: true })
        {
            _problems.Add(Problem.Of(ProblemId.Field, "", "Text", _spec.Type.Name, $"the lines of {block.Label} end with CR LF, so this one does: leave LineEnd out"));
        }

        if (_wire.Length > _line.Length + 1 || _spec.Fields.Any(static f => f.Case is not null))
        {
            _problems.Add(Problem.Of(ProblemId.Field, block.Label, "", block.Label, "the message ends with the empty line: put what follows into another one"));
        }

        return block;
    }

    private void CheckHeaders()
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (FieldSpec field in _spec.Fields.Where(static f => f.Header is not null))
        {
            if (Lines is not { } lines || (lines != Block && _spec.Frame is null))
            {
                _problems.Add(Problem.Of(
                    ProblemId.Reference, field.Label, "Header", "a header", "stands in a Seq<T> of [Text] messages of a name and a value, ended by [Until(\"\\r\\n\")], which this message has not"));
            }
            else if (!names.Add(field.Header!.Name))
            {
                _problems.Add(Problem.Of(ProblemId.Overlap, field.Label, "Header", field.Header.Name, "another field is this header"));
            }
        }
    }
}
