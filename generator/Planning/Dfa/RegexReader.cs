using System.Globalization;

namespace DeclServer.Generator.Planning.Dfa;

/// <summary>
/// Reads the regular part of .NET's regular expression language. A class, <c>.</c> and <c>\xHH</c> are single bytes, <c>\d</c>, <c>\w</c> and
/// <c>\s</c> are ASCII, and other characters past U+007F are the bytes of their UTF-8 form. The whole value is matched, so anchors stand at the
/// ends only and a lazy quantifier is a greedy one.
/// </summary>
internal sealed class RegexReader
{
    /// <summary>How deep groups nest, so that no pattern overflows the compiler's stack.</summary>
    private const int MaxDepth = 64;

    private static readonly ByteSet s_digit = ByteSet.Range('0', '9');
    private static readonly ByteSet s_word = s_digit | ByteSet.Range('A', 'Z') | ByteSet.Range('a', 'z') | ByteSet.Of('_');
    private static readonly ByteSet s_space = ByteSet.Range(0x09, 0x0D) | ByteSet.Of(' ');

    private readonly string _text;
    private int _at;
    private int _depth;

    private RegexReader(string text) => _text = text;

    /// <exception cref="PatternException">The pattern is wrong or not regular.</exception>
    public static PatternNode Read(string text)
    {
        RegexReader reader = new(text);
        PatternNode tree = reader.Alternatives();
        if (reader._at < text.Length)
        {
            throw reader.Wrong(reader._at, 1, "closes no group: write \\) for the character");
        }

        reader.CheckAnchors(tree, first: true, last: true);
        return tree;
    }

    private PatternException Wrong(int at, int length, string message) => PatternException.At(_text, at, length, message);

    private bool Next(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private PatternNode Alternatives()
    {
        int start = _at;
        List<PatternNode> alternatives = [];
        do
        {
            alternatives.Add(Sequence());
        }
        while (Next('|'));

        return PatternNode.Choice(alternatives, start, _at - start);
    }

    private PatternNode Sequence()
    {
        int start = _at;
        List<PatternNode> parts = [];
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            int atom = _at;
            PatternNode? part = Atom();
            if (part is not null)
            {
                parts.Add(Quantified(part, atom));
            }
        }

        return PatternNode.Sequence(parts, start, _at - start);
    }

    private PatternNode Quantified(PatternNode part, int start)
    {
        int mark = _at;
        if (!Quantifier(out int min, out int? max))
        {
            return part;
        }

        if (part is AnchorNode)
        {
            throw Wrong(start, _at - start, "repeats an anchor: leave the quantifier out");
        }

        if (max < min)
        {
            throw Wrong(mark, _at - mark, "has its maximum below its minimum");
        }

        // A lazy quantifier matches the same whole values as a greedy one.
        Next('?');
        int again = _at;
        if (Quantifier(out _, out _))
        {
            throw Wrong(again, _at - again, "repeats a quantifier: put what it repeats into a group, (?:...)");
        }

        return new RepeatNode(part, min, max, start, _at - start);
    }

    private bool Quantifier(out int min, out int? max)
    {
        min = 0;
        max = null;
        if (_at == _text.Length)
        {
            return false;
        }

        switch (_text[_at])
        {
            case '*':
                _at++;
                return true;
            case '+':
                _at++;
                min = 1;
                return true;
            case '?':
                _at++;
                max = 1;
                return true;
            case '{':
                return Braces(out min, out max);
            default:
                return false;
        }
    }

    /// <summary>{n}, {n,} or {n,m}; a brace that starts none of these is a character.</summary>
    private bool Braces(out int min, out int? max)
    {
        int start = _at++;
        max = null;
        if (Count(out min))
        {
            if (Next('}'))
            {
                max = min;
                return true;
            }

            if (Next(','))
            {
                if (Next('}'))
                {
                    return true;
                }

                if (Count(out int most) && Next('}'))
                {
                    max = most;
                    return true;
                }
            }
        }

        _at = start;
        return false;
    }

    private bool Count(out int value)
    {
        int start = _at;
        long number = 0;
        while (_at < _text.Length && _text[_at] is >= '0' and <= '9')
        {
            number = Math.Min((number * 10) + (_text[_at++] - '0'), int.MaxValue);
        }

        value = (int)number;
        return _at > start;
    }

