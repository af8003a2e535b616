using System.Globalization;
using System.Text;
using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>The ways through a text message: fixed bytes in round boxes, fields in square ones, what may be left out or comes again on a way around.</summary>
internal static class RailroadDiagram
{
    private const double Height = 26;
    private const double Gap = 14;
    private const double Radius = 9;
    private const double Left = 16;
    private const double WidestRow = 760;

    public static double Draw(SvgPicture picture, MessageGrammar grammar, double top)
    {
        (IReadOnlyList<FieldGrammar> common, IReadOnlyList<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> cases) = GrammarWalk.Split(grammar);
        List<Piece> pieces = [];
        foreach (FieldGrammar field in common)
        {
            Add(pieces, grammar, field);
        }

        if (cases.Count > 0)
        {
            pieces.Add(new Choice([.. cases.Select(c =>
            {
                List<Piece> parts = [];
                foreach (FieldGrammar field in c.Fields)
                {
                    Add(parts, grammar, field);
                }

                return (Piece)new Row(parts);
            })]));
        }

        // Rows no wider than a page: the way goes on at the next.
        double y = top;
        int from = 0;
        while (from < pieces.Count)
        {
            int to = from;
            double width = 0;
            while (to < pieces.Count && (to == from || width + pieces[to].Width + Gap <= WidestRow))
            {
                width += pieces[to++].Width + Gap;
            }

            Row row = new(pieces[from..to]);
            double way = y + row.Up + 4;
            picture.Path(from == 0 ? $"M{N(Left)} {N(way - 7)}v14M{N(Left + 4)} {N(way - 7)}v14M{N(Left + 4)} {N(way)}h{N(Gap)}" : $"M{N(Left)} {N(way)}h{N(Gap + 4)}");
            row.Draw(picture, Left + Gap + 4, way);
            double right = Left + Gap + 4 + row.Width;
            picture.Path(to == pieces.Count ? $"M{N(right)} {N(way)}h{N(Gap)}v-7v14M{N(right + Gap + 4)} {N(way - 7)}v14" : $"M{N(right)} {N(way)}h{N(Gap)}l-5 -4m5 4l-5 4");
            picture.Cover(right + Gap + 8, way + row.Down);
            y = way + row.Down + 14;
            from = to;
        }

        return y;
    }

    private static void Add(List<Piece> pieces, MessageGrammar grammar, FieldGrammar field)
    {
        List<Piece> parts = [];
        Literal(parts, field.Before.Span);
        Box box = new(field.Name, Detail(field), "box");
        switch (field.Kind)
        {
            case FieldKind.Words:
                LineGrammar line = grammar.Line!;
                parts.Add(new Loop(new Box("word", line.Quotes ? "quotes allowed" : "", "box"), new Box(GrammarWalk.Prose(line.Separators.Span[..1]), "", "lit"), ""));
                parts.Add(line.AllowsLf ? new Choice([new Box("CR LF", "", "lit"), new Box("LF", "", "lit")]) : new Box("CR LF", "", "lit"));
                break;
            case FieldKind.Sequence:
                string times = field.Extent.Kind == ExtentKind.CountField ? $"{GrammarWalk.Affine(field.Extent.Field, 1, field.Extent.Bias)} times" : field.MaxLength < int.MaxValue ? $"at most {field.MaxLength} times" : "";
                Piece loop = new Loop(new Box(field.Element!().Name, field.Name, "alt"), null, times);
                parts.Add(field.MinLength > 0 ? loop : new Choice([new Row([]), loop]));
                break;
            case FieldKind.Message:
                parts.Add(new Box(field.Element!().Name, field.Name, "alt"));
                break;
            default:
                parts.Add(box);
                break;
        }

        Literal(parts, field.Extent.Delimiter.Span);
        Literal(parts, field.After.Span);
        if (field.When is not null)
        {
            pieces.Add(new Choice([new Row([]), new Row(parts)]));
        }
        else if (field.Extent.Null is { })
        {
            pieces.Add(new Choice([new Row(parts), new Row([])]));
        }
        else
        {
            pieces.AddRange(parts);
        }
    }

