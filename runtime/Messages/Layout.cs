using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeclServer.Messages;

/// <summary>The steps that emitted writers are made of; the writer has checked before that everything fits.</summary>
public static class Layout
{
    /// <summary>How many bytes a number takes in decimal digits, with its minus sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DigitCount(long value) =>
        value < 0 ? 1 + DigitCount((ulong)-(value + 1) + 1) : DigitCount((ulong)value);

    /// <summary>How many bytes a number takes in decimal digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DigitCount(ulong value) => value < 10 ? 1 : value < 100 ? 2 : LongDigitCount(value);

    private static int LongDigitCount(ulong value)
    {
        // log10(2) is about 1233 / 4096: right, or one too many.
        int guess = ((BitOperations.Log2(value) + 1) * 1233) >> 12;
        return value < PowersOfTen[guess] ? guess : guess + 1;
    }

    /// <summary>Writes one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Byte(Span<byte> destination, ref int position, byte value) => destination[position++] = value;

    /// <summary>Writes bytes as they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bytes(Span<byte> destination, ref int position, ReadOnlySpan<byte> value)
    {
        value.CopyTo(destination[position..]);
        position += value.Length;
    }

    /// <summary>Writes exactly <paramref name="size"/> bytes: the value, cut or with zero bytes behind it.</summary>
    public static void Padded(Span<byte> destination, ref int position, ReadOnlySpan<byte> value, int size)
    {
        int length = Math.Min(value.Length, size);
        value[..length].CopyTo(destination[position..]);
        destination.Slice(position + length, size - length).Clear();
        position += size;
    }

    /// <summary>Writes a number in decimal digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Number(Span<byte> destination, ref int position, long value)
    {
        if (value < 0)
        {
            destination[position++] = (byte)'-';
            Number(destination, ref position, (ulong)-(value + 1) + 1);
        }
        else
        {
            Number(destination, ref position, (ulong)value);
        }
    }

    /// <summary>Writes a number in decimal digits; most numbers of protocols are lengths of one digit or two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Number(Span<byte> destination, ref int position, ulong value)
    {
        if (value < 10)
        {
            destination[position++] = (byte)('0' + value);
        }
        else if (value < 100)
        {
            uint tens = (uint)value / 10;
            destination[position + 1] = (byte)('0' + (uint)value - (tens * 10));
            destination[position] = (byte)('0' + tens);
            position += 2;
        }
        else
        {
            LongNumber(destination, ref position, value);
        }
    }

    private static void LongNumber(Span<byte> destination, ref int position, ulong value)
    {
        Utf8Formatter.TryFormat(value, destination[position..], out int written);
        position += written;
    }

    /// <summary>A size rounded up to a multiple.</summary>
    public static int Aligned(int size, int multiple) => (size + multiple - 1) / multiple * multiple;

    /// <summary>Writes zero bytes up to a multiple of <paramref name="multiple"/> bytes.</summary>
    public static void Align(Span<byte> destination, ref int position, int multiple)
    {
        int aligned = Aligned(position, multiple);
        destination[position..aligned].Clear();
        position = aligned;
    }

    /// <summary>Writes a run of bits.</summary>
    public static void Run(Span<byte> destination, ref int position, int bytes, bool littleEndian, ulong run)
    {
        for (int i = 0; i < bytes; i++)
        {
            destination[position + (littleEndian ? i : bytes - 1 - i)] = (byte)run;
            run >>= 8;
        }

        position += bytes;
    }

    /// <summary>Whether a value is not there at all, as opposed to being empty: whether it is <c>default</c>.</summary>
    public static bool IsAbsent(ReadOnlySpan<byte> value) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(value));

    private static ReadOnlySpan<ulong> PowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];
}
