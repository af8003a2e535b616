namespace Cache;

/// <content>Walks over the keys.</content>
public sealed partial class CacheStore
{
    /// <summary>
    /// One step of SCAN. Enumerate all of it, then read <see cref="KeyScan.Cursor"/>, 0 when the scan is complete. A key that is there from a
    /// scan's start to its end is returned once: the cursor is a place in the order of the keys' hashes, which stay, and not in a table, which
    /// grows and shrinks.
    /// </summary>
    /// <param name="cursor">0, or what the step before gave; any other number is safe.</param>
    /// <param name="count">How many keys to look at, at least 1; those that do not match count. As in Redis a step ends with a whole chain, and
    /// so may look at a few more.</param>
    /// <param name="pattern">A <see cref="Glob"/>; empty matches all.</param>
    /// <param name="kind">Only keys of this kind; <see cref="ValueKind.None"/>: all.</param>
    public KeyScan Scan(ulong cursor, int count, ReadOnlySpan<byte> pattern = default, ValueKind kind = ValueKind.None) =>
        new(this, _table, cursor, Math.Max(1, count), pattern.IsEmpty ? "*"u8 : pattern, kind);

    /// <summary>All keys that match a <see cref="Glob"/> (KEYS).</summary>
    public KeyScan Keys(ReadOnlySpan<byte> pattern) => new(this, _table, 0, int.MaxValue, pattern, ValueKind.None);

    internal bool IsLive(Entry entry) => entry.ExpiresAt > _now;
}
