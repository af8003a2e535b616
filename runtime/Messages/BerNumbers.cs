using System.Numerics;

namespace DeclServer.Messages;

/// <content>Numbers of the basic encoding rules with their length before them: read in their shortest spelling only.</content>
public static partial class Varint
{
    private const byte BerTrue = 0xFF;

    /// <summary>A length and so many bytes of a number in two's complement (X.690, 8.3).</summary>
    public static ErrorCode BerInteger(ReadOnlySpan<byte> input, ref int position, int maxBytes, long min, long max, out long value)
    {
        value = 0;
        int at = position;
        ErrorCode code = Ber(input, ref at, 5, int.MaxValue, out ulong size);
        if (code != ErrorCode.None)
        {
            return code;
        }

        if (size == 0)
        {
            return ErrorCode.TooShort;
        }

        if (size >= (ulong)maxBytes)
        {
            return ErrorCode.OutOfRange;
        }

        if ((ulong)(input.Length - at) < size)
        {
            return ErrorCode.Incomplete;
        }

        // The first nine bits are neither all zeros nor all ones.
        int first = (sbyte)input[at];
        if (size > 1 && first == (sbyte)input[at + 1] >> 7)
        {
            return ErrorCode.NotCanonical;
        }

        Int128 number = first;
        for (int i = 1; i < (int)size; i++)
        {
            number = (number << 8) | input[at + i];
        }

        if (number < min || number > max)
        {
            return ErrorCode.OutOfRange;
        }

        value = (long)number;
        position = at + (int)size;
        return ErrorCode.None;
    }

    /// <summary>A length of one, and 0x00 or 0xFF (X.690, 11.1).</summary>
    public static ErrorCode BerBoolean(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        value = 0;
        int at = position;
        if ((uint)at >= (uint)input.Length)
        {
            return ErrorCode.Incomplete;
        }

        if (input[at] != 1)
        {
            return ErrorCode.UnexpectedByte;
        }

        if (at + 1 >= input.Length)
        {
            return ErrorCode.Incomplete;
        }

        byte content = input[at + 1];
        if (content is not 0 and not BerTrue)
        {
            position = at + 1;
            return ErrorCode.NotCanonical;
        }

        value = content == 0 ? 0UL : 1UL;
        if (value > max)
        {
            return ErrorCode.OutOfRange;
        }

        position = at + 2;
        return ErrorCode.None;
    }

    /// <summary>How many bytes a number takes with its length.</summary>
    public static int BerIntegerSize(long value) => 1 + BerContentSize(value);

    /// <summary>How many bytes a truth takes with its length.</summary>
    public static int BerBooleanSize(ulong value) => 1 + BerContentSize(-(long)value);

    /// <summary>Writes a number with its length.</summary>
    public static void WriteBerInteger(Span<byte> destination, ref int position, long value)
    {
        int size = BerContentSize(value);
        destination[position++] = (byte)size;
        for (int i = size - 1; i >= 0; i--)
        {
            destination[position++] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Writes a truth with its length.</summary>
    public static void WriteBerBoolean(Span<byte> destination, ref int position, ulong value) => WriteBerInteger(destination, ref position, value == 0 ? 0 : -1);

    /// <summary>Bytes of a number in two's complement: its bits, and one for its sign.</summary>
    private static int BerContentSize(long value) => ((64 - BitOperations.LeadingZeroCount((ulong)(value < 0 ? ~value : value))) / 8) + 1;
}
