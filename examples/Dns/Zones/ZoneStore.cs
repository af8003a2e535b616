namespace Dns.Zones;

/// <summary>
/// The zones that are served now. A reload puts a whole new set in their place at once; who has the old one, as a transfer
/// has, goes on with it.
/// </summary>
internal sealed class ZoneStore(IReadOnlyList<ZoneSource> sources)
{
    private readonly Lock _loading = new();
    private volatile ZoneSet _current = ZoneSet.Empty;

    internal ZoneSet Current => _current;

    /// <summary>Loads all the files again. If one has an error the old set stays.</summary>
    /// <param name="report">Gets each error and warning, to be logged.</param>
    internal bool Reload(Action<ZoneFault> report)
    {
        // One at a time: else an older load that is slow could end as the current one.
        lock (_loading)
        {
            if (ZoneSet.Load(sources, report) is not { } loaded)
            {
                return false;
            }

            _current = loaded;
            return true;
        }
    }
}