    private static void Literal(List<Piece> parts, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            parts.Add(new Box(GrammarWalk.Prose(bytes).Replace("\"", "", StringComparison.Ordinal), "", "lit"));
        }
    }

    private static string Detail(FieldGrammar field)
    {
        if (PatternNode.Of(field) is { } pattern && pattern.Abnf() is { Length: <= 28 } abnf)
        {
            return abnf;
        }

        return field.Kind == FieldKind.Integer ? $"{Short(field.Min)} … {Short(field.Max)}"
            : field.Extent.Kind == ExtentKind.SizeField ? GrammarWalk.Detail(field)
            : field.MaxLength < int.MaxValue ? $"{field.MinLength} to {field.MaxLength} bytes" : "";
    }

    private static string Short(Int128 value) => value == long.MaxValue ? "2⁶³ − 1" : value == ulong.MaxValue ? "2⁶⁴ − 1" : value == long.MinValue ? "−2⁶³" : value == uint.MaxValue ? "2³² − 1"
        : value == int.MaxValue ? "2³¹ − 1" : value == int.MinValue ? "−2³¹" : value.ToString(CultureInfo.InvariantCulture);

    private static string N(double value) => SvgPicture.N(value);

    /// <summary>A part of the way: so wide, so far above it and so far below.</summary>
    private abstract class Piece
    {
        public abstract double Width { get; }

        public abstract double Up { get; }

        public abstract double Down { get; }

        public abstract void Draw(SvgPicture picture, double x, double y);
    }

    private sealed class Box(string text, string detail, string css) : Piece
    {
        public override double Width => Math.Max(SvgPicture.WidthOf(text), SvgPicture.WidthOf(detail, 10)) + 20;

        public override double Up => Height / 2;

        public override double Down => (Height / 2) + (detail.Length > 0 ? 13 : 0);

        public override void Draw(SvgPicture picture, double x, double y)
        {
            picture.Rectangle(x, y - (Height / 2), Width, Height, css, css == "lit" ? Height / 2 : 0);
            picture.Text(x + (Width / 2), y + 4, text, css == "lit" ? "mono" : "");
            if (detail.Length > 0)
            {
                picture.Text(x + (Width / 2), y + (Height / 2) + 11, detail, "small");
            }
        }
    }

    private sealed class Row(IReadOnlyList<Piece> parts) : Piece
    {
        public override double Width => parts.Count == 0 ? 0 : parts.Sum(static p => p.Width) + ((parts.Count - 1) * Gap);

        public override double Up => parts.Select(static p => p.Up).DefaultIfEmpty(0).Max();

        public override double Down => parts.Select(static p => p.Down).DefaultIfEmpty(0).Max();

        public override void Draw(SvgPicture picture, double x, double y)
        {
            for (int i = 0; i < parts.Count; i++)
            {
                parts[i].Draw(picture, x, y);
                x += parts[i].Width;
                if (i + 1 < parts.Count)
                {
                    picture.Path($"M{N(x)} {N(y)}h{N(Gap)}");
                    x += Gap;
                }
            }
        }
    }

    /// <summary>One of several ways; the first goes straight on.</summary>
    private sealed class Choice(IReadOnlyList<Piece> ways) : Piece
    {
        private double Inner => ways.Max(static w => w.Width);

        public override double Width => Inner + (4 * Radius);

        public override double Up => Math.Max(ways[0].Up, 2);

        public override double Down => ways[0].Down + ways.Skip(1).Sum(static w => Math.Max(w.Up, Radius) + w.Down + 10);

        public override void Draw(SvgPicture picture, double x, double y)
        {
            double way = y;
            for (int i = 0; i < ways.Count; i++)
            {
                double width = ways[i].Width;
                double left = x + (2 * Radius);
                if (i > 0)
                {
                    way += ways[i - 1].Down + 10 + Math.Max(ways[i].Up, Radius);
                    picture.Path($"M{N(x)} {N(y)}a{N(Radius)} {N(Radius)} 0 0 1 {N(Radius)} {N(Radius)}V{N(way - Radius)}a{N(Radius)} {N(Radius)} 0 0 0 {N(Radius)} {N(Radius)}");
                    picture.Path($"M{N(left + width)} {N(way)}H{N(left + Inner)}a{N(Radius)} {N(Radius)} 0 0 0 {N(Radius)} {N(-Radius)}V{N(y + Radius)}a{N(Radius)} {N(Radius)} 0 0 1 {N(Radius)} {N(-Radius)}");
                }
                else
                {
                    picture.Path($"M{N(x)} {N(y)}H{N(left)}M{N(left + width)} {N(y)}H{N(x + Width)}");
                }

                ways[i].Draw(picture, left, way);
            }
        }
    }

    /// <summary>A part that comes again, with something between.</summary>
    private sealed class Loop(Piece part, Piece? between, string times) : Piece
    {
        private double Inner => Math.Max(Math.Max(part.Width, between?.Width ?? 0), SvgPicture.WidthOf(times, 10));

        public override double Width => Inner + (4 * Radius);

        public override double Up => part.Up + 12 + (between is null ? (times.Length > 0 ? 14 : 4) : between.Up + between.Down);

        public override double Down => part.Down;

        public override void Draw(SvgPicture picture, double x, double y)
        {
            double left = x + (2 * Radius);
            double start = left + ((Inner - part.Width) / 2);
            picture.Path($"M{N(x)} {N(y)}H{N(start)}M{N(start + part.Width)} {N(y)}H{N(x + Width)}");
            part.Draw(picture, start, y);
            double back = y - part.Up - 10 - (between?.Down ?? 0);
            double right = left + Inner;
            picture.Path($"M{N(right)} {N(y)}a{N(Radius)} {N(Radius)} 0 0 0 {N(Radius)} {N(-Radius)}V{N(back + Radius)}a{N(Radius)} {N(Radius)} 0 0 0 {N(-Radius)} {N(-Radius)}"
                + $"H{N(left)}a{N(Radius)} {N(Radius)} 0 0 0 {N(-Radius)} {N(Radius)}V{N(y - Radius)}a{N(Radius)} {N(Radius)} 0 0 0 {N(Radius)} {N(Radius)}");
            if (between is not null)
            {
                between.Draw(picture, left + ((Inner - between.Width) / 2), back);
            }
            else if (times.Length > 0)
            {
                picture.Text(left + (Inner / 2), back - 4, times, "small");
            }
        }
    }
}
