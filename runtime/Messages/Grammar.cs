using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DeclServer.Messages;

/// <summary>
/// The steps that emitted parsers are made of. Each looks at the input from a position on and answers <see cref="ErrorCode.None"/>,
/// <see cref="ErrorCode.Incomplete"/> when more input could still satisfy it, or why nothing could. None throws or allocates. What is not
/// inlined is called by way of copies of the position and the value, so that the parser's own can stay in registers.
/// </summary>
[SkipLocalsInit]
public static class Grammar
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    /// <summary>Sets a field of a message while it is read: in its place, where a constructor would fill a copy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<T>(scoped ref readonly T field, T value)
        where T : allows ref struct => Unsafe.AsRef(in field) = value;

    /// <summary>A field of a message while it is read, for a message inside it to be read into.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T Place<T>(ref readonly T field)
        where T : allows ref struct => ref Unsafe.AsRef(in field);

    /// <summary>Stands for the jumps of a sequence that fills a window and was not counted.</summary>
    public const int Uncounted = -1;

    /// <summary>One fixed byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Byte(ReadOnlySpan<byte> input, ref int position, byte expected)
    {
        int at = position;
        if ((uint)at >= (uint)input.Length)
        {
            return ErrorCode.Incomplete;
        }

        if (input[at] != expected)
        {
            return ErrorCode.UnexpectedByte;
        }

        position = at + 1;
        return ErrorCode.None;
    }

    /// <summary>Two fixed bytes, such as CR LF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Pair(ReadOnlySpan<byte> input, ref int position, byte first, byte second)
    {
        int at = position;
        if ((uint)(at + 1) >= (uint)input.Length)
        {
            return (uint)at < (uint)input.Length && input[at] != first ? ErrorCode.UnexpectedByte : ErrorCode.Incomplete;
        }

        if (input[at] != first)
        {
            return ErrorCode.UnexpectedByte;
        }

        if (input[at + 1] != second)
        {
            position = at + 1;
            return ErrorCode.UnexpectedByte;
        }

        position = at + 2;
        return ErrorCode.None;
    }

    /// <summary>Fixed bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Literal(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> expected)
    {
        int at = position;
        if (input.Length - at >= expected.Length && input.Slice(at, expected.Length).SequenceEqual(expected))
        {
            position = at + expected.Length;
            return ErrorCode.None;
        }

        int from = at;
        ErrorCode code = LiteralByByte(input, ref from, expected);
        position = from;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode LiteralByByte(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> expected)
    {
        foreach (byte next in expected)
        {
            ErrorCode code = Byte(input, ref position, next);
            if (code != ErrorCode.None)
            {
                return code;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>
    /// A decimal number from <paramref name="min"/> to <paramref name="max"/> in its only spelling. It ends before the first byte that is
    /// no digit, which must be there; a number past the range is refused at its first digit too many, before the rest has arrived.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Number(ReadOnlySpan<byte> input, ref int position, long min, long max, out long value)
    {
        int at = position;
        if (input.Length - at > 2 && (uint)(input[at] - '0') is <= 9 and var first && (uint)(input[at + 1] - '0') is var second)
        {
            // Numbers of one digit and two, which most are.
            if (second > 9 && first >= min && first <= max)
            {
                value = first;
                position = at + 1;
                return ErrorCode.None;
            }

            if (second <= 9 && first > 0 && (uint)(input[at + 2] - '0') > 9 && first * 10 + second >= min && first * 10 + second <= max)
            {
                value = first * 10 + second;
                position = at + 2;
                return ErrorCode.None;
            }
        }

        int from = at;
        ErrorCode code = SignedNumber(input, ref from, min, max, out long number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode SignedNumber(ReadOnlySpan<byte> input, ref int position, long min, long max, out long value)
    {
        int at = position;
        value = 0;
        if ((uint)at >= (uint)input.Length)
        {
            return ErrorCode.Incomplete;
        }

        bool negative = input[at] == (byte)'-';
        if (negative)
        {
            if (min >= 0)
            {
                // A range without negative numbers: "-1" is a number all the same, just not one of these.
                return ErrorCode.OutOfRange;
            }

            at++;
            if (at == input.Length)
            {
                return ErrorCode.Incomplete;
            }
        }

        uint digit = (uint)(input[at] - '0');
        if (digit > 9)
        {
            position = at;
            return ErrorCode.NotANumber;
        }

        ulong limit = negative ? (ulong)-(min + 1) + 1 : (ulong)Math.Max(0, max);
        if (digit > limit)
        {
            position = at;
            return ErrorCode.OutOfRange;
        }

        ulong number = digit;
        int first = at++;
        while (at < input.Length)
        {
            digit = (uint)(input[at] - '0');
            if (digit > 9)
            {
                if (negative && number == 0)
                {
                    return ErrorCode.NotANumber;
                }

                value = negative ? (long)(0 - number) : (long)number;
                if (value < min || value > max)
                {
                    return ErrorCode.OutOfRange;
                }

                position = at;
                return ErrorCode.None;
            }

            if (number == 0)
            {
                position = first;
                return ErrorCode.NotANumber;
            }

            if (digit > limit || number > (limit - digit) / 10)
            {
                position = at;
                return ErrorCode.OutOfRange;
            }

            number = number * 10 + digit;
            at++;
        }

        return ErrorCode.Incomplete;
    }

    /// <summary>
    /// A decimal number with a fixed byte before it and two behind it, such as RESP's <c>$12 CR LF</c>: numbers of one digit and two, which
    /// lengths and counts nearly always are, are told by a look at four bytes at once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Number(ReadOnlySpan<byte> input, ref int position, byte before, long min, long max, byte first, byte second, out long value)
    {
        int at = position;
        if (input.Length - at > sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(input[at..]);
            uint high = ((word >> 8) & 0xFF) - '0';
            if (min <= 0 && max >= 9 && high <= 9 && (word & 0xFFFF_00FF) == (before | ((uint)first << 16) | ((uint)second << 24)))
            {
                value = high;
                position = at + 4;
                return ErrorCode.None;
            }

            uint low = ((word >> 16) & 0xFF) - '0';
            if (min <= 10 && max >= 99 && high - 1 <= 8 && low <= 9 && (word & 0xFF00_00FF) == (before | ((uint)first << 24)) && input[at + 4] == second)
            {
                value = (high * 10) + low;
                position = at + 5;
                return ErrorCode.None;
            }
        }

        int from = position;
        ErrorCode code = NumberByByte(input, ref from, before, min, max, first, second, out long number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode NumberByByte(ReadOnlySpan<byte> input, ref int position, byte before, long min, long max, byte first, byte second, out long value)
    {
        value = 0;
        ErrorCode code = Byte(input, ref position, before);
        if (code == ErrorCode.None && (code = Number(input, ref position, min, max, out value)) == ErrorCode.None)
        {
            code = Pair(input, ref position, first, second);
        }

        return code;
    }

    /// <summary>An unsigned decimal number up to <paramref name="max"/> in its only spelling.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Number(ReadOnlySpan<byte> input, ref int position, ulong min, ulong max, out ulong value)
    {
        int from = position;
        ErrorCode code = UnsignedNumber(input, ref from, min, max, out ulong number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode UnsignedNumber(ReadOnlySpan<byte> input, ref int position, ulong min, ulong max, out ulong value)
    {
        int at = position;
        value = 0;
        while (at < input.Length)
        {
            uint digit = (uint)(input[at] - '0');
            if (digit > 9)
            {
                if (at == position)
                {
                    return input[at] == (byte)'-' ? ErrorCode.OutOfRange : ErrorCode.NotANumber;
                }

                position = at;
                return value < min ? ErrorCode.OutOfRange : ErrorCode.None;
            }

            if (value == 0 && at > position)
            {
                return ErrorCode.NotANumber;
            }

            if (digit > max || value > (max - digit) / 10)
            {
                position = at;
                return ErrorCode.OutOfRange;
            }

            value = value * 10 + digit;
            at++;
        }

        return ErrorCode.Incomplete;
    }

    /// <summary>Bytes up to a delimiter in an input that holds the whole message, so that nothing has to be remembered of the search.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Until(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> delimiter, int maxLength, out int end)
    {
        ReadOnlySpan<byte> rest = input[position..];
        int found = delimiter.Length == 1 ? rest.IndexOf(delimiter[0]) : rest.IndexOf(delimiter);
        if ((uint)found <= (uint)maxLength)
        {
            end = position + found;
            position = end + delimiter.Length;
            return ErrorCode.None;
        }

        end = position;
        if (rest.Length < maxLength + (long)delimiter.Length)
        {
            return ErrorCode.Incomplete;
        }

        position += maxLength;
        return ErrorCode.TooLong;
    }

    /// <summary>Bytes up to a delimiter of one or two bytes, at most <paramref name="maxLength"/> of them; the delimiter is consumed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Until(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> delimiter, int maxLength, scoped ref ParseState state, out int end)
    {
        int from = position;
        ErrorCode code = Find(input, ref from, delimiter, maxLength, ref state, out int found);
        position = from;
        end = found;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode Find(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> delimiter, int maxLength, scoped ref ParseState state, out int end)
    {
        int from = state.ScanStart == position ? Math.Max(position, state.Scanned) : position;
        int limit = (int)Math.Min((long)position + maxLength + delimiter.Length, input.Length);
        int found = from < limit ? input[from..limit].IndexOf(delimiter) : -1;
        if (found < 0)
        {
            end = position;
            state.ScanStart = position;
            state.Scanned = Math.Max(from, limit - delimiter.Length + 1);
            if ((long)position + maxLength + delimiter.Length <= input.Length)
            {
                position += maxLength;
                return ErrorCode.TooLong;
            }

            return ErrorCode.Incomplete;
        }

        end = from + found;
        position = end + delimiter.Length;
        return ErrorCode.None;
    }

    /// <summary>
    /// A line: bytes up to CR LF, or up to a lone LF where <paramref name="allowLf"/> says so. One search for LF, then a look at the byte
    /// before it: half the cost of a search for the pair.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Line(ReadOnlySpan<byte> input, ref int position, int maxLength, bool allowLf, scoped ref ParseState state, out int end)
    {
        int at = position;
        if (state.Scanned == 0)
        {
            // Most lines are here whole when they are first looked at.
            ReadOnlySpan<byte> rest = input[at..];
            int lf = rest.IndexOf(Lf);
            if (lf > 0 && lf < maxLength && rest[lf - 1] == Cr)
            {
                end = at + lf - 1;
                position = at + lf + 1;
                return ErrorCode.None;
            }
        }

        int from = at;
        ErrorCode code = FindLine(input, ref from, maxLength, allowLf, ref state, out int found);
        position = from;
        end = found;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode FindLine(ReadOnlySpan<byte> input, ref int position, int maxLength, bool allowLf, scoped ref ParseState state, out int end)
    {
        int from = state.ScanStart == position ? Math.Max(position, state.Scanned) : position;
        int limit = (int)Math.Min((long)position + maxLength, input.Length);
        int found = from < limit ? input[from..limit].IndexOf(Lf) : -1;
        if (found < 0)
        {
            end = position;
            state.ScanStart = position;
            state.Scanned = Math.Max(from, limit);
            if (input.Length - position >= maxLength)
            {
                position += maxLength;
                return ErrorCode.TooLong;
            }

            return ErrorCode.Incomplete;
        }

        int lf = from + found;
        if (lf > position && input[lf - 1] == Cr)
        {
            end = lf - 1;
        }
        else if (allowLf)
        {
            end = lf;
        }
        else
        {
            end = position;
            position = lf;
            return ErrorCode.UnexpectedByte;
        }

        position = lf + 1;
        return ErrorCode.None;
    }

    /// <summary>Whether a delimiter stands at a position; nothing is consumed.</summary>
    public static ErrorCode Ahead(ReadOnlySpan<byte> input, int position, ReadOnlySpan<byte> delimiter)
    {
        ReadOnlySpan<byte> rest = input[position..];
        return rest.StartsWith(delimiter) ? ErrorCode.None
            : rest.Length < delimiter.Length && delimiter.StartsWith(rest) ? ErrorCode.Incomplete
            : ErrorCode.UnexpectedByte;
    }

    /// <summary>
    /// What a method of the declaration takes, at most <paramref name="maxLength"/> bytes. Where it wanted to see more than has come, what it
    /// answered does not count; so its answer is the same at every split.
    /// </summary>
    public static ErrorCode Parsed(ReadOnlySpan<byte> input, ref int position, int maxLength, FieldParser parser)
    {
        long most = (long)maxLength + FieldReader.MostAhead;
        ReadOnlySpan<byte> seen = input.Slice(position, (int)Math.Min(most, input.Length - position));
        bool ended = false;
        FieldReader reader = new(seen, ref ended);
        bool isRead = parser(ref reader);
        position += Math.Min(reader.Taken, maxLength);
        return reader.Taken > maxLength || (ended && seen.Length == most) ? ErrorCode.TooLong
            : ended ? ErrorCode.Incomplete
            : isRead ? ErrorCode.None
            : ErrorCode.UnexpectedByte;
    }

    /// <summary>Whether bytes, with others behind them, are what a method of the declaration takes.</summary>
    public static bool IsParsed(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> behind, FieldParser parser)
    {
        int position = 0;
        return Parsed((byte[])[.. bytes, .. behind], ref position, int.MaxValue, parser) == ErrorCode.None && position == bytes.Length;
    }

    /// <summary>Zero bytes up to a multiple of <paramref name="multiple"/> bytes from <paramref name="start"/>.</summary>
    public static ErrorCode Padding(ReadOnlySpan<byte> input, ref int position, int start, int multiple)
    {
        int behind = (position - start) % multiple;
        for (int left = behind == 0 ? 0 : multiple - behind; left > 0; left--)
        {
            ErrorCode code = Byte(input, ref position, 0);
            if (code != ErrorCode.None)
            {
                return code == ErrorCode.UnexpectedByte ? ErrorCode.NotCanonical : code;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>The bytes of a run of bits as one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Run(ReadOnlySpan<byte> bytes, bool littleEndian)
    {
        ulong run = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            run = (run << 8) | bytes[littleEndian ? bytes.Length - 1 - i : i];
        }

        return run;
    }

    /// <summary>The checksum of the bytes from <paramref name="from"/> to <paramref name="to"/>, its own among them taken as zero.</summary>
    public static ulong Checksum<T>(ReadOnlySpan<byte> bytes, int from, int to, int at, int size)
        where T : IChecksum
    {
        ulong state = T.Start;
        if (to <= from)
        {
            return T.Finish(state);
        }

        if (at + size <= from || at >= to)
        {
            return T.Finish(T.Add(state, bytes[from..to]));
        }

        state = T.Add(state, bytes[from..Math.Max(from, at)]);
        state = T.Add(state, Zeros[..size]);
        return T.Finish(T.Add(state, bytes[Math.Min(at + size, to)..to]));
    }

    private static ReadOnlySpan<byte> Zeros => [0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether a line's quotes are closed; see <see cref="WordRules.Check"/>.</summary>
    public static ErrorCode Quotes(ReadOnlySpan<byte> line, WordRules rules) => rules.Check(line);

    /// <summary>Whether every byte is in the class; if not, where the first stands that is not, is too many, or is missing.</summary>
    public static ErrorCode Class(ReadOnlySpan<byte> value, SearchValues<byte> allowed, int minLength, int maxLength, out int wrongAt)
    {
        wrongAt = value.Length;
        if (value.Length < minLength)
        {
            return ErrorCode.TooShort;
        }

        if (value.Length > maxLength)
        {
            wrongAt = maxLength;
            return ErrorCode.TooLong;
        }

        int outside = value.IndexOfAnyExcept(allowed);
        if (outside < 0)
        {
            return ErrorCode.None;
        }

        wrongAt = outside;
        return ErrorCode.BadCharacter;
    }

    /// <summary>A whole argument as a decimal number in its only spelling.</summary>
    public static ErrorCode WholeNumber(ReadOnlySpan<byte> text, bool leadingZeros, long min, long max, out long value)
    {
        ErrorCode code = WholeNumber(text, leadingZeros, out bool negative, out ulong magnitude);
        value = 0;
        if (code != ErrorCode.None)
        {
            return code;
        }

        if (negative ? magnitude > 1UL << 63 : magnitude > long.MaxValue)
        {
            return ErrorCode.NotANumber;
        }

        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return value < min || value > max ? ErrorCode.OutOfRange : ErrorCode.None;
    }

    /// <summary>A whole argument as an unsigned decimal number in its only spelling.</summary>
    public static ErrorCode WholeNumber(ReadOnlySpan<byte> text, bool leadingZeros, ulong min, ulong max, out ulong value)
    {
        ErrorCode code = WholeNumber(text, leadingZeros, out bool negative, out value);
        return code != ErrorCode.None ? code : negative || value < min || value > max ? ErrorCode.OutOfRange : ErrorCode.None;
    }

    private static ErrorCode WholeNumber(ReadOnlySpan<byte> text, bool leadingZeros, out bool negative, out ulong magnitude)
    {
        magnitude = 0;
        negative = !text.IsEmpty && text[0] == (byte)'-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (leadingZeros && digits.Length > 1)
        {
            digits = digits.TrimStart((byte)'0');
            if (digits.IsEmpty)
            {
                return ErrorCode.None;
            }
        }

        if (digits.IsEmpty || (digits[0] == (byte)'0' && (digits.Length > 1 || (negative && !leadingZeros))))
        {
            return ErrorCode.NotANumber;
        }

        bool overflow = false;
        foreach (byte next in digits)
        {
            uint digit = (uint)(next - '0');
            if (digit > 9)
            {
                return ErrorCode.NotANumber;
            }

            overflow |= magnitude > (ulong.MaxValue - digit) / 10;
            magnitude = unchecked(magnitude * 10 + digit);
        }

        return overflow ? ErrorCode.NotANumber : ErrorCode.None;
    }
}
