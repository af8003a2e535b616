namespace Cache;

/// <summary>
/// What makes room when a write would pass <see cref="CacheStore.MaxMemory"/>; the names are those of Redis's
/// <c>maxmemory-policy</c>.
/// </summary>
public enum EvictionPolicy : byte
{
    /// <summary><c>noeviction</c>: nothing does; the write ends in <see cref="Outcome.OutOfMemory"/>.</summary>
    NoEviction,

    /// <summary><c>allkeys-lru</c>: the longest unused of 5 random keys goes.</summary>
    AllKeysLru,

    /// <summary><c>volatile-lru</c>: the longest unused of 5 random keys that have an expiry goes.</summary>
    VolatileLru,

    /// <summary><c>allkeys-random</c>: a random key goes.</summary>
    AllKeysRandom,

    /// <summary><c>volatile-random</c>: a random key that has an expiry goes.</summary>
    VolatileRandom,

    /// <summary><c>volatile-ttl</c>: the first to expire of 5 random keys that have an expiry goes.</summary>
    VolatileTtl,
}
