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

    /// <summary>Numbers of the slots that have an expiry, in no order: found at once even if they are few among many.</summary>
    private ChunkedInts _expiring = new();

    /// <summary>Heap bytes of all keys and values.</summary>
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

    private int Find(ReadOnlySpan<byte> key, uint hash) => Find(key, hash, out _);

    /// <summary>The live entry of a key, 0 if there is none; an expired one is removed.</summary>
    private int Find(ReadOnlySpan<byte> key, uint hash, out Slot entry)
    {
        int slot = _table.Find(key, hash, out entry);
        if (slot != 0 && entry.ExpiresAt <= _now)
        {
            Expire(slot);
            return 0;
        }

        return slot;
    }

    /// <summary>As <see cref="Find"/>, and counts as a use.</summary>
    private int Use(ReadOnlySpan<byte> key, uint hash, out Slot entry)
    {
        int slot = Find(key, hash, out entry);
        if (slot != 0)
        {
            entry.LastUsed = (uint)_now;
        }

        return slot;
    }

    private Outcome Use(ReadOnlySpan<byte> key, uint hash, ValueKind kind, out int slot) => Use(key, hash, kind, out slot, out _);

    /// <summary>The entry of a key if it is of the kind; else why not.</summary>
    private Outcome Use(ReadOnlySpan<byte> key, uint hash, ValueKind kind, out int slot, out Slot entry)
    {
        slot = Use(key, hash, out entry);
        if (slot == 0)
        {
            return Outcome.NotFound;
        }

        return entry.Kind == kind ? Outcome.Ok : Outcome.WrongType;
    }

    /// <summary>A new entry, 0 if there is no room for it.</summary>
    /// <param name="key">The key, which is not there.</param>
    /// <param name="hash">The key's hash.</param>
    /// <param name="kind">What the value will be.</param>
    /// <param name="room">How many bytes behind the key a string's value has.</param>
    /// <param name="bytes">Heap bytes that the caller is about to add as a collection.</param>
    /// <param name="expires">True if the caller is about to set an expiry.</param>
    private int Create(ReadOnlySpan<byte> key, uint hash, ValueKind kind, int room, long bytes, bool expires)
    {
        int capacity = ValueBuffer.Capacity(key.Length + room);
        if (!MakeRoom(HeapSize.OfBytes(capacity) + bytes, pinned: 0, inserts: true, expires))
        {
            return 0;
        }

        byte[] data = ValueBuffer.Allocate(capacity);
        key.CopyTo(data);
        int slot = _table.Insert(data, key.Length, hash);
        Slot entry = _table[slot];
        entry.Kind = kind;
        entry.ExpiresAt = Never;
        _entryBytes += HeapSize.OfBytes(capacity);
        return slot;
    }

    /// <summary>To be called after each change of a value.</summary>
    private void Written(Slot entry)
    {
        entry.Cas = ++_lastCas;
        entry.LastUsed = (uint)_now;
    }

    private void Remove(int slot)
    {
        SetExpiry(slot, Never);
        _entryBytes -= _table[slot].Bytes;
        _table.Remove(slot);
    }
}
