namespace Cache;

/// <content>Keys, whatever they hold.</content>
public sealed partial class CacheStore
{
    private long _flushAt = Never;

    /// <summary>Deletes a key (DEL); false if there is no such key. The value's memory is not overwritten.</summary>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        Entry entry = Find(key, KeyHash.Of(key));
        if (!entry.Exists)
        {
            return false;
        }

        Remove(entry);
        return true;
    }

    /// <summary>True if there is such a key (EXISTS, TOUCH); counts as a use of it.</summary>
    public bool Exists(ReadOnlySpan<byte> key) => Use(key, KeyHash.Of(key)).Exists;

    /// <summary>What a key holds (TYPE); <see cref="ValueKind.None"/> if there is no such key. Not a use of the key.</summary>
    public ValueKind TypeOf(ReadOnlySpan<byte> key)
    {
        Entry entry = Find(key, KeyHash.Of(key));
        return entry.Exists ? entry.Kind : ValueKind.None;
    }

    /// <summary>
    /// Milliseconds since a key was last used, modulo 49 days (OBJECT IDLETIME); false if there is no such key. Not a use
    /// of the key.
    /// </summary>
    public bool TryGetIdle(ReadOnlySpan<byte> key, out uint milliseconds)
    {
        Entry entry = Find(key, KeyHash.Of(key));
        milliseconds = entry.Exists ? unchecked((uint)_now - entry.LastUsed) : 0;
        return entry.Exists;
    }

    /// <summary>
    /// Gives a value with its expiry another key, in place of what that key held (RENAME, RENAMENX).
    /// <see cref="Outcome.NotFound"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>;
    /// <see cref="Outcome.Exists"/> if <paramref name="onlyIfMissing"/> and the other key is there.
    /// </summary>
    public Outcome Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool onlyIfMissing = false)
    {
        Entry entry = Find(from, KeyHash.Of(from));
        if (!entry.Exists)
        {
            return Outcome.NotFound;
        }

        if (to.Length > MaxValueSize)
        {
            return Outcome.TooLarge;
        }

        uint hash = KeyHash.Of(to);
        Entry target = Find(to, hash);
        if (target.Exists && onlyIfMissing)
        {
            return Outcome.Exists;
        }

        if (target.Is(entry))
        {
            return Outcome.Ok;
        }

        long growth = Entry.BytesFor(to.Length, entry.Length) - entry.Bytes;
        if (growth + _table.InsertGrowth > 0 && !MakeRoom(growth, entry, Growing.Table))
        {
            return Outcome.OutOfMemory;
        }

        // Looked for again: it may have been evicted to make the room.
        target = _table.Find(to, hash);
        if (target.Exists)
        {
            Remove(target);
        }

        Entry renamed = entry.WithKey(to);
        _table.Rekey(entry, KeyHash.Of(from), renamed, hash);
        TakesPlace(renamed);
        _entryBytes += growth;
        Written(renamed);
        return Outcome.Ok;
    }

    /// <summary>Deletes all keys (FLUSHALL, <c>flush_all</c>), and forgets a later flush.</summary>
    public void Flush()
    {
        _table = new KeyTable();
        _expiring = new ChunkedList<Entry>();
        _collections = new ChunkedList<Collection>();
        _entryBytes = 0;
        _flushAt = Never;
    }

    /// <summary>
    /// Deletes all keys once the clock is at or past a unix time in ms (<c>flush_all delay</c>): all that were written
    /// before then. The last call counts.
    /// </summary>
    public void FlushAt(long unixMilliseconds)
    {
        _flushAt = unixMilliseconds;
        NowMilliseconds = _now;
    }

    /// <summary>Some key, by chance (RANDOMKEY); false if there are none. Not a use of the key.</summary>
    public bool RandomKey(out ReadOnlySpan<byte> key)
    {
        Entry entry;
        while ((entry = _table.Sample(ref _random)).Exists)
        {
            if (IsLive(entry))
            {
                key = entry.Key;
                return true;
            }

            Expire(entry);
        }

        key = default;
        return false;
    }
}