    /// <summary>One character, class, group or anchor; null for a comment.</summary>
    private PatternNode? Atom()
    {
        int start = _at;
        switch (_text[_at])
        {
            case '(':
                return Group();
            case '[':
                return Class();
            case '.':
                _at++;
                return new BytesNode(~ByteSet.Of('\n'), start, 1);
            case '^':
                _at++;
                return new AnchorNode(IsStart: true, start, 1);
            case '$':
                _at++;
                return new AnchorNode(IsStart: false, start, 1);
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                throw Wrong(start, 1, $"repeats nothing: write \\{_text[start]} for the character");
            case '{' when Braces(out _, out _):
                throw Wrong(start, _at - start, "repeats nothing: write \\{ for the character");
            default:
                return Text(CodePoint(), start);
        }
    }

    private PatternNode? Group()
    {
        int start = _at++;
        if (Next('?'))
        {
            if (Next('#'))
            {
                while (_at < _text.Length && _text[_at] != ')')
                {
                    _at++;
                }

                Close(start);
                return null;
            }

            GroupHead(start);
        }

        if (++_depth > MaxDepth)
        {
            throw Wrong(start, 1, $"opens a group in more than {MaxDepth} others");
        }

        PatternNode inner = Alternatives();
        _depth--;
        Close(start);
        return inner;
    }

    private void Close(int start)
    {
        if (!Next(')'))
        {
            throw Wrong(start, 1, "opens a group that nothing closes: write \\( for the character");
        }
    }

    /// <summary>What stands behind (? : only groups that merely group are regular, or regular without surprises.</summary>
    private void GroupHead(int start)
    {
        if (Next(':'))
        {
            return;
        }

        char head = _at < _text.Length ? _text[_at] : '\0';
        char second = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        switch (head)
        {
            case '=' or '!':
                throw Wrong(start, 3, "looks ahead, which no automaton over bytes does: say the same as alternatives");
            case '<' when second is '=' or '!':
                throw Wrong(start, 4, "looks behind, which no automaton over bytes does: say the same as alternatives");
            case '>':
                throw Wrong(start, 3, "is an atomic group: write (?:...), nothing here backtracks");
            case '(':
                throw Wrong(start, 3, "is a condition, which no automaton over bytes has: say the same as alternatives");
            case '<' or '\'':
                char close = head == '<' ? '>' : '\'';
                int name = ++_at;
                while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
                {
                    _at++;
                }

                if (_at == name || !Next(close))
                {
                    throw Wrong(start, _at - start + 1, "is no group's name, or balances groups, which no automaton over bytes does: write (?<name>...)");
                }

                return;
            default:
                throw Wrong(start, 3, "sets options inside the pattern: write both cases of a letter, as in [Aa], and the rest without options");
        }
    }

    private PatternNode Escape()
    {
        int start = _at++;
        char escaped = _at < _text.Length ? _text[_at] : throw Wrong(start, 1, "escapes nothing: write \\\\ for the character");
        _at++;
        switch (escaped)
        {
            case 'A':
                return new AnchorNode(IsStart: true, start, 2);
            case 'z' or 'Z':
                return new AnchorNode(IsStart: false, start, 2);
            case 'b' or 'B':
                throw Wrong(start, 2, "is a word boundary, which depends on the bytes around it: say which bytes may stand there");
            case 'G':
                throw Wrong(start, 2, "is where the last match ended, and the whole value is matched: leave it out");
            case >= '1' and <= '9' or 'k':
                throw Wrong(start, 2, "refers back to a group, which is not regular: compare the values in a [Require] or in the handler");
        }

        return Shorthand(escaped, start) is { } set ? new BytesNode(set, start, 2) : Text(Character(start, escaped), start);
    }

    /// <summary>The set of \d, \w, \s and their complements; null for any other escape.</summary>
    private ByteSet? Shorthand(char escaped, int start)
    {
        switch (escaped)
        {
            case 'd':
                return s_digit;
            case 'D':
                return ~s_digit;
            case 'w':
                return s_word;
            case 'W':
                return ~s_word;
            case 's':
                return s_space;
            case 'S':
                return ~s_space;
            case 'p' or 'P':
                throw Wrong(start, 2, "is a Unicode category, and patterns here are over bytes: list the bytes or characters");
            default:
                return null;
        }
    }

