using System.Security.Cryptography;

namespace Cache;

/// <summary>
/// The data behind both the Redis and the memcached commands: byte-string keys with strings, lists and hashes, expiry
/// and a memory bound.
/// </summary>
/// <remarks>
/// <para>Single-threaded: one event loop owns the store, makes every call, and sets <see cref="NowMilliseconds"/>. Nothing locks.</para>
/// <para>Results are spans and enumerators over the store's own memory: read them before the next call that writes
/// (deleting and reading overwrite nothing, so GETDEL may delete before it replies). Arguments must not be such spans.</para>
/// <para>A GET allocates nothing, nor does a SET whose value fits the array that the old value leaves, nor an INCR of a
/// counter.</para>
/// </remarks>
public sealed partial class CacheStore
{
    /// <summary>
    /// Longest key, value, list element, hash field or hash value, in bytes (1 MiB, memcached's <c>-I</c> default;
    /// Redis's would be 512 MiB).
    /// </summary>
    public const int MaxValueSize = 1 << 20;

    /// <summary>The time at which an entry without expiry expires.</summary>
    public const long Never = long.MaxValue;

    private KeyTable _table = new();

    /// <summary>The entries that have an expiry, in no order: found at once even if they are few among many.</summary>
    private ChunkedList<Entry> _expiring = new();

    /// <summary>Heap bytes of all entries with what they hold.</summary>
    private long _entryBytes;
    private ulong _lastCas;
    private long _now;
    private SampleSource _random;

    /// <summary>An empty store that samples keys in an order of its own.</summary>
    public CacheStore()
        : this(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)))
    {
    }

    /// <summary>An empty store whose sampling of keys starts from <paramref name="sampleSeed"/>.</summary>
    public CacheStore(ulong sampleSeed)
    {
        _random = new SampleSource(sampleSeed);
        _emptyBytes = UsedMemory;
    }

    /// <summary>The clock: unix time in ms, set by the owner as often as it likes to see time pass. It may go back.</summary>
    public long NowMilliseconds
    {
        get => _now;
        set
        {
            // Never must not come, or entries without expiry would go.
            _now = Math.Min(value, Never - 1);
            if (_now >= _flushAt)
            {
                Flush();
            }
        }
    }

    /// <summary>How many keys there are, with those that have expired and were not met yet.</summary>
    public int Count => _table.Count;

    /// <summary>Number of keys that have an expiry, expired ones not yet removed included.</summary>
    public int ExpiringCount => _expiring.Count;

    /// <summary>How many keys have expired and been removed.</summary>
    public long ExpiredKeys { get; private set; }

    /// <summary>How many keys have been evicted.</summary>
    public long EvictedKeys { get; private set; }

    /// <summary>Has the place of a key in the table fetched from memory, for <see cref="FetchEntry"/>.</summary>
    /// <returns>The key's hash.</returns>
    internal uint FetchBucket(ReadOnlySpan<byte> key)
    {
        uint hash = KeyHash.Of(key);
        _table.FetchBucket(hash);
        return hash;
    }

    /// <summary>Has the entry of a key fetched from memory.</summary>
    internal void FetchEntry(uint hash) => _table.FetchEntry(hash);

    /// <summary>The live entry of a key, none if there is none; an expired one is removed.</summary>
    private Entry Find(ReadOnlySpan<byte> key, uint hash)
    {
        Entry entry = _table.Find(key, hash);
        if (entry.Exists && entry.ExpiresAt <= _now)
        {
            Expire(entry);
            return default;
        }

        return entry;
    }

    /// <summary>As <see cref="Find"/>, and counts as a use.</summary>
    private Entry Use(ReadOnlySpan<byte> key, uint hash)
    {
        Entry entry = Find(key, hash);
        if (entry.Exists)
        {
            entry.LastUsed = (uint)_now;
        }

        return entry;
    }

    /// <summary>The entry of a key if it is of the kind; else why not.</summary>
    private Outcome Use(ReadOnlySpan<byte> key, uint hash, ValueKind kind, out Entry entry)
    {
        entry = Use(key, hash);
        if (!entry.Exists)
        {
            return Outcome.NotFound;
        }

        return entry.Kind == kind ? Outcome.Ok : Outcome.WrongType;
    }

    private void Insert(Entry entry, uint hash)
    {
        _table.Insert(entry, hash);
        _entryBytes += entry.Bytes;
    }

    /// <summary>To be called when an array takes another's place, of which it has the numbers.</summary>
    private void TakesPlace(Entry fresh)
    {
        if (fresh.ExpiresAt != Never)
        {
            _expiring[fresh.ExpiryIndex] = fresh;
        }

        if (fresh.Kind != ValueKind.String)
        {
            _collections[fresh.CollectionIndex].Owner = fresh;
        }
    }

    /// <summary>To be called after each change of a value.</summary>
    private void Written(Entry entry)
    {
        entry.Cas = ++_lastCas;
        entry.LastUsed = (uint)_now;
    }

    private void Remove(Entry entry)
    {
        SetExpiry(entry, Never);
        _entryBytes -= BytesOf(entry);
        _table.Remove(entry, KeyHash.Of(entry.Key));
        if (entry.Kind != ValueKind.String)
        {
            DropCollection(entry);
        }
    }
}
