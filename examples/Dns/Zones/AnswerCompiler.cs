namespace Dns.Zones;

/// <summary>
/// Works out, before any question comes, the answer to each: one body for each name and type, one for the types that a name
/// has not, one for the names that are not there. Aliases are followed and additional records found here, so that serving
/// is a look-up and a copy.
/// </summary>
internal sealed partial class AnswerCompiler
{
    /// <summary>Aliases that are followed for one question; what comes behind them the client may ask itself.</summary>
    internal const int MaxAliases = 16;

    private readonly Dictionary<byte[], Zone> _zones = new(NameComparer.Instance);
    private readonly Dictionary<byte[], Zone>.AlternateLookup<ReadOnlySpan<byte>> _zonesBySpan;
    private readonly BodyWriter _writer = new();
    private readonly ByteBuilder _octets = new();
    private readonly List<int> _marks = [];
    private readonly List<CompiledAnswer> _answers = [];
    private readonly List<TypeAnswer> _types = [];
    private readonly List<CompiledNode> _nodes = [];
    private readonly List<int> _named = [];
    private readonly HashSet<byte[]> _added = new(NameComparer.Instance);

    /// <summary>What a served zone says of DS at the apex of one below it, by that apex.</summary>
    private readonly Dictionary<byte[], int> _signers = new(NameComparer.Instance);

    private int _maxLabels;

    // Of the zone that is being compiled:
    private readonly Dictionary<ZoneNode, int> _indexes = [];
    private readonly Dictionary<ZoneNode, int> _referrals = [];
    private int _noData;
    private int _denial;

    // Of the name that is being compiled:
    private readonly List<TypeAnswer> _nodeTypes = [];

    private AnswerCompiler(IReadOnlyList<Zone> zones)
    {
        _zonesBySpan = _zones.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (Zone zone in zones)
        {
            _zones.Add(zone.Apex, zone);
        }
    }

    /// <param name="zones">No two of the same apex.</param>
    /// <returns>Null if the answers take more than 2 GiB.</returns>
    internal static CompiledZones? Compile(IReadOnlyList<Zone> zones)
    {
        AnswerCompiler compiler = new(zones);

        // Parents first: they have the DS records of the zones below them.
        foreach (Zone zone in zones.OrderBy(static zone => WireName.CountLabels(zone.Apex)))
        {
            compiler.CompileZone(zone);
            if (compiler._octets.Overflowed)
            {
                return null;
            }
        }

        return new CompiledZones(
            compiler._octets.ToArray(), [.. compiler._marks], [.. compiler._answers], [.. compiler._types], [.. compiler._nodes], compiler.Table(), compiler._maxLabels);
    }

    private void CompileZone(Zone zone)
    {
        _indexes.Clear();
        _referrals.Clear();
        _noData = Negative(zone, ResponseCode.NoError, ReplyKind.NoData);
        int noSuchName = Negative(zone, ResponseCode.NoSuchName, ReplyKind.NoSuchName);
        _denial = _nodes.Count;
        _nodes.Add(new CompiledNode { Otherwise = noSuchName });

        foreach (ZoneNode node in zone.Nodes)
        {
            if (!IsInner(zone, node.Name))
            {
                _indexes.Add(node, _nodes.Count);
                _named.Add(_nodes.Count);
                _nodes.Add(default);
                _maxLabels = Math.Max(_maxLabels, WireName.CountLabels(node.Name));
            }
        }

        foreach ((ZoneNode node, int index) in _indexes)
        {
            _nodes[index] = CompileNode(zone, node);
        }

        foreach (Zone inner in _zones.Values)
        {
            if (!WireName.IsRoot(inner.Apex) && ZoneOf(WireName.Parent(inner.Apex)) == zone)
            {
                _signers.Add(inner.Apex, Signers(zone, inner.Apex, noSuchName));
            }
        }
    }

