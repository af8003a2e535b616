namespace Cache;

/// <summary>
/// Finds slots by key: chained linear hashing (Litwin 1980). The number of buckets follows the number of keys two
/// buckets at a time, so there is never a rehash pause and memory never leaps, which a hard memory bound needs. As the
/// load stays between 1/4 and 1/2, a random bucket soon yields a random key however many keys have gone.
/// </summary>
internal sealed class KeyTable
{
    private const int MinBuckets = 64;

    /// <summary>Two, so that few keys stand behind another one in their chain: each such key costs a cache miss more.</summary>
    private const int BucketsPerKey = 2;

    private readonly SlotPages _slots = new();

    /// <summary>First slot of each chain, 0 if the bucket is empty.</summary>
    private readonly ChunkedInts _buckets = new();

    /// <summary>2^n - 1 with 2^(n-1) &lt; buckets &lt;= 2^n.</summary>
    private uint _mask = MinBuckets - 1;

    internal KeyTable()
    {
        while (_buckets.Count < MinBuckets)
        {
            _buckets.Push(0);
        }
    }

    internal int Count { get; private set; }

    /// <summary>Heap bytes of slots and buckets, without keys and values.</summary>
    internal long Bytes => _slots.Bytes + _buckets.Bytes;

    /// <summary>Heap bytes that the next <see cref="Insert"/> would add, without the key.</summary>
    internal long InsertGrowth => _slots.TakeGrowth + (BucketsPerKey * (Count + 1) > _buckets.Count ? _buckets.PushGrowth : 0);

    internal Slot this[int slot] => _slots[slot];

    /// <summary>The key's slot and what it holds, 0 and nothing if there is none.</summary>
    internal int Find(ReadOnlySpan<byte> key, uint hash, out Slot entry)
    {
        int slot = _buckets[BucketOf(hash)];
        while (slot != 0)
        {
            Slot candidate = _slots[slot];
            if (candidate.Hash == hash && key.SequenceEqual(candidate.Key))
            {
                entry = candidate;
                return slot;
            }

            slot = candidate.Next;
        }

        entry = default;
        return 0;
    }

    /// <summary>A new slot for a key that <see cref="Find"/> did not find, and that stands at the start of <paramref name="data"/>.</summary>
    internal int Insert(byte[] data, int keyLength, uint hash)
    {
        int slot = _slots.Take();
        Link(slot, data, keyLength, hash);
        Count++;
        if (BucketsPerKey * Count > _buckets.Count)
        {
            Split();
            Split();
        }

        return slot;
    }

    internal void Remove(int slot)
    {
        Unlink(slot);
        _slots.Release(slot);
        Count--;
        while (_buckets.Count > MinBuckets && 2 * BucketsPerKey * Count < _buckets.Count)
        {
            Merge();
            Merge();
        }
    }

    /// <summary>Gives the entry in a slot another array, at the start of which stands a key that must not be in the table.</summary>
    internal void Rekey(int slot, byte[] data, int keyLength, uint hash)
    {
        Unlink(slot);
        Link(slot, data, keyLength, hash);
    }

    /// <summary>
    /// Some occupied slot, 0 if there is none. As in Redis, the choice is of a bucket and then within it, so a key that
    /// shares its bucket is drawn somewhat less often.
    /// </summary>
    internal int Sample(ref SampleSource random)
    {
        if (Count == 0)
        {
            return 0;
        }

        int first;
        do
        {
            first = _buckets[random.Below(_buckets.Count)];
        }
        while (first == 0);

        int length = 0;
        for (int slot = first; slot != 0; slot = _slots[slot].Next)
        {
            length++;
        }

        int chosen = first;
        for (int skip = random.Below(length); skip > 0; skip--)
        {
            chosen = _slots[chosen].Next;
        }

        return chosen;
    }

    /// <summary>The first occupied slot after <paramref name="slot"/> (0 to begin), 0 at the end.</summary>
    internal int NextOccupied(int slot)
    {
        int end = _slots.End;
        for (int next = slot + 1; next < end; next++)
        {
            if (!_slots.HasPage(next >> SlotPages.PageBits))
            {
                next |= SlotPages.PageSize - 1;
            }
            else if (_slots[next].Data is not null)
            {
                return next;
            }
        }

        return 0;
    }

    private int BucketOf(uint hash)
    {
        uint bucket = hash & _mask;
        return (int)(bucket < (uint)_buckets.Count ? bucket : bucket & (_mask >> 1));
    }

    private void Link(int slot, byte[] data, int keyLength, uint hash)
    {
        ref int first = ref _buckets[BucketOf(hash)];
        Slot entry = _slots[slot];
        entry.Data = data;
        entry.KeyLength = keyLength;
        entry.Hash = hash;
        entry.Next = first;
        first = slot;
    }

    private void Unlink(int slot)
    {
        Slot entry = _slots[slot];
        ref int link = ref _buckets[BucketOf(entry.Hash)];
        while (link != slot)
        {
            link = ref _slots[link].Next;
        }

        link = entry.Next;
    }

    /// <summary>Adds one bucket, which takes half of the chain of the one it splits.</summary>
    private void Split()
    {
        int added = _buckets.Count;
        if ((uint)added > _mask)
        {
            _mask = (_mask << 1) | 1;
        }

        ref int from = ref _buckets[(int)((uint)added & (_mask >> 1))];
        int slot = from;
        from = 0;
        _buckets.Push(0);
        ref int to = ref _buckets[added];
        while (slot != 0)
        {
            Slot entry = _slots[slot];
            int next = entry.Next;
            ref int bucket = ref (entry.Hash & _mask) == (uint)added ? ref to : ref from;
            entry.Next = bucket;
            bucket = slot;
            slot = next;
        }
    }

    /// <summary>Takes the last bucket away and gives its chain to the one it was split from.</summary>
    private void Merge()
    {
        int orphan = _buckets.Pop();
        ref int link = ref _buckets[(int)((uint)_buckets.Count & (_mask >> 1))];
        while (link != 0)
        {
            link = ref _slots[link].Next;
        }

        link = orphan;
        if ((uint)_buckets.Count == (_mask >> 1) + 1)
        {
            _mask >>= 1;
        }
    }
}
