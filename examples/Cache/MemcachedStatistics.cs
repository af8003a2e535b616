namespace Cache;

/// <summary>What memcached's <c>stats</c> counts, by memcached's names (doc/protocol.txt, "General-purpose statistics").</summary>
internal sealed class MemcachedStatistics
{
    private static readonly string[] s_names =
    [
        "cmd_get", "cmd_set", "cmd_flush", "cmd_touch", "get_hits", "get_misses", "delete_hits", "delete_misses", "incr_hits", "incr_misses", "decr_hits",
        "decr_misses", "cas_hits", "cas_misses", "cas_badval", "touch_hits", "touch_misses", "total_items",
    ];

    private readonly long[] _counts = new long[s_names.Length];

    public IEnumerable<(string Name, long Count)> All => s_names.Zip(_counts);

    public void Count(Statistic statistic) => _counts[(int)statistic]++;

    /// <summary>Counts a command that found its key, or did not.</summary>
    public void Count(Statistic hits, bool found) => _counts[(int)hits + (found ? 0 : 1)]++;

    public void Reset() => Array.Clear(_counts);
}

/// <summary>The places in <see cref="MemcachedStatistics"/>; misses stand behind hits.</summary>
internal enum Statistic
{
    Gets,
    Sets,
    Flushes,
    Touches,
    GetHits,
    GetMisses,
    DeleteHits,
    DeleteMisses,
    IncrHits,
    IncrMisses,
    DecrHits,
    DecrMisses,
    CasHits,
    CasMisses,
    CasBadValue,
    TouchHits,
    TouchMisses,
    TotalItems,
}
