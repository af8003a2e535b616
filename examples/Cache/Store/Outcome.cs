namespace Cache;

/// <summary>
/// How an operation ended. The store throws on no input: each way to fail is one of these. All but <see cref="Ok"/> left
/// the store as it was, but for evicted and expired keys.
/// </summary>
public enum Outcome : byte
{
    /// <summary>Done.</summary>
    Ok,

    /// <summary>There is no such key (or field, or element), or the operation wanted one and there was none.</summary>
    NotFound,

    /// <summary>The key is there and should not be, or its CAS number is another one.</summary>
    Exists,

    /// <summary>Redis: <c>WRONGTYPE Operation against a key holding the wrong kind of value</c>.</summary>
    WrongType,

    /// <summary>
    /// Redis: <c>ERR value is not an integer or out of range</c> (<c>ERR hash value is not an integer</c>); memcached:
    /// <c>CLIENT_ERROR cannot increment or decrement non-numeric value</c>.
    /// </summary>
    NotInteger,

    /// <summary>Redis: <c>ERR increment or decrement would overflow</c>.</summary>
    Overflow,

    /// <summary>Redis: <c>ERR value is not a valid float</c>.</summary>
    NotFloat,

    /// <summary>Redis: <c>ERR increment would produce NaN or Infinity</c>.</summary>
    NotFinite,

    /// <summary>Redis: <c>ERR offset is out of range</c>.</summary>
    OffsetOutOfRange,

    /// <summary>
    /// A key, value, element or field would be longer than <see cref="CacheStore.MaxValueSize"/>. Redis: <c>ERR string
    /// exceeds maximum allowed size (proto-max-bulk-len)</c>; memcached: <c>SERVER_ERROR object too large for cache</c>.
    /// </summary>
    TooLarge,

    /// <summary>
    /// The write does not fit below <see cref="CacheStore.MaxMemory"/>. Redis: <c>OOM command not allowed when used
    /// memory &gt; 'maxmemory'.</c>; memcached: <c>SERVER_ERROR out of memory storing object</c>.
    /// </summary>
    OutOfMemory,
}
