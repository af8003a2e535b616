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
        RecordType.Cname, RecordType.Ptr, RecordType.Caa, RecordType.Ds, (RecordType)65281, (RecordType)4711,
    ];

    [FactWithProgram("knotd")]
    public void Agrees_with_Knot_on_random_zones()
    {
        Random random = new(20261124);
        List<RandomZone> zones = [];
        List<(string Origin, string Text)> sources = [];
        for (int i = 0; i < Zones; i++)
        {
            // Every fourth is below the one before it, which may or may not delegate it.
            string origin = (i % 4) switch { 0 => $"z{i}.", 3 => $"{(random.Next(2) == 0 ? "b.a" : "a")}.{sources[^1].Origin}", _ => $"z{i}.Example.test." };
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

            if (theirs.Answers.Exists(static record => record.Contains(" CNAME ", StringComparison.Ordinal)) && zone % 4 >= 2)
            {
                // Knot follows an alias in one zone only: what a zone below it has is answered differently. It also
                // takes an alias for DS where a zone begins.
                Assert.True(type == RecordType.Ds || theirs.Answers[0] == ours.Answers[0], ours.Canonical());
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

    /// <summary>What a master file means: both read it and send all of it.</summary>
    [FactWithProgram("knotd")]
    public void Agrees_with_Knot_on_master_files()
    {
        List<(string Origin, string Text)> sources =
        [
            ("example.test.", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example.zone"))),
            ("syntax.test.",
                """
                $ORIGIN syntax.test.
                $TTL 1h30m
                @ 1d IN SOA ns (
                  host\.master 4294967295 ; (
                  2h 1H30m 4w 2147483647 )
                  IN  1w NS ns
                  7d IN NS NS2.Other.test.
                ns ( A
                   192.0.2.1 )
                \065\.b\032c  60 TXT "q\"uote;" un\;quoted \\ \000\255 "" (
                   "(" )
                x 0 in cname @
                \@ A 192.0.2.2
                *.w  MX 10 .
                $ORIGIN sub.syntax.test.
                @ A 192.0.2.3
                deep.er AAAA ::ffff:192.0.2.4
                a.b.c.d SRV 1 2 3 deep.er
                $TTL 7
                $ORIGIN syntax.test.
                t65280 TYPE65280 \# 5 00 01 0203 04
                t TYPE1 \# 4 C0000205
                caa CAA 128 issue "ca; x=y"
                DUP A 192.0.2.6
                dup A 192.0.2.6
                """),
        ];
        ZoneSet set = Served.Set([.. sources.Select(static source => source.Text)]);
        using KnotServer knot = new(sources);
        byte[] message = new byte[MessageHeader.MaxTcp];
        foreach ((string origin, string text) in sources)
        {
            byte[] apex = Served.Name(origin);
            ZoneTransfer transfer = new(set.FindZone(apex)!, new Query { Id = 1, Flags = 0, Name = apex, Type = RecordType.Axfr, Class = 1, Limit = MessageHeader.MaxTcp });
            Message ours = new(message.AsSpan(0, transfer.WriteNext(message, MessageHeader.MaxTcp)));
            Assert.True(transfer.Ended);
            Assert.Equal(knot.Transfer(apex).Order(StringComparer.Ordinal), ours.Answers.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Each alias of the answer leads to an alias of the answer.</summary>
    private static bool IsLoop(Message message)
    {
        List<string[]> records = [.. message.Answers.Select(static record => record.Split(' '))];
        return records.Count > 0 && records.TrueForAll(record => record[2] == "CNAME" && records.Exists(other => other[0] == record[3]));
    }
}