    /// <summary>The character of an escape that is one; bytes that \xHH gives past 7F are told apart by being negative.</summary>
    private int Character(int start, char escaped)
    {
        switch (escaped)
        {
            case 'a':
                return 0x07;
            case 'e':
                return 0x1B;
            case 'f':
                return 0x0C;
            case 'n':
                return 0x0A;
            case 'r':
                return 0x0D;
            case 't':
                return 0x09;
            case 'v':
                return 0x0B;
            case 'x':
                int value = Hex(start, 2);
                return value <= 0x7F ? value : -value;
            case 'u':
                int unit = Hex(start, 4);
                return unit is < 0xD800 or > 0xDFFF ? unit : throw Wrong(start, 6, "is half a character: write the character itself, or its bytes as \\xHH");
            case 'c':
                char letter = _at < _text.Length ? char.ToUpperInvariant(_text[_at]) : '\0';
                _at++;
                return letter is >= '@' and <= '_' ? letter - '@' : throw Wrong(start, 3, "is no control character: \\cA to \\cZ are, or write \\xHH");
            case '0':
                int octal = 0;
                for (int digits = 0; digits < 2 && _at < _text.Length && _text[_at] is >= '0' and <= '7'; digits++)
                {
                    octal = (octal * 8) + (_text[_at++] - '0');
                }

                return octal;
            default:
                if (char.IsLetterOrDigit(escaped) || escaped == '_')
                {
                    throw Wrong(start, 2, "is no escape that is known here: write the character itself, or its byte as \\xHH");
                }

                _at--;
                return CodePoint();
        }
    }

    private int Hex(int start, int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.Substring(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            throw Wrong(start, 2 + digits, $"has not {digits} hexadecimal digits");
        }

        _at += digits;
        return value;
    }

    private int CodePoint()
    {
        char c = _text[_at];
        if (!char.IsSurrogate(c))
        {
            _at++;
            return c;
        }

        if (!char.IsHighSurrogate(c) || _at + 1 == _text.Length || !char.IsLowSurrogate(_text[_at + 1]))
        {
            throw Wrong(_at, 1, "is half a character, which UTF-8 has no bytes for");
        }

        _at += 2;
        return char.ConvertToUtf32(c, _text[_at - 1]);
    }

    /// <summary>A character as its bytes; a negative one is a byte.</summary>
    private PatternNode Text(int character, int start) => character < 0
        ? new BytesNode(ByteSet.Of(-character), start, _at - start)
        : Spelled(Utf8Sequences.Of(character, character), start, _at - start);

    private static PatternNode Spelled(IEnumerable<ByteSet[]> sequences, int at, int length) => PatternNode.Choice(
        [.. sequences.Select(s => PatternNode.Sequence([.. s.Select(b => new BytesNode(b, at, length))], at, length))], at, length);

    private PatternNode Class()
    {
        int start = _at;
        ByteSet bytes = ClassBody(out List<(int From, int To)> characters, out _);
        int length = _at - start;
        if (characters.Count > 0)
        {
            PatternNode[] spelled = [.. characters.Select(r => Spelled(Utf8Sequences.Of(r.From, r.To), start, length))];
            return PatternNode.Choice(bytes.IsEmpty ? spelled : [new BytesNode(bytes, start, length), .. spelled], start, length);
        }

        return bytes.IsEmpty ? throw Wrong(start, length, "holds no byte, so nothing matches it") : new BytesNode(bytes, start, length);
    }

