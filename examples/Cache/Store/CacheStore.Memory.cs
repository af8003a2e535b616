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
    /// <see cref="EvictionPolicy"/> lets it. An empty store holds about 17 KiB, so a bound below that lets nothing in. Only
    /// <see cref="ExpireAt"/> may pass it, where nothing can be evicted, by about 8 bytes for each key that is there.
    /// </summary>
    public long MaxMemory
    {
        get => _maxMemory;
        set
        {
            _maxMemory = Math.Max(0, value);
            MakeRoom(0, pinned: default, Growing.Values);
        }
    }

    /// <summary>What makes room for a write that would pass <see cref="MaxMemory"/>.</summary>
    public EvictionPolicy EvictionPolicy { get; set; }

    /// <summary>
    /// Heap bytes of everything that is stored: whole arrays and objects with their headers, and the table. It counts
    /// live objects; replaced ones stay with the garbage collector until it runs.
    /// </summary>
    public long UsedMemory => _table.Bytes + _expiring.Bytes + _collections.Bytes + _entryBytes;

    /// <summary>Heap bytes of one entry with its key and value, without its part of the table; 0 if there is no such key.</summary>
    public long MemoryOf(ReadOnlySpan<byte> key)
    {
        Entry entry = Find(key, KeyHash.Of(key));
        return entry.Exists ? BytesOf(entry) : 0;
    }

    private long BytesOf(Entry entry) => entry.Bytes + entry.Kind switch
    {
        ValueKind.List => ListOf(entry).Bytes,
        ValueKind.Hash => HashOf(entry).Bytes,
        _ => 0,
    };

    /// <summary>Evicts until a write fits; false if it does not.</summary>
    /// <param name="bytes">What keys and values will grow by.</param>
    /// <param name="pinned">The entry that is written to and must stay, if one is.</param>
    /// <param name="growing">What else is about to grow.</param>
    private bool MakeRoom(long bytes, Entry pinned, Growing growing)
    {
        if (_maxMemory == 0)
        {
            return true;
        }

        // What would not fit with everything else gone must not make everything else go.
        long least = _emptyBytes + (pinned.Exists ? BytesOf(pinned) : 0);
        if (least + bytes > _maxMemory)
        {
            return false;
        }

        while (true)
        {
            // Again each time: an eviction makes room in the table and the lists too, with which these need not grow.
            if (UsedMemory + bytes + GrowthOf(growing) <= _maxMemory)
            {
                return true;
            }

            Entry victim = EvictionPolicy == EvictionPolicy.NoEviction ? default : Victim(pinned);
            if (!victim.Exists)
            {
                return false;
            }

            Remove(victim);
            EvictedKeys++;
        }
    }

    private long GrowthOf(Growing growing) =>
        ((growing & Growing.Table) != 0 ? _table.InsertGrowth : 0)
        + ((growing & Growing.Expiring) != 0 ? _expiring.PushGrowth : 0)
        + ((growing & Growing.Collections) != 0 ? _collections.PushGrowth : 0);

    /// <summary>The entry to evict, none if there is none that the policy lets go.</summary>
    private Entry Victim(Entry pinned)
    {
        bool all = EvictionPolicy is EvictionPolicy.AllKeysLru or EvictionPolicy.AllKeysRandom;
        bool best = EvictionPolicy is not (EvictionPolicy.AllKeysRandom or EvictionPolicy.VolatileRandom);
        Entry victim = default;
        for (int i = 0; i < EvictionSamples; i++)
        {
            Entry entry = all ? _table.Sample(ref _random) : SampleExpiring();
            if (!entry.Exists)
            {
                return default;
            }

            if (!entry.Is(pinned) && (!victim.Exists || GoesBefore(entry, victim)))
            {
                victim = entry;
                if (!best)
                {
                    break;
                }
            }
        }

        return victim.Exists ? victim : AnyBut(pinned, all);
    }

    /// <summary>Every sample was the pinned entry: there are next to no others, and it is quick to look at all.</summary>
    private Entry AnyBut(Entry pinned, bool all)
    {
        if (all)
        {
            return _table.AnyBut(pinned);
        }

        for (int i = 0; i < _expiring.Count; i++)
        {
            if (!_expiring[i].Is(pinned))
            {
                return _expiring[i];
            }
        }

        return default;
    }

    private bool GoesBefore(Entry entry, Entry other) => EvictionPolicy == EvictionPolicy.VolatileTtl
        ? entry.ExpiresAt < other.ExpiresAt
        : unchecked((uint)_now - entry.LastUsed) > unchecked((uint)_now - other.LastUsed);

    private Entry SampleExpiring() => _expiring.Count == 0 ? default : _expiring[_random.Below(_expiring.Count)];

    /// <summary>What a write makes grow beside entries and values.</summary>
    [Flags]
    private enum Growing
    {
        Values = 0,
        Table = 1,
        Expiring = 2,
        Collections = 4,
    }
}
