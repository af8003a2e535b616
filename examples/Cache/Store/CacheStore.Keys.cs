namespace Cache;

/// <content>Keys, whatever they hold.</content>
public sealed partial class CacheStore
{
    private long _flushAt = Never;

    /// <summary>Deletes a key (DEL); false if there is no such key. The value's memory is not overwritten.</summary>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        int slot = Find(key, KeyHash.Of(key));
        if (slot == 0)
        {
            return false;
        }

        Remove(slot);
        return true;
    }

    /// <summary>True if there is such a key (EXISTS, TOUCH); counts as a use of it.</summary>
    public bool Exists(ReadOnlySpan<byte> key) => Use(key, KeyHash.Of(key), out _) != 0;

    /// <summary>What a key holds (TYPE); <see cref="ValueKind.None"/> if there is no such key. Not a use of the key.</summary>
    public ValueKind TypeOf(ReadOnlySpan<byte> key)
    {
        int slot = Find(key, KeyHash.Of(key));
        return slot == 0 ? ValueKind.None : _table[slot].Kind;
    }

    /// <summary>
    /// Milliseconds since a key was last used, modulo 49 days (OBJECT IDLETIME); false if there is no such key. Not a use
    /// of the key.
    /// </summary>
    public bool TryGetIdle(ReadOnlySpan<byte> key, out uint milliseconds)
    {
        int slot = Find(key, KeyHash.Of(key));
        milliseconds = slot == 0 ? 0 : unchecked((uint)_now - _table[slot].LastUsed);
        return slot != 0;
    }

    /// <summary>
    /// Gives a value with its expiry another key, in place of what that key held (RENAME, RENAMENX).
    /// <see cref="Outcome.NotFound"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>;
    /// <see cref="Outcome.Exists"/> if <paramref name="onlyIfMissing"/> and the other key is there.
    /// </summary>
    public Outcome Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool onlyIfMissing = false)
    {
        int slot = Find(from, KeyHash.Of(from));
        if (slot == 0)
        {
            return Outcome.NotFound;
        }

        if (to.Length > MaxValueSize)
        {
            return Outcome.TooLarge;
        }

        uint hash = KeyHash.Of(to);
        int target = Find(to, hash);
        if (target != 0 && onlyIfMissing)
        {
            return Outcome.Exists;
        }

        if (target == slot)
        {
            return Outcome.Ok;
        }

        int capacity = ValueBuffer.Capacity(to.Length + _table[slot].Length);
        long growth = HeapSize.OfBytes(capacity) - HeapSize.OfBytes(_table[slot].Data!.Length);
        if (growth > 0 && !MakeRoom(growth, slot, inserts: false, expires: false))
        {
            return Outcome.OutOfMemory;
        }

        // Looked for again: it may have been evicted to make the room.
        target = _table.Find(to, hash, out _);
        if (target != 0)
        {
            Remove(target);
        }

        byte[] data = ValueBuffer.Allocate(capacity);
        to.CopyTo(data);
        _table[slot].Text.CopyTo(data.AsSpan(to.Length));
        _table.Rekey(slot, data, to.Length, hash);
        _entryBytes += growth;
        Written(_table[slot]);
        return Outcome.Ok;
    }

    /// <summary>Deletes all keys (FLUSHALL, <c>flush_all</c>), and forgets a later flush.</summary>
    public void Flush()
    {
        _table = new KeyTable();
        _expiring = new ChunkedInts();
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
        int slot;
        while ((slot = _table.Sample(ref _random)) != 0)
        {
            if (_table[slot].ExpiresAt > _now)
            {
                key = _table[slot].Key;
                return true;
            }

            Expire(slot);
        }

        key = default;
        return false;
    }
}
