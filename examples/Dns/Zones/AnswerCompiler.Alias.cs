namespace Dns.Zones;

/// <summary>Aliases, followed through all the served zones as far as they lead (RFC 1034 §4.3.2 step 3a).</summary>
internal sealed partial class AnswerCompiler
{
    private enum ChainEnd
    {
        /// <summary>A name that is there; it may not have the type.</summary>
        Name,

        NoSuchName,

        /// <summary>A name in a zone that is delegated away.</summary>
        Delegated,

        /// <summary>A name in no served zone, or one that the chain had before.</summary>
        Elsewhere,
    }

    /// <summary>The CNAME sets behind the first, each with its owner, and what the last one leads to.</summary>
    private sealed class Chain
    {
        internal List<(byte[] Owner, Rrset Set)> Links { get; } = [];

        internal byte[] Last { get; set; } = [];

        internal ChainEnd End { get; set; }

        internal Zone? Zone { get; set; }

        internal ZoneNode? Node { get; set; }
    }

    /// <summary>The answers of an alias: one for each type that its target has; returns that for all the others.</summary>
    private int Alias(Zone zone, ZoneNode node, Rrset alias, List<TypeAnswer> types)
    {
        bool fixedQuestion = !WireName.IsWildcard(node.Name);
        int own = Data(zone, node, alias);
        types.Add(new TypeAnswer(RecordType.Cname, own));
        types.Add(new TypeAnswer(RecordType.Any, own));

        Chain chain = Follow(node, alias);
        if (chain.End == ChainEnd.Name)
        {
            foreach (Rrset set in chain.Node!.Sets)
            {
                BeginChain(node, alias, chain);
                _writer.Answer(chain.Last, set);
                AddTargets(chain.Zone!, set, requiredBelow: null);
                types.Add(new TypeAnswer(set.Type, Finish(ReplyKind.Answer, ResponseCode.NoError, authoritative: true, fixedQuestion)));
            }
        }

        BeginChain(node, alias, chain);
        ResponseCode code = ResponseCode.NoError;
        switch (chain.End)
        {
            case ChainEnd.Name:
                WriteDenial(chain.Zone!);
                break;
            case ChainEnd.NoSuchName:
                // The code is about the last name, RFC 6604 §3.
                WriteDenial(chain.Zone!);
                code = ResponseCode.NoSuchName;
                break;
            case ChainEnd.Delegated:
                WriteReferral(chain.Zone!, chain.Node!.Cut!);
                break;
            default:
                break;
        }

        return Finish(ReplyKind.Answer, code, authoritative: true, fixedQuestion);
    }

    private void BeginChain(ZoneNode node, Rrset alias, Chain chain)
    {
        _writer.Begin(node.Name, WireName.IsWildcard(node.Name));
        _writer.AnswerOfQuestion(alias);
        foreach ((byte[] owner, Rrset set) in chain.Links)
        {
            _writer.Answer(owner, set);
        }
    }

    private Chain Follow(ZoneNode node, Rrset alias)
    {
        Chain chain = new();
        HashSet<byte[]> seen = new(NameComparer.Instance) { node.Name };
        while (true)
        {
            chain.Last = alias.Data[0];
            chain.Zone = ZoneOf(chain.Last);
            if (chain.Zone is null || !seen.Add(chain.Last) || seen.Count > MaxAliases)
            {
                chain.End = ChainEnd.Elsewhere;
                return chain;
            }

            ZoneNode closest = chain.Zone.FindClosest(chain.Last, out bool exact);
            chain.Node = exact || closest.Cut is not null ? closest : closest.Wildcard;
            if (chain.Node is null)
            {
                chain.End = ChainEnd.NoSuchName;
                return chain;
            }

            if (chain.Node.Cut is not null)
            {
                chain.End = ChainEnd.Delegated;
                return chain;
            }

            if (chain.Node.Get(RecordType.Cname) is not { } next)
            {
                chain.End = ChainEnd.Name;
                return chain;
            }

            chain.Links.Add((chain.Last, next));
            alias = next;
        }
    }

    /// <summary>The served zone nearest to the name.</summary>
    private Zone? ZoneOf(ReadOnlySpan<byte> name)
    {
        while (true)
        {
            if (_zonesBySpan.TryGetValue(name, out Zone? zone))
            {
                return zone;
            }

            if (WireName.IsRoot(name))
            {
                return null;
            }

            name = WireName.Parent(name);
        }
    }
}
