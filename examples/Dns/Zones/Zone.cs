namespace Dns.Zones;

/// <summary>A zone as it was loaded: its names with their record sets. Nothing in it changes once it is checked.</summary>
internal sealed class Zone
{
    private readonly Dictionary<byte[], ZoneNode> _byName = new(NameComparer.Instance);
    private readonly Dictionary<byte[], ZoneNode>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly List<ZoneNode> _nodes = [];

    internal Zone(byte[] apex)
    {
        Apex = apex;
        _bySpan = _byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        Top = GetOrAdd(apex);
    }

    internal byte[] Apex { get; }

    /// <summary>The node of the apex.</summary>
    internal ZoneNode Top { get; }

    /// <summary>The apex first, each name behind its parents, else in the order of the file.</summary>
    internal IReadOnlyList<ZoneNode> Nodes => _nodes;

    internal byte[] SoaData => Top.Get(RecordType.Soa)!.Data[0];

    internal uint Serial => Soa.Serial(SoaData);

    internal int RecordCount { get; private set; }

    internal ZoneNode? Find(ReadOnlySpan<byte> name) => _bySpan.TryGetValue(name, out ZoneNode? node) ? node : null;

    /// <summary>The node of the name, or of the nearest ancestor that exists (the closest encloser, RFC 4592 §3.3.1).</summary>
    /// <param name="name">At or below the apex.</param>
    internal ZoneNode FindClosest(ReadOnlySpan<byte> name, out bool exact)
    {
        ZoneNode? node = Find(name);
        exact = node is not null;
        while (node is null)
        {
            name = WireName.Parent(name);
            node = Find(name);
        }

        return node;
    }

    /// <summary>False if the record was there already.</summary>
    /// <param name="lowered">The set had another TTL; now all of it has the lower one (RFC 2181 §5.2).</param>
    internal bool Add(Record record, out bool lowered)
    {
        ZoneNode node = GetOrAdd(record.Owner);
        Rrset? set = node.Get(record.Type);
        if (set is null)
        {
            set = new Rrset(record.Type, record.Ttl, record.File, record.Line);
            node.Sets.Add(set);
        }

        lowered = set.Ttl != record.Ttl;
        set.Ttl = Math.Min(set.Ttl, record.Ttl);

        // No set that is longer can be served (the check tells it), so the search for duplicates has a bound too.
        if (set.Wire <= Rrset.MaxWire)
        {
            foreach (byte[] data in set.Data)
            {
                if (Rdata.Equal(record.Type, data, record.Data))
                {
                    return false;
                }
            }

            set.Add(node.Name, record.Data);
        }

        RecordCount++;
        return true;
    }

    /// <summary>Once all records are in: marks what is at or below delegations, and the wildcards.</summary>
    internal void Link()
    {
        foreach (ZoneNode node in _nodes)
        {
            if (node == Top)
            {
                continue;
            }

            // Parents come first, so what is known of the parent is final.
            ZoneNode parent = Find(WireName.Parent(node.Name))!;
            node.Cut = parent.Cut ?? (node.Get(RecordType.Ns) is null ? null : node);
            if (WireName.IsWildcard(node.Name))
            {
                parent.Wildcard = node;
            }
        }
    }

    private ZoneNode GetOrAdd(byte[] name)
    {
        if (_byName.TryGetValue(name, out ZoneNode? node))
        {
            return node;
        }

        if (name.Length > Apex.Length)
        {
            ReadOnlySpan<byte> parent = WireName.Parent(name);
            if (Find(parent) is null)
            {
                GetOrAdd(parent.ToArray());
            }
        }

        node = new ZoneNode(name);
        _byName.Add(name, node);
        _nodes.Add(node);
        return node;
    }
}
