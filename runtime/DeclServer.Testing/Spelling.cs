using System.Runtime.InteropServices;
using DeclServer.Description;
using DeclServer.Messages;

namespace DeclServer.Testing;

/// <summary>Numbers of variable size, in their only spelling or in a longer one.</summary>
internal static class Spelling
{
    /// <summary>Writes a number; whether it could be written in more bytes than it takes, where that was asked for.</summary>
    public static bool Write(List<byte> into, NumberEncoding encoding, Int128 value, bool isLong)
    {
        Span<byte> bytes = stackalloc byte[24];
        int size = 0;
        ulong number = unchecked((ulong)value);
        switch (encoding)
        {
            case NumberEncoding.ZigZag:
                Varint.WriteZigZag(bytes, ref size, (long)value);
                Lengthen(bytes, ref size, isLong);
                break;
            case NumberEncoding.Leb128:
                Varint.WriteLeb128(bytes, ref size, number);
                Lengthen(bytes, ref size, isLong);
                break;
            case NumberEncoding.Quic when isLong && Varint.QuicSize(number) < 8:
                size = 2 * Varint.QuicSize(number);
                for (int i = size - 1; i >= 0; i--, number >>= 8)
                {
                    bytes[i] = (byte)number;
                }

                bytes[0] |= (byte)(size == 2 ? 0x40 : size == 4 ? 0x80 : 0xC0);
                break;
            case NumberEncoding.Quic:
                Varint.WriteQuic(bytes, ref size, number);
                isLong = false;
                break;
            case NumberEncoding.BerInteger or NumberEncoding.BerBoolean:
                Varint.WriteBerInteger(bytes, ref size, encoding == NumberEncoding.BerBoolean ? -(long)value : (long)value);
                if (isLong)
                {
                    // The long form of the length.
                    bytes[..size].CopyTo(bytes[1..]);
                    bytes[0] = 0x81;
                    size++;
                }

                break;
            default:
                Varint.WriteBer(bytes, ref size, number);
                if (isLong)
                {
                    // The long form with one zero before the number.
                    Span<byte> plain = stackalloc byte[8];
                    int digits = Math.Max(1, size - 1);
                    bytes.Slice(size - digits, digits).CopyTo(plain);
                    bytes[0] = (byte)(0x80 | (digits + (size > 1 ? 1 : 0)));
                    int at = 1;
                    if (size > 1)
                    {
                        bytes[at++] = 0;
                    }

                    plain[..digits].CopyTo(bytes[at..]);
                    size = at + digits;
                }

                break;
        }

        into.AddRange(bytes[..size]);
        return isLong;
    }

    private static void Lengthen(Span<byte> bytes, ref int size, bool isLong)
    {
        if (isLong)
        {
            bytes[size - 1] |= 0x80;
            bytes[size++] = 0;
        }
    }
}
