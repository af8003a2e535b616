using System.Buffers.Binary;
using System.Numerics;

namespace DeclServer;

/// <summary>An algorithm for <see cref="ChecksumAttribute"/>, over bytes that come in pieces.</summary>
public interface IChecksum
{
    /// <summary>The state before the first byte.</summary>
    static abstract ulong Start { get; }

    /// <summary>The state with more bytes, of which an even number came before.</summary>
    static abstract ulong Add(ulong state, ReadOnlySpan<byte> bytes);

    /// <summary>The checksum.</summary>
    static abstract ulong Finish(ulong state);
}

/// <summary>CRC-32 as of IEEE 802.3, gzip and PNG: polynomial 0x04C11DB7, reflected.</summary>
public sealed class Crc32 : IChecksum
{
    private static readonly uint[] s_table = Table();

    private Crc32()
    {
    }

    /// <inheritdoc/>
    public static ulong Start => uint.MaxValue;

    /// <inheritdoc/>
    public static ulong Add(ulong state, ReadOnlySpan<byte> bytes)
    {
        uint crc = (uint)state;
        foreach (byte next in bytes)
        {
            crc = (crc >> 8) ^ s_table[(byte)(crc ^ next)];
        }

        return crc;
    }

    /// <inheritdoc/>
    public static ulong Finish(ulong state) => ~(uint)state;

    private static uint[] Table()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }

            table[i] = crc;
        }

        return table;
    }
}

/// <summary>CRC-32C (Castagnoli): polynomial 0x1EDC6F41, reflected, as iSCSI and SCTP have it (RFC 9260, appendix A).</summary>
public sealed class Crc32C : IChecksum
{
    private Crc32C()
    {
    }

    /// <inheritdoc/>
    public static ulong Start => uint.MaxValue;

    /// <inheritdoc/>
    public static ulong Add(ulong state, ReadOnlySpan<byte> bytes)
    {
        uint crc = (uint)state;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte next in bytes)
        {
            crc = BitOperations.Crc32C(crc, next);
        }

        return crc;
    }

    /// <inheritdoc/>
    public static ulong Finish(ulong state) => ~(uint)state;
}

/// <summary>The Internet checksum: the complement of the one's complement sum of 16-bit words (RFC 1071).</summary>
public sealed class InternetChecksum : IChecksum
{
    private InternetChecksum()
    {
    }

    /// <inheritdoc/>
    public static ulong Start => 0;

    /// <inheritdoc/>
    public static ulong Add(ulong state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ushort))
        {
            state += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[sizeof(ushort)..];
        }

        return bytes.IsEmpty ? state : state + ((ulong)bytes[0] << 8);
    }

    /// <inheritdoc/>
    public static ulong Finish(ulong state)
    {
        while (state > ushort.MaxValue)
        {
            state = (state & ushort.MaxValue) + (state >> 16);
        }

        return ~state & ushort.MaxValue;
    }
}
