using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>Serving allocates nothing: not little, nothing.</summary>
public sealed class AllocationTests
{
    private const int Calls = 10_000;

    private static readonly ZoneSet s_set = Served.Set(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "example.zone")));

    [Theory]
    [InlineData("mail.example.test.", "A", 0)]
    [InlineData("mail.example.test.", "CAA", 0)]
    [InlineData("no.such.name.example.test.", "A", 0)]
    [InlineData("host.lab.example.test.", "A", 0)]
    [InlineData("ftp.example.test.", "MX", 0)]
    [InlineData("bob.users.example.test.", "TXT", 0)]
    [InlineData("elsewhere.", "A", 0)]
    [InlineData("example.test.", "A", 1)]
    public void An_answer(string name, string type, byte version)
    {
        byte[] wire = Served.Name(name);
        RecordType asked = Served.Type(type);
        byte[] reply = new byte[MessageHeader.MaxTcp];
        Assert.Equal(0, Measure(() =>
        {
            for (int limit = 512; limit <= 1232; limit += 720)
            {
                Query query = new() { Id = 1, Flags = 0, Name = wire, Type = asked, Class = 1, Edns = new Edns(true, version, 1232, true), Limit = limit, PayloadSize = 1232 };
                s_set.Answer(query, reply);
                ZoneSet.Truncated(query, reply);
                ZoneSet.Error(query, ResponseCode.FormatError, reply);
            }
        }));
    }

    [Fact]
    public void Rate_limiting()
    {
        ResponseRateLimiter limiter = new(5, 2, 1024);
        byte[] address = new byte[16];
        long now = 0;
        Assert.Equal(0, Measure(() => limiter.Account(address, ReplyKind.Answer, (int)(now % 3000), now++)));
    }

    [Fact]
    public void A_message_of_a_transfer()
    {
        Zone zone = s_set.Zones[0];
        byte[] message = new byte[MessageHeader.MaxTcp];
        ZoneTransfer transfer = new(zone, new Query { Id = 1, Flags = 0, Name = zone.Apex, Type = RecordType.Axfr, Class = 1, Limit = MessageHeader.MaxTcp });
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (transfer.WriteNext(message, 100) > 0)
        {
        }

        long cold = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(cold, 0, 0);
    }

    private static long Measure(Action call)
    {
        // Twice: the first round also warms the code up.
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
