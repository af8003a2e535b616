using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>RFC 5936 §2.2: the SOA first and last, every other record once.</summary>
public sealed class ZoneTransferTests
{
    private static readonly string s_example = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example.zone"));

    [Theory]
    [InlineData(512, false)]
    [InlineData(600, true)]
    [InlineData(16_384, true)]
    [InlineData(1, false)]
    public void All_records_in_messages_of_the_bound(int bound, bool edns)
    {
        Zone zone = Served.Zone(s_example);
        List<string> records = [];
        List<int> lengths = [];
        foreach (byte[] message in Messages(zone, bound, edns))
        {
            Message read = new(message);
            Assert.Equal((0, true, edns), (read.Code, read.Authoritative, read.Opt is not null));
            Assert.Equal(zone.Apex, read.QuestionName);
            Assert.Empty(read.Authorities);
            Assert.Empty(read.Additional);
            Assert.NotEmpty(read.Answers);
            Assert.True(message.Length <= bound || read.Answers.Count == 1);
            records.AddRange(read.Answers);
            lengths.Add(message.Length);
        }

        Assert.Equal(records[0], records[^1]);
        Assert.StartsWith("example.test. 3600 SOA", records[0], StringComparison.Ordinal);
        Assert.Equal(zone.RecordCount + 1, records.Count);
        Assert.Equal(zone.RecordCount, records.Distinct().Count());
        Assert.Contains("ns.lab.example.test. 3600 A c6336435", records);
        Assert.Contains("*.users.example.test. 3600 A c0000263", records);
        Assert.Equal(bound == 16_384, lengths.Count == 1);
        Assert.Equal(bound == 1, lengths.Count == zone.RecordCount + 1);
    }

    [Fact]
    public void The_root_and_a_record_that_fills_a_message()
    {
        string block = string.Concat(Enumerable.Range(0, 250).Select(static i => $" \"{i}{new string('t', 230)}\""));
        Zone zone = Served.Zone($"$ORIGIN .\n$TTL 1\n@ SOA a b 1 2 3 4 5\n@ NS a\na A 192.0.2.1\nbig TXT {block}\nafter A 192.0.2.2\n");
        List<string> records = [.. Messages(zone, 512, edns: true).SelectMany(static message => new Message(message).Answers)];
        Assert.Equal(6, records.Count);
        Assert.Equal("after. 1 A c0000202", records[^2]);
    }

    private static List<byte[]> Messages(Zone zone, int bound, bool edns)
    {
        byte[] buffer = new byte[MessageHeader.MaxTcp];
        Query query = new() { Id = 7, Flags = 0, Name = zone.Apex, Type = RecordType.Axfr, Class = 1, Edns = new Edns(edns, 0, 1232, false), PayloadSize = 1232, Limit = MessageHeader.MaxTcp };
        ZoneTransfer transfer = new(zone, query);
        List<byte[]> messages = [];
        for (int length; (length = transfer.WriteNext(buffer, bound)) > 0;)
        {
            messages.Add(buffer[..length]);
        }

        Assert.True(transfer.Ended);
        return messages;
    }
}
