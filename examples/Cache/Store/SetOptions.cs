namespace Cache;

/// <summary>Whether a write wants the key to be there.</summary>
public enum SetCondition : byte
{
    /// <summary>Writes in either case.</summary>
    Always,

    /// <summary>Redis <c>NX</c>, memcached <c>add</c>: writes only a key that does not exist.</summary>
    IfMissing,

    /// <summary>Redis <c>XX</c>, memcached <c>replace</c>: writes only a key that exists.</summary>
    IfPresent,
}

/// <summary>How to write a string; the default value is a plain <c>SET key value</c>.</summary>
public readonly record struct SetOptions
{
    /// <summary>Whether the key must, or must not, be there.</summary>
    public SetCondition Condition { get; init; }

    /// <summary>
    /// Unix time in ms from which the key is gone. 0 and <see cref="CacheStore.Never"/>: it does not expire. A time that
    /// has passed deletes the key.
    /// </summary>
    public long ExpiresAt { get; init; }

    /// <summary>Redis <c>KEEPTTL</c>: an expiry that the key has stays, and <see cref="ExpiresAt"/> is not looked at.</summary>
    public bool KeepExpiry { get; init; }

    /// <summary>The opaque 32-bit number of memcached clients.</summary>
    public uint Flags { get; init; }
}
