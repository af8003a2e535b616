namespace Cache;

/// <content>Walks over the keys.</content>
public sealed partial class CacheStore
{
    /// <summary>
    /// One step of SCAN. Enumerate all of it, then read <see cref="KeyScan.Cursor"/>, 0 when the scan is complete. A key
    /// that is there from a scan's start to its end is returned: the cursor is a slot number, and no entry ever changes
    /// its slot. (A key that is deleted and written again meanwhile may be missed or come twice.)
    /// </summary>
    /// <param name="cursor">0, or what the step before gave; any other number is safe.</param>
    /// <param name="count">How many keys to look at, at least 1; those that do not match count.</param>
    /// <param name="pattern">A <see cref="Glob"/>; empty matches all.</param>
    /// <param name="kind">Only keys of this kind; <see cref="ValueKind.None"/>: all.</param>
    public KeyScan Scan(ulong cursor, int count, ReadOnlySpan<byte> pattern = default, ValueKind kind = ValueKind.None) =>
        new(this, cursor, Math.Max(1, count), pattern.IsEmpty ? "*"u8 : pattern, kind);

    /// <summary>All keys that match a <see cref="Glob"/> (KEYS).</summary>
    public KeyScan Keys(ReadOnlySpan<byte> pattern) => new(this, 0, int.MaxValue, pattern, ValueKind.None);

    /// <summary>The next slot after <paramref name="slot"/> that holds a live entry, with its key and kind; 0 at the end.</summary>
    internal int NextLive(int slot, out ReadOnlySpan<byte> key, out ValueKind kind)
    {
        do
        {
            slot = _table.NextOccupied(slot);
        }
        while (slot != 0 && _table[slot].ExpiresAt <= _now);

        key = slot == 0 ? default : _table[slot].Key;
        kind = slot == 0 ? ValueKind.None : _table[slot].Kind;
        return slot;
    }
}