    /// <summary>A class from its bracket on: its bytes, and apart from them the characters that are more than one byte.</summary>
    private ByteSet ClassBody(out List<(int From, int To)> characters, out bool negated)
    {
        int start = _at++;
        characters = [];
        negated = Next('^');
        ByteSet bytes = default;
        for (bool first = true; ; first = false)
        {
            if (_at >= _text.Length)
            {
                throw Wrong(start, 1, "opens a class that nothing closes: write \\[ for the character");
            }

            if (!first && Next(']'))
            {
                break;
            }

            // [a-z-[aeiou]]: what is taken out stands last.
            if (!first && _text[_at] == '-' && _at + 1 < _text.Length && _text[_at + 1] == '[')
            {
                _at++;
                ByteSet kept = negated ? ~bytes : bytes;
                if (++_depth > MaxDepth)
                {
                    throw Wrong(_at, 1, $"opens a class in more than {MaxDepth} others");
                }

                int inner = _at;
                ByteSet taken = ClassBody(out List<(int From, int To)> without, out _);
                _depth--;
                if (without.Count + characters.Count > 0)
                {
                    throw Wrong(inner, _at - inner, "is taken from or has characters of several bytes: list those that are left");
                }

                if (!Next(']'))
                {
                    throw Wrong(inner, _at - inner, "is taken out of the class, so nothing may stand behind it");
                }

                return kept & ~taken;
            }

            int item = _at;
            int from = ClassItem(out ByteSet? set);
            if (set is { } members)
            {
                bytes |= members;
                continue;
            }

            // An escaped hyphen starts no range.
            int to = from;
            bool hyphen = _at - item == 2 && _text[item] == '\\' && _text[item + 1] == '-';
            if (!hyphen && _at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] is not (']' or '['))
            {
                _at++;
                to = ClassItem(out ByteSet? end);
                if (end is not null)
                {
                    throw Wrong(item, _at - item, "is no range: its end is a set");
                }
            }

            // A byte that \xHH gives past 7F ranges with ASCII as the byte it is.
            if (from < 0 || (to < 0 && from <= 0x7F))
            {
                if (to > 0x7F)
                {
                    throw Wrong(item, _at - item, "mixes a byte and a character of several bytes in one range");
                }

                (from, to) = (Math.Abs(from), Math.Abs(to));
                if (from > to)
                {
                    throw Wrong(item, _at - item, "is a range whose end is below its start");
                }

                bytes |= ByteSet.Range(from, to);
                continue;
            }

            if (from > to)
            {
                throw Wrong(item, _at - item, to < 0 ? "mixes a byte and a character of several bytes in one range" : "is a range whose end is below its start");
            }

            if (from <= 0x7F)
            {
                bytes |= ByteSet.Range(from, Math.Min(to, 0x7F));
            }

            if (to > 0x7F)
            {
                characters.Add((Math.Max(from, 0x80), to));
            }
        }

        if (negated && characters.Count > 0)
        {
            throw Wrong(start, _at - start, "leaves out a character of several bytes, and a class here is of bytes: leave out its bytes as \\xHH, or list what is allowed");
        }

        return negated ? ~bytes : bytes;
    }

    /// <summary>One character of a class, or a set such as \d.</summary>
    private int ClassItem(out ByteSet? set)
    {
        set = null;
        int start = _at;
        if (_text[_at] != '\\')
        {
            return CodePoint();
        }

        _at++;
        char escaped = _at < _text.Length ? _text[_at++] : throw Wrong(start, 1, "escapes nothing: write \\\\ for the character");
        if (escaped == 'b')
        {
            return 0x08;
        }

        set = Shorthand(escaped, start);
        return set is null ? Character(start, escaped) : 0;
    }

    /// <summary>An anchor says nothing where the whole value is matched, as long as it stands at the end that it asks for.</summary>
    private void CheckAnchors(PatternNode node, bool first, bool last)
    {
        switch (node)
        {
            case AnchorNode { IsStart: true } when !first:
                throw Wrong(node.At, node.Length, "asks for the value's start where something may stand before it: put it first or leave it out, the whole value is matched");
            case AnchorNode { IsStart: false } when !last:
                throw Wrong(node.At, node.Length, "asks for the value's end where something may stand behind it: put it last or leave it out, the whole value is matched");
            case SequenceNode { Parts: var parts }:
                int from = 0;
                while (from < parts.Count && parts[from] is AnchorNode { IsStart: true })
                {
                    from++;
                }

                int to = parts.Count - 1;
                while (to >= 0 && parts[to] is AnchorNode { IsStart: false })
                {
                    to--;
                }

                for (int i = 0; i < parts.Count; i++)
                {
                    CheckAnchors(parts[i], first && i <= from, last && i >= to);
                }

                break;
            case ChoiceNode { Alternatives: var alternatives }:
                foreach (PatternNode alternative in alternatives)
                {
                    CheckAnchors(alternative, first, last);
                }

                break;
            case RepeatNode { Inner: var inner, Max: var max }:
                CheckAnchors(inner, first && max <= 1, last && max <= 1);
                break;
        }
    }
}
