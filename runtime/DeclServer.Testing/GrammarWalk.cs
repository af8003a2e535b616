using System.Text;
using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>A grammar and those inside it, and its parts as text for people.</summary>
internal static class GrammarWalk
{
    /// <summary>The message and all that can stand in it, each once, in the order they are met.</summary>
    public static IReadOnlyList<MessageGrammar> All(MessageGrammar root)
    {
        List<MessageGrammar> found = [root];
        for (int i = 0; i < found.Count; i++)
        {
            foreach (FieldGrammar field in found[i].Fields)
            {
                if (field.Element?.Invoke() is { } element && found.All(g => g.Name != element.Name))
                {
                    found.Add(element);
                }
            }
        }

        return found;
    }

    /// <summary>The fields that are always there, and those of each case.</summary>
    public static (IReadOnlyList<FieldGrammar> Common, IReadOnlyList<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> Cases) Split(MessageGrammar grammar)
    {
        List<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> cases = [];
        foreach (IGrouping<string, FieldGrammar> group in grammar.Fields.Where(static f => f.Case is not null).GroupBy(static f => string.Join(',', f.Case!)))
        {
            cases.Add((group.First().Case!, [.. group]));
        }

        return ([.. grammar.Fields.Where(static f => f.Case is null)], cases);
    }

    /// <summary>A length or count in terms of its field.</summary>
    public static string Affine(string field, int scale, int bias) =>
        $"{(scale == 1 ? "" : $"{scale} × ")}{field}{(bias == 0 ? "" : bias > 0 ? $" + {bias}" : $" − {-(long)bias}")}";

    /// <summary>Bytes for people: text in quotes, the rest by name.</summary>
    public static string Prose(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        bool quoted = false;
        foreach (byte next in bytes)
        {
            bool printable = next is > 0x20 and < 0x7F || (next == 0x20 && quoted);
            if (printable != quoted)
            {
                text.Append(quoted ? "\"" : text.Length > 0 ? " \"" : "\"");
                quoted = printable;
            }

            if (printable)
            {
                text.Append((char)next);
            }
            else
            {
                text.Append(text.Length > 0 ? " " : "").Append(next switch { 13 => "CR", 10 => "LF", 32 => "SP", 0 => "NUL", _ => $"0x{next:X2}" });
            }
        }

        return text.Append(quoted ? "\"" : "").ToString();
    }

    /// <summary>A value of the tag: a character where the tag is one printable byte.</summary>
    public static string CaseValue(MessageGrammar grammar, long value) =>
        grammar.Find(grammar.Tag) is { Bits: 8, Encoding: NumberEncoding.Binary } && value is > 0x20 and < 0x7F ? $"'{(char)value}'" : value > 9 && grammar.Find(grammar.Tag) is { Bits: > 4 } ? $"0x{value:X2}" : $"{value}";

    /// <summary>The tag's values of a case.</summary>
    public static string CaseName(MessageGrammar grammar, IReadOnlyList<long> values) =>
        values.Count == 0 ? $"any other {grammar.Tag}" : $"{grammar.Tag} {string.Join(", ", values.Select(v => CaseValue(grammar, v)))}";

    /// <summary>What follows a field's name: its unit, its range, its element.</summary>
    public static string Detail(FieldGrammar field)
    {
        string detail = field.Kind switch
        {
            FieldKind.Integer => field.Encoding switch
            {
                NumberEncoding.Leb128 => "LEB128",
                NumberEncoding.ZigZag => "zigzag LEB128",
                NumberEncoding.Quic => "1, 2, 4 or 8 bytes",
                NumberEncoding.Ber => "BER length",
                NumberEncoding.BerInteger => "BER integer",
                NumberEncoding.BerBoolean => "BER boolean",
                NumberEncoding.Ascii => "digits",
                _ => "",
            },
            FieldKind.Message => field.Element!().Name,
            FieldKind.Sequence => $"{field.Element!().Name} …",
            _ => "",
        };
        string extent = field.Extent.Kind switch
        {
            ExtentKind.Fixed => $"{field.Extent.Bytes} bytes",
            ExtentKind.SizeField => $"{Affine(field.Extent.Field, field.Extent.Scale, field.Extent.Bias)} bytes",
            ExtentKind.CountField => $"{Affine(field.Extent.Field, 1, field.Extent.Bias)} times",
            ExtentKind.Prefix => $"length in {(field.Extent.Prefix!.Bits > 0 ? $"{field.Extent.Prefix.Bits} bits" : Detail(field.Extent.Prefix))} before",
            ExtentKind.Until => $"up to {Prose(field.Extent.Delimiter.Span)}",
            ExtentKind.Predicate => $"up to {field.Extent.Last!.Name}",
            ExtentKind.Rest => "all that is left",
            ExtentKind.Parser => $"as {field.Extent.Parser!.Name} takes them",
            _ => "",
        };
        string when = field.When is { } predicate ? $"if {predicate.Name}" : "";
        return string.Join("; ", new[] { detail, extent, when }.Where(static p => p.Length > 0));
    }
}
