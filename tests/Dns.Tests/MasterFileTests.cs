using System.Text;
using Dns.Zones;
using Xunit;
using Record = Dns.Zones.Record;

namespace Dns.Tests;

/// <summary>What master files may hold, and the fault for each thing that they may not.</summary>
public sealed class MasterFileTests
{
    private const string Head = "$ORIGIN e.test.\n$TTL 1h\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n";

    /// <summary>Data in wire form for one record in text.</summary>
    [Theory]
    [InlineData("A 192.0.2.255", "c00002ff")]
    [InlineData("AAAA 2001:db8::192.0.2.1", "20010db80000000000000000c0000201")]
    [InlineData("AAAA ::", "00000000000000000000000000000000")]
    [InlineData("NS n", "016e 0165 0474657374 00")]
    [InlineData("PTR @", "0165 0474657374 00")]
    [InlineData("CNAME .", "00")]
    [InlineData("CNAME a\\.b.c\\065\\\\.", "03612e62 03634 15c 00")]
    [InlineData("MX 65535 n.", "ffff 016e 00")]
    [InlineData("SRV 1 2 3 n.", "0001 0002 0003 016e 00")]
    [InlineData("TXT a \"b c\" \"\" d\\032e \"\\\"\"", "0161 03622063 00 03642065 0122")]
    [InlineData("TXT \"semi;colon (and)\"", "1073656d693b636f6c6f6e2028616e6429")]
    [InlineData("TXT a\"b\"c", "0161 0162 0163")]
    [InlineData("CAA 128 issuewild \";\"", "80 09697373756577696c64 3b")]
    [InlineData("TYPE4711 \\# 0", "")]
    [InlineData("TYPE65 \\# 3 0 001 (\n02\n)", "000102")]
    [InlineData("A \\# 4 C0000201", "c0000201")]
    [InlineData("TYPE1 192.0.2.1", "c0000201")]
    public void Data(string text, string hex)
    {
        Record record = Assert.Single(Parse($"$ORIGIN e.test.\n$TTL 0\nx {text}\n"));
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(record.Data));
    }

    [Theory]
    [InlineData("x 60 IN A 192.0.2.1", 60)]
    [InlineData("x IN 1h30m A 192.0.2.1", 5400)]
    [InlineData("x 1W2d3H4m5S A 192.0.2.1", 788645)]
    [InlineData("x in a 192.0.2.1", 7)]
    [InlineData("  IN A 192.0.2.1", 7)]
    [InlineData("x (2147483647\n\n IN) A ( ; comment\n 192.0.2.1 )", int.MaxValue)]
    [InlineData("x\t0\tA\t192.0.2.1\r", 0)]
    public void Time_class_and_owner_in_any_order(string line, int ttl)
    {
        List<Record> records = Parse($"$ORIGIN e.test.\n$TTL 7\nx TXT first\n{line}\n");
        Assert.Equal((2, (uint)ttl, RecordType.A), (records.Count, records[1].Ttl, records[1].Type));
        Assert.Equal("x.e.test.", WireName.ToText(records[1].Owner));
        Assert.Equal(4, records[1].Line);
    }

    [Fact]
    public void Without_TTL_directive_the_last_one_stated_holds()
    {
        List<Record> records = Parse("$ORIGIN e.test.\n@ SOA n h 1 2 3 4 77\n@ NS n\nn 5 A 192.0.2.1\nm A 192.0.2.2\n$TTL 9\no A 192.0.2.3\n");
        Assert.Equal([77u, 77u, 5u, 5u, 9u], records.Select(static record => record.Ttl));
    }

    [Fact]
    public void Origins_and_includes()
    {
        Dictionary<string, string> files = new()
        {
            ["dir/zone"] = "$ORIGIN e.test.\n$TTL 1\na TXT 1\n$INCLUDE \"sub/one\" inner\n TXT 4\nb TXT 5\n$ORIGIN x\nc TXT 6",
            ["dir/sub/one"] = "b TXT 2\n$INCLUDE two ; beside this one\n$ORIGIN elsewhere.",
            ["dir/sub/two"] = "@ TXT 3\n",
        };
        Assert.True(MasterFileParser.TryParse("dir/zone", null, path => files.TryGetValue(path, out string? text) ? Encoding.ASCII.GetBytes(text) : null, out List<Record> records, out ZoneFault fault), fault.ToString());
        Assert.Equal(
            ["a.e.test. 1", "b.inner.e.test. 2", "inner.e.test. 3", "a.e.test. 4", "b.e.test. 5", "c.x.e.test. 6"],
            records.Select(static record => $"{WireName.ToText(record.Owner)} {(char)record.Data[1]}"));
        Assert.Equal("dir/sub/two", records[2].File);
    }

    [Fact]
    public void Names_up_to_the_limits()
    {
        string label = new('a', WireName.MaxLabel);
        string longest = $"{label}.{label}.{label}.{new string('b', 61)}.";
        Assert.Equal(WireName.MaxName, Served.Name(longest).Length);
        Assert.NotNull(NameText.Parse(Encoding.ASCII.GetBytes("b" + longest), null, new byte[WireName.MaxName], out _));
        Assert.Equal(WireName.MaxName, Served.Name(string.Concat(Enumerable.Repeat("a.", WireName.MaxLabels))).Length);
        Assert.NotNull(NameText.Parse(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a.", WireName.MaxLabels + 1))), null, new byte[WireName.MaxName], out _));
        for (int length = 200; length < 260; length++)
        {
            string text = string.Join('.', Enumerable.Range(0, (length / 64) + 1).Select(i => new string('c', Math.Min(63, length - (i * 64))))).TrimEnd('.');
            string? fault = NameText.Parse(Encoding.ASCII.GetBytes(text), Served.Name("o.test."), new byte[WireName.MaxName], out int wire);
            Assert.Equal(fault is null, text.Length + 1 + 8 <= WireName.MaxName);
            Assert.True(fault is not null || wire == text.Length + 1 + 8);
        }
    }

    [Fact]
    public void A_name_reads_back_from_its_text()
    {
        byte[] name = [.. Enumerable.Range(0, 4).SelectMany(static i => (byte[])[62, .. Enumerable.Range(i * 62, 62).Select(static octet => (byte)octet)]), 0];
        Assert.Equal(name, Served.Name(WireName.ToText(name)));
    }

    [Theory]
    [InlineData("x A 192.0.2", 6, "192.0.2 is no address")]
    [InlineData("x A 192.0.2.256", 6, "no address")]
    [InlineData("x A 192.0.2.01", 6, "no address")]
    [InlineData("x A 192.0.2.1.", 6, "no address")]
    [InlineData("x A 192.0.2.1 192.0.2.2", 6, "a field too many, 192.0.2.2")]
    [InlineData("x A", 6, "A ends too soon: its data is missing")]
    [InlineData("x", 6, "no type")]
    [InlineData("x 60", 6, "no type")]
    [InlineData("x 60 70 A 192.0.2.1", 6, "70 is no record type")]
    [InlineData("x IN IN A 192.0.2.1", 6, "IN is no record type")]
    [InlineData("x CH A 192.0.2.1", 6, "only IN")]
    [InlineData("x AAAA 192.0.2.1", 6, "no address")]
    [InlineData("x AAAA fe80::1%1", 6, "no address")]
    [InlineData("x AAAA [::1]", 6, "no address")]
    [InlineData("x WKS 1", 6, "no record type")]
    [InlineData("x HTTPS 1 .", 6, "TYPEn")]
    [InlineData("x TYPE65 1 .", 6, "write \\# length hex")]
    [InlineData("x TYPE255 \\# 0", 6, "not for zones")]
    [InlineData("x TYPE41 \\# 0", 6, "not for zones")]
    [InlineData("x TYPE39 \\# 1 00", 6, "DNAME")]
    [InlineData("x TYPE65536 \\# 0", 6, "no record type")]
    [InlineData("x TYPE65 \\# 3 0001", 6, "says 3 octets and 2 follow")]
    [InlineData("x TYPE65 \\# 1 0", 6, "half")]
    [InlineData("x TYPE65 \\# 1 0g", 6, "hexadecimal")]
    [InlineData("x A \\# 3 000102", 6, "no data of A")]
    [InlineData("x MX \\# 4 0001 C00C", 6, "no data of MX")]
    [InlineData("x MX n", 6, "the preference")]
    [InlineData("x MX 65536 n", 6, "65535")]
    [InlineData("x MX -1 n", 6, "the preference")]
    [InlineData("x MX 1", 6, "the exchange is missing")]
    [InlineData("x SRV 1 2 n", 6, "the port")]
    [InlineData("x CAA 256 issue \"\"", 6, "255")]
    [InlineData("x CAA 0 is-sue \"\"", 6, "CAA tag")]
    [InlineData("x CAA 0 \"\" \"\"", 6, "CAA tag")]
    [InlineData("x TXT \"open", 6, "not closed")]
    [InlineData("x TXT \"open\n\"", 6, "not closed")]
    [InlineData("x TXT \\256", 6, "000 to 255")]
    [InlineData("x TXT \\1", 6, "000 to 255")]
    [InlineData("x TXT a\\", 6, "escapes nothing")]
    [InlineData("x TXT (a\n(b\n)", 6, "the ( is not closed")]
    [InlineData("x TXT a)", 6, "without its (")]
    [InlineData("x TXT (a\nb) c)", 7, "without its (")]
    [InlineData("x TXT \u0001", 6, "\\001")]
    [InlineData("x..y A 192.0.2.1", 6, "empty label")]
    [InlineData(".x A 192.0.2.1", 6, "empty label")]
    [InlineData("x.. A 192.0.2.1", 6, "empty label")]
    [InlineData("x NS \"\"", 6, "cannot be empty")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.1", 6, "63 octets")]
    [InlineData("x 2147483648 A 192.0.2.1", 6, "2147483647")]
    [InlineData("x 3551w A 192.0.2.1", 6, "no time")]
    [InlineData("x 1h30 A 192.0.2.1", 6, "no time")]
    [InlineData("x 1y A 192.0.2.1", 6, "no time")]
    [InlineData("\"x\" A 192.0.2.1", 6, "quoted")]
    [InlineData("$GENERATE 1-2 a$ A 192.0.2.$", 6, "no directive")]
    [InlineData("$TTL", 6, "$TTL ends too soon")]
    [InlineData("$TTL x", 6, "no time")]
    [InlineData("$TTL 1 2", 6, "too many")]
    [InlineData("$ORIGIN", 6, "$ORIGIN ends too soon")]
    [InlineData("$INCLUDE", 6, "$INCLUDE ends too soon")]
    [InlineData("$INCLUDE nowhere", 6, "nowhere cannot be read")]
    [InlineData("$INCLUDE zone", 6, "8 deep")]
    [InlineData("\n\nx.other. A 192.0.2.1", 8, "outside of the zone e.test.")]
    [InlineData("sub SOA n h 1 2 3 4 5", 6, "a second SOA")]
    [InlineData("@ SOA n h 2 2 3 4 5", 3, "2 SOA records")]
    [InlineData("x CNAME n\nx A 192.0.2.1", 6, "CNAME and other data")]
    [InlineData("x A 192.0.2.1\nx CNAME n", 7, "CNAME and other data")]
    [InlineData("x CNAME n\nx CNAME m", 6, "2 CNAME records")]
    [InlineData("*.x NS n", 6, "RFC 4592 §4.2")]
    public void A_fault_is_told_with_its_line(string lines, int line, string part)
    {
        ZoneFault? fault = Served.Load(Head + lines + "\n").FirstError;
        Assert.NotNull(fault);
        Assert.Equal(("zone", line), (fault.Value.File, fault.Value.Line));
        Assert.Contains(part, fault.Value.Message, StringComparison.Ordinal);
        Assert.StartsWith($"zone:{line}: ", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "no SOA")]
    [InlineData("$ORIGIN e.test.\n@ SOA n h 1 2 3 4 5\n", 2, "no NS")]
    [InlineData("x 1 A 192.0.2.1\n", 1, "no origin")]
    [InlineData(" 1 A 192.0.2.1\n", 1, "no owner")]
    [InlineData("x. A 192.0.2.1\n", 1, "no TTL")]
    public void A_file_without_what_it_needs(string text, int line, string part)
    {
        ZoneFault fault = Served.Load(text).FirstError!.Value;
        Assert.Equal(line, fault.Line);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x A 192.0.2.1\nx A 192.0.2.1", 7, "there twice")]
    [InlineData("x MX 1 n\nx MX 1 N.E.test.", 7, "there twice")]
    [InlineData("x 60 A 192.0.2.1\nx 50 A 192.0.2.2", 7, "RFC 2181 §5.2")]
    [InlineData("x MX 1 gone", 6, "gone.e.test., which has no address")]
    [InlineData("x SRV 1 1 1 m\nm TXT m", 6, "no address")]
    [InlineData("x MX 1 m\nm CNAME n", 6, "alias")]
    [InlineData("x NS n.x", 6, "n.x.e.test., which has no address")]
    [InlineData("x NS n\na.x TXT hidden", 7, "hidden by the delegation of x.e.test.")]
    public void A_warning_is_told_and_the_zone_served(string lines, int line, string part)
    {
        ZoneLoad load = Served.Load(Head + lines + "\n");
        Assert.NotNull(load.Zone);
        ZoneFault warning = Assert.Single(load.Faults);
        Assert.Equal((line, false), (warning.Line, warning.IsError));
        Assert.Contains(part, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x MX 0 .")] // RFC 7505
    [InlineData("x MX 1 mail.other.")]
    [InlineData("x NS ns.y\ny NS n.y\nn.y A 192.0.2.1")]
    [InlineData("x MX 1 any.w\n*.w A 192.0.2.1")]
    [InlineData("x NS n\nx TYPE43 \\# 4 00010203\nns.x A 192.0.2.9")]
    public void What_is_right_has_no_warning(string lines) => Assert.Empty(Served.Load(Head + lines + "\n").Faults);

    [Fact]
    public void The_lowest_time_of_a_set_is_taken()
    {
        ZoneSet set = Served.Set(Head + "x 60 A 192.0.2.1\nx 50 A 192.0.2.2\nx 70 A 192.0.2.3\nx A 192.0.2.1\n");
        Assert.Equal(["x.e.test. 50 A c0000201", "x.e.test. 50 A c0000202", "x.e.test. 50 A c0000203"], Served.Ask(set, "x.e.test.", "A").Answers);
    }

    [Fact]
    public void A_set_that_no_message_holds_is_refused()
    {
        string block = string.Concat(Enumerable.Range(0, 250).Select(static i => $" \"{i}{new string('t', 230)}\""));
        Assert.NotNull(Served.Load($"{Head}x TXT {block}\n").Zone);
        ZoneFault fault = Served.Load($"{Head}x TXT {block}\nx TXT y{block}\n").FirstError!.Value;
        Assert.Equal(6, fault.Line);
        Assert.Contains("longer than a message", fault.Message, StringComparison.Ordinal);
        fault = Served.Load($"{Head}x TXT {block}{block}\n").FirstError!.Value;
        Assert.Contains("65535 octets", fault.Message, StringComparison.Ordinal);
    }

    private static List<Record> Parse(string text)
    {
        Assert.True(MasterFileParser.TryParse("zone", null, _ => Encoding.Latin1.GetBytes(text), out List<Record> records, out ZoneFault fault), fault.ToString());
        return records;
    }
}
