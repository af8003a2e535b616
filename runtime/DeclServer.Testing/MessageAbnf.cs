using System.Globalization;
using System.Text;
using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// A message as ABNF (RFC 5234): a rule for it and for each field and message in it. A binary number is its octets, a run of bits the octets
/// that it shares; what ABNF has no words for, such as a length that is told by a field before, stands in the comment behind the rule.
/// </summary>
public static class MessageAbnf
{
    /// <summary>The rules.</summary>
    /// <typeparam name="T">The message.</typeparam>
    public static string Of<T>()
        where T : IMessage<T>, allows ref struct
    {
        StringBuilder text = new();
        foreach (MessageGrammar grammar in GrammarWalk.All(MessageGrammar.Of<T>()))
        {
            Message(text, grammar);
        }

        return text.ToString();
    }

    private static void Message(StringBuilder text, MessageGrammar grammar)
    {
        string prefix = Rule(grammar.Name);
        (IReadOnlyList<FieldGrammar> common, IReadOnlyList<(IReadOnlyList<long> Values, IReadOnlyList<FieldGrammar> Fields)> cases) = GrammarWalk.Split(grammar);
        List<(string Name, string Elements, string Comment)> rules = [];
        string head = Row(grammar, common, prefix, rules, cases.Count > 0 ? cases[0].Fields : []);
        List<string> alternatives = [];
        for (int i = 0; i < cases.Count; i++)
        {
            string name = $"{prefix}-case{(cases.Count > 1 ? $"-{i + 1}" : "")}";
            alternatives.Add(name);
            List<(string Name, string Elements, string Comment)> fields = [];
            string row = Row(grammar, cases[i].Fields, prefix, fields, []);
            rules.Add((name, row.Length > 0 ? row : "\"\"", GrammarWalk.CaseName(grammar, cases[i].Values)));
            rules.AddRange(fields);
        }

        string elements = alternatives.Count == 0 ? head : $"{head} {(alternatives.Count == 1 ? alternatives[0] : $"({string.Join(" / ", alternatives)})")}".Trim();
        text.Append(text.Length > 0 ? "\r\n" : "");
        Line(text, prefix, elements.Length > 0 ? elements : "\"\"", $"{grammar.MinSize} to {grammar.MaxSize} octets{(grammar.Frame is { IsInput: false } frame ? $", {GrammarWalk.Affine(frame.Field, frame.Scale, frame.Bias)} of them behind {frame.Field}" : "")}");
        HashSet<string> written = [];
        foreach ((string name, string of, string comment) in rules)
        {
            if (written.Add(name))
            {
                Line(text, name, of, comment);
            }
        }
    }

    private static void Line(StringBuilder text, string name, string elements, string comment) =>
        text.Append(name).Append(name.Length > 0 ? " = " : "").Append(elements).Append(comment.Length > 0 ? " ; " + comment.Replace('×', '*').Replace('−', '-').Replace("…", "...", StringComparison.Ordinal) : "").Append("\r\n");

    /// <summary>The elements of fields that stand one behind the other; their rules are added.</summary>
    private static string Row(MessageGrammar grammar, IReadOnlyList<FieldGrammar> fields, string prefix, List<(string Name, string Elements, string Comment)> rules, IReadOnlyList<FieldGrammar> behind)
    {
        List<string> parts = [];
        for (int i = 0; i < fields.Count; i++)
        {
            FieldGrammar field = fields[i];
            string name = $"{prefix}-{Rule(field.Name)}";
            if (field.Encoding == NumberEncoding.Bits && field.Kind == FieldKind.Integer)
            {
                // A run of bits shares octets: one rule for all of it.
                int last = i;
                while (last + 1 < fields.Count && fields[last + 1] is { Encoding: NumberEncoding.Bits, Kind: FieldKind.Integer })
                {
                    last++;
                }

                IEnumerable<FieldGrammar> run = fields.Skip(i).Take(last - i + 1);
                int bits = run.Sum(static f => f.Bits);
                string what = string.Join(", ", run.Select(static f => $"{f.Name}:{f.Bits}"));
                if (bits % 8 != 0 && behind.Count == 0)
                {
                    // It began before the cases, where it is counted.
                    rules.Add((name, Octets((bits + 7) / 8), $"bits {what}, with those before the case"));
                    parts.Add(name);
                }
                else if (bits % 8 == 0)
                {
                    rules.Add((name, Octets(bits / 8), $"bits {what}{(grammar.IsLittleEndian ? ", the lowest first" : "")}"));
                    parts.Add(name);
                }
                else
                {
                    rules.Add(("", "", $"bits {what} are the first of each case"));
                }

                i = last;
                continue;
            }

            if (field.Align > 0)
            {
                parts.Add($"*{field.Align - 1}%x00");
            }

            string[] around = [Bytes(field.Before.Span), field.Extent.Kind == ExtentKind.Prefix ? name + "-length" : "", name, Bytes(field.Extent.Delimiter.Span), Bytes(field.After.Span)];
            string element = string.Join(' ', around.Where(static p => p.Length > 0));
            parts.Add(field.When is not null || field.Extent.Null is not null ? $"[{element}]" : element);
            if (field.Extent.Prefix is { } length)
            {
                rules.Add((name + "-length", Number(length), $"the length of {field.Name}{(field.Extent.Null is { } none ? $"; {none} for none" : "")}"));
            }

            rules.Add((name, Elements(grammar, field, name), Comment(grammar, field)));
            if (grammar.Line is { } line && field.Kind == FieldKind.Words)
            {
                byte[] outside = [.. line.Separators.Span, (byte)'\n', .. line.Quotes ? "\"'"u8 : ""u8];
                string word = new PatternNode.Repeat(PatternNode.Except(outside), 1, int.MaxValue).Abnf();
                rules.Add((name + "-word", word, $"{(line.AllowsLf ? "a CR only where no LF follows" : "no CR LF in it")}{(line.Quotes ? "; or in quotes, single or double, up to the closing one" : "")}{(line.Escapes ? ", with escapes" : "")}"));
            }
        }

        return string.Join(' ', parts);
    }

