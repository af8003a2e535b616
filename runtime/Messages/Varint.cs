using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeclServer.Messages;

/// <summary>Numbers of variable size: read in their shortest spelling only, written in it. None of the readers throws or allocates.</summary>
[SkipLocalsInit]
public static partial class Varint
{
    /// <summary>Whether the number is its one byte, which most are; only then it is taken.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOneByte(ReadOnlySpan<byte> input, ref int position, ulong max, out ulong value)
    {
        int at = position;
        if ((uint)at < (uint)input.Length && input[at] < 0x80 && input[at] <= max)
        {
            value = input[at];
            position = at + 1;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>LEB128, unsigned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Leb128(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        if (IsOneByte(input, ref position, max, out value))
        {
            return ErrorCode.None;
        }

        // By way of copies: the parser's own can stay in registers.
        int from = position;
        ErrorCode code = Leb128OfBytes(input, ref from, maxBytes, max, out ulong number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode Leb128OfBytes(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        value = 0;
        int at = position;
        for (int i = 0; ; i++, at++)
        {
            if (i == maxBytes)
            {
                position = at;
                return ErrorCode.TooLong;
            }

            if ((uint)at >= (uint)input.Length)
            {
                return ErrorCode.Incomplete;
            }

            byte next = input[at];
            ulong group = next & 0x7FUL;
            if (i == 9 && group > 1)
            {
                position = at;
                return ErrorCode.OutOfRange;
            }

            value |= group << (7 * i);
            if (next < 0x80)
            {
                if (next == 0 && i > 0)
                {
                    position = at;
                    return ErrorCode.NotCanonical;
                }

                break;
            }
        }

        if (value > max)
        {
            return ErrorCode.OutOfRange;
        }

        position = at + 1;
        return ErrorCode.None;
    }

    /// <summary>LEB128 of a zigzag-mapped signed number.</summary>
    public static ErrorCode ZigZag(ReadOnlySpan<byte> input, ref int position, int maxBytes, long min, long max, out long value)
    {
        int start = position;
        ErrorCode code = Leb128(input, ref position, maxBytes, ulong.MaxValue, out ulong mapped);
        value = (long)(mapped >> 1) ^ -(long)(mapped & 1);
        if (code == ErrorCode.None && (value < min || value > max))
        {
            position = start;
            return ErrorCode.OutOfRange;
        }

        return code;
    }

    /// <summary>The variable-length integer of RFC 9000, section 16.</summary>
    public static ErrorCode Quic(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        value = 0;
        if ((uint)position >= (uint)input.Length)
        {
            return ErrorCode.Incomplete;
        }

        int size = 1 << (input[position] >> 6);
        if (size > maxBytes)
        {
            return ErrorCode.TooLong;
        }

        if (input.Length - position < size)
        {
            return ErrorCode.Incomplete;
        }

        ReadOnlySpan<byte> bytes = input.Slice(position, size);
        value = size switch
        {
            1 => bytes[0] & 0x3FUL,
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes) & 0x3FFFUL,
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0x3FFF_FFFFUL,
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes) & 0x3FFF_FFFF_FFFF_FFFFUL,
        };
        if (value > max)
        {
            return ErrorCode.OutOfRange;
        }

        if (QuicSize(value) != size)
        {
            return ErrorCode.NotCanonical;
        }

        position += size;
        return ErrorCode.None;
    }

    /// <summary>A definite length in as few bytes as it takes (X.690, 8.1.3 and 10.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ErrorCode Ber(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        if (IsOneByte(input, ref position, max, out value))
        {
            return ErrorCode.None;
        }

        int from = position;
        ErrorCode code = BerOfBytes(input, ref from, maxBytes, max, out ulong number);
        position = from;
        value = number;
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ErrorCode BerOfBytes(ReadOnlySpan<byte> input, ref int position, int maxBytes, ulong max, out ulong value)
    {
        value = 0;
        if ((uint)position >= (uint)input.Length)
        {
            return ErrorCode.Incomplete;
        }

        int first = input[position];
        int size = first < 0x80 ? 0 : first & 0x7F;
        if (first == 0x80)
        {
            return ErrorCode.NotAllowed;
        }

        if (size >= maxBytes || size > sizeof(ulong))
        {
            return ErrorCode.TooLong;
        }

        if (input.Length - position <= size)
        {
            return ErrorCode.Incomplete;
        }

        value = size == 0 ? (ulong)first : 0;
        for (int i = 1; i <= size; i++)
        {
            value = (value << 8) | input[position + i];
        }

        if (value > max)
        {
            return ErrorCode.OutOfRange;
        }

        if (BerSize(value) != size + 1)
        {
            return ErrorCode.NotCanonical;
        }

        position += size + 1;
        return ErrorCode.None;
    }

    /// <summary>How many bytes a number takes in LEB128.</summary>
    public static int Leb128Size(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    /// <summary>How many bytes a signed number takes in zigzag LEB128.</summary>
    public static int ZigZagSize(long value) => Leb128Size((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>How many bytes a number takes in RFC 9000's form; one of over 62 bits has none.</summary>
    public static int QuicSize(ulong value) => value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : value < 1 << 30 ? 4 : 8;

    /// <summary>How many bytes a length takes in the basic encoding rules.</summary>
    public static int BerSize(ulong value) => value < 0x80 ? 1 : (BitOperations.Log2(value) / 8) + 2;

    /// <summary>Writes LEB128.</summary>
    public static void WriteLeb128(Span<byte> destination, ref int position, ulong value)
    {
        while (value >= 0x80)
        {
            destination[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[position++] = (byte)value;
    }

    /// <summary>Writes zigzag LEB128.</summary>
    public static void WriteZigZag(Span<byte> destination, ref int position, long value) =>
        WriteLeb128(destination, ref position, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes RFC 9000's form.</summary>
    public static void WriteQuic(Span<byte> destination, ref int position, ulong value)
    {
        int size = QuicSize(value);
        for (int i = size - 1; i >= 0; i--)
        {
            destination[position + i] = (byte)value;
            value >>= 8;
        }

        destination[position] |= (byte)(BitOperations.Log2((uint)size) << 6);
        position += size;
    }

    /// <summary>Writes a definite length.</summary>
    public static void WriteBer(Span<byte> destination, ref int position, ulong value)
    {
        int size = BerSize(value) - 1;
        destination[position] = size == 0 ? (byte)value : (byte)(0x80 | size);
        for (int i = size; i > 0; i--)
        {
            destination[position + i] = (byte)value;
            value >>= 8;
        }

        position += size + 1;
    }
}
