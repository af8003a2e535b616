namespace DeclServer;

/// <summary>The words of a line: a view that finds them one at a time as they are enumerated.</summary>
public readonly ref struct Words
{
    private readonly byte _separator;
    private readonly bool _quotes;

    /// <summary>A view of the words in <paramref name="line"/>, whose quotes a parser has checked.</summary>
    public Words(ReadOnlySpan<byte> line, byte separator, bool quotes)
    {
        Line = line;
        _separator = separator;
        _quotes = quotes;
    }

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Line { get; }

    /// <summary>Enumerates the words; several separators in a row count as one.</summary>
    public Enumerator GetEnumerator() => new(Line, _separator, _quotes);

    /// <summary>
    /// Whether each quote is closed and followed by a separator or the line's end. A backslash between double quotes would have to be
    /// unescaped, which a view cannot do: it is refused.
    /// </summary>
    public static ErrorCode CheckQuotes(ReadOnlySpan<byte> line, byte separator)
    {
        int at = 0;
        while (at < line.Length)
        {
            byte first = line[at];
            if (first == separator)
            {
                at++;
                continue;
            }

            if (first is (byte)'"' or (byte)'\'')
            {
                int close = line[(at + 1)..].IndexOf(first);
                if (close < 0 || line.Slice(at + 1, close).Contains((byte)'\\'))
                {
                    return ErrorCode.BadQuotes;
                }

                at += close + 2;
                if (at < line.Length && line[at] != separator)
                {
                    return ErrorCode.BadQuotes;
                }

                continue;
            }

            int end = line[at..].IndexOfAny(separator, (byte)'"', (byte)'\'');
            if (end < 0)
            {
                return ErrorCode.None;
            }

            at += end;
            if (line[at] != separator)
            {
                return ErrorCode.BadQuotes;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>Finds the words in turn.</summary>
    public ref struct Enumerator
    {
        private readonly byte _separator;
        private readonly bool _quotes;
        private ReadOnlySpan<byte> _rest;
        private ReadOnlySpan<byte> _current;

        internal Enumerator(ReadOnlySpan<byte> line, byte separator, bool quotes)
        {
            _rest = line;
            _separator = separator;
            _quotes = quotes;
        }

        /// <summary>The word found last, without its quotes.</summary>
        public readonly ReadOnlySpan<byte> Current => _current;

        /// <summary>Finds the next word.</summary>
        public bool MoveNext()
        {
            int start = _rest.IndexOfAnyExcept(_separator);
            if (start < 0)
            {
                return false;
            }

            ReadOnlySpan<byte> rest = _rest[start..];
            if (_quotes && rest[0] is (byte)'"' or (byte)'\'')
            {
                int close = rest[1..].IndexOf(rest[0]);
                if (close >= 0)
                {
                    _current = rest.Slice(1, close);
                    _rest = rest[(close + 2)..];
                    return true;
                }
            }

            int end = rest.IndexOf(_separator);
            _current = end < 0 ? rest : rest[..end];
            _rest = end < 0 ? default : rest[end..];
            return true;
        }
    }
}
