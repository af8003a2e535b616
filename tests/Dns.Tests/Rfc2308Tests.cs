using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>RFC 2308 §2: the two examples of denials, behind an alias, each in the form with the SOA ("type 2" without NS).</summary>
public sealed class Rfc2308Tests
{
    private static readonly ZoneSet s_set = Served.Set(
        """
        $ORIGIN XX.
        $TTL 1d
        @ SOA NS1 HOSTMASTER.NS1 1997022700 3600 1800 604800 1200
        @ NS NS1
        @ NS NS2
        NS1 A 127.0.0.2
        NS2 A 127.0.0.3
        TRIPPLE A 127.0.0.4
        """,
        """
        $ORIGIN EXAMPLE.
        $TTL 1d
        @ SOA NS1.XX. HOSTMASTER.NS1.XX. 1 3600 1800 604800 2d
        @ NS NS1.XX.
        AN CNAME TRIPPLE.XX.
        NO CNAME NOTHERE.XX.
        """);

    /// <summary>§2.1.</summary>
    [Fact]
    public void Name_error_behind_an_alias()
    {
        Message reply = Served.Ask(s_set, "NO.EXAMPLE.", "A");
        Assert.Equal(3, reply.Code);
        Assert.True(reply.Authoritative);
        Assert.Equal(["no.example. 86400 CNAME nothere.xx."], reply.Answers);
        AssertSoaOfXx(reply);
    }

    /// <summary>§2.2.</summary>
    [Fact]
    public void No_data_behind_an_alias()
    {
        Message reply = Served.Ask(s_set, "AN.EXAMPLE.", "MX");
        Assert.Equal(0, reply.Code);
        Assert.True(reply.Authoritative);
        Assert.Equal(["an.example. 86400 CNAME tripple.xx."], reply.Answers);
        AssertSoaOfXx(reply);
    }

    /// <summary>§3: the SOA's time is the lower of its TTL and MINIMUM, in denials only.</summary>
    [Fact]
    public void A_denial_may_be_kept_for_the_minimum()
    {
        Assert.StartsWith("xx. 1200 SOA", Assert.Single(Served.Ask(s_set, "a.b.xx.", "A").Authorities), StringComparison.Ordinal);
        Assert.StartsWith("xx. 1200 SOA", Assert.Single(Served.Ask(s_set, "tripple.xx.", "AAAA").Authorities), StringComparison.Ordinal);
        Assert.StartsWith("xx. 86400 SOA", Assert.Single(Served.Ask(s_set, "xx.", "SOA").Answers), StringComparison.Ordinal);
        Assert.StartsWith("example. 86400 SOA", Assert.Single(Served.Ask(s_set, "x.example.", "A").Authorities), StringComparison.Ordinal);
    }

    private static void AssertSoaOfXx(Message reply) =>
        Assert.StartsWith("xx. 1200 SOA ns1.xx. hostmaster.ns1.xx.", Assert.Single(reply.Authorities), StringComparison.Ordinal);
}
