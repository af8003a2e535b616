using System.Numerics;

namespace Cache;

/// <summary>
/// Finds entries by key: linear hashing (Litwin 1980) over buckets of a few entries each. The number of buckets follows the number of keys one by
/// one, so there is never a rehash pause and memory never leaps, which a hard memory bound needs. As the load has a lower bound too, a
/// random bucket soon yields a random key however many keys have gone.
/// </summary>
internal sealed partial class KeyTable
{
    private const int MinBuckets = 64;

    /// <summary>Keys for each bucket: so few that not one in ten has to be looked for in a second one.</summary>
    private const int Load = 3;

    private readonly ChunkedList<Bucket> _buckets = new();

    /// <summary>Further buckets of chains whose first is full, none of them empty.</summary>
    private readonly ChunkedList<Bucket> _overflow = new();

    /// <summary>2^n - 1 with 2^(n-1) &lt; buckets &lt;= 2^n.</summary>
    private uint _mask = MinBuckets - 1;

    internal KeyTable()
    {
        while (_buckets.Count < MinBuckets)
        {
            _buckets.Push(default);
        }

        // Its first chunk stays, so that there is always a time at which buckets can merge: see Remove.
        _overflow.Push(default);
        _overflow.Pop();
    }

    internal int Count { get; private set; }

    /// <summary>Heap bytes of the table, without its entries.</summary>
    internal long Bytes => _buckets.Bytes + _overflow.Bytes;

    /// <summary>Heap bytes that the next <see cref="Insert"/> or <see cref="Rekey"/> adds at most, without the entry.</summary>
    internal long InsertGrowth => _overflow.PushGrowth + (Count >= Load * _buckets.Count ? _buckets.PushGrowth : 0);

    /// <summary>The entry of a key, none if it is not there.</summary>
    internal Entry Find(ReadOnlySpan<byte> key, uint hash)
    {
        ref Bucket bucket = ref _buckets[BucketOf(hash)];
        while (true)
        {
            for (uint matches = bucket.Match(hash); matches != 0; matches &= matches - 1)
            {
                Entry entry = bucket.Entries[BitOperations.TrailingZeroCount(matches)];
                if (entry.Exists && entry.HasKey(key))
                {
                    return entry;
                }
            }

            if (bucket.Next == 0)
            {
                return default;
            }

            bucket = ref Overflow(bucket.Next);
        }
    }

    /// <summary>Has the bucket of a key fetched from memory.</summary>
    internal void FetchBucket(uint hash) => Cached.Fetch(ref _buckets[BucketOf(hash)]);

    /// <summary>Has the entry of a key fetched from memory, if it stands in its first bucket.</summary>
    internal void FetchEntry(uint hash)
    {
        ref Bucket bucket = ref _buckets[BucketOf(hash)];
        uint matches = bucket.Match(hash);
        if (matches != 0)
        {
            bucket.Entries[BitOperations.TrailingZeroCount(matches)].Fetch();
        }
    }

    /// <summary>Takes in an entry whose key <see cref="Find"/> did not find.</summary>
    internal void Insert(Entry entry, uint hash)
    {
        Append(BucketOf(hash), entry, hash);
        if (++Count > Load * _buckets.Count)
        {
            Split();
        }
    }

    internal void Remove(Entry entry, uint hash)
    {
        RemoveFromChain(entry, hash);
        Count--;

        // A merge may need one bucket more for what overflows. Deleting must not take memory, so it is put off while there is no room for that.
        while (_buckets.Count > MinBuckets && 2 * Count < Load * _buckets.Count && _overflow.PushGrowth == 0)
        {
            Merge();
        }
    }

    /// <summary>Puts another entry with the same key in an entry's place.</summary>
    internal void Replace(Entry entry, Entry fresh, uint hash)
    {
        ref Bucket bucket = ref BucketWith(entry, hash, out int place);
        bucket.Entries[place] = fresh;
    }

    /// <summary>Puts an entry with another key, which must not be in the table, in place of an entry.</summary>
    internal void Rekey(Entry entry, uint hash, Entry fresh, uint freshHash)
    {
        RemoveFromChain(entry, hash);
        Append(BucketOf(freshHash), fresh, freshHash);
    }

    private ref Bucket Overflow(int next) => ref _overflow[next - 1];

    private int BucketOf(uint hash)
    {
        uint bucket = hash & _mask;
        uint half = bucket & (_mask >> 1);
        return (int)(bucket < (uint)_buckets.Count ? bucket : half);
    }

