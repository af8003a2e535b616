namespace Cache;

/// <summary>
/// Fields with values. A field and its value share one array (the field first), so that a field costs one object; a
/// value that fits is replaced in place.
/// </summary>
internal sealed class ByteHash
{
    private const int MinCapacity = 4;

    /// <summary>This object: two references and four padded numbers.</summary>
    private const int ObjectBytes = HeapSize.ObjectHeader + (2 * 8) + sizeof(long) + (4 * sizeof(int));

    /// <summary>First entry of each chain, plus one; 0 if there is none. As long as <see cref="_entries"/>, a power of two.</summary>
    private int[] _buckets = new int[MinCapacity];
    private Entry[] _entries = new Entry[MinCapacity];

    /// <summary>Entries from here on were never used.</summary>
    private int _fresh;

    /// <summary>First of the freed entries, plus one.</summary>
    private int _freed;

    internal int Count { get; private set; }

    internal long Bytes { get; private set; } = ObjectBytes + TableBytes(MinCapacity);

    /// <summary>One past the last entry that may be occupied.</summary>
    internal int End => _fresh;

    internal ref readonly Entry this[int entry] => ref _entries[entry];

    /// <summary>
    /// Heap bytes, at most, that setting all of the field-value <paramref name="pairs"/> would add; null if a part is too
    /// long.
    /// </summary>
    internal static long? SetGrowth<T>(ByteHash? hash, in T pairs)
        where T : IByteStrings, allows ref struct
    {
        long growth = hash is null ? ObjectBytes + TableBytes(MinCapacity) : 0;
        int added = 0;
        for (int i = 0; i + 1 < pairs.Count; i += 2)
        {
            ReadOnlySpan<byte> field = pairs[i];
            int length = pairs[i + 1].Length;
            if (field.Length > CacheStore.MaxValueSize || length > CacheStore.MaxValueSize)
            {
                return null;
            }

            int found = hash is null ? -1 : hash.Find(field, KeyHash.Of(field));
            byte[]? old = found < 0 ? null : hash!._entries[found].Data;
            long fresh = HeapSize.OfBytes(ValueBuffer.Capacity(field.Length + length));
            if (old is null)
            {
                // Once for each time a new field is named: more than is needed, never less.
                added++;
                growth += fresh;
            }
            else if (!ValueBuffer.Fits(old, field.Length + length))
            {
                growth += Math.Max(0, fresh - HeapSize.OfBytes(old.Length));
            }
        }

        int capacity = hash?._entries.Length ?? MinCapacity;
        int grown = capacity;
        while (grown - (hash?.Count ?? 0) < added)
        {
            grown *= 2;
        }

        return growth + TableBytes(grown) - TableBytes(capacity);
    }

    /// <summary>The field's entry, -1 if there is none.</summary>
    internal int Find(ReadOnlySpan<byte> field, uint hash)
    {
        int entry = _buckets[hash & (uint)(_buckets.Length - 1)] - 1;
        while (entry >= 0)
        {
            ref Entry candidate = ref _entries[entry];
            if (candidate.Hash == hash && field.SequenceEqual(candidate.Field))
            {
                return entry;
            }

            entry = candidate.Next - 1;
        }

        return -1;
    }

    /// <summary>Sets a field; true if it is new.</summary>
    internal bool Set(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        uint hash = KeyHash.Of(field);
        int found = Find(field, hash);
        bool added = found < 0;
        if (added)
        {
            found = Add(hash);
        }

        int length = field.Length + value.Length;
        ref Entry entry = ref _entries[found];
        if (entry.Data is null || !ValueBuffer.Fits(entry.Data, length))
        {
            byte[] data = ValueBuffer.Allocate(ValueBuffer.Capacity(length));
            field.CopyTo(data);
            Bytes += HeapSize.OfBytes(data.Length) - (entry.Data is null ? 0 : HeapSize.OfBytes(entry.Data.Length));
            entry.Data = data;
            entry.FieldLength = field.Length;
        }

        value.CopyTo(entry.Data.AsSpan(field.Length));
        entry.ValueLength = value.Length;
        return added;
    }

    /// <summary>Deletes a field; false if there is none.</summary>
    internal bool Delete(ReadOnlySpan<byte> field)
    {
        uint hash = KeyHash.Of(field);
        int found = Find(field, hash);
        if (found < 0)
        {
            return false;
        }

        ref int link = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        while (link != found + 1)
        {
            link = ref _entries[link - 1].Next;
        }

        ref Entry entry = ref _entries[found];
        link = entry.Next;
        Bytes -= HeapSize.OfBytes(entry.Data!.Length);
        entry = new Entry { Next = _freed };
        _freed = found + 1;
        Count--;
        if (_entries.Length > MinCapacity && Count < _entries.Length / 4)
        {
            Rebuild(_entries.Length / 2);
        }

        return true;
    }

    private int Add(uint hash)
    {
        if (_freed == 0 && _fresh == _entries.Length)
        {
            Rebuild(2 * _entries.Length);
        }

        int entry;
        if (_freed != 0)
        {
            entry = _freed - 1;
            _freed = _entries[entry].Next;
        }
        else
        {
            entry = _fresh++;
        }

        ref int first = ref _buckets[hash & (uint)(_buckets.Length - 1)];
        _entries[entry] = new Entry { Hash = hash, Next = first };
        first = entry + 1;
        Count++;
        return entry;
    }

    private void Rebuild(int capacity)
    {
        Entry[] old = _entries;
        int end = _fresh;
        Bytes += TableBytes(capacity) - TableBytes(old.Length);
        _entries = new Entry[capacity];
        _buckets = new int[capacity];
        _fresh = 0;
        _freed = 0;
        for (int i = 0; i < end; i++)
        {
            if (old[i].Data is null)
            {
                continue;
            }

            ref int first = ref _buckets[old[i].Hash & (uint)(capacity - 1)];
            _entries[_fresh] = old[i];
            _entries[_fresh].Next = first;
            first = ++_fresh;
        }
    }

    private static long TableBytes(int capacity) => HeapSize.OfArray<Entry>(capacity) + HeapSize.OfArray<int>(capacity);

    internal struct Entry
    {
        /// <summary>The field, then the value; null if the entry is free.</summary>
        internal byte[]? Data;
        internal int FieldLength;
        internal int ValueLength;
        internal uint Hash;

        /// <summary>Next of the chain, or of the freed entries, plus one.</summary>
        internal int Next;

        internal readonly ReadOnlySpan<byte> Field => Data.AsSpan(0, FieldLength);

        internal readonly ReadOnlySpan<byte> Value => Data.AsSpan(FieldLength, ValueLength);
    }
}
