using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// Fields in rows of 32 bits. A field of known size stands at its bits as long as all before it have one; one of variable size takes the row
/// from where it starts, with a torn edge, and what follows starts a new row.
/// </summary>
internal sealed class PacketDiagram
{
    private const double BitWidth = 22;
    private const double RowHeight = 38;
    private const double Left = 16;
    private const int RowBits = 32;

    private readonly SvgPicture _picture;
    private double _y;
    private int _bit;

    private PacketDiagram(SvgPicture picture, double top)
    {
        _picture = picture;
        _y = top;
    }

    public static double Draw(SvgPicture picture, MessageGrammar grammar, double top)
    {
        (IReadOnlyList<FieldGrammar> common, IReadOnlyList<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> cases) = GrammarWalk.Split(grammar);
        PacketDiagram diagram = new(picture, top);
        diagram.Ruler();
        diagram.Fields(common);
        int bit = diagram._bit;
        foreach ((IReadOnlyList<long> values, IReadOnlyList<FieldGrammar> fields) in cases)
        {
            // Bits that the common fields leave open are completed by each case.
            diagram.EndRow();
            picture.Text(Left, diagram._y + 19, GrammarWalk.CaseName(grammar, values), "", "start");
            diagram._y += 25;
            diagram._bit = bit % 8 == 0 ? 0 : bit;
            if (fields.All(static f => f.Kind == FieldKind.Bytes && f.MaxLength == 0))
            {
                diagram.Box(8, "nothing", "", "box dash", isTorn: false);
                continue;
            }

            diagram.Fields(fields);
        }

        diagram.EndRow();
        return diagram._y;
    }

    private void Ruler()
    {
        for (int i = 0; i < RowBits; i++)
        {
            if (i % 8 == 0 || i % 8 == 7)
            {
                _picture.Text(Left + ((i + 0.5) * BitWidth), _y + 9, $"{i}", "small");
            }
        }

        _y += 14;
    }

    private void Fields(IReadOnlyList<FieldGrammar> fields)
    {
        foreach (FieldGrammar field in fields)
        {
            if (field.Align > 0)
            {
                Variable("0 …", $"up to a multiple of {field.Align}", "box dash");
            }

            Fixed(field.Before.Span);
            string css = field.When is not null ? "box dash" : field.Kind is FieldKind.Message or FieldKind.Sequence ? "alt" : "box";
            if (field.Extent.Prefix is { } prefix)
            {
                Number(prefix, "length", css);
            }

            if (field.Kind == FieldKind.Integer)
            {
                Number(field, field.Name, css);
            }
            else if (field.Extent.Kind == ExtentKind.Fixed && field.Extent.Bytes <= 16)
            {
                Sized(8 * field.Extent.Bytes, field.Name, "", css);
            }
            else
            {
                Variable(field.Name, GrammarWalk.Detail(field), css);
            }

            Fixed(field.Extent.Delimiter.Span);
            Fixed(field.After.Span);
        }
    }

    private void Number(FieldGrammar field, string name, string css)
    {
        if (field.Encoding is NumberEncoding.Binary or NumberEncoding.Bits)
        {
            string detail = field.Allowed.Count > 0 ? string.Join(" or ", field.Allowed) : field.Checksum is { } sum ? sum.Algorithm : field.When is { } when ? $"if {when.Name}" : "";
            Sized(field.Bits, name, detail, css);
        }
        else
        {
            Variable(name, GrammarWalk.Detail(field), css, 12);
        }
    }

    private void Fixed(ReadOnlySpan<byte> bytes)
    {
        for (int from = 0; from < bytes.Length; from += 4)
        {
            ReadOnlySpan<byte> part = bytes[from..Math.Min(bytes.Length, from + 4)];
            Sized(8 * part.Length, GrammarWalk.Prose(part), "", "lit");
        }
    }

    /// <summary>A field of a known number of bits, over as many rows as it takes.</summary>
    private void Sized(int bits, string name, string detail, string css)
    {
        if (bits % RowBits == 0 && _bit != 0 && bits >= RowBits && _bit % 8 != 0)
        {
            EndRow();
        }

        bool isFirst = true;
        while (bits > 0)
        {
            int part = Math.Min(bits, RowBits - _bit);
            if (isFirst && part < bits && part < bits / 2)
            {
                // The name goes to the larger part.
                Box(part, "", "", css, isTorn: false);
            }
            else
            {
                Box(part, isFirst ? name : "", isFirst ? detail : "", css, isTorn: false);
                isFirst = false;
            }

            bits -= part;
        }
    }

    private void Variable(string name, string detail, string css, int atLeast = 16)
    {
        if (RowBits - _bit < atLeast)
        {
            EndRow();
        }

        Box(RowBits - _bit, name, detail, css, isTorn: true);
    }

    private void Box(int bits, string name, string detail, string css, bool isTorn)
    {
        double x = Left + (_bit * BitWidth);
        double width = bits * BitWidth;
        if (isTorn)
        {
            // Open to the right: how long it is, only the message says.
            double right = x + width;
            string data = $"M{N(right)} {N(_y)}H{N(x)}V{N(_y + RowHeight)}H{N(right)}l-5 {N(-RowHeight / 4)}l10 {N(-RowHeight / 4)}l-10 {N(-RowHeight / 4)}z";
            _picture.Path(data, css);
            _picture.Cover(right + 6, _y + RowHeight);
        }
        else
        {
            _picture.Rectangle(x, _y, width, RowHeight, css);
        }

        Label(x, width, name, detail);
        _bit += bits;
        if (_bit >= RowBits)
        {
            _bit = 0;
            _y += RowHeight;
        }
    }

    private void Label(double x, double width, string name, string detail)
    {
        double middle = x + (width / 2);
        if (name.Length == 0)
        {
            return;
        }

        if (SvgPicture.WidthOf(name) > width - 10)
        {
            // A narrow field: the name in small letters, in up to three lines at its capitals, or the capitals alone.
            List<string> lines = Lines(name, width);
            for (int i = 0; i < lines.Count; i++)
            {
                _picture.Text(middle, _y + (RowHeight / 2) + 4 + ((i - ((lines.Count - 1) / 2.0)) * 10), lines[i], "small");
            }

            return;
        }

        bool isTwo = detail.Length > 0 && SvgPicture.WidthOf(detail, 10) <= width - 4;
        _picture.Text(middle, _y + (RowHeight / 2) + (isTwo ? -2 : 4), name);
        if (isTwo)
        {
            _picture.Text(middle, _y + (RowHeight / 2) + 12, detail, "small");
        }
    }

    private static List<string> Lines(string name, double width)
    {
        List<string> words = [];
        foreach (char c in name)
        {
            if (words.Count == 0 || (char.IsUpper(c) && words[^1].Length > 0 && !char.IsUpper(words[^1][^1])))
            {
                words.Add("");
            }

            words[^1] += c;
        }

        List<string> lines = [];
        foreach (string word in words)
        {
            if (lines.Count > 0 && SvgPicture.WidthOf(lines[^1] + word, 10) <= width - 2)
            {
                lines[^1] += word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines.Count <= 3 && lines.All(l => SvgPicture.WidthOf(l, 10) <= width) ? lines : [string.Concat(words.Select(static w => w[0]))];
    }

    private void EndRow()
    {
        if (_bit > 0)
        {
            _bit = 0;
            _y += RowHeight;
        }
    }

    private static string N(double value) => SvgPicture.N(value);
}
