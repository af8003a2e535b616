using System.Collections;
using System.Globalization;
using System.Text;

namespace DeclServer.Testing;

/// <summary>A pattern over bytes, read from ABNF or from a regular expression that the generator has accepted.</summary>
internal abstract record PatternNode
{
    /// <summary>One byte of a class.</summary>
    public sealed record Class(BitArray Bytes) : PatternNode;

    /// <summary>One behind the other.</summary>
    public sealed record Row(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>One of several.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode;

    /// <summary>Again and again.</summary>
    public sealed record Repeat(PatternNode Part, int Min, int Max) : PatternNode;

    /// <summary>A byte string that matches, its repetitions mostly short.</summary>
    public void Sample(ref RandomSource random, List<byte> into, int most)
    {
        switch (this)
        {
            case Class { Bytes: var bytes }:
                int start = random.Below(256);
                for (int i = 0; i < 256; i++)
                {
                    if (bytes[(start + i) & 255])
                    {
                        into.Add((byte)(start + i));
                        break;
                    }
                }

                break;
            case Row row:
                foreach (PatternNode part in row.Parts)
                {
                    part.Sample(ref random, into, most);
                }

                break;
            case Choice choice:
                choice.Parts[random.Below(choice.Parts.Count)].Sample(ref random, into, most);
                break;
            case Repeat repeat:
                for (int left = random.Length(repeat.Min, Math.Max(repeat.Min, Math.Min(repeat.Max, most))); left > 0; left--)
                {
                    repeat.Part.Sample(ref random, into, most);
                }

                break;
        }
    }

    /// <summary>The pattern as ABNF (RFC 5234).</summary>
    public string Abnf() => this switch
    {
        Class { Bytes: var bytes } => Ranges(bytes) is var ranges && ranges.Count == 1 ? ranges[0] : $"({string.Join(" / ", ranges)})",
        Row { Parts.Count: 0 } => "\"\"",
        Row row => Texts(row),
        Choice choice => $"({string.Join(" / ", choice.Parts.Select(static p => p.Abnf()))})",
        Repeat { Min: 0, Max: 1 } repeat => $"[{Inner(repeat.Part)}]",
        Repeat repeat => $"{(repeat.Min == repeat.Max ? Text(repeat.Min) : $"{(repeat.Min > 0 ? Text(repeat.Min) : "")}*{(repeat.Max < int.MaxValue ? Text(repeat.Max) : "")}")}{(repeat.Part is Row or Repeat ? $"({Inner(repeat.Part)})" : repeat.Part.Abnf())}",
        _ => "",
    };

    private static string Inner(PatternNode part) => part.Abnf() is var text && part is Choice ? text[1..^1] : text;

    private static string Texts(Row row) => string.Join(" ", row.Parts.Select(static p => p.Abnf()));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static List<string> Ranges(BitArray bytes)
    {
        List<string> ranges = [];
        for (int from = 0; from < 256; from++)
        {
            if (!bytes[from])
            {
                continue;
            }

            int to = from;
            while (to < 255 && bytes[to + 1])
            {
                to++;
            }

            ranges.Add(from == to ? $"%x{from:X2}" : $"%x{from:X2}-{to:X2}");
            from = to;
        }

        return ranges;
    }

    /// <summary>The pattern of a field: its ABNF before its regular expression; null without one.</summary>
    public static PatternNode? Of(Description.FieldGrammar field) =>
        field.Chars.Length > 0 ? OfAbnf(field.Chars) : field.Pattern.Length > 0 ? OfRegex(field.Pattern) : null;

    /// <summary>Reads ABNF elements.</summary>
    public static PatternNode OfAbnf(string text) => new AbnfReader(text).Read();

    /// <summary>Reads a regular expression.</summary>
    public static PatternNode OfRegex(string text) => new RegexReader(text).Read();

    /// <summary>One byte that is none of these.</summary>
    public static PatternNode Except(byte[] bytes) => Set(i => !bytes.Contains((byte)i));

    private static Class Set(Func<int, bool> holds)
    {
        BitArray bytes = new(256);
        for (int i = 0; i < 256; i++)
        {
            bytes[i] = holds(i);
        }

        return new Class(bytes);
    }

    private static Class One(int value) => Set(i => i == value);

    /// <summary>The generator has checked the text: what it would not accept is not looked for.</summary>
    private sealed class AbnfReader(string text)
    {
        private int _at;

        public PatternNode Read() => Alternatives();

        private void Blank()
        {
            while (_at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] == ';'))
            {
                _at = text[_at] == ';' && text.IndexOf('\n', _at) is var end ? (end < 0 ? text.Length : end) : _at + 1;
            }
        }

