using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>The compiled answers against those of the real Knot DNS, where there is one (written against 3.2.6).</summary>
public sealed class KnotDifferentialTests
{
    private const int Zones = 200;
    private const int Questions = 30_000;

    private static readonly RecordType[] s_types =
    [
        RecordType.A, RecordType.A, RecordType.A, RecordType.Aaaa, RecordType.Ns, RecordType.Soa, RecordType.Mx, RecordType.Srv, RecordType.Txt,
        RecordType.Cname, RecordType.Ptr, RecordType.Caa, RecordType.Ds, (RecordType)65, (RecordType)4711,
    ];

    [FactWithProgram("knotd")]
    public void Agrees_with_Knot_on_random_zones()
    {
        Random random = new(20261124);
        List<RandomZone> zones = [];
        List<(string Origin, string Text)> sources = [];
        for (int i = 0; i < Zones; i++)
        {
            string origin = i % 3 == 0 ? $"z{i}." : $"z{i}.Example.test.";
            zones.Add(new RandomZone(origin, random));
            sources.Add((origin, zones[^1].Text));
        }

        ZoneSet set = Served.Set([.. sources.Select(static source => source.Text)]);
        using KnotServer knot = new(sources);
        Dictionary<string, int> seen = [];
        for (int i = 0; i < Questions; i++)
        {
            int zone = random.Next(zones.Count);
            string question = zones[zone].Question();
            byte[] name = Served.Name(question);
            RecordType type = s_types[random.Next(s_types.Length)];
            int payload = random.Next(2) * 4096;
            Edns edns = new(payload > 0, 0, (ushort)payload, false);
            Message theirs = knot.Ask(name, type, payload);
            Message ours = Served.Ask(set, name, type, edns, edns.UdpLimit(Edns.DefaultPayload));
            if (IsLoop(theirs))
            {
                // Where to stop in a circle of aliases is anyone's choice.
                Assert.True(IsLoop(ours) || ours.Answers.Count == 1, ours.Canonical());
                continue;
            }

            // Knot makes addresses of servers from wildcards that a delegation hides; no resolver could be told those.
            bool hidden = set.FindZone(Served.Name(sources[zone].Origin))!.Nodes.Any(static node => node.Cut is not null && WireName.IsWildcard(node.Name));
            Assert.True(
                theirs.Canonical(!hidden) == ours.Canonical(!hidden),
                $"{question} {RecordTypeText.Of(type)}\nKnot: {theirs.Canonical()}\nours: {ours.Canonical()}\n{zones[zone].Text}");
            string kind = $"{ours.Code} {ours.Authoritative} {Math.Min(ours.Answers.Count, 2)} {ours.Authorities.Count > 0}";
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
        }

        // The questions reached all kinds of answers: data, denials and referrals, each also behind aliases.
        Assert.True(seen.Values.Count(static count => count > 30) >= 7, string.Join(", ", seen));
    }

    /// <summary>Each alias of the answer leads to an alias of the answer.</summary>
    private static bool IsLoop(Message message)
    {
        List<string[]> records = [.. message.Answers.Select(static record => record.Split(' '))];
        return records.Count > 0 && records.TrueForAll(record => record[2] == "CNAME" && records.Exists(other => other[0] == record[3]));
    }
}
