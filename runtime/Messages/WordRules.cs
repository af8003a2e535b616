using System.Buffers;

namespace DeclServer;

/// <summary>How a line falls into words where a single separator does not tell: several separators, blanks, quotes, escapes. One for each message.</summary>
public sealed class WordRules
{
    private readonly SearchValues<byte> _between;
    private readonly SearchValues<byte> _endsBare;
    private readonly bool _escapes;

    /// <summary>The rules that a <see cref="TextAttribute"/> declares.</summary>
    /// <param name="separators">The bytes between two words.</param>
    /// <param name="blanks">Bytes that are skipped before a word and may follow its closing quote, but are part of a bare word.</param>
    /// <param name="quotes">Whether a word, or its end, may stand in quotes.</param>
    /// <param name="escapes">Whether quotes may hold escapes.</param>
    public WordRules(ReadOnlySpan<byte> separators, ReadOnlySpan<byte> blanks, bool quotes, bool escapes)
    {
        _between = SearchValues.Create([.. separators, .. blanks]);
        _endsBare = quotes ? SearchValues.Create([.. separators, .. "\"'"u8]) : SearchValues.Create(separators);
        _escapes = escapes;
    }

    /// <summary>Whether each quote of a line is closed, and followed by a separator, a blank or the line's end.</summary>
    public ErrorCode Check(ReadOnlySpan<byte> line)
    {
        ErrorCode code = ErrorCode.None;
        int position = 0;
        while (code == ErrorCode.None && Find(line, ref position))
        {
            code = Scan(line, ref position, out _, out _);
        }

        return code;
    }

    /// <summary>Goes to where the next word starts; false when there is none.</summary>
    internal bool Find(ReadOnlySpan<byte> line, ref int position)
    {
        int start = line[position..].IndexOfAnyExcept(_between);
        position += Math.Max(start, 0);
        return start >= 0;
    }

    /// <summary>Goes from a word's first byte to behind its last: bare bytes, then perhaps a quoted part, which ends it.</summary>
    /// <param name="line">The line.</param>
    /// <param name="position">The word's start, then its end.</param>
    /// <param name="isQuoted">Whether the whole word stands in quotes.</param>
    /// <param name="isEncoded">Whether its value is not a part of the line: it holds escapes, or a quote stands inside it.</param>
    internal ErrorCode Scan(ReadOnlySpan<byte> line, ref int position, out bool isQuoted, out bool isEncoded)
    {
        isQuoted = isEncoded = false;
        int start = position;
        int bare = line[start..].IndexOfAny(_endsBare);
        position = bare < 0 ? line.Length : start + bare;
        if (position == line.Length || line[position] is not ((byte)'"' or (byte)'\''))
        {
            return ErrorCode.None;
        }

        byte quote = line[position++];
        isQuoted = bare == 0;
        isEncoded = bare > 0;
        while (true)
        {
            int next = _escapes ? line[position..].IndexOfAny(quote, (byte)'\\') : line[position..].IndexOf(quote);
            if (next < 0)
            {
                return ErrorCode.BadQuotes;
            }

            position += next;
            if (line[position] == quote)
            {
                break;
            }

            int escape = Escape(line[position..], quote, out _);
            isEncoded |= escape > 1;
            position += escape;
        }

        position++;
        return position == line.Length || _between.Contains(line[position]) ? ErrorCode.None : ErrorCode.BadQuotes;
    }

    /// <summary>Writes the value of an encoded word, which is shorter than the word.</summary>
    /// <returns>Its length.</returns>
    internal int Decode(ReadOnlySpan<byte> word, Span<byte> destination)
    {
        int bare = word.IndexOfAny((byte)'"', (byte)'\'');
        word[..bare].CopyTo(destination);
        byte quote = word[bare];
        ReadOnlySpan<byte> quoted = word[(bare + 1)..^1];
        int written = bare;
        while (!quoted.IsEmpty)
        {
            int plain = _escapes ? quoted.IndexOf((byte)'\\') : -1;
            ReadOnlySpan<byte> part = plain < 0 ? quoted : quoted[..plain];
            part.CopyTo(destination[written..]);
            written += part.Length;
            quoted = quoted[part.Length..];
            if (!quoted.IsEmpty)
            {
                quoted = quoted[Escape(quoted, quote, out destination[written++])..];
            }
        }

        return written;
    }

    /// <summary>Reads what starts with a backslash: an escape, or the backslash itself where none follows.</summary>
    /// <returns>Its length; 1 for a backslash that is itself.</returns>
    private static int Escape(ReadOnlySpan<byte> text, byte quote, out byte value)
    {
        value = (byte)'\\';
        if (text.Length < 2 || (quote == '\'' && text[1] != '\''))
        {
            return 1;
        }

        if (text[1] == 'x' && text.Length >= 4 && char.IsAsciiHexDigit((char)text[2]) && char.IsAsciiHexDigit((char)text[3]))
        {
            value = (byte)(HexDigit(text[2]) << 4 | HexDigit(text[3]));
            return 4;
        }

        value = text[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            byte other => other,
        };
        return 2;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
