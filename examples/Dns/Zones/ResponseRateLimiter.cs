using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dns.Zones;

internal enum RateVerdict : byte
{
    Send,

    /// <summary>Send <see cref="ZoneSet.Truncated"/> in place of the reply, so that a client who is real can come over TCP.</summary>
    Truncate,

    Drop,
}

/// <summary>
/// Response rate limiting as BIND and NSD have it: so that forged requests make little of an amplifier, the same answer goes
/// to the same network only so many times a second. For UDP; one for each loop, as it is not synchronized.
/// </summary>
/// <remarks>
/// A token bucket for each network, kind of reply and source of data. The table has a fixed size; in a full set of it the
/// bucket that was used longest ago gives way, and with it at most some limiting is lost.
/// </remarks>
internal sealed class ResponseRateLimiter
{
    /// <summary>Octets of an IPv4 address that name its network: /24.</summary>
    internal const int Prefix4 = 3;

    /// <summary>Octets of an IPv6 address that name its network: /56.</summary>
    internal const int Prefix6 = 7;

    /// <summary>For how long a flood is remembered: it must stop so long until answers go out freely again. BIND's default.</summary>
    internal const int WindowSeconds = 15;

    internal const int MaxResponsesPerSecond = 1_000_000;

    private const int Ways = 4;

    /// <summary>What one response costs; a millisecond earns one for each response a second.</summary>
    private const long Cost = 1_000;

    private readonly Bucket[] _buckets;
    private readonly int _rate;
    private readonly int _slip;
    private readonly ulong _secret;

    /// <param name="responsesPerSecond">Of one kind and source to one network; also how many may come at once.</param>
    /// <param name="slip">Each so many-th limited reply is truncated and not dropped: 1 drops none, 0 all.</param>
    /// <param name="buckets">Rounded up to a power of two.</param>
    /// <param name="secret">Keys the table, so that nobody can aim at the bucket of another; null draws one.</param>
    internal ResponseRateLimiter(int responsesPerSecond, int slip, int buckets, ulong? secret = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(responsesPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(responsesPerSecond, MaxResponsesPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegative(slip);
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, Ways);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buckets, 1 << 24);
        _rate = responsesPerSecond;
        _slip = slip;
        _buckets = new Bucket[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)buckets)];
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(drawn);
        _secret = (secret ?? BinaryPrimitives.ReadUInt64LittleEndian(drawn)) | 1;
    }

    /// <param name="address">4 or 16 octets.</param>
    /// <param name="source">Of the <see cref="Reply"/>.</param>
    /// <param name="now">Milliseconds of a clock that does not go back.</param>
    internal RateVerdict Account(ReadOnlySpan<byte> address, ReplyKind kind, int source, long now)
    {
        ref Bucket bucket = ref Find(Key(address, kind, source), now);
        long full = _rate * Cost;
        long earned = Math.Clamp(now - bucket.Stamp, 0, 2 * WindowSeconds * 1_000) * _rate;
        bucket.Credit = Math.Min(full, bucket.Credit + earned);
        bucket.Stamp = Math.Max(now, bucket.Stamp);
        bucket.Credit = Math.Max(bucket.Credit - Cost, -full * WindowSeconds);
        if (bucket.Credit >= 0)
        {
            return RateVerdict.Send;
        }

        if (_slip == 0 || ++bucket.Limited < _slip)
        {
            return RateVerdict.Drop;
        }

        bucket.Limited = 0;
        return RateVerdict.Truncate;
    }

    private ref Bucket Find(ulong key, long now)
    {
        Span<Bucket> set = _buckets.AsSpan((int)(key >> 8) & (_buckets.Length - 1) & -Ways, Ways);
        ref Bucket oldest = ref set[0];
        foreach (ref Bucket bucket in set)
        {
            if (bucket.Key == key)
            {
                return ref bucket;
            }

            if (oldest.Key != 0 && (bucket.Key == 0 || bucket.Stamp < oldest.Stamp))
            {
                oldest = ref bucket;
            }
        }

        oldest = new Bucket { Key = key, Credit = _rate * Cost, Stamp = now };
        return ref oldest;
    }

    private ulong Key(ReadOnlySpan<byte> address, ReplyKind kind, int source)
    {
        // An IPv4 client of a socket for both families comes as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2).
        if (address.Length == 16 && address[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]))
        {
            address = address[12..];
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        int prefix = address.Length == 16 ? Prefix6 : Prefix4;
        address[..prefix].CopyTo(padded);
        padded[7] = (byte)prefix;

        ulong network = BinaryPrimitives.ReadUInt64LittleEndian(padded);
        ulong data = ((ulong)kind << 32) | (uint)source;

        // 0 marks an empty bucket.
        return Fold(Fold(network ^ _secret, 0xA076_1D64_78BD_642F) ^ data, _secret ^ 0xE703_7ED1_A0B4_28DB) | 1;
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }

    private struct Bucket
    {
        internal ulong Key;
        internal long Credit;
        internal long Stamp;
        internal int Limited;
    }
}
