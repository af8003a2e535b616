using System.Globalization;

namespace DeclServer.Generator.Planning;

/// <summary>An ABNF repetition of one class of bytes (RFC 5234): <c>1*250(%x21-7E)</c>.</summary>
internal sealed class CharClass
{
    private static readonly Dictionary<string, (int From, int To)[]> s_core = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ALPHA"] = [('A', 'Z'), ('a', 'z')],
        ["BIT"] = [('0', '1')],
        ["CHAR"] = [(0x01, 0x7F)],
        ["CR"] = [(0x0D, 0x0D)],
        ["CTL"] = [(0x00, 0x1F), (0x7F, 0x7F)],
        ["DIGIT"] = [('0', '9')],
        ["DQUOTE"] = [('"', '"')],
        ["HEXDIG"] = [('0', '9'), ('A', 'F'), ('a', 'f')],
        ["HTAB"] = [(0x09, 0x09)],
        ["LF"] = [(0x0A, 0x0A)],
        ["OCTET"] = [(0x00, 0xFF)],
        ["SP"] = [(0x20, 0x20)],
        ["VCHAR"] = [(0x21, 0x7E)],
    };

    private readonly bool[] _members = new bool[256];

    private CharClass(int min, int? max)
    {
        Min = min;
        Max = max;
    }

    /// <summary>The fewest bytes.</summary>
    public int Min { get; }

    /// <summary>The most bytes; null when the repetition sets no bound.</summary>
    public int? Max { get; }

    public bool Contains(byte value) => _members[value];

    /// <summary>The bytes in the class, ascending.</summary>
    public IEnumerable<byte> Members => Enumerable.Range(0, 256).Where(i => _members[i]).Select(static i => (byte)i);

    /// <summary>Reads a repetition; null, with what is wrong, when it is none.</summary>
    public static CharClass? Parse(string text, out string wrong)
    {
        wrong = "";
        int at = 0;
        int? low = Number(text, ref at);
        int min = low ?? 1;
        int? max = min;
        if (at < text.Length && text[at] == '*')
        {
            at++;
            min = low ?? 0;
            max = Number(text, ref at);
        }

        string body = text.Substring(at).Trim();
        if (body.StartsWith("(", StringComparison.Ordinal) && body.EndsWith(")", StringComparison.Ordinal))
        {
            body = body.Substring(1, body.Length - 2).Trim();
        }

        if (max < min || body.Length == 0)
        {
            wrong = max < min ? "the repetition's maximum is below its minimum" : "a repetition and one class are asked for, as in 1*250(%x21-7E)";
            return null;
        }

        CharClass result = new(min, max);
        foreach (string alternative in Alternatives(body))
        {
            if (!result.Add(alternative.Trim()))
            {
                wrong = $"'{alternative.Trim()}' is no %x range, quoted character or rule of RFC 5234, appendix B";
                return null;
            }
        }

        return result;
    }

    private static IEnumerable<string> Alternatives(string body)
    {
        int start = 0;
        bool quoted = false;
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] == '"')
            {
                quoted = !quoted;
            }
            else if (body[i] == '/' && !quoted)
            {
                yield return body.Substring(start, i - start);
                start = i + 1;
            }
        }

        yield return body.Substring(start);
    }

    private bool Add(string term)
    {
        if (s_core.TryGetValue(term, out (int From, int To)[]? ranges))
        {
            foreach ((int from, int to) in ranges)
            {
                Include(from, to);
            }

            return true;
        }

        if (term.Length == 3 && term[0] == '"' && term[2] == '"')
        {
            // RFC 5234, 2.3: a quoted string matches without case.
            Include(char.ToLowerInvariant(term[1]), char.ToLowerInvariant(term[1]));
            Include(char.ToUpperInvariant(term[1]), char.ToUpperInvariant(term[1]));
            return true;
        }

        if (term.StartsWith("%x", StringComparison.OrdinalIgnoreCase))
        {
            string[] ends = term.Substring(2).Split('-');
            if (ends.Length is 1 or 2 && Hex(ends[0], out int from) && Hex(ends[ends.Length - 1], out int to) && from <= to)
            {
                Include(from, to);
                return true;
            }
        }

        return false;
    }

    private void Include(int from, int to)
    {
        for (int i = from; i <= to && i < 256; i++)
        {
            _members[i] = true;
        }
    }

    private static bool Hex(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value is >= 0 and <= 0xFF;

    private static int? Number(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && text[at] is >= '0' and <= '9' && at - start < 9)
        {
            at++;
        }

        return at == start ? null : int.Parse(text.Substring(start, at - start), CultureInfo.InvariantCulture);
    }
}
