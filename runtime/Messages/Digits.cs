using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeclServer.Messages;

/// <summary>Numbers in digits of base 2, 8, 10 or 16, without a sign: of a fixed width, or as long as they need to be.</summary>
[SkipLocalsInit]
public static class Digits
{
    /// <summary>The most digits that 64 bits take in a base.</summary>
    public static int Most(int radix) => radix switch
    {
        2 => 64,
        8 => 22,
        10 => 20,
        _ => 16,
    };

    /// <summary>
    /// A number from <paramref name="min"/> to <paramref name="max"/>. Of a fixed width, all of its digits must be there; otherwise it ends
    /// before the first byte that is none, which must be there. A number past the range is refused at its first digit too many.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="position">Where the number starts; behind it when the answer is <see cref="ErrorCode.None"/>.</param>
    /// <param name="radix">2, 8, 10 or 16.</param>
    /// <param name="width">How many digits it has; 0 for as many as it needs.</param>
    /// <param name="leadingZeros">Whether zeros may stand before a number of no fixed width, up to as many digits as 64 bits take.</param>
    /// <param name="ignoreCase">Whether <c>A</c> to <c>F</c> are digits besides <c>a</c> to <c>f</c>.</param>
    /// <param name="min">The smallest number.</param>
    /// <param name="max">The largest one.</param>
    /// <param name="value">The number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Read(ReadOnlySpan<byte> input, ref int position, int radix, int width, bool leadingZeros, bool ignoreCase, ulong min, ulong max, out ulong value)
    {
        int from = position;
        ErrorCode code = ReadDigits(input, ref from, radix, width, leadingZeros, ignoreCase, min, max, out ulong number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode ReadDigits(ReadOnlySpan<byte> input, ref int position, int radix, int width, bool leadingZeros, bool ignoreCase, ulong min, ulong max, out ulong value)
    {
        int start = position;
        int end = start + (width > 0 ? width : Most(radix) + 1);
        int at = start;
        value = 0;
        for (; at < end; at++)
        {
            if ((uint)at >= (uint)input.Length)
            {
                return ErrorCode.Incomplete;
            }

            uint digit = Digit(input[at], ignoreCase);
            if (digit >= (uint)radix)
            {
                if (width > 0 || at == start)
                {
                    position = at;
                    return ErrorCode.NotANumber;
                }

                break;
            }

            if (width == 0 && !leadingZeros && value == 0 && at > start)
            {
                return ErrorCode.NotANumber;
            }

            if (digit > max || value > (max - digit) / (uint)radix)
            {
                position = at;
                return ErrorCode.OutOfRange;
            }

            value = (value * (uint)radix) + digit;
        }

        if (width == 0 && at == end)
        {
            position = at - 1;
            return ErrorCode.TooLong;
        }

        if (value < min)
        {
            return ErrorCode.OutOfRange;
        }

        position = at;
        return ErrorCode.None;
    }

    /// <summary>A whole value as a number; see <see cref="Read"/>.</summary>
    public static ErrorCode Whole(ReadOnlySpan<byte> text, int radix, int width, bool leadingZeros, bool ignoreCase, ulong min, ulong max, out ulong value)
    {
        int position = 0;
        Span<byte> ended = stackalloc byte[1 + 64 + 1];
        value = 0;
        if (text.Length > ended.Length - 1)
        {
            return ErrorCode.TooLong;
        }

        // A number ends at a byte that is no digit: one is put behind it.
        text.CopyTo(ended);
        ended[text.Length] = 0;
        ErrorCode code = Read(ended[..(text.Length + 1)], ref position, radix, width, leadingZeros, ignoreCase, min, max, out value);
        return code == ErrorCode.None && position != text.Length ? ErrorCode.NotANumber : code == ErrorCode.Incomplete ? ErrorCode.NotANumber : code;
    }

    /// <summary>How many digits a number takes.</summary>
    public static int Count(ulong value, int radix)
    {
        if (radix == 10)
        {
            return Layout.DigitCount(value);
        }

        int bits = radix switch
        {
            2 => 1,
            8 => 3,
            _ => 4,
        };
        return value == 0 ? 1 : (BitOperations.Log2(value) / bits) + 1;
    }

    /// <summary>Writes a number.</summary>
    /// <param name="destination">Where it is written.</param>
    /// <param name="position">Where it starts; behind it afterwards.</param>
    /// <param name="value">The number.</param>
    /// <param name="radix">2, 8, 10 or 16.</param>
    /// <param name="width">How many digits are written, the lowest ones of a number that has more; 0 for as many as it needs.</param>
    public static void Write(Span<byte> destination, ref int position, ulong value, int radix, int width)
    {
        int count = width > 0 ? width : Count(value, radix);
        for (int at = position + count - 1; at >= position; at--)
        {
            (value, ulong digit) = Math.DivRem(value, (uint)radix);
            destination[at] = (byte)(digit < 10 ? '0' + digit : 'a' - 10 + digit);
        }

        position += count;
    }

    private static uint Digit(byte character, bool ignoreCase)
    {
        uint digit = (uint)(character - '0');
        if (digit <= 9)
        {
            return digit;
        }

        uint letter = (uint)((ignoreCase ? character | 0x20 : character) - 'a');
        return letter <= 5 ? letter + 10 : uint.MaxValue;
    }
}
