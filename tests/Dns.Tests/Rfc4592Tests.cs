using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>RFC 4592 §2.2.1: the zone and all the responses that it works out, and §2.2.2 and §4.</summary>
public sealed class Rfc4592Tests
{
    private static readonly ZoneSet s_set = Served.Set(
        """
        $ORIGIN example.
        example.                 3600 IN  SOA   ns.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600
        example.                 3600     NS    ns.example.com.
        example.                 3600     NS    ns.example.net.
        *.example.               3600     TXT   "this is a wildcard"
        *.example.               3600     MX    10 host1.example.
        sub.*.example.           3600     TXT   "this is not a wildcard"
        host1.example.           3600     A     192.0.2.1
        _ssh._tcp.host1.example. 3600     SRV   0 0 22 host1.example.
        _ssh._tcp.host2.example. 3600     SRV   0 0 22 host2.example.
        subdel.example.          3600     NS    ns.example.com.
        subdel.example.          3600     NS    ns.example.net.
        """);

    [Fact]
    public void Synthesized_from_the_wildcard()
    {
        Message exchange = Served.Ask(s_set, "host3.example.", "MX");
        Assert.Equal(["host3.example. 3600 MX 000a host1.example."], exchange.Answers);
        Assert.Equal(["host1.example. 3600 A c0000201"], exchange.Additional);
        Assert.True(exchange.Authoritative);
        Assert.StartsWith("foo.bar.example. 3600 TXT 12", Assert.Single(Served.Ask(s_set, "foo.bar.example.", "TXT").Answers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host3.example.", "A")] // the wildcard has no A
    [InlineData("host1.example.", "MX")] // the name exists
    [InlineData("sub.*.example.", "MX")] // the name exists
    [InlineData("_tcp.host1.example.", "TXT")] // an empty non-terminal exists (§2.2.2)
    [InlineData("host2.example.", "MX")]
    [InlineData("*.example.", "A")] // asked for by its own name
    public void No_data(string name, string type) => AssertDenied(name, type, 0);

    [Theory]
    [InlineData("_telnet._tcp.host1.example.", "SRV")] // the closest encloser has no wildcard
    [InlineData("ghost.*.example.", "MX")] // *.example. exists and has no wildcard below
    [InlineData("a.host2.example.", "MX")]
    public void No_such_name(string name, string type) => AssertDenied(name, type, 3);

    [Fact]
    public void Below_a_delegation_is_no_wildcard()
    {
        Message referral = Served.Ask(s_set, "host.subdel.example.", "A");
        Assert.False(referral.Authoritative);
        Assert.Empty(referral.Answers);
        Assert.Equal(["subdel.example. 3600 NS ns.example.com.", "subdel.example. 3600 NS ns.example.net."], referral.Authorities);
    }

    [Fact]
    public void The_wildcard_itself_can_be_asked_for() =>
        Assert.Equal(["*.example. 3600 MX 000a host1.example."], Served.Ask(s_set, "*.example.", "MX").Answers);

    /// <summary>§4.3: an alias at a wildcard.</summary>
    [Fact]
    public void Alias_at_a_wildcard()
    {
        ZoneSet set = Served.Set(
            """
            $ORIGIN example.
            $TTL 1h
            @ SOA ns host 1 2 3 4 5
            @ NS ns
            ns A 192.0.2.1
            *.alias CNAME real
            real A 192.0.2.2
            *.sub.alias CNAME gone
            """);
        Assert.Equal(["very.deep.alias.example. 3600 CNAME real.example.", "real.example. 3600 A c0000202"], Served.Ask(set, "very.deep.alias.example.", "A").Answers);
        Message gone = Served.Ask(set, "x.sub.alias.example.", "A");
        Assert.Equal(["x.sub.alias.example. 3600 CNAME gone.example."], gone.Answers);
        Assert.Equal(3, gone.Code);
        Assert.Single(gone.Authorities);
    }

    private static void AssertDenied(string name, string type, int code)
    {
        Message reply = Served.Ask(s_set, name, type);
        Assert.Equal(code, reply.Code);
        Assert.True(reply.Authoritative);
        Assert.Empty(reply.Answers);
        Assert.StartsWith("example. 3600 SOA", Assert.Single(reply.Authorities), StringComparison.Ordinal);
    }
}
