namespace DeclServer.Generator.Planning.Dfa;

/// <summary>Reads the elements of an ABNF rule (RFC 5234, section 4, with the strings of RFC 7405) and the core rules of its appendix B.</summary>
internal sealed class AbnfReader
{
    /// <summary>How deep groups nest, so that no pattern overflows the compiler's stack.</summary>
    private const int MaxDepth = 64;

    private static readonly Dictionary<string, ByteSet> s_core = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ALPHA"] = ByteSet.Range('A', 'Z') | ByteSet.Range('a', 'z'),
        ["BIT"] = ByteSet.Range('0', '1'),
        ["CHAR"] = ByteSet.Range(0x01, 0x7F),
        ["CR"] = ByteSet.Of(0x0D),
        ["CTL"] = ByteSet.Range(0x00, 0x1F) | ByteSet.Of(0x7F),
        ["DIGIT"] = ByteSet.Range('0', '9'),
        ["DQUOTE"] = ByteSet.Of('"'),

        // "A" to "F" are strings, so they match without case (RFC 5234, section 2.3).
        ["HEXDIG"] = ByteSet.Range('0', '9') | ByteSet.Range('A', 'F') | ByteSet.Range('a', 'f'),
        ["HTAB"] = ByteSet.Of(0x09),
        ["LF"] = ByteSet.Of(0x0A),
        ["OCTET"] = ByteSet.All,
        ["SP"] = ByteSet.Of(0x20),
        ["VCHAR"] = ByteSet.Range(0x21, 0x7E),
        ["WSP"] = ByteSet.Of(0x20) | ByteSet.Of(0x09),
    };

    private readonly string _text;
    private int _at;
    private int _depth;

    private AbnfReader(string text) => _text = text;

    /// <exception cref="PatternException">The text is no ABNF, or refers to rules that are not of the core.</exception>
    public static PatternNode Read(string text)
    {
        AbnfReader reader = new(text);
        reader.Space();
        if (reader._at == text.Length)
        {
            throw new PatternException("it is empty: write the bytes as in 1*250(%x21-7E)");
        }

        PatternNode tree = reader.Alternation();
        if (reader._at < text.Length)
        {
            throw reader.Wrong(reader._at, 1, text[reader._at] is ')' or ']' ? "closes no group" : "starts no element: separate elements by spaces and alternatives by /");
        }

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

    /// <summary>*c-wsp: spaces, line ends and comments.</summary>
    private bool Space()
    {
        int start = _at;
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n' or ';')
        {
            if (_text[_at] == ';')
            {
                while (_at < _text.Length && _text[_at] is not ('\r' or '\n'))
                {
                    _at++;
                }
            }
            else
            {
                _at++;
            }
        }

        return _at > start;
    }

    /// <summary>alternation = concatenation *(*c-wsp "/" *c-wsp concatenation)</summary>
    private PatternNode Alternation()
    {
        int start = _at;
        int end;
        List<PatternNode> alternatives = [];
        do
        {
            Space();
            alternatives.Add(Concatenation());
            end = _at;
            Space();
        }
        while (Next('/'));

        return PatternNode.Choice(alternatives, start, end - start);
    }

    /// <summary>concatenation = repetition *(1*c-wsp repetition)</summary>
    private PatternNode Concatenation()
    {
        int start = _at;
        int end;
        List<PatternNode> parts = [];
        do
        {
            parts.Add(Repetition());
            end = _at;
        }
        while (Space() && _at < _text.Length && _text[_at] is not ('/' or ')' or ']'));

        _at = end;
        return PatternNode.Sequence(parts, start, end - start);
    }

    /// <summary>repetition = [1*DIGIT / (*DIGIT "*" *DIGIT)] element</summary>
    private PatternNode Repetition()
    {
        int start = _at;
        int? low = Number(10, int.MaxValue);
        bool star = Next('*');
        int? high = star ? Number(10, int.MaxValue) : low;
        if (high < (low ?? 0))
        {
            throw Wrong(start, _at - start, "has its maximum below its minimum");
        }

        PatternNode element = Element();
        return low is null && !star ? element : new RepeatNode(element, low ?? 0, high, start, _at - start);
    }

    private PatternNode Element()
    {
        int start = _at;
        if (start == _text.Length)
        {
            throw new PatternException("it ends where an element is asked for: a core rule such as ALPHA, \"text\", %x21-7E or a group");
        }

        switch (_text[start])
        {
            case '(':
                return Group(')');
            case '[':
                return new RepeatNode(Group(']'), 0, 1, start, _at - start);
            case '"':
                return String(start, cased: false);
            case '%':
                return Value();
            case '<':
                throw Wrong(start, 1, "starts a rule in prose, which cannot be compiled: write the bytes it means");
            case >= 'A' and <= 'Z' or >= 'a' and <= 'z':
                return Rule();
            default:
                throw Wrong(start, 1, "stands where an element is asked for: a core rule such as ALPHA, \"text\", %x21-7E or a group");
        }
    }

    private PatternNode Group(char close)
    {
        int start = _at++;
        if (++_depth > MaxDepth)
        {
            throw Wrong(start, 1, $"opens a group in more than {MaxDepth} others");
        }

        PatternNode inner = Alternation();
        _depth--;
        return Next(close) ? inner : throw Wrong(start, 1, $"opens a group that no {close} closes");
    }

    /// <summary>A string of %x20-21 / %x23-7E; both cases of a letter match unless it is marked with %s (RFC 7405).</summary>
    private PatternNode String(int start, bool cased)
    {
        _at++;
        List<PatternNode> parts = [];
        while (!Next('"'))
        {
            if (_at == _text.Length)
            {
                throw Wrong(start, 1, "opens a string that nothing closes");
            }

            char c = _text[_at];
            if (c is < ' ' or > '~')
            {
                throw Wrong(_at, 1, "is no visible ASCII character: write its bytes as in %xC3.A9");
            }

            ByteSet bytes = ByteSet.Of(c);
            parts.Add(new BytesNode(cased || !char.IsLetter(c) ? bytes : bytes | ByteSet.Of(c ^ 0x20), _at, 1));
            _at++;
        }

        return PatternNode.Sequence(parts, start, _at - start);
    }

    /// <summary>%x41, %x41-5A, %x0D.0A, in base 2, 10 or 16; %s"..." and %i"...".</summary>
    private PatternNode Value()
    {
        int start = _at++;
        char kind = _at < _text.Length ? char.ToLowerInvariant(_text[_at++]) : '\0';
        if (kind is 's' or 'i' && _at < _text.Length && _text[_at] == '"')
        {
            return String(start, cased: kind == 's');
        }

        int radix = kind switch { 'b' => 2, 'd' => 10, 'x' => 16, _ => throw Wrong(start, 2, "is no value: write %x, %d or %b and digits, or %s\"text\"") };
        int from = Byte(start, radix);
        if (Next('-'))
        {
            int to = Byte(start, radix);
            return from <= to ? new BytesNode(ByteSet.Range(from, to), start, _at - start) : throw Wrong(start, _at - start, "is a range whose end is below its start");
        }

        List<PatternNode> parts = [new BytesNode(ByteSet.Of(from), start, _at - start)];
        int at = _at;
        while (Next('.'))
        {
            int value = Byte(start, radix);
            parts.Add(new BytesNode(ByteSet.Of(value), at + 1, _at - at - 1));
            at = _at;
        }

        return PatternNode.Sequence(parts, start, _at - start);
    }

    private int Byte(int start, int radix) => Number(radix, 256) switch
    {
        null => throw Wrong(start, _at - start, "has no digits"),
        256 => throw Wrong(start, _at - start, "is more than a byte, %xFF"),
        int value => value,
    };

    private int? Number(int radix, int most)
    {
        int start = _at;
        long value = 0;
        while (_at < _text.Length && Digit(_text[_at]) < radix)
        {
            value = Math.Min((value * radix) + Digit(_text[_at++]), most);
        }

        return _at == start ? null : (int)value;
    }

    private static int Digit(char c) => c switch
    {
        >= '0' and <= '9' => c - '0',
        >= 'A' and <= 'F' => c - 'A' + 10,
        >= 'a' and <= 'f' => c - 'a' + 10,
        _ => int.MaxValue,
    };

    private PatternNode Rule()
    {
        int start = _at;
        while (_at < _text.Length && (_text[_at] is >= 'A' and <= 'Z' or >= 'a' and <= 'z' or >= '0' and <= '9' or '-'))
        {
            _at++;
        }

        string name = _text.Substring(start, _at - start);
        if (s_core.TryGetValue(name, out ByteSet bytes))
        {
            return new BytesNode(bytes, start, name.Length);
        }

        PatternNode Of(ByteSet set) => new BytesNode(set, start, name.Length);
        PatternNode newLine = new SequenceNode([Of(s_core["CR"]), Of(s_core["LF"])], start, name.Length);
        return name.ToUpperInvariant() switch
        {
            "CRLF" => newLine,

            // LWSP = *(WSP / CRLF WSP)
            "LWSP" => new RepeatNode(new ChoiceNode([Of(s_core["WSP"]), new SequenceNode([newLine, Of(s_core["WSP"])], start, name.Length)], start, name.Length), 0, null, start, name.Length),
            _ => throw Wrong(start, name.Length, "is no core rule of RFC 5234, appendix B: write out what it stands for"),
        };
    }
}