    /// <summary>DS is the one type that the zone above answers for, at the apex of another (RFC 4035 §3.1.4.1).</summary>
    private int Signers(Zone zone, byte[] apex, int noSuchName)
    {
        ZoneNode node = zone.FindClosest(apex, out bool exact);
        if (node.Cut is { } cut && !(exact && node == cut))
        {
            return _nodes[Referral(zone, cut)].Otherwise;
        }

        if (!exact)
        {
            return node.Wildcard is null ? noSuchName : _noData;
        }

        return node.Get(RecordType.Ds) is { } signers ? Data(zone, node, signers) : _noData;
    }

    /// <summary>Whether the name is another served zone's, below this one: then that zone answers.</summary>
    private bool IsInner(Zone zone, ReadOnlySpan<byte> name)
    {
        if (_zones.Count == 1)
        {
            return false;
        }

        for (; name.Length > zone.Apex.Length; name = WireName.Parent(name))
        {
            if (_zonesBySpan.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    private CompiledNode CompileNode(Zone zone, ZoneNode node)
    {
        byte[] lower = WireName.ToLower(node.Name);
        CompiledNode compiled = new() { Name = _octets.Length, NameLength = (byte)lower.Length, Types = _types.Count };
        _octets.Append(lower);
        List<TypeAnswer> types = _nodeTypes;
        types.Clear();
        if (node.Cut is { } cut)
        {
            // Of a delegated name only DS is this side's (RFC 4035 §3.1.4.1).
            if (node == cut)
            {
                types.Add(new TypeAnswer(RecordType.Ds, node.Get(RecordType.Ds) is { } signers ? Data(zone, node, signers) : _noData));
            }

            compiled.Below = Referral(zone, cut);
            compiled.Otherwise = _nodes[compiled.Below].Otherwise;
        }
        else
        {
            compiled.Otherwise = node.Get(RecordType.Cname) is { } alias ? Alias(zone, node, alias, types) : Records(zone, node, types);
            compiled.Below = node.Wildcard is { } wildcard && _indexes.TryGetValue(wildcard, out int wild) ? wild : _denial;
        }

        _types.AddRange(types);
        compiled.TypeCount = (ushort)types.Count;
        return compiled;
    }

    /// <summary>The answers for the types that a name has; returns that for the types that it has not.</summary>
    private int Records(Zone zone, ZoneNode node, List<TypeAnswer> types)
    {
        if (node == zone.Top && _signers.TryGetValue(zone.Apex, out int above))
        {
            types.Add(new TypeAnswer(RecordType.Ds, above));
        }

        int own = types.Count;
        foreach (Rrset set in node.Sets)
        {
            types.Add(new TypeAnswer(set.Type, Data(zone, node, set)));
        }

        if (types.Count > own)
        {
            // ANY gets one of the sets, RFC 8482 §4.1.
            types.Add(new TypeAnswer(RecordType.Any, types[own].Answer));
        }

        if (node == zone.Top)
        {
            // IXFR over UDP that cannot be served whole gets the SOA alone, RFC 1995 §4.
            types.Add(new TypeAnswer(RecordType.Ixfr, types.Find(static type => type.Type == RecordType.Soa).Answer));
        }

        return _noData;
    }

    private int Data(Zone zone, ZoneNode node, Rrset set)
    {
        bool wildcard = WireName.IsWildcard(node.Name);
        _writer.Begin(node.Name, wildcard);
        _writer.AnswerOfQuestion(set);
        AddTargets(zone, set, requiredBelow: null);
        return Finish(ReplyKind.Answer, ResponseCode.NoError, authoritative: true, fixedQuestion: !wildcard);
    }

    /// <summary>The SOA in the authority section, with the time that the denial may be kept (RFC 2308 §3).</summary>
    private int Negative(Zone zone, ResponseCode code, ReplyKind kind)
    {
        _writer.Begin(zone.Apex, wildcard: false);
        WriteDenial(zone);
        return Finish(kind, code, authoritative: true, fixedQuestion: false);
    }

    private void WriteDenial(Zone zone)
    {
        Rrset soa = zone.Top.Get(RecordType.Soa)!;
        _writer.Authority(zone.Top.Name, soa, Math.Min(soa.Ttl, Soa.Minimum(soa.Data[0])));
    }

    /// <summary>The node, in no table, that answers for all below a delegated name.</summary>
    private int Referral(Zone zone, ZoneNode cut)
    {
        if (!_referrals.TryGetValue(cut, out int referral))
        {
            _writer.Begin(cut.Name, wildcard: false);
            WriteReferral(zone, cut);
            referral = _nodes.Count;
            _nodes.Add(new CompiledNode { Otherwise = Finish(ReplyKind.Referral, ResponseCode.NoError, authoritative: false, fixedQuestion: false) });
            _referrals.Add(cut, referral);
        }

        return referral;
    }

    /// <summary>The servers of a delegated zone and what addresses of theirs are known (RFC 1034 §4.3.2 step 3b).</summary>
    private void WriteReferral(Zone zone, ZoneNode cut)
    {
        Rrset servers = cut.Get(RecordType.Ns)!;
        _writer.Authority(cut.Name, servers, servers.Ttl);
        AddTargets(zone, servers, requiredBelow: cut.Name);
    }

    /// <summary>The addresses of servers, exchanges and services, as far as this zone has them (RFC 1034 §4.3.2 step 6).</summary>
    /// <param name="requiredBelow">The delegated name, below which addresses are glue that cannot be done without.</param>
    private void AddTargets(Zone zone, Rrset set, byte[]? requiredBelow)
    {
        if (set.Type is not (RecordType.Ns or RecordType.Mx or RecordType.Srv))
        {
            return;
        }

        _added.Clear();
        for (int round = requiredBelow is null ? 1 : 0; round < 2; round++)
        {
            bool required = round == 0;
            foreach (byte[] data in set.Data)
            {
                byte[] target = Rdata.Target(set.Type, data).ToArray();
                if (WireName.IsAtOrBelow(target, zone.Apex) &&
                    (!required || WireName.IsAtOrBelow(target, requiredBelow)) &&
                    AddressesOf(zone, target) is { } node && _added.Add(target))
                {
                    AddAddresses(target, node, RecordType.A, required);
                    AddAddresses(target, node, RecordType.Aaaa, required);
                }
            }
        }
    }

    private static ZoneNode? AddressesOf(Zone zone, byte[] target)
    {
        ZoneNode node = zone.FindClosest(target, out bool exact);
        return exact ? node : node.Cut is null ? node.Wildcard : null;
    }

    private void AddAddresses(byte[] target, ZoneNode node, RecordType type, bool required)
    {
        if (node.Get(type) is { } set)
        {
            _writer.Additional(target, set, required);
        }
    }

    private int Finish(ReplyKind kind, ResponseCode code, bool authoritative, bool fixedQuestion)
    {
        ushort flags = (ushort)((ushort)code | (authoritative ? MessageHeader.Authoritative : 0));
        _answers.Add(_writer.Finish(_octets, _marks, kind, flags, fixedQuestion));
        return _answers.Count - 1;
    }

    /// <summary>Open addressing, at most half full; the nearest slots are tried in turn.</summary>
    private NameSlot[] Table()
    {
        NameSlot[] slots = new NameSlot[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * _named.Count, 2))];
        ReadOnlySpan<byte> octets = _octets.Written;
        foreach (int index in _named)
        {
            CompiledNode node = _nodes[index];
            uint hash = NameHash.Of(octets.Slice(node.Name, node.NameLength));
            uint slot = hash & (uint)(slots.Length - 1);
            while (slots[slot].Node != 0)
            {
                slot = (slot + 1) & (uint)(slots.Length - 1);
            }

            slots[slot] = new NameSlot { Hash = hash, Node = index + 1 };
        }

        return slots;
    }
}
