namespace Dns.Zones;

/// <summary>Cuts a master file into words, quoted strings and line ends (RFC 1035 §5.1): comments and parentheses end here.</summary>
internal sealed class MasterFileLexer(byte[] text)
{
    private int _position = text.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
    private int _line = 1;

    /// <summary>Where the line began, if only spaces may be between there and the next token of an entry, else -1.</summary>
    private int _entryStart = text.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;

    private int _depth;

    /// <summary>The line of the outermost open parenthesis.</summary>
    private int _openLine;

    private bool _ended;

    /// <summary>The line that the last token began in.</summary>
    internal int Line { get; private set; } = 1;

    internal string Fault { get; private set; } = "";

    internal ReadOnlySpan<byte> Octets(Token token) => text.AsSpan(token.Start, token.Length);

    internal Token Next()
    {
        while (_position < text.Length)
        {
            byte octet = text[_position];
            switch (octet)
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    _position++;
                    break;
                case (byte)';':
                    int rest = text.AsSpan(_position).IndexOf((byte)'\n');
                    _position = rest < 0 ? text.Length : _position + rest;
                    break;
                case (byte)'\n':
                    Line = _line++;
                    _position++;
                    if (_depth == 0)
                    {
                        _entryStart = _position;
                        return new Token(TokenKind.LineEnd, _position, 0, Line, false);
                    }

                    break;
                case (byte)'(':
                    _openLine = _depth == 0 ? _line : _openLine;
                    _depth++;
                    _position++;
                    break;
                case (byte)')':
                    if (_depth == 0)
                    {
                        return Fail("a ) without its (: take it away or open the group before it");
                    }

                    _depth--;
                    _position++;
                    break;
                case (byte)'"':
                    return Quoted();
                default:
                    return Word();
            }
        }

        if (_depth > 0)
        {
            _line = _openLine;
            return Fail("the ( is not closed: put a ) behind its last field");
        }

        Line = _line;
        if (_ended)
        {
            return new Token(TokenKind.FileEnd, _position, 0, Line, false);
        }

        // A last line without its line feed counts as a line.
        _ended = true;
        return new Token(TokenKind.LineEnd, _position, 0, Line, false);
    }

    private Token Word()
    {
        int start = _position;
        while (_position < text.Length && !IsWordEnd(text[_position]))
        {
            byte octet = text[_position];
            if (octet is < 0x20 or 0x7F)
            {
                return Fail($"octet {octet} must be written as \\{octet:D3}");
            }

            if (octet == (byte)'\\')
            {
                _position++;
                if (_position == text.Length || text[_position] is (byte)'\n' or (byte)'\r')
                {
                    return Fail("a \\ at the end of the line escapes nothing: take it away");
                }
            }

            _position++;
        }

        return Found(TokenKind.Word, start, _position - start);
    }

    private Token Quoted()
    {
        int start = ++_position;
        while (_position < text.Length && text[_position] is not ((byte)'"' or (byte)'\n'))
        {
            _position += text[_position] == (byte)'\\' && _position + 1 < text.Length && text[_position + 1] != (byte)'\n' ? 2 : 1;
        }

        if (_position >= text.Length || text[_position] != (byte)'"')
        {
            return Fail("the string is not closed: put a \" at its end, in the same line");
        }

        _position++;
        return Found(TokenKind.Quoted, start, _position - start - 1);
    }

    private Token Found(TokenKind kind, int start, int length)
    {
        Line = _line;
        bool leads = kind == TokenKind.Word && _entryStart == start;
        _entryStart = -1;
        return new Token(kind, start, length, Line, leads);
    }

    private Token Fail(string fault)
    {
        Line = _line;
        Fault = fault;
        return new Token(TokenKind.Fault, _position, 0, Line, false);
    }

    private static bool IsWordEnd(byte octet) =>
        octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)';' or (byte)'(' or (byte)')' or (byte)'"';
}
