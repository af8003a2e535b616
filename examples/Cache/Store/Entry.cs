using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cache;

/// <summary>
/// One entry of the store, all of it in one array: its numbers, then the key, then a string's value. A lookup that has the array waits for
/// nothing more. The default value is no entry.
/// </summary>
/// <remarks>
/// Reads are unchecked, and never outside the array: <see cref="Create"/> alone makes arrays, with room for the numbers and the key, whose
/// length never changes; and <see cref="Length"/> takes no number that the array has no room for.
/// </remarks>
internal readonly struct Entry
{
    private readonly byte[]? _data;

    private Entry(byte[] data) => _data = data;

    internal bool Exists => _data is not null;

    /// <summary>The number of the last write, unique in the process.</summary>
    internal ulong Cas
    {
        get => Data.Numbers.Cas;
        set => Data.Numbers.Cas = value;
    }

    /// <summary>The opaque number that memcached clients store beside a value.</summary>
    internal uint Flags
    {
        get => Data.Numbers.Flags;
        set => Data.Numbers.Flags = value;
    }

    /// <summary>Where the entry stands in the list of expiring ones; meaningful only if it expires.</summary>
    internal int ExpiryIndex
    {
        get => Data.Numbers.ExpiryIndex;
        set => Data.Numbers.ExpiryIndex = value;
    }

    /// <summary>Unix time in ms from which the entry is dead; <see cref="CacheStore.Never"/> if it has none.</summary>
    internal long ExpiresAt
    {
        get => Data.Numbers.ExpiresAt;
        set => Data.Numbers.ExpiresAt = value;
    }

    /// <summary>The low 32 bits of the clock (ms) at the last access: enough for 49 days of idleness.</summary>
    internal uint LastUsed
    {
        get => Data.Numbers.LastUsed;
        set => Data.Numbers.LastUsed = value;
    }

    internal ValueKind Kind => Data.Numbers.Kind;

    internal ReadOnlySpan<byte> Key => MemoryMarshal.CreateReadOnlySpan(ref Data.Key, Data.Numbers.KeyLength);

    /// <summary>How many bytes a string's value has; 0 for the other kinds.</summary>
    internal int Length
    {
        get => Kind == ValueKind.String ? Data.Numbers.LengthOrIndex : 0;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual((int)Kind, (int)ValueKind.String);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Room.Length);
            Data.Numbers.LengthOrIndex = value;
        }
    }

    /// <summary>Where a list or hash stands among the store's collections.</summary>
    internal int CollectionIndex
    {
        get => Data.Numbers.LengthOrIndex;
        set
        {
            ArgumentOutOfRangeException.ThrowIfEqual((int)Kind, (int)ValueKind.String);
            Data.Numbers.LengthOrIndex = value;
        }
    }

    /// <summary>A string's value.</summary>
    internal ReadOnlySpan<byte> Text => TextBehind(Data.Numbers.KeyLength);

    /// <summary>Where a string's value is written: all of the array that the key leaves.</summary>
    internal Span<byte> Room => _data.AsSpan(EntryNumbers.Size + Data.Numbers.KeyLength);

    /// <summary>Heap bytes of the array.</summary>
    internal long Bytes => HeapSize.OfBytes(_data!.Length);

    private Layout Data => Unsafe.As<Layout>(_data)!;

    /// <summary>Heap bytes of an entry with this much key and room for a string.</summary>
    internal static long BytesFor(int keyLength, int room) => HeapSize.OfBytes(ArrayLength(keyLength, room));

    /// <summary>A new entry without expiry, with room for a string of at least this many bytes, which has none yet.</summary>
    internal static Entry Create(ReadOnlySpan<byte> key, ValueKind kind, int room)
    {
        byte[] data = ValueBuffer.Allocate(ArrayLength(key.Length, room));
        Entry entry = new(data);
        Debug.Assert(Unsafe.AreSame(ref entry.Data.Key, ref data[EntryNumbers.Size]), "The runtime lays arrays out as Layout says.");
        entry.Data.Numbers = new EntryNumbers { ExpiresAt = CacheStore.Never, KeyLength = key.Length, Kind = kind };
        key.CopyTo(entry._data.AsSpan(EntryNumbers.Size));
        return entry;
    }

    /// <summary>A string without a byte yet, and with all the other numbers of this entry.</summary>
    internal Entry WithRoom(int room)
    {
        Entry entry = Create(Key, ValueKind.String, room);
        entry.Data.Numbers = Data.Numbers with { Kind = ValueKind.String, LengthOrIndex = 0 };
        return entry;
    }

    /// <summary>The same value with the same numbers under another key.</summary>
    internal Entry WithKey(ReadOnlySpan<byte> key)
    {
        Entry entry = Create(key, Kind, Length);
        entry.Data.Numbers = Data.Numbers with { KeyLength = key.Length };
        Text.CopyTo(entry.Room);
        return entry;
    }

    /// <summary>Has the numbers and a short key and value fetched from memory.</summary>
    internal void Fetch()
    {
        // By the array itself, and in a local: else the compiler tests for null by a read, which waits for what is to be fetched.
        if (_data is { } data)
        {
            ref byte first = ref MemoryMarshal.GetArrayDataReference(data);
            Cached.Fetch(ref first);
            Cached.Fetch(ref Unsafe.Add(ref first, EntryNumbers.Size));
        }
    }

    /// <summary>Whether both are the same array.</summary>
    internal bool Is(Entry other) => ReferenceEquals(_data, other._data);

    /// <summary>The lengths are compared, and then only the one given is read: so the key's bytes do not wait for the numbers.</summary>
    internal bool HasKey(ReadOnlySpan<byte> key) => Key.SequenceEqual(key);

    /// <summary>A string's value, for one who knows how long the key is, and so need not wait for the numbers to read it.</summary>
    internal ReadOnlySpan<byte> TextBehind(int keyLength)
    {
        Debug.Assert(keyLength == Data.Numbers.KeyLength, "The key is the one that the entry was found with.");
        return Exists ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref Data.Key, keyLength), Length) : default;
    }

    /// <summary>Whether a string of this length may take this array, by the rules of <see cref="ValueBuffer"/>.</summary>
    internal bool Fits(int length) => ValueBuffer.Fits(_data!, EntryNumbers.Size + Data.Numbers.KeyLength + length);

    private static int ArrayLength(int keyLength, int room) => ValueBuffer.Capacity(EntryNumbers.Size + keyLength + room);

    /// <summary>
    /// The array as the runtime lays a <c>byte[]</c> out, for fields to be read from it: the compiler knows that these wait for the test for
    /// null before them. References to an array's bytes must not be dereferenced in their place: .NET 10 makes <c>entry.Exists ? number : 0</c>
    /// of such a one a conditional move, which reads through null.
    /// </summary>
    [StructLayout(LayoutKind.Explicit)]
    private sealed class Layout
    {
        [FieldOffset(sizeof(long))]
        internal EntryNumbers Numbers;

        [FieldOffset(sizeof(long) + EntryNumbers.Size)]
        internal byte Key;
    }
}

/// <summary>The numbers of an entry; those that a lookup reads come last, and so stand next to the key.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct EntryNumbers
{
    /// <summary>Bytes of this, a multiple of <see cref="HeapSize.Alignment"/>.</summary>
    internal const int Size = 40;

    internal ulong Cas;
    internal uint Flags;
    internal int ExpiryIndex;
    internal long ExpiresAt;
    internal uint LastUsed;
    internal int KeyLength;

    /// <summary>A string: bytes of its value. Another kind: where it stands among the store's collections.</summary>
    internal int LengthOrIndex;

    internal ValueKind Kind;
}