    private ref Bucket BucketWith(Entry entry, uint hash, out int place)
    {
        ref Bucket bucket = ref _buckets[BucketOf(hash)];
        while (true)
        {
            for (place = 0; place < Bucket.Places; place++)
            {
                if (bucket.Entries[place].Is(entry))
                {
                    return ref bucket;
                }
            }

            bucket = ref Overflow(bucket.Next);
        }
    }

    private void Append(int chain, Entry entry, uint hash)
    {
        ref Bucket last = ref _buckets[chain];
        while (last.Next != 0)
        {
            last = ref Overflow(last.Next);
        }

        int place = last.Count;
        if (place == Bucket.Places)
        {
            _overflow.Push(default);
            last.Next = _overflow.Count;
            last = ref Overflow(last.Next);
            place = 0;
        }

        last.Entries[place] = entry;
        last.Hashes[place] = hash;
    }

    private void RemoveFromChain(Entry entry, uint hash)
    {
        ref Bucket bucket = ref BucketWith(entry, hash, out int place);
        RemoveAt(BucketOf(hash), ref bucket, place);
    }

    /// <summary>Empties a place of a chain by putting the chain's last entry there.</summary>
    private void RemoveAt(int chain, ref Bucket bucket, int place)
    {
        ref Bucket last = ref _buckets[chain];
        ref int link = ref last.Next;
        while (last.Next != 0)
        {
            link = ref last.Next;
            last = ref Overflow(link);
        }

        int end = last.Count - 1;
        bucket.Entries[place] = last.Entries[end];
        bucket.Hashes[place] = last.Hashes[end];
        last.Entries[end] = default;
        if (end == 0 && link != 0)
        {
            int emptied = link;
            link = 0;
            GiveBack(emptied);
        }
    }

    /// <summary>Gives a bucket that overflowed back, by putting the last one of these in its place.</summary>
    private void GiveBack(int emptied)
    {
        int last = _overflow.Count;
        if (emptied != last)
        {
            ref Bucket moved = ref Overflow(last);
            Overflow(emptied) = moved;

            // Amid a split or merge some entries are in the chain that they come from or go to.
            int chain = BucketOf(moved.Hashes[0]);
            if (!Relink(chain, last, emptied))
            {
                Relink((int)((uint)chain & (_mask >> 1)), last, emptied);
            }
        }

        _overflow.Pop();
    }

    private bool Relink(int chain, int from, int to)
    {
        ref int link = ref _buckets[chain].Next;
        while (link != 0)
        {
            if (link == from)
            {
                link = to;
                return true;
            }

            link = ref Overflow(link).Next;
        }

        return false;
    }

    /// <summary>Adds one bucket, which takes half of the chain of the one it splits. The two never overflow into more buckets than the one.</summary>
    private void Split()
    {
        int added = _buckets.Count;
        if ((uint)added > _mask)
        {
            _mask = (_mask << 1) | 1;
        }

        _buckets.Push(default);
        int split = (int)((uint)added & (_mask >> 1));
        ref Bucket bucket = ref _buckets[split];
        int place = 0;
        while (true)
        {
            if (place == Bucket.Places && bucket.Next != 0)
            {
                bucket = ref Overflow(bucket.Next);
                place = 0;
            }
            else if (place == Bucket.Places || !bucket.Entries[place].Exists)
            {
                return;
            }
            else if ((bucket.Hashes[place] & _mask) != (uint)added)
            {
                place++;
            }
            else
            {
                Entry entry = bucket.Entries[place];
                uint hash = bucket.Hashes[place];
                RemoveAt(split, ref bucket, place);
                Append(added, entry, hash);

                // From the beginning again: a bucket that was given back has perhaps moved this one.
                bucket = ref _buckets[split];
                place = 0;
            }
        }
    }

    /// <summary>Takes the last bucket away and gives its chain to the one it was split from.</summary>
    private void Merge()
    {
        int orphan = _buckets.Count - 1;
        int heir = (int)((uint)orphan & (_mask >> 1));
        ref Bucket bucket = ref _buckets[orphan];
        while (bucket.Entries[0].Exists)
        {
            Entry entry = bucket.Entries[0];
            uint hash = bucket.Hashes[0];
            RemoveAt(orphan, ref bucket, 0);
            Append(heir, entry, hash);
        }

        _buckets.Pop();
        if ((uint)_buckets.Count == (_mask >> 1) + 1)
        {
            _mask >>= 1;
        }
    }
}
