using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>Header, EDNS, the choice of zone, and what becomes of an answer that is too long.</summary>
public sealed class AnswerTests
{
    private static readonly string s_large = string.Concat(
        "$ORIGIN big.test.\n$TTL 1h\n@ SOA ns1 host 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n",
        string.Concat(Enumerable.Range(0, 40).Select(static i => $"a A 192.0.2.{i}\n")),
        string.Concat(Enumerable.Range(0, 20).Select(static i => $"mx MX {i} m{i}\nm{i} A 192.0.2.{i}\nm{i} AAAA 2001:db8::{i}\n")),
        string.Concat(Enumerable.Range(0, 20).Select(static i => $"sub NS n{i}.sub\nsub NS n{i}.out\nn{i}.sub A 192.0.2.{i}\nn{i}.out AAAA 2001:db8::{i}\n")),
        string.Concat(Enumerable.Range(0, 12).Select(static i => $"c{i} CNAME c{i + 1}\n")),
        "c12 TXT end\n*.w MX 1 m1\n");

    private static readonly ZoneSet s_set = Served.Set(s_large);

    [Theory]
    [InlineData("a", "A")]
    [InlineData("mx", "MX")]
    [InlineData("x.Y.Sub", "A")]
    [InlineData("sub", "DS")]
    [InlineData("c0", "TXT")]
    [InlineData("c0", "A")]
    [InlineData("q.w", "MX")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.w", "MX")]
    [InlineData("no.such", "A")]
    public void Whatever_the_limit_whole_sets_or_TC(string relative, string type)
    {
        string name = $"{relative}.big.test.";
        Message full = Served.Ask(s_set, name, type, new Edns(true, 0, 0, false));
        Assert.False(full.Truncated);
        for (int limit = MessageHeader.MaxPlainUdp; limit < 2_500; limit++)
        {
            Message cut = Served.Ask(s_set, name, type, new Edns(true, 0, 0, false), limit);
            Assert.Equal(full.Code, cut.Code);
            Assert.Equal(full.Authoritative, cut.Authoritative);
            Assert.True(cut.Answers.Count == full.Answers.Count || (cut.Truncated && cut.Answers.Count == 0));
            Assert.True(cut.Authorities.Count == full.Authorities.Count || (cut.Truncated && cut.Authorities.Count == 0));
            Assert.Equal(full.Additional.Take(cut.Additional.Count), cut.Additional);
            if (!cut.Truncated)
            {
                // The glue below the delegation comes first and is all there, or TC is set (RFC 9471).
                int required = full.Additional.Count(static record => record.Contains(".sub.big", StringComparison.Ordinal));
                Assert.True(cut.Additional.Count >= required);
            }
        }
    }

    [Fact]
    public void Additional_records_are_left_out_in_silence()
    {
        Message cut = Served.Ask(s_set, "mx.big.test.", "MX", limit: 700);
        Assert.Equal((20, false), (cut.Answers.Count, cut.Truncated));
        Assert.InRange(cut.Additional.Count, 1, 39);
    }

    [Fact]
    public void An_answer_that_does_not_fit_sets_TC()
    {
        Message cut = Served.Ask(s_set, "a.big.test.", "A", limit: 512);
        Assert.Equal((0, true, true), (cut.Answers.Count, cut.Truncated, cut.Authoritative));
        Assert.Equal(40, Served.Ask(s_set, "a.big.test.", "A", limit: 700).Answers.Count);
    }

    [Theory]
    [InlineData(0, 512)]
    [InlineData(511, 512)]
    [InlineData(512, 512)]
    [InlineData(1000, 1000)]
    [InlineData(1232, 1232)]
    [InlineData(65535, 1232)]
    public void The_payload_is_kept_between_512_and_ours(int said, int limit)
    {
        Assert.Equal(limit, new Edns(true, 0, (ushort)said, false).UdpLimit(Edns.DefaultPayload));
        Assert.Equal(512, new Edns(false, 0, (ushort)said, false).UdpLimit(Edns.DefaultPayload));
    }

    [Fact]
    public void OPT_is_answered_with_OPT()
    {
        Assert.Equal("1232 0 0 0000", Served.Ask(s_set, "a.big.test.", "A", new Edns(true, 0, 4096, false)).Opt);
        Assert.Equal("1232 0 0 8000", Served.Ask(s_set, "a.big.test.", "A", new Edns(true, 0, 4096, true)).Opt);
        Assert.Equal("1232 0 0 8000", Served.Ask(s_set, "other.", "A", new Edns(true, 0, 4096, true)).Opt);
        Assert.Null(Served.Ask(s_set, "a.big.test.", "A").Opt);
    }

    /// <summary>RFC 6891 §6.1.3.</summary>
    [Fact]
    public void Another_version_of_EDNS_is_BADVERS()
    {
        Message reply = Served.Ask(s_set, "a.big.test.", "A", new Edns(true, 1, 4096, true));
        Assert.Equal((0, 0, "1232 1 0 8000"), (reply.Code, reply.Answers.Count, reply.Opt));
    }

    [Fact]
    public void Header_flags()
    {
        // RD, CD and AD come in; only RD goes out, with QR, AA and the opcode.
        Assert.Equal(0x8500, Served.Ask(s_set, "a.big.test.", "A", flags: 0x0130).Flags);
        Assert.Equal(0x8400, Served.Ask(s_set, "a.big.test.", "A").Flags);
        Assert.Equal(0x8005, Served.Ask(s_set, "else.where.", "A").Flags);
        Assert.Equal(0x8005, Served.Ask(s_set, "a.big.test.", "A", @class: 3).Flags);
        Assert.Equal(0x8005, Served.Ask(s_set, "big.test.", "Axfr").Flags);
    }

    [Fact]
    public void IXFR_over_UDP_gets_the_SOA() => Assert.Single(Served.Ask(s_set, "big.test.", "Ixfr").Answers);

    [Fact]
    public void ANY_gets_one_set()
    {
        Assert.Equal(40, Served.Ask(s_set, "a.big.test.", "Any").Answers.Count);
        Assert.Equal(["c0.big.test. 3600 CNAME c1.big.test."], Served.Ask(s_set, "c0.big.test.", "Any").Answers);
        Assert.False(Served.Ask(s_set, "sub.big.test.", "Any").Authoritative);
        Assert.Single(Served.Ask(s_set, "w.big.test.", "Any").Authorities);
    }

    [Fact]
    public void Aliases_are_followed_so_far()
    {
        Message chain = Served.Ask(s_set, "c0.big.test.", "TXT");
        Assert.Equal(13, chain.Answers.Count);
        string many = "$ORIGIN l.test.\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n" +
            string.Concat(Enumerable.Range(0, 100).Select(static i => $"c{i} CNAME c{(i + 1) % 100}\n"));
        Message loop = Served.Ask(Served.Set(many), "c7.l.test.", "A");
        Assert.Equal((0, AnswerCompiler.MaxAliases, 0), (loop.Code, loop.Answers.Count, loop.Authorities.Count));
    }

    [Fact]
    public void The_zone_nearest_to_the_name_answers()
    {
        const string tail = "\n$TTL 1h\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n*";
        ZoneSet set = Served.Set(
            $"$ORIGIN test.{tail} TXT outer\nin.er NS n.in.er\nn.in.er A 192.0.2.7\nx.in.er TXT hidden\nd NS n.d\nn.d A 192.0.2.8\n",
            $"$ORIGIN in.er.test.{tail} TXT inner\n",
            $"$ORIGIN z.d.test.{tail} TXT lower\n",
            "$ORIGIN other.\n$TTL 1h\n@ SOA n h 1 2 3 4 5\n@ NS n.in.er.test.\n");
        string Text(string name) => Assert.Single(Served.Ask(set, name, "TXT").Answers).Split(' ')[^1][2..];
        Assert.Equal("6f75746572", Text("q.test."));
        Assert.Equal("696e6e6572", Text("q.in.er.test."));
        Assert.Equal("696e6e6572", Text("x.in.er.test."));
        Assert.Equal("6c6f776572", Text("q.z.d.test."));
        Assert.Equal("er.test.", Assert.Single(Served.Ask(set, "in.er.test.", "SOA").Answers).Split(' ')[0][3..]);
        Assert.Equal(["d.test. 3600 NS n.d.test."], Served.Ask(set, "q.d.test.", "TXT").Authorities);
        Assert.StartsWith("test. ", Assert.Single(Served.Ask(set, "er.test.", "TXT").Authorities), StringComparison.Ordinal);
        Assert.Equal(5, Served.Ask(set, "nowhere.", "TXT").Code);

        // DS is the business of the zone above (RFC 4035 §3.1.4.1).
        Assert.StartsWith("test. ", Assert.Single(Served.Ask(set, "in.er.test.", "DS").Authorities), StringComparison.Ordinal);
        Assert.Equal(["d.test. 3600 NS n.d.test."], Served.Ask(set, "z.d.test.", "DS").Authorities);
        Assert.Equal(5, Served.Ask(ZoneSet.Empty, ".", "TXT").Code);
    }

    [Fact]
    public void All_names_of_a_large_zone_are_found()
    {
        string zone = "$ORIGIN many.test.\n$TTL 1h\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n" +
            string.Concat(Enumerable.Range(0, 20_000).Select(static i => $"h{i} A 10.0.{i >> 8}.{i & 255}\n"));
        ZoneSet set = Served.Set(zone);
        for (int i = 0; i < 20_000; i++)
        {
            Assert.Equal([$"h{i}.many.test. 3600 A 0a00{i:x4}"], Served.Ask(set, $"H{i}.Many.tesT.", "A", limit: 512).Answers);
        }

        Assert.Equal(3, Served.Ask(set, "h20000.many.test.", "A").Code);
    }

    [Fact]
    public void The_longest_names_are_answered()
    {
        string label = new('a', 63);
        string apex = $"{label}.{label}.";
        string longest = $"{label}.{new string('b', 61)}.{apex}";
        ZoneSet set = Served.Set($"$ORIGIN {apex}\n$TTL 1h\n@ SOA {longest} {longest} 1 2 3 4 5\n@ NS {longest}\n{longest} A 192.0.2.1\n");
        Assert.Single(Served.Ask(set, longest, "A", limit: 512).Answers);
        Assert.Single(Served.Ask(set, $"{new string('c', 63)}.{new string('b', 61)}.{apex}", "A", limit: 600).Authorities);
        string deepest = string.Concat(Enumerable.Repeat("d.", 63)) + apex;
        Assert.Equal(WireName.MaxName, Served.Name(deepest).Length);
        Assert.Equal(3, Served.Ask(set, deepest, "A", limit: 512).Code);
    }
}