        private bool Take(char c)
        {
            Blank();
            if (_at >= text.Length || text[_at] != c)
            {
                return false;
            }

            _at++;
            return true;
        }

        private PatternNode Alternatives()
        {
            List<PatternNode> parts = [Concatenation()];
            while (Take('/'))
            {
                parts.Add(Concatenation());
            }

            return parts.Count == 1 ? parts[0] : new Choice(parts);
        }

        private PatternNode Concatenation()
        {
            List<PatternNode> parts = [];
            for (Blank(); _at < text.Length && text[_at] is not ('/' or ')' or ']'); Blank())
            {
                parts.Add(Repetition());
            }

            return parts.Count == 1 ? parts[0] : new Row(parts);
        }

        private PatternNode Repetition()
        {
            int? min = Digits();
            if (_at < text.Length && text[_at] == '*')
            {
                _at++;
                int? max = Digits();
                return new Repeat(Element(), min ?? 0, max ?? int.MaxValue);
            }

            return min is { } times ? new Repeat(Element(), times, times) : Element();
        }

        private int? Digits()
        {
            int start = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
            {
                _at++;
            }

            return _at > start ? int.Parse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture) : null;
        }

        private PatternNode Element()
        {
            Blank();
            switch (text[_at])
            {
                case '(':
                    _at++;
                    PatternNode group = Alternatives();
                    Take(')');
                    return group;
                case '[':
                    _at++;
                    PatternNode option = Alternatives();
                    Take(']');
                    return new Repeat(option, 0, 1);
                case '"':
                    return Quoted(ignoreCase: true);
                case '%':
                    _at++;
                    char kind = char.ToLowerInvariant(text[_at++]);
                    return kind is 's' or 'i' ? Quoted(kind == 'i') : Numbers(kind switch { 'x' => 16, 'd' => 10, _ => 2 });
                default:
                    int start = _at;
                    while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '-'))
                    {
                        _at++;
                    }

                    return Core(text[start.._at].ToUpperInvariant());
            }
        }

        private Row Quoted(bool ignoreCase)
        {
            int end = text.IndexOf('"', _at + 1);
            string value = text[(_at + 1)..end];
            _at = end + 1;
            return new Row([.. value.Select(c => ignoreCase ? Set(i => char.ToLowerInvariant((char)i) == char.ToLowerInvariant(c) && i < 128) : One(c))]);
        }

        private PatternNode Numbers(int radix)
        {
            int first = Number(radix);
            if (_at < text.Length && text[_at] == '-')
            {
                _at++;
                int last = Number(radix);
                return Set(i => i >= first && i <= last);
            }

            List<PatternNode> parts = [One(first)];
            while (_at < text.Length && text[_at] == '.')
            {
                _at++;
                parts.Add(One(Number(radix)));
            }

            return parts.Count == 1 ? parts[0] : new Row(parts);
        }

        private int Number(int radix)
        {
            int value = 0;
            for (; _at < text.Length && char.IsAsciiHexDigit(text[_at]) && Convert.ToInt32(text[_at].ToString(), 16) is var digit && digit < radix; _at++)
            {
                value = (value * radix) + digit;
            }

            return value;
        }

        private static PatternNode Core(string name) => name switch
        {
            "ALPHA" => Set(static i => char.IsAsciiLetter((char)i)),
            "BIT" => Set(static i => i is '0' or '1'),
            "CHAR" => Set(static i => i is >= 1 and < 128),
            "CR" => One('\r'),
            "LF" => One('\n'),
            "CRLF" => new Row([One('\r'), One('\n')]),
            "CTL" => Set(static i => i is < 32 or 127),
            "DIGIT" => Set(static i => char.IsAsciiDigit((char)i)),
            "DQUOTE" => One('"'),
            "HEXDIG" => Set(static i => char.IsAsciiHexDigit((char)i)),
            "HTAB" => One('\t'),
            "LWSP" => new Repeat(new Choice([Set(static i => i is ' ' or '\t'), new Row([One('\r'), One('\n'), Set(static i => i is ' ' or '\t')])]), 0, int.MaxValue),
            "SP" => One(' '),
            "VCHAR" => Set(static i => i is > 32 and < 127),
            "WSP" => Set(static i => i is ' ' or '\t'),
            _ => Set(static _ => true),
        };
    }

    /// <summary>Regular expressions as far as they are regular.</summary>
    private sealed class RegexReader(string text)
    {
        private int _at;

        public PatternNode Read() => Alternatives();

        private PatternNode Alternatives()
        {
            List<PatternNode> parts = [Row()];
            while (_at < text.Length && text[_at] == '|')
            {
                _at++;
                parts.Add(Row());
            }

            return parts.Count == 1 ? parts[0] : new Choice(parts);
        }

        private PatternNode Row()
        {
            List<PatternNode> parts = [];
            while (_at < text.Length && text[_at] is not ('|' or ')'))
            {
                if (text[_at] is '^' or '$')
                {
                    _at++;
                }
                else if (text[_at] == '\\' && text[_at + 1] is 'A' or 'z' or 'Z')
                {
                    _at += 2;
                }
                else
                {
                    parts.Add(Quantified(Atom()));
                }
            }

            return parts.Count == 1 ? parts[0] : new Row(parts);
        }

        private PatternNode Quantified(PatternNode atom)
        {
            while (_at < text.Length)
            {
                (int Min, int Max)? times = text[_at] switch { '*' => (0, int.MaxValue), '+' => (1, int.MaxValue), '?' => (0, 1), '{' => Counted(), _ => null };
                if (times is not { } found)
                {
                    return atom;
                }

                _at = text[_at] == '{' ? text.IndexOf('}', _at) + 1 : _at + 1;
                atom = new Repeat(atom, found.Min, found.Max);
                if (_at < text.Length && text[_at] == '?')
                {
                    _at++;
                }
            }

            return atom;
        }

        private (int, int)? Counted()
        {
            int end = text.IndexOf('}', _at);
            string[] bounds = end < 0 ? [] : text[(_at + 1)..end].Split(',');
            return bounds.Length is 1 or 2 && int.TryParse(bounds[0], CultureInfo.InvariantCulture, out int min)
                ? (min, bounds.Length == 1 ? min : bounds[1].Length == 0 ? int.MaxValue : int.Parse(bounds[1], CultureInfo.InvariantCulture))
                : null;
        }

        private PatternNode Atom()
        {
            char c = text[_at++];
            switch (c)
            {
                case '(':
                    if (_at < text.Length && text[_at] == '?')
                    {
                        // (?:…) and (?<name>…).
                        _at = text[_at + 1] == ':' ? _at + 2 : text.IndexOf('>', _at) + 1;
                    }

                    PatternNode group = Alternatives();
                    _at++;
                    return group;
                case '[':
                    return Bracket();
                case '.':
                    return Set(static i => i != '\n');
                case '\\':
                    return Escape();
                default:
                    return Literal(c);
            }
        }

        /// <summary>A character past ASCII is the bytes of its UTF-8 form.</summary>
        private static PatternNode Literal(char c) => c < 128 ? One(c) : new Row([.. Encoding.UTF8.GetBytes(c.ToString()).Select(static b => (PatternNode)One(b))]);

        private PatternNode Escape()
        {
            char c = text[_at++];
            switch (c)
            {
                case 'x':
                    _at += 2;
                    return One(Convert.ToInt32(text[(_at - 2).._at], 16));
                case 'u':
                    _at += 4;
                    return Literal((char)Convert.ToInt32(text[(_at - 4).._at], 16));
                default:
                    return Known(c);
            }
        }

        private static Class Known(char c) => c switch
        {
            'd' => Set(static i => char.IsAsciiDigit((char)i)),
            'D' => Set(static i => !char.IsAsciiDigit((char)i)),
            'w' => Set(static i => char.IsAsciiLetterOrDigit((char)i) || i == '_'),
            'W' => Set(static i => !(char.IsAsciiLetterOrDigit((char)i) || i == '_')),
            's' => Set(static i => i is ' ' or (>= 9 and <= 13)),
            'S' => Set(static i => i is not (' ' or (>= 9 and <= 13))),
            'n' => One('\n'),
            'r' => One('\r'),
            't' => One('\t'),
            'f' => One('\f'),
            'v' => One('\v'),
            'a' => One('\a'),
            'e' => One(27),
            '0' => One(0),
            _ => One(c),
        };

        private Class Bracket()
        {
            bool not = text[_at] == '^';
            _at += not ? 1 : 0;
            BitArray bytes = new(256);
            for (bool first = true; text[_at] != ']' || first; first = false)
            {
                BitArray part = Member(out int from);
                if (from >= 0 && text[_at] == '-' && text[_at + 1] != ']')
                {
                    _at++;
                    _ = Member(out int to);
                    part = Set(i => i >= from && i <= to).Bytes;
                }

                bytes.Or(part);
            }

            _at++;
            return new Class(not ? bytes.Not() : bytes);
        }

        /// <summary>A member of a class: one byte, or the set of an escape.</summary>
        private BitArray Member(out int value)
        {
            char c = text[_at++];
            BitArray set = c == '\\' && Escape() is Class escaped ? escaped.Bytes : One(c & 255).Bytes;
            value = -1;
            for (int i = 0, found = 0; i < 256; i++)
            {
                if (set[i])
                {
                    value = ++found == 1 ? i : -1;
                }
            }

            return set;
        }
    }
}
