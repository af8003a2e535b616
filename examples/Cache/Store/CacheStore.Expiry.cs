namespace Cache;

/// <content>Entries that end by themselves: when met after their time, or found by <see cref="ExpireSome"/>.</content>
public sealed partial class CacheStore
{
    /// <summary>Entries looked at before <see cref="ExpireSome"/> asks whether it is worth going on (Redis: 20).</summary>
    private const int ExpiryBatch = 20;

    /// <summary>Redis goes on while more than a tenth of a batch had expired (<c>ACTIVE_EXPIRE_CYCLE_ACCEPTABLE_STALE</c>).</summary>
    private const int WorthwhileExpired = ExpiryBatch / 10;

    /// <summary>Where in the list of expiring entries the next search begins, going down.</summary>
    private int _expiryCursor;

    /// <summary>
    /// Sets from which unix time in ms a key is gone; <see cref="Never"/> persists it, a time that has passed deletes
    /// it (Redis's EXPIRE family, memcached's <c>touch</c>). <see cref="Outcome.NotFound"/>.
    /// </summary>
    /// <remarks>
    /// The list of keys with expiry may have to grow. Keys are evicted for it, but where none may go it grows all the same, as Redis lets
    /// EXPIRE pass <c>maxmemory</c>: refusing would keep a full store full, whose keys could otherwise expire.
    /// </remarks>
    public Outcome ExpireAt(ReadOnlySpan<byte> key, long unixMilliseconds)
    {
        Entry entry = Use(key, KeyHash.Of(key));
        if (!entry.Exists)
        {
            return Outcome.NotFound;
        }

        if (unixMilliseconds <= _now)
        {
            Remove(entry);
            return Outcome.Ok;
        }

        MakeRoomForExpiry(entry, unixMilliseconds);
        SetExpiry(entry, unixMilliseconds);
        return Outcome.Ok;
    }

    /// <summary>
    /// The unix time in ms from which a key is gone, <see cref="Never"/> if it stays; false if there is no such key. Not
    /// a use of the key.
    /// </summary>
    public bool TryGetExpiry(ReadOnlySpan<byte> key, out long unixMilliseconds)
    {
        Entry entry = Find(key, KeyHash.Of(key));
        unixMilliseconds = entry.Exists ? entry.ExpiresAt : 0;
        return entry.Exists;
    }

    /// <summary>Takes the expiry off a key; false if it has none or there is no such key.</summary>
    public bool Persist(ReadOnlySpan<byte> key)
    {
        Entry entry = Use(key, KeyHash.Of(key));
        if (!entry.Exists || entry.ExpiresAt == Never)
        {
            return false;
        }

        SetExpiry(entry, Never);
        return true;
    }

    /// <summary>
    /// Looks at up to <paramref name="budget"/> entries that have an expiry and removes those past it; for each tick of
    /// the loop. Stops early when few of the last 20 had expired. The search goes round, so that each entry is looked
    /// at within (entries with expiry / smaller of budget and 20) calls.
    /// </summary>
    /// <returns>How many were removed.</returns>
    public int ExpireSome(int budget)
    {
        int removed = 0;
        int batch = 0;
        int batchRemoved = 0;
        for (int looked = Math.Min(budget, _expiring.Count); looked > 0; looked--)
        {
            // Downwards: a removal moves the last entry of the list, already seen, into the gap.
            if (_expiryCursor <= 0 || _expiryCursor > _expiring.Count)
            {
                _expiryCursor = _expiring.Count;
            }

            Entry entry = _expiring[--_expiryCursor];
            if (entry.ExpiresAt <= _now)
            {
                Expire(entry);
                removed++;
                batchRemoved++;
            }

            if (++batch == ExpiryBatch)
            {
                if (batchRemoved <= WorthwhileExpired)
                {
                    break;
                }

                batch = 0;
                batchRemoved = 0;
            }
        }

        return removed;
    }

    private void Expire(Entry entry)
    {
        Remove(entry);
        ExpiredKeys++;
    }

    /// <summary>Room for the list of expiring entries to take in one that has no expiry yet.</summary>
    private bool MakeRoomForExpiry(Entry entry, long expiresAt) =>
        expiresAt == Never || entry.ExpiresAt != Never || MakeRoom(0, entry, Growing.Expiring);

    private void SetExpiry(Entry entry, long expiresAt)
    {
        if (entry.ExpiresAt == Never && expiresAt != Never)
        {
            entry.ExpiryIndex = _expiring.Count;
            _expiring.Push(entry);
        }
        else if (entry.ExpiresAt != Never && expiresAt == Never)
        {
            Entry last = _expiring.Pop();
            if (!last.Is(entry))
            {
                _expiring[entry.ExpiryIndex] = last;
                last.ExpiryIndex = entry.ExpiryIndex;
            }
        }

        entry.ExpiresAt = expiresAt;
    }
}
