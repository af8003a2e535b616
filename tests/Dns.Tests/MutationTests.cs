using System.Text;
using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>Zone files that somebody's editor or disk has damaged: one error with its line, or a zone that answers. Never an exception.</summary>
public sealed class MutationTests
{
    private const int Rounds = 15_000;

    private static readonly string[] s_pieces =
    [
        "(", ")", "\"", "\\", ";", "\n", " ", "\t", "\r", ".", "@", "*", "$ORIGIN ", "$TTL ", "$INCLUDE zone", "\\# 4 00", "IN", "CNAME", "NS", "SOA", "TYPE", "A", "0", "99999999999", "\0", "ÿ", "\\255", "\\999", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    [Fact]
    public void A_damaged_file_gives_an_error_or_a_zone()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "example.zone"));
        Random random = new(24);
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] text = Damage(whole, random);
            ZoneLoad load = Served.Load(text);
            int lines = text.Count(static octet => octet == (byte)'\n') + 1;
            foreach (ZoneFault fault in load.Faults)
            {
                Assert.InRange(fault.Line, 0, lines);
                Assert.DoesNotContain('\n', fault.ToString());
                Assert.NotEqual("", fault.Message);
            }

            Assert.Equal(load.Zone is null, load.FirstError is not null);
            if (load.Zone is { } zone)
            {
                accepted++;
                if (round % 4 == 0)
                {
                    AskAll(zone);
                }
            }
        }

        Assert.InRange(accepted, Rounds / 10, Rounds * 9 / 10);
    }

    /// <summary>Each name for each type and one name below it: all replies can be read.</summary>
    private static void AskAll(Zone zone)
    {
        ZoneSet set = ZoneSet.Of(zone);
        foreach (ZoneNode node in zone.Nodes)
        {
            foreach (Rrset rrset in node.Sets)
            {
                Served.Ask(set, node.Name, rrset.Type, limit: 512);
            }

            Served.Ask(set, node.Name, RecordType.A, limit: 1232);
            byte[] below = [1, (byte)'x', .. node.Name];
            if (below.Length <= WireName.MaxName)
            {
                Served.Ask(set, below, RecordType.A, limit: 512);
            }
        }
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        List<byte> text = [.. whole];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(text.Count);
            int count = Math.Min(random.Next(1, 30), text.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    text[at] = (byte)random.Next(256);
                    break;
                case 1:
                    text.RemoveRange(at, Math.Min(count, text.Count - 1));
                    break;
                case 2:
                    text.InsertRange(at, Encoding.Latin1.GetBytes(s_pieces[random.Next(s_pieces.Length)]));
                    break;
                case 3:
                    text.InsertRange(random.Next(text.Count), text.GetRange(at, count));
                    break;
                default:
                    if (random.Next(8) == 0)
                    {
                        text.RemoveRange(at, text.Count - at);
                        text.Add((byte)'\n');
                    }

                    break;
            }
        }

        return [.. text];
    }
}
