using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>
/// RFC 1034 §6.2.1 to §6.2.8, on the root zone of §6.1 (HINFO in the form of RFC 3597). Where later RFCs changed the answer
/// the test says so.
/// </summary>
public sealed class Rfc1034Tests
{
    private const string Root =
        """
        $ORIGIN .
        .       IN      SOA     SRI-NIC.ARPA. HOSTMASTER.SRI-NIC.ARPA. (
                                870611          ;serial
                                1800            ;refresh every 30 min
                                300             ;retry every 5 min
                                604800          ;expire after a week
                                86400)          ;minimum of a day
                        NS      A.ISI.EDU.
                        NS      C.ISI.EDU.
                        NS      SRI-NIC.ARPA.

        MIL.    86400   NS      SRI-NIC.ARPA.
                86400   NS      A.ISI.EDU.

        EDU.    86400   NS      SRI-NIC.ARPA.
                86400   NS      C.ISI.EDU.

        SRI-NIC.ARPA.   A       26.0.0.73
                        A       10.0.0.51
                        MX      0 SRI-NIC.ARPA.
                        TYPE13 \# 16 084445432D32303630 06544F50533230

        ACC.ARPA.       A       26.6.0.65
                        MX      10 ACC.ARPA.

        USC-ISIC.ARPA.  CNAME   C.ISI.EDU.

        73.0.0.26.IN-ADDR.ARPA.  PTR    SRI-NIC.ARPA.
        65.0.6.26.IN-ADDR.ARPA.  PTR    ACC.ARPA.
        51.0.0.10.IN-ADDR.ARPA.  PTR    SRI-NIC.ARPA.
        52.0.0.10.IN-ADDR.ARPA.  PTR    C.ISI.EDU.
        103.0.3.26.IN-ADDR.ARPA. PTR    A.ISI.EDU.

        A.ISI.EDU. 86400 A      26.3.0.103
        C.ISI.EDU. 86400 A      10.0.0.52
        """;

    private const string Isi =
        """
        $ORIGIN ISI.EDU.
        $TTL 86400
        @ SOA A HOSTMASTER 1 1800 300 604800 86400
        @ NS A
        A A 26.3.0.103
        C A 10.0.0.52
        """;

    private static readonly ZoneSet s_root = Served.Set(Root);

    [Fact]
    public void Section_6_2_1_addresses()
    {
        Message reply = Served.Ask(s_root, "SRI-NIC.ARPA.", "A");
        Assert.True(reply.Authoritative);
        Assert.Equal(["sri-nic.arpa. 86400 A 1a000049", "sri-nic.arpa. 86400 A 0a000033"], reply.Answers);
        Assert.Empty(reply.Authorities);
        Assert.Empty(reply.Additional);
    }

    /// <summary>ANY: RFC 1034 gives all sets; RFC 8482 §4.1 lets one stand for them.</summary>
    [Fact]
    public void Section_6_2_2_any() =>
        Assert.Equal(["sri-nic.arpa. 86400 A 1a000049", "sri-nic.arpa. 86400 A 0a000033"], Served.Ask(s_root, "SRI-NIC.ARPA.", "Any").Answers);

    [Fact]
    public void Section_6_2_3_exchanges()
    {
        Message reply = Served.Ask(s_root, "SRI-NIC.ARPA.", "MX");
        Assert.Equal(["sri-nic.arpa. 86400 MX 0000 sri-nic.arpa."], reply.Answers);
        Assert.Equal(["sri-nic.arpa. 86400 A 1a000049", "sri-nic.arpa. 86400 A 0a000033"], reply.Additional);
    }

    /// <summary>No data: the RFC has nothing in the reply, RFC 2308 §2.2 adds the SOA.</summary>
    [Fact]
    public void Section_6_2_4_no_data()
    {
        Message reply = Served.Ask(s_root, "SRI-NIC.ARPA.", "NS");
        Assert.Equal((0, true, 0), (reply.Code, reply.Authoritative, reply.Answers.Count));
        Assert.StartsWith(". 86400 SOA sri-nic.arpa.", Assert.Single(reply.Authorities), StringComparison.Ordinal);
    }

    [Fact]
    public void Section_6_2_5_no_such_name()
    {
        Message reply = Served.Ask(s_root, "SIR-NIC.ARPA.", "A");
        Assert.Equal((3, true, 0), (reply.Code, reply.Authoritative, reply.Answers.Count));
        Assert.StartsWith(". 86400 SOA sri-nic.arpa. hostmaster.sri-nic.arpa.", Assert.Single(reply.Authorities), StringComparison.Ordinal);
    }

    [Fact]
    public void Section_6_2_6_referral()
    {
        Message reply = Served.Ask(s_root, "BRL.MIL.", "A");
        Assert.Equal((0, false, 0), (reply.Code, reply.Authoritative, reply.Answers.Count));
        Assert.Equal(["mil. 86400 NS sri-nic.arpa.", "mil. 86400 NS a.isi.edu."], reply.Authorities);
        Assert.Equal(["sri-nic.arpa. 86400 A 1a000049", "sri-nic.arpa. 86400 A 0a000033", "a.isi.edu. 86400 A 1a030067"], reply.Additional);
    }

    /// <summary>By a server that has the alias' target in a zone of its own, and by one that only has the root.</summary>
    [Fact]
    public void Section_6_2_7_alias()
    {
        Message both = Served.Ask(Served.Set(Root, Isi), "USC-ISIC.ARPA.", "A");
        Assert.True(both.Authoritative);
        Assert.Equal(["usc-isic.arpa. 86400 CNAME c.isi.edu.", "c.isi.edu. 86400 A 0a000034"], both.Answers);

        Message alone = Served.Ask(s_root, "USC-ISIC.ARPA.", "A");
        Assert.True(alone.Authoritative);
        Assert.Equal(["usc-isic.arpa. 86400 CNAME c.isi.edu."], alone.Answers);
        Assert.Equal(["edu. 86400 NS sri-nic.arpa.", "edu. 86400 NS c.isi.edu."], alone.Authorities);
        Assert.Equal(3, alone.Additional.Count);
    }

    [Fact]
    public void Section_6_2_8_the_alias_itself() =>
        Assert.Equal(["usc-isic.arpa. 86400 CNAME c.isi.edu."], Served.Ask(s_root, "USC-ISIC.ARPA.", "CNAME").Answers);
}
