using System.Runtime.CompilerServices;

namespace Cache;

/// <summary>One entry of the store. 64 bytes: a lookup that hits costs one cache line here, one for the key, one for the value.</summary>
internal struct Slot
{
    /// <summary>The key, of exact length; null exactly when the slot is free.</summary>
    internal byte[]? Key;

    /// <summary>A <c>byte[]</c>, <see cref="ByteList"/> or <see cref="ByteHash"/>, as <see cref="Kind"/> says.</summary>
    internal object? Value;

    /// <summary>The number of the last write, unique in the process.</summary>
    internal ulong Cas;

    /// <summary>Unix time in ms from which the entry is dead; <see cref="CacheStore.Never"/> if it has none.</summary>
    internal long ExpiresAt;

    /// <summary>The key's <see cref="KeyHash"/>, so that growth and most mismatches need not read the key.</summary>
    internal uint Hash;

    /// <summary>Occupied: the next slot of the same bucket, 0 at the end. Free: the next free slot of the page.</summary>
    internal int Next;

    /// <summary>How many bytes of a string value's array are the value.</summary>
    internal int Length;

    /// <summary>The opaque number that memcached clients store beside a value.</summary>
    internal uint Flags;

    /// <summary>Where the slot stands in the list of expiring slots; meaningful only if it expires.</summary>
    internal int ExpiryIndex;

    /// <summary>The low 32 bits of the clock (ms) at the last access: enough for 49 days of idleness.</summary>
    internal uint LastUsed;

    internal ValueKind Kind;

    /// <summary>The array of a string; unchecked because <see cref="Kind"/> has been looked at, and array casts are slow.</summary>
    internal readonly byte[] Array => Unsafe.As<byte[]>(Value!);

    internal readonly ByteList List => Unsafe.As<ByteList>(Value!);

    internal readonly ByteHash Hashed => Unsafe.As<ByteHash>(Value!);

    internal readonly ReadOnlySpan<byte> Text => new(Array, 0, Length);

    /// <summary>Heap bytes of the value alone.</summary>
    internal readonly long ValueBytes => Kind switch
    {
        ValueKind.String => HeapSize.OfBytes(Array.Length),
        ValueKind.List => List.Bytes,
        _ => Hashed.Bytes,
    };
}
