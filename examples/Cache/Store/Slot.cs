using System.Runtime.CompilerServices;

namespace Cache;

/// <summary>
/// One entry of the store: a view of the two places that hold it. They are apart so that a lookup, which has a slot's number, waits for
/// both and for the bytes behind <see cref="Data"/> at once, and not for one cache miss after another.
/// </summary>
internal readonly ref struct Slot(ref SlotState state, ref SlotContent content)
{
    private readonly ref SlotState _state = ref state;
    private readonly ref SlotContent _content = ref content;

    internal ref byte[]? Data => ref _content.Data;

    internal ref object? Collection => ref _content.Collection;

    internal ref uint Hash => ref _state.Hash;

    internal ref int Next => ref _state.Next;

    internal ref long ExpiresAt => ref _state.ExpiresAt;

    internal ref int KeyLength => ref _state.KeyLength;

    internal ref int Length => ref _state.Length;

    internal ref uint LastUsed => ref _state.LastUsed;

    internal ref ValueKind Kind => ref _state.Kind;

    internal ref ulong Cas => ref _state.Cas;

    internal ref uint Flags => ref _state.Flags;

    internal ref int ExpiryIndex => ref _state.ExpiryIndex;

    internal ReadOnlySpan<byte> Key => new(Data, 0, KeyLength);

    /// <summary>A string's value.</summary>
    internal ReadOnlySpan<byte> Text => new(Data, KeyLength, Length);

    /// <summary>Where a string's value is written: all of the array that the key leaves.</summary>
    internal Span<byte> Room => Data.AsSpan(KeyLength);

    /// <summary>Unchecked because <see cref="Kind"/> has been looked at, and casts are slow.</summary>
    internal ByteList List => Unsafe.As<ByteList>(Collection!);

    internal ByteHash Hashed => Unsafe.As<ByteHash>(Collection!);

    /// <summary>Heap bytes of key and value.</summary>
    internal long Bytes => HeapSize.OfBytes(Data!.Length) + Kind switch
    {
        ValueKind.List => List.Bytes,
        ValueKind.Hash => Hashed.Bytes,
        _ => 0,
    };
}

/// <summary>What the garbage collector has to know of an entry.</summary>
internal struct SlotContent
{
    /// <summary>The key and behind it a string's value, so that both are found with one cache miss; null exactly when the slot is free.</summary>
    internal byte[]? Data;

    /// <summary>A <see cref="ByteList"/> or <see cref="ByteHash"/>, as <see cref="SlotState.Kind"/> says; null for a string.</summary>
    internal object? Collection;
}

/// <summary>The numbers of an entry; those that a lookup reads come first.</summary>
internal struct SlotState
{
    /// <summary>The key's <see cref="KeyHash"/>, so that growth and most mismatches need not read the key.</summary>
    internal uint Hash;

    /// <summary>Occupied: the next slot of the same bucket, 0 at the end. Free: the next free slot of the page.</summary>
    internal int Next;

    /// <summary>Unix time in ms from which the entry is dead; <see cref="CacheStore.Never"/> if it has none.</summary>
    internal long ExpiresAt;

    internal int KeyLength;

    /// <summary>How many bytes behind the key are a string's value; 0 for the other kinds.</summary>
    internal int Length;

    /// <summary>The low 32 bits of the clock (ms) at the last access: enough for 49 days of idleness.</summary>
    internal uint LastUsed;

    internal ValueKind Kind;

    /// <summary>The number of the last write, unique in the process.</summary>
    internal ulong Cas;

    /// <summary>The opaque number that memcached clients store beside a value.</summary>
    internal uint Flags;

    /// <summary>Where the slot stands in the list of expiring slots; meaningful only if it expires.</summary>
    internal int ExpiryIndex;
}
