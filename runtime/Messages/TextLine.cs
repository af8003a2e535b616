using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace DeclServer.Messages;

/// <summary>
/// The steps that read a line whose end has been found, so that a byte at <c>end</c> is there: each field is looked at once, from left to
/// right. None throws or allocates.
/// </summary>
public static class TextLine
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    /// <summary>
    /// Lines up to an empty one, which is consumed with them, each ended by CR LF: a lone LF is refused as soon as it is seen. The state
    /// remembers the line that was reached and how far that was scanned, so that no byte is scanned twice.
    /// </summary>
    public static ErrorCode Block(ReadOnlySpan<byte> input, ref int position, int maxLength, scoped ref ParseState state)
    {
        if (state.Scanned == 0 && EndOfBlock(input.Slice(position, (int)Math.Min(maxLength, input.Length - position))) is > 0 and var length)
        {
            position += length;
            return ErrorCode.None;
        }

        int line = Math.Max(position, state.ScanStart);
        int from = Math.Max(line, state.Scanned);
        int limit = (int)Math.Min((long)position + maxLength, input.Length);
        while (true)
        {
            int found = from < limit ? input[from..limit].IndexOf(Lf) : -1;
            if (found < 0)
            {
                state.ScanStart = line;
                state.Scanned = Math.Max(from, limit);
                if (input.Length - position >= maxLength)
                {
                    position += maxLength;
                    return ErrorCode.TooLong;
                }

                return ErrorCode.Incomplete;
            }

            int lf = from + found;
            if (lf == line || input[lf - 1] != Cr)
            {
                position = lf;
                return ErrorCode.UnexpectedByte;
            }

            from = lf + 1;
            if (lf - line == 1)
            {
                state.ScanStart = 0;
                state.Scanned = 0;
                position = from;
                return ErrorCode.None;
            }

            line = from;
        }
    }

    /// <summary>
    /// Where an empty line ends behind others, 0 where that is to be found line by line: each LF is looked at with the two bytes before it, for
    /// as many places at once as a register has.
    /// </summary>
    private static int EndOfBlock(ReadOnlySpan<byte> input)
    {
        int size = Vector256<byte>.Count;
        if (!Vector256.IsHardwareAccelerated || input.Length < size + 2 || input[0] == Lf || input[1] == Lf)
        {
            return 0;
        }

        for (int at = 2; ; at = Math.Min(at + size, input.Length - size))
        {
            Vector256<byte> ends = Vector256.Equals(Vector256.Create(input.Slice(at, size)), Vector256.Create(Lf));
            Vector256<byte> behindCr = Vector256.Equals(Vector256.Create(input.Slice(at - 1, size)), Vector256.Create(Cr));
            Vector256<byte> empty = ends & behindCr & Vector256.Equals(Vector256.Create(input.Slice(at - 2, size)), Vector256.Create(Lf));
            uint found = (Vector256.AndNot(ends, behindCr) | empty).ExtractMostSignificantBits();
            if (found != 0)
            {
                int first = BitOperations.TrailingZeroCount(found);
                return empty[first] != 0 ? at + first + 1 : 0;
            }

            if (at == input.Length - size)
            {
                return 0;
            }
        }
    }

    /// <summary>Where the word ends that starts at a position: at the next separator or the line's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Word(ReadOnlySpan<byte> input, int position, int end, byte separator)
    {
        int found = input[position..end].IndexOf(separator);
        return found < 0 ? end : position + found;
    }

    /// <summary>The same by one search for what a word may not hold, which the separator is; only a word that holds more is searched again.</summary>
    /// <param name="input">The input.</param>
    /// <param name="position">Where the word starts.</param>
    /// <param name="end">Where the line ends.</param>
    /// <param name="separator">What ends a word.</param>
    /// <param name="allowed">What a word may hold.</param>
    /// <param name="minLength">The fewest bytes of a word.</param>
    /// <param name="maxLength">The most bytes of a word.</param>
    /// <param name="fits">Whether the word is as long as it may be, and holds nothing else.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Word(ReadOnlySpan<byte> input, int position, int end, byte separator, SearchValues<byte> allowed, int minLength, int maxLength, out bool fits)
    {
        ReadOnlySpan<byte> line = input[position..end];
        int length = line.IndexOfAnyExcept(allowed);
        if (length < 0 || line[length] == separator)
        {
            length = length < 0 ? line.Length : length;
            fits = length >= minLength && length <= maxLength;
            return position + length;
        }

        fits = false;
        return Word(input, position, end, separator);
    }

    /// <summary>Bytes up to a delimiter that stands in the line; it is consumed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Until(ReadOnlySpan<byte> input, ref int position, int end, ReadOnlySpan<byte> delimiter, out int fieldEnd)
    {
        int found = input[position..end].IndexOf(delimiter);
        if (found < 0)
        {
            fieldEnd = position;
            position = end;
            return ErrorCode.UnexpectedByte;
        }

        fieldEnd = position + found;
        position = fieldEnd + delimiter.Length;
        return ErrorCode.None;
    }

    /// <summary>Behind the blanks at a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Skip(ReadOnlySpan<byte> input, int position, int end, ReadOnlySpan<byte> blanks)
    {
        while (position < end && blanks.Contains(input[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>Before the blanks at the line's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Trim(ReadOnlySpan<byte> input, int start, int end, ReadOnlySpan<byte> blanks)
    {
        while (end > start && blanks.Contains(input[end - 1]))
        {
            end--;
        }

        return end;
    }

    /// <summary>Fixed bytes whose letters stand in any case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Literal(ReadOnlySpan<byte> input, ref int position, ReadOnlySpan<byte> expected)
    {
        int at = position;
        if (input.Length - at >= expected.Length && input.Slice(at, expected.Length).SequenceEqual(expected))
        {
            // Most write it as it is declared.
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
            if ((uint)position >= (uint)input.Length)
            {
                return ErrorCode.Incomplete;
            }

            byte found = input[position];
            if (found != next && ((found ^ next) != 0x20 || (uint)((found | 0x20) - 'a') > 'z' - 'a'))
            {
                return ErrorCode.UnexpectedByte;
            }

            position++;
        }

        return ErrorCode.None;
    }

    /// <summary>Whether a separator and this word stand at a position; only then both are consumed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Flag(ReadOnlySpan<byte> input, ref int position, int end, byte separator, ReadOnlySpan<byte> word, bool ignoreCase)
    {
        int behind = position + 1 + word.Length;
        if (behind > end || input[position] != separator || (behind < end && input[behind] != separator))
        {
            return false;
        }

        ReadOnlySpan<byte> found = input[(position + 1)..behind];
        if (ignoreCase ? !Ascii.EqualsIgnoreCase(found, word) : !found.SequenceEqual(word))
        {
            return false;
        }

        position = behind;
        return true;
    }

    /// <summary>What a method of the declaration takes of the line; where it wants to see more than the line has, what it waits for is not there.</summary>
    public static ErrorCode Parsed(ReadOnlySpan<byte> input, ref int position, int end, int maxLength, FieldParser parser)
    {
        ErrorCode code = Grammar.Parsed(input[..end], ref position, maxLength, parser);
        return code == ErrorCode.Incomplete ? ErrorCode.UnexpectedByte : code;
    }

    /// <summary>Where a value that is a view of the input stands in it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="value">The value.</param>
    /// <param name="otherwise">The answer for an empty value, which stands nowhere.</param>
    public static int OffsetOf(ReadOnlySpan<byte> input, ReadOnlySpan<byte> value, int otherwise) => input.Overlaps(value, out int offset) ? offset : otherwise;
}