    private static string Comment(MessageGrammar grammar, FieldGrammar field)
    {
        List<string> comments = [];
        string detail = GrammarWalk.Detail(field);
        if (detail.Length > 0)
        {
            comments.Add(detail);
        }

        if (field.Kind == FieldKind.Integer && field.Encoding is NumberEncoding.Binary && field.Bits > 8)
        {
            comments.Add(grammar.IsLittleEndian ? "little-endian" : "big-endian");
        }

        if (field.Kind == FieldKind.Integer && field.Name != grammar.Tag)
        {
            comments.Add($"{field.Min} to {field.Max}");
        }

        if (field.Checksum is { } sum)
        {
            comments.Add($"{sum.Algorithm} of {(sum.From.Length > 0 ? sum.From : "what follows")} to {(sum.To.Length > 0 ? sum.To : "the end")}");
        }

        if (field.When is { Source.Length: > 0 } when)
        {
            comments.Add(when.Source);
        }

        return string.Join("; ", comments);
    }

    private static string Elements(MessageGrammar grammar, FieldGrammar field, string name)
    {
        switch (field.Kind)
        {
            case FieldKind.Integer:
                return field.Allowed.Count > 0 && field is { Encoding: NumberEncoding.Binary, Bits: 8 }
                    ? string.Join(" / ", field.Allowed.Select(static v => $"%x{int.Parse(v, CultureInfo.InvariantCulture):X2}"))
                    : field.Name == grammar.Tag && field is { Encoding: NumberEncoding.Binary, Bits: 8 } && !grammar.HasDefaultCase
                    ? string.Join(" / ", grammar.CaseValues.Select(static v => $"%x{v:X2}"))
                    : Number(field);
            case FieldKind.Message:
                return Rule(field.Element!().Name);
            case FieldKind.Sequence:
                string most = field.Extent.Kind == ExtentKind.CountField || field.MaxLength == int.MaxValue ? "" : field.MaxLength.ToString(CultureInfo.InvariantCulture);
                return $"{(field.MinLength > 0 ? field.MinLength.ToString(CultureInfo.InvariantCulture) : "")}*{most}{Rule(field.Element!().Name)}";
            case FieldKind.Words:
                LineGrammar line = grammar.Line!;
                string separators = string.Join(" / ", line.Separators.ToArray().Select(static b => $"%x{b:X2}"));
                return $"*({separators}) [{name}-word *(1*({separators}) {name}-word)] *({separators}) {(line.AllowsLf ? "[CR] LF" : "CRLF")}";
            default:
                if (PatternNode.Of(field) is { } pattern)
                {
                    return pattern.Abnf() is { Length: > 0 } abnf ? abnf : "\"\"";
                }

                if (field.Allowed.Count > 0)
                {
                    return string.Join(" / ", field.Allowed.Select(static v => Bytes(Encoding.Latin1.GetBytes(v))));
                }

                return field.MinLength == field.MaxLength ? Octets(field.MaxLength)
                    : $"{(field.MinLength > 0 ? field.MinLength.ToString(CultureInfo.InvariantCulture) : "")}*{(field.MaxLength < int.MaxValue ? field.MaxLength.ToString(CultureInfo.InvariantCulture) : "")}OCTET";
        }
    }

    private static string Number(FieldGrammar field) => field.Encoding switch
    {
        NumberEncoding.Ascii => $"{(field.Min < 0 ? "[\"-\"] " : "")}{(field.LeadingZeros ? "1*DIGIT" : "(\"0\" / (%x31-39 *DIGIT))")}",
        NumberEncoding.Leb128 or NumberEncoding.ZigZag => $"*{field.MaxBytes - 1}%x80-FF %x00-7F",
        NumberEncoding.Quic => "(%x00-3F) / (%x40-7F OCTET) / (%x80-BF 3OCTET) / (%xC0-FF 7OCTET)",
        NumberEncoding.BerInteger => $"%x01-{field.MaxBytes - 1:X2} 1*{field.MaxBytes - 1}OCTET",
        NumberEncoding.BerBoolean => "%x01 (%x00 / %xFF)",
        NumberEncoding.Ber => $"%x00-7F / (%x81-{0x80 + Math.Min(8, field.MaxBytes - 1):X2} 1*{Math.Min(8, field.MaxBytes - 1)}OCTET)",
        NumberEncoding.Binary when field.Bits == 8 && !field.IsSigned && field.Max > 0 && field.Max < 255 => $"%x{(int)field.Min:X2}-{(int)field.Max:X2}",
        _ => Octets(field.Bits / 8),
    };

    private static string Octets(int count) => count == 1 ? "OCTET" : $"{count}OCTET";

    private static string Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        // A quoted string would match without case: %s (RFC 7405) keeps it, and quotes and controls are numbers.
        return bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && !bytes.Contains((byte)'"')
            ? $"%s\"{Encoding.ASCII.GetString(bytes)}\""
            : "%x" + string.Join('.', bytes.ToArray().Select(static b => b.ToString("X2", CultureInfo.InvariantCulture)));
    }

    /// <summary>A name as ABNF has it: words in small letters with hyphens.</summary>
    private static string Rule(string name)
    {
        StringBuilder rule = new();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && rule.Length > 0)
            {
                rule.Append('-');
            }

            rule.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        }

        return rule.ToString().TrimEnd('-');
    }
}
