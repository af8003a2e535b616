namespace Cache;

/// <content>How much memory the store holds, and what goes when that is too much.</content>
public sealed partial class CacheStore
{
    /// <summary>Redis's <c>maxmemory-samples</c>.</summary>
    private const int EvictionSamples = 5;

    private long _maxMemory;

    /// <summary>What the store holds without an entry.</summary>
    private readonly long _emptyBytes;

    /// <summary>
    /// Bytes that no write lets <see cref="UsedMemory"/> pass; 0: no bound. Lowering it evicts at once, as far as
    /// <see cref="EvictionPolicy"/> lets it. An empty store holds about 22 KiB, so a bound below that lets nothing in. Only
    /// <see cref="ExpireAt"/> may pass it, where nothing can be evicted, by about 4 bytes for each key that is there.
    /// </summary>
    public long MaxMemory
    {
        get => _maxMemory;
        set
        {
            _maxMemory = Math.Max(0, value);
            MakeRoom(0, pinned: 0, inserts: false, expires: false);
        }
    }

    /// <summary>What makes room for a write that would pass <see cref="MaxMemory"/>.</summary>
    public EvictionPolicy EvictionPolicy { get; set; }

    /// <summary>
    /// Heap bytes of everything that is stored: whole arrays and objects with their headers, and the table. It counts
    /// live objects; replaced ones stay with the garbage collector until it runs.
    /// </summary>
    public long UsedMemory => _table.Bytes + _expiring.Bytes + _entryBytes;

    /// <summary>Heap bytes of one entry with its key and value, without its part of the table; 0 if there is no such key.</summary>
    public long MemoryOf(ReadOnlySpan<byte> key)
    {
        int slot = Find(key, KeyHash.Of(key));
        return slot == 0 ? 0 : _table[slot].Bytes;
    }

    /// <summary>Evicts until a write fits; false if it does not.</summary>
    /// <param name="bytes">What keys and values will grow by.</param>
    /// <param name="pinned">The slot that is written to and must stay; 0 if none is.</param>
    /// <param name="inserts">True if the key table gets an entry.</param>
    /// <param name="expires">True if the list of expiring slots gets an entry.</param>
    private bool MakeRoom(long bytes, int pinned, bool inserts, bool expires)
    {
        if (_maxMemory == 0)
        {
            return true;
        }

        // What would not fit with everything else gone must not make everything else go.
        long least = _emptyBytes + (pinned == 0 ? 0 : _table[pinned].Bytes);
        if (least + bytes > _maxMemory)
        {
            return false;
        }

        while (true)
        {
            // Again each time: an eviction frees a slot, with which the table need not grow.
            long growth = bytes + (inserts ? _table.InsertGrowth : 0) + (expires ? _expiring.PushGrowth : 0);
            if (UsedMemory + growth <= _maxMemory)
            {
                return true;
            }

            int victim = EvictionPolicy == EvictionPolicy.NoEviction ? 0 : Victim(pinned);
            if (victim == 0)
            {
                return false;
            }

            Remove(victim);
            EvictedKeys++;
        }
    }

    /// <summary>The slot to evict, 0 if there is none that the policy lets go.</summary>
    private int Victim(int pinned)
    {
        bool all = EvictionPolicy is EvictionPolicy.AllKeysLru or EvictionPolicy.AllKeysRandom;
        bool best = EvictionPolicy is not (EvictionPolicy.AllKeysRandom or EvictionPolicy.VolatileRandom);
        int victim = 0;
        for (int i = 0; i < EvictionSamples; i++)
        {
            int slot = all ? _table.Sample(ref _random) : SampleExpiring();
            if (slot == 0)
            {
                return 0;
            }

            if (slot != pinned && (victim == 0 || GoesBefore(slot, victim)))
            {
                victim = slot;
                if (!best)
                {
                    break;
                }
            }
        }

        return victim != 0 ? victim : AnyBut(pinned, all);
    }

    /// <summary>Every sample was the pinned slot: there are next to no others, and it is quick to look at all.</summary>
    private int AnyBut(int pinned, bool all)
    {
        if (all)
        {
            int slot = _table.NextOccupied(0);
            return slot == pinned ? _table.NextOccupied(slot) : slot;
        }

        for (int i = 0; i < _expiring.Count; i++)
        {
            if (_expiring[i] != pinned)
            {
                return _expiring[i];
            }
        }

        return 0;
    }

    private bool GoesBefore(int slot, int other)
    {
        Slot a = _table[slot];
        Slot b = _table[other];
        return EvictionPolicy == EvictionPolicy.VolatileTtl
            ? a.ExpiresAt < b.ExpiresAt
            : unchecked((uint)_now - a.LastUsed) > unchecked((uint)_now - b.LastUsed);
    }

    private int SampleExpiring() => _expiring.Count == 0 ? 0 : _expiring[_random.Below(_expiring.Count)];
}
