namespace Dns.Zones;

/// <summary>What must hold of a whole zone, and what had better hold.</summary>
internal static class ZoneCheck
{
    internal static void Run(Zone zone, List<ZoneFault> faults)
    {
        if (zone.Top.Get(RecordType.Ns) is null)
        {
            Rrset soa = zone.Top.Get(RecordType.Soa)!;
            Tell(faults, soa, true, $"the zone has no NS record at its apex {WireName.ToText(zone.Apex)}: name its servers");
        }

        foreach (ZoneNode node in zone.Nodes)
        {
            foreach (Rrset set in node.Sets)
            {
                CheckSet(zone, node, set, faults);
            }
        }
    }

    private static void CheckSet(Zone zone, ZoneNode node, Rrset set, List<ZoneFault> faults)
    {
        string owner = WireName.ToText(node.Name);
        string type = RecordTypeText.Of(set.Type);
        if (set.Wire > Rrset.MaxWire)
        {
            Tell(faults, set, true, $"the records of {owner} {type} together are longer than a message can hold ({Rrset.MaxWire} octets): take some away");
        }

        switch (set.Type)
        {
            case RecordType.Soa when node != zone.Top:
                Tell(faults, set, true, $"a second SOA, at {owner}: only the apex {WireName.ToText(zone.Apex)} has one; other zones are other files");
                break;
            case RecordType.Soa when set.Data.Count > 1:
                Tell(faults, set, true, $"{owner} has {set.Data.Count} SOA records: leave one");
                break;
            case RecordType.Cname when set.Data.Count > 1:
                Tell(faults, set, true, $"{owner} has {set.Data.Count} CNAME records: an alias stands for one name (RFC 2181 §10.1)");
                break;
            case RecordType.Cname when node.Sets.Count > 1:
                Tell(faults, set, true, $"{owner} has CNAME and other data: leave the CNAME alone there, or take it away (RFC 1034 §3.6.2)");
                break;
            case RecordType.Ns when WireName.IsWildcard(node.Name):
                Tell(faults, set, true, $"NS at the wildcard {owner} has no defined meaning (RFC 4592 §4.2): delegate each name");
                break;
            default:
                break;
        }

        if (node.Cut is { } cut)
        {
            bool belongs = set.Type is RecordType.A or RecordType.Aaaa || (node == cut && set.Type is RecordType.Ns or RecordType.Ds);
            if (!belongs)
            {
                Tell(faults, set, false, $"{owner} {type} is hidden by the delegation of {WireName.ToText(cut.Name)}: it belongs into that zone");
            }

            if (node != cut)
            {
                return;
            }
        }

        if (set.Type is RecordType.Ns or RecordType.Mx or RecordType.Srv)
        {
            CheckTargets(zone, node, set, faults);
        }
    }

    /// <summary>Servers and exchanges within the zone must have addresses there, and be no aliases (RFC 2181 §10.3).</summary>
    private static void CheckTargets(Zone zone, ZoneNode node, Rrset set, List<ZoneFault> faults)
    {
        string owner = WireName.ToText(node.Name);
        foreach (byte[] data in set.Data)
        {
            ReadOnlySpan<byte> target = Rdata.Target(set.Type, data);

            // The root as target means that there is no such service (RFC 2782, RFC 7505).
            if (!WireName.IsAtOrBelow(target, zone.Apex) || WireName.IsRoot(target))
            {
                continue;
            }

            ZoneNode? found = zone.FindClosest(target, out bool exact);
            if (found.Cut is { } cut && !exact)
            {
                // Below a cut only glue could be here, and that is needed for the servers of the cut alone.
                if (node != cut)
                {
                    continue;
                }

                found = null;
            }
            else if (!exact)
            {
                found = found.Wildcard;
            }

            string type = RecordTypeText.Of(set.Type);
            if (found?.Get(RecordType.Cname) is not null)
            {
                Tell(faults, set, false, $"{owner} {type} names {WireName.ToText(target)}, which is an alias (RFC 2181 §10.3): name what it stands for");
            }
            else if (found?.HasAddress != true && (found?.Cut is null || set.Type == RecordType.Ns))
            {
                Tell(faults, set, false, $"{owner} {type} names {WireName.ToText(target)}, which has no address in this zone: write its A or AAAA record");
            }
        }
    }

    private static void Tell(List<ZoneFault> faults, Rrset set, bool isError, string message) =>
        faults.Add(new ZoneFault(set.File, set.Line, isError, message));
}
