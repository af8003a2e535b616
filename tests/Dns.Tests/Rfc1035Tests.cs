using System.Text;
using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>RFC 1035 §5.3: the example of a master file, with the file it includes (MB records in the form of RFC 3597).</summary>
public sealed class Rfc1035Tests
{
    private const string Master =
        """
        @   IN  SOA     VENERA      Action\.domains (
                                         20     ; SERIAL
                                         7200   ; REFRESH
                                         600    ; RETRY
                                         3600000; EXPIRE
                                         60)    ; MINIMUM

                NS      A.ISI.EDU.
                NS      VENERA
                NS      VAXA
                MX      10      VENERA
                MX      20      VAXA

        A       A       26.3.0.103

        VENERA  A       10.1.0.52
                A       128.9.0.32

        VAXA    A       10.2.0.27
                A       128.9.0.33


        $INCLUDE <SUBSYS>ISI-MAILBOX.TXT
        """;

    private const string Included =
        """
        MOE     TYPE7 \# 11 014103495349 034544 5500 ; MB A.ISI.EDU.
        LARRY   TYPE7 \# 11 014103495349034544 5500
        """;

    [Fact]
    public void The_example_is_read()
    {
        ZoneLoad load = ZoneLoad.From(
            "isi",
            Served.Name("ISI.EDU."),
            static path => path switch { "isi" => Encoding.ASCII.GetBytes(Master), "<SUBSYS>ISI-MAILBOX.TXT" => Encoding.ASCII.GetBytes(Included), _ => null });
        Assert.Empty(load.Faults);
        Zone zone = load.Zone!;
        Assert.Equal("ISI.EDU.", WireName.ToText(zone.Apex));
        Assert.Equal(20u, zone.Serial);
        Assert.Equal(13, zone.RecordCount);

        ZoneSet set = ZoneSet.Of(zone);

        // The dot in the mailbox is part of its first label.
        Assert.Equal(
            [@"isi.edu. 60 SOA venera.isi.edu. action\.domains.isi.edu. 0000001400001c20000002580036ee800000003c"], Served.Ask(set, "ISI.EDU.", "SOA").Answers);
        Assert.Equal(["venera.isi.edu. 60 A 0a010034", "venera.isi.edu. 60 A 80090020"], Served.Ask(set, "VENERA.ISI.EDU.", "A").Answers);
        Assert.Equal(["moe.isi.edu. 60 TYPE7 0141034953490345445500"], Served.Ask(set, "moe.isi.edu.", "TYPE7").Answers);
        Message exchanges = Served.Ask(set, "isi.edu.", "MX");
        Assert.Equal(["isi.edu. 60 MX 000a venera.isi.edu.", "isi.edu. 60 MX 0014 vaxa.isi.edu."], exchanges.Answers);
        Assert.Equal(4, exchanges.Additional.Count);
    }
}
