using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>
/// The hash of a lower-cased wire name: multiply and fold over 8-octet words, the last of which may overlap the one before.
/// </summary>
/// <remarks>
/// Not keyed: only the zone files put names into the table, so nobody who merely asks can make its chains long.
/// </remarks>
internal static class NameHash
{
    /// <summary>Room that <see cref="Lower"/> needs: the longest name, and whole words.</summary>
    internal const int BufferSize = 256;

    private const ulong First = 0xA076_1D64_78BD_642F;
    private const ulong Second = 0xE703_7ED1_A0B4_28DB;

    /// <summary>Lowers the name into <paramref name="lower"/> and gives the hash of that, in one pass.</summary>
    internal static uint Lower(ReadOnlySpan<byte> name, Span<byte> lower)
    {
        int length = name.Length;
        ulong state = First ^ (uint)length;
        if (length < 8)
        {
            for (int i = 0; i < length; i++)
            {
                lower[i] = WireName.Lower(name[i]);
            }

            return Finish(state, Short(lower[..length]));
        }

        int last = length - 8;
        for (int at = 0; at < last; at += 8)
        {
            ulong word = WireName.Lower(BinaryPrimitives.ReadUInt64LittleEndian(name[at..]));
            BinaryPrimitives.WriteUInt64LittleEndian(lower[at..], word);
            state = Fold(state ^ word, Second);
        }

        ulong tail = WireName.Lower(BinaryPrimitives.ReadUInt64LittleEndian(name[last..]));
        BinaryPrimitives.WriteUInt64LittleEndian(lower[last..], tail);
        return Finish(state, tail);
    }

    /// <summary>The hash of a name that is in lower case.</summary>
    internal static uint Of(ReadOnlySpan<byte> lower)
    {
        int length = lower.Length;
        ulong state = First ^ (uint)length;
        if (length < 8)
        {
            return Finish(state, Short(lower));
        }

        int last = length - 8;
        for (int at = 0; at < last; at += 8)
        {
            state = Fold(state ^ BinaryPrimitives.ReadUInt64LittleEndian(lower[at..]), Second);
        }

        return Finish(state, BinaryPrimitives.ReadUInt64LittleEndian(lower[last..]));
    }

    private static ulong Short(ReadOnlySpan<byte> lower)
    {
        ulong word = 0;
        foreach (byte octet in lower)
        {
            word = (word << 8) | octet;
        }

        return word;
    }

    private static uint Finish(ulong state, ulong word)
    {
        ulong hash = Fold(Fold(state ^ word, Second), First);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
