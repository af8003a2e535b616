namespace Dns.Zones;

/// <summary>What came of loading one zone file: the zone, or the errors for which there is none; warnings in either case.</summary>
internal sealed class ZoneLoad
{
    private readonly List<ZoneFault> _faults = [];

    private ZoneLoad()
    {
    }

    /// <summary>Null if there is an error.</summary>
    internal Zone? Zone { get; private set; }

    internal IReadOnlyList<ZoneFault> Faults => _faults;

    /// <summary>Null if the zone can be served.</summary>
    internal ZoneFault? FirstError
    {
        get
        {
            foreach (ZoneFault fault in _faults)
            {
                if (fault.IsError)
                {
                    return fault;
                }
            }

            return null;
        }
    }

    internal static ZoneLoad FromFile(ZoneSource source) => From(source.Path, source.Origin, ReadFile);

    /// <summary>As <see cref="FromFile"/>, with another way to come by the octets of files.</summary>
    internal static ZoneLoad From(string path, byte[]? origin, Func<string, byte[]?> read)
    {
        ZoneLoad load = new();
        if (!MasterFileParser.TryParse(path, origin, read, out List<Record> records, out ZoneFault fault))
        {
            load._faults.Add(fault);
            return load;
        }

        Zone? zone = load.Build(path, records);
        if (zone is not null)
        {
            ZoneCheck.Run(zone, load._faults);
            load.Zone = load.FirstError is null ? zone : null;
        }

        return load;
    }

    /// <summary>The owner of the SOA record is the apex, wherever in the file it stands.</summary>
    private Zone? Build(string path, List<Record> records)
    {
        int soa = records.FindIndex(static record => record.Type == RecordType.Soa);
        if (soa < 0)
        {
            _faults.Add(new ZoneFault(path, 0, true, "the zone has no SOA record: write one at its apex"));
            return null;
        }

        Zone zone = new(records[soa].Owner);
        bool inside = true;
        foreach (Record record in records)
        {
            if (!WireName.IsAtOrBelow(record.Owner, zone.Apex))
            {
                inside = false;
                Tell(record, true, $"{WireName.ToText(record.Owner)} is outside of the zone {WireName.ToText(zone.Apex)}: is a dot missing or too many, or the $ORIGIN wrong?");
                continue;
            }

            if (!zone.Add(record, out bool lowered))
            {
                Tell(record, false, $"{Describe(record)} is there twice: take one away");
            }

            if (lowered)
            {
                Tell(record, false, $"{Describe(record)} has another TTL than the set's first record; the lowest is taken (RFC 2181 §5.2)");
            }
        }

        zone.Link();
        return inside ? zone : null;
    }

    private void Tell(Record record, bool isError, string message) => _faults.Add(new ZoneFault(record.File, record.Line, isError, message));

    private static string Describe(Record record) => $"{WireName.ToText(record.Owner)} {RecordTypeText.Of(record.Type)}";

    private static byte[]? ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
