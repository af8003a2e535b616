namespace Dns.Zones;

/// <summary>The zones that are served, compiled. It never changes: a reload makes another one.</summary>
internal sealed partial class ZoneSet
{
    private readonly CompiledZones _compiled;
    private readonly Dictionary<byte[], Zone> _byApex = new(NameComparer.Instance);

    private ZoneSet(IReadOnlyList<Zone> zones, CompiledZones compiled)
    {
        Zones = zones;
        _compiled = compiled;
        foreach (Zone zone in zones)
        {
            _byApex.Add(zone.Apex, zone);
        }
    }

    internal static ZoneSet Empty { get; } = Of();

    internal IReadOnlyList<Zone> Zones { get; }

    /// <summary>Loads and compiles all the zones, or tells why not: then there is no set.</summary>
    /// <param name="report">Gets each error and warning.</param>
    internal static ZoneSet? Load(IReadOnlyList<ZoneSource> sources, Action<ZoneFault> report)
    {
        List<Zone> zones = [];
        HashSet<byte[]> apexes = new(NameComparer.Instance);
        foreach (ZoneSource source in sources)
        {
            ZoneLoad load = ZoneLoad.FromFile(source);
            foreach (ZoneFault fault in load.Faults)
            {
                report(fault);
            }

            if (load.Zone is not { } zone)
            {
                continue;
            }

            if (!apexes.Add(zone.Apex))
            {
                report(LoadedTwice(source, zone));
                continue;
            }

            zones.Add(zone);
        }

        if (zones.Count < sources.Count)
        {
            return null;
        }

        CompiledZones? compiled = AnswerCompiler.Compile(zones);
        if (compiled is null)
        {
            report(new ZoneFault(sources[^1].Path, 0, true, "the answers of all zones together take more than 2 GiB: serve some of them elsewhere"));
            return null;
        }

        return new ZoneSet(zones, compiled);
    }

    /// <param name="zones">No two of the same apex, and small enough to be compiled.</param>
    internal static ZoneSet Of(params IReadOnlyList<Zone> zones) => new(zones, AnswerCompiler.Compile(zones)!);

    internal static ZoneFault LoadedTwice(ZoneSource source, Zone zone) =>
        new(source.Path, 0, true, $"the zone {WireName.ToText(zone.Apex)} is loaded from another file already: name each zone once");

    /// <summary>The zone with just this apex, which is what a transfer asks for.</summary>
    internal Zone? FindZone(ReadOnlySpan<byte> apex) =>
        _byApex.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(apex, out Zone? zone) ? zone : null;
}
