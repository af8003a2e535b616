using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cache;

/// <summary>
/// The keyed hash of keys and fields: wyhash's multiply-and-fold over 8-byte words, but with all three
/// secret words drawn at random when the process starts.
/// </summary>
/// <remarks>
/// A client that could predict the hash could send keys that fall into one bucket and make each lookup linear.
/// wyhash's published secrets allow that (a word equal to the secret zeroes the product whatever the seed is), so
/// none are used here. This is not a proven PRF as SipHash is; it costs about 2 ns for a short key where SipHash
/// costs about 15. A client that may SCAN learns the lowest bits
/// of its keys' hashes from the order of the keys, as in Redis; to nobody else is the hash shown.
/// </remarks>
internal static class KeyHash
{
    private static readonly ulong s_first = Secret();
    private static readonly ulong s_second = Secret();
    private static readonly ulong s_third = Secret();

    internal static uint Of(ReadOnlySpan<byte> key)
    {
        ulong a, b, state = s_first;
        int length = key.Length;
        if (length > 16)
        {
            ReadOnlySpan<byte> rest = key;
            while (rest.Length > 16)
            {
                state = Fold(Word(rest) ^ s_second, Word(rest[8..]) ^ state);
                rest = rest[16..];
            }

            // The last 16 bytes may overlap what was read: cheaper than a tail of odd sizes.
            a = Word(key[(length - 16)..]);
            b = Word(key[(length - 8)..]);
        }
        else if (length >= 8)
        {
            a = Word(key);
            b = Word(key[(length - 8)..]);
        }
        else if (length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(key);
            b = BinaryPrimitives.ReadUInt32LittleEndian(key[(length - 4)..]);
        }
        else
        {
            a = length == 0 ? 0 : ((ulong)key[0] << 16) | ((ulong)key[length >> 1] << 8) | key[length - 1];
            b = 0;
        }

        ulong hash = Fold(Fold(a ^ s_second, b ^ state) ^ s_third, (ulong)length ^ s_second);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Word(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt64LittleEndian(at);

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    private static ulong Secret()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);

        // Odd, so that no secret is zero.
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) | 1;
    }
}
