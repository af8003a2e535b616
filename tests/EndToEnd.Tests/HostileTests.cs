using System.Net.Sockets;
using System.Text;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Clients that mean harm, and those that are broken: each gets its answer or its end, and others are served meanwhile.</summary>
public sealed class HostileTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";
    private const string TooMany = "-ERR max number of clients reached\r\n";

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task OneByteATimeIsServed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client slow = new(run);
        for (int i = 0; i < 50; i++)
        {
            foreach (char next in "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n")
            {
                slow.Socket.Send([(byte)next]);
            }

            slow.Ask("", "$5\r\nhello\r\n");
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADripThatOutlastsTheRequestTimeoutIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.RequestTimeoutSeconds = 1);
        using Client slow = new(run);
        slow.Send("*2\r\n$4\r\nECHO\r\n$1000000\r\n");
        bool ended = false;
        for (int sent = 0; sent < 1_000_000 && !ended; sent++)
        {
            try
            {
                // Each byte comes in time by itself; the request does not.
                slow.Socket.Send([(byte)'x']);
                ended = slow.Socket.Poll(20_000, SelectMode.SelectRead) && slow.ReadToEnd(orReset: true).Length == 0;
            }
            catch (SocketException)
            {
                ended = true;
            }
        }

        Assert.True(ended);
        TimeoutTests.AssertTimeouts(run, request: 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatNeverReadsIsBoundedThenClosed(Service service)
    {
        const long Willing = 1L << 30;

        await using ServerRun run = EchoServer.StartOn(service, static s => s.WriteTimeoutSeconds = 2);
        using Client deaf = new(run), other = new(run);
        other.Ask(Add, Two);
        long before = run.Signals.Sum(static c => c.AllocatedBytes);
        byte[] request = [.. "*2\r\n$4\r\nECHO\r\n$100000\r\n"u8, .. new byte[100_000], .. "\r\n"u8];

        // It sends without reading: first the sockets between them fill, then the server stops reading, and at the deadline it resets.
        deaf.Socket.Blocking = false;
        SocketError error = SocketError.Success;
        long sent = 0;
        int at = 0;
        int waits = 0;
        while (sent < Willing && error is (SocketError.Success or SocketError.WouldBlock))
        {
            int taken = deaf.Socket.Send(request.AsSpan(at), SocketFlags.None, out error);
            if (error == SocketError.Success)
            {
                sent += taken;
                at = (at + taken) % request.Length;
            }
            else
            {
                waits++;
                other.Ask(Add, Two);
                deaf.Socket.Poll(10_000, SelectMode.SelectWrite);
            }
        }

        Client.Until(() => run.ConnectionCount == 1);
        TimeoutTests.AssertTimeouts(run, write: 1);
        other.Ask(Add, Two);
        Assert.NotEqual(0, waits);
        Assert.InRange(sent, request.Length, Willing - 1);
        Assert.InRange(run.Signals.Sum(static c => c.AllocatedBytes) - before, 0, 4 << 20);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHalfCloseBehindARequestStillGetsItsReply(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        for (int i = 0; i < 200; i++)
        {
            using Client client = new(run);
            client.Send(Add);
            client.FinishSending();
            Assert.Equal(Two, client.ReadToEnd());
        }

        Client.Until(() => run.ConnectionCount == 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHalfCloseInsideARequestIsAnEnd(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        client.Send("*2\r\n$4\r\nEC");
        client.FinishSending();
        Assert.Equal("", client.ReadToEnd());
        Client.Until(() => run.ConnectionCount == 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ResetsLeakNoConnection(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        byte[] large = [.. "*2\r\n$4\r\nECHO\r\n$1000000\r\n"u8, .. new byte[1_000_000], .. "\r\n"u8];
        for (int i = 0; i < 500; i++)
        {
            Client midRequest = new(run);
            midRequest.Send("*2\r\n$4\r\nECHO\r\n$10000\r\nhalf of it");
            midRequest.Reset();
            Client beforeReply = new(run);
            beforeReply.Send(Add);
            beforeReply.Reset();
            if (i % 10 == 0)
            {
                // The reply is larger than the sockets hold: its beginning has come, its rest waits in the server.
                Client midReply = new(run);
                midReply.Socket.ReceiveBufferSize = 4_096;
                midReply.Send(large);
                midReply.Read(100);
                midReply.Reset();
            }
        }

        // The last may still wait to be accepted when there is none.
        Client.Until(() => run.ConnectionCount == 0 && run.Signals.Sum(static c => c.Accepted) == run.Signals.Sum(static c => c.Closed));
        using Client after = new(run);
        after.Ask(Add, Two);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ConnectionsPastTheCapAreToldSo(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxConnections = 3);
        Client[] held = [new(run), new(run), new(run)];
        foreach (Client client in held)
        {
            client.Ask(Add, Two);
        }

        for (int i = 0; i < 200; i++)
        {
            using Client refused = new(run);
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        Assert.Equal(200, run.Signals.Sum(static c => c.Rejected));
        foreach (Client client in held)
        {
            client.Ask(Add, Two);
        }

        held[0].Dispose();
        Client.Until(() => run.ConnectionCount == 2);
        using Client next = new(run);
        next.Ask(Add, Two);
        held[1].Dispose();
        held[2].Dispose();
    }

    [Theory, MemberData(nameof(All))]
    public async Task ARefusedClientThatHasSentARequestIsToldSoToo(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxConnections = 1);
        using Client held = new(run);
        held.Ask(Add, Two);
        for (int i = 0; i < 50; i++)
        {
            using Client refused = new(run);
            refused.Socket.Send("ADD 1 1\r\n"u8);
            Assert.Equal(TooMany, refused.ReadToEnd());
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task FiveThousandConnectAndVanish(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxConnections = 100_000);
        using Client steady = new(run);
        for (int i = 0; i < 5_000; i++)
        {
            Client vanishing = new(run);
            if (i % 2 == 0)
            {
                vanishing.Reset();
            }
            else
            {
                vanishing.Dispose();
            }

            if (i % 100 == 0)
            {
                steady.Ask(Add, Two);
            }
        }

        // A connection reset before it was accepted may never be seen: those that were seen are gone.
        steady.Ask(Add, Two);
        Client.Until(() => run.ConnectionCount == 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AnImpossibleLengthIsRefusedAtOnceAndNothingIsAllocatedForIt(Service service)
    {
        (string Request, string Error)[] attacks =
        [
            ("*1\r\n$-1\r\n", "invalid bulk length"),
            ("*1\r\n$01\r\n", "invalid bulk length"),
            ("*1\r\n$00\r\n", "invalid bulk length"),
            ("*1\r\n$+1\r\n", "invalid bulk length"),
            ("*1\r\n$ 1\r\n", "invalid bulk length"),
            ("*1\r\n$1\n", "invalid bulk length"),
            ("*1\r\n$1048577", "invalid bulk length"),
            ("*1\r\n$1073741824\r\n", "invalid bulk length"),
            ("*1\r\n$2147483648\r\n", "invalid bulk length"),
            ("*1\r\n$9223372036854775808\r\n", "invalid bulk length"),
            ("*1\r\n$99999999999999999999999999999999999999", "invalid bulk length"),
            ("*1\r\nPING\r\n", "expected '$', got 'P'"),
            ("*1\r\n$4\r\nPINGxx", "expected CR LF behind the bulk"),
            ("*01\r\n", "invalid multibulk length"),
            ("*+1\r\n", "invalid multibulk length"),
            ("*65537\r\n", "invalid multibulk length"),
            ("*1048577\r\n", "invalid multibulk length"),
            ("*2147483648\r\n", "invalid multibulk length"),
            ("*9223372036854775808\r\n", "invalid multibulk length"),
            ("*1\n$4\r\nPING\r\n", "invalid multibulk length"),
            ("PING \"\r\n", "unbalanced quotes in request"),
            ("ECHO \"a\\\"\r\n", "unbalanced quotes in request"),
            ("ECHO 'a'b\r\n", "unbalanced quotes in request"),
        ];
        await using ServerRun run = EchoServer.StartOn(service);
        using Client steady = new(run);
        long allocated = 0;
        foreach ((string request, string error) in (ReadOnlySpan<(string, string)>)[.. attacks, .. attacks])
        {
            steady.Ask(Add, Two);
            long before = run.Signals.Sum(static c => c.AllocatedBytes);
            using (Client attacker = new(run))
            {
                attacker.Send(request);
                Assert.Equal($"-ERR Protocol error: {error}\r\n", attacker.ReadToEnd());
            }

            steady.Ask(Add, Two);
            allocated = Math.Max(allocated, run.Signals.Sum(static c => c.AllocatedBytes) - before);
        }

        // A connection of the portable transport costs two objects of the framework's or three; what was announced costs nothing.
        // A thread that is started for one has its buffers besides, and may be counted together with the one before it.
        Assert.InRange(allocated, 0, 16_384 + (service.HasThreads ? 2 * Service.ThreadSize : 0));
        Assert.Equal(2 * attacks.Length, run.Signals.Sum(static c => c.Malformed));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AnAllowedLengthOfZeroIsAnArgument(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        client.Ask("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "$0\r\n\r\n");
        client.Ask("*0\r\n*-1\r\n\r\n*1\r\n$0\r\n\r\n", "-ERR unknown command '', with args beginning with: \r\n");
    }

    [Theory, MemberData(nameof(All))]
    public async Task MemoryFollowsTheBytesThatCameNotThoseAnnounced(Service service)
    {
        const int Attackers = 300;

        await using ServerRun run = EchoServer.StartOn(service, s => s.Concurrency.Workers = service.WorkersFor(Attackers + 1));
        using Client steady = new(run);
        steady.Ask(Add, Two);
        long before = run.Signals.Sum(static c => c.AllocatedBytes);
        List<Client> attackers = [];
        for (int i = 0; i < Attackers; i++)
        {
            Client attacker = new(run);
            attacker.Send("*65536\r\n$1048576\r\nx");
            attackers.Add(attacker);
        }

        long announced = Attackers * (long)"*65536\r\n$1048576\r\nx".Length;
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == Add.Length + announced);
        steady.Ask(Add, Two);
        long each = (run.Signals.Sum(static c => c.AllocatedBytes) - before) / Attackers;
        Assert.InRange(each, 0, 8_192 + (service.HasThreads ? Service.ThreadSize : 0));
        attackers.ForEach(static a => a.Reset());
        Client.Until(() => run.ConnectionCount == 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TenThousandConnectionsAtOnceAreAllAnswered(Service service)
    {
        // Both ends are in this process: two descriptors a connection, and some for the rest.
        // A thread for each is another matter: a thousand of them.
        int count = (int)Math.Min(service.HasThreads ? 1_000u : 10_000u, (DescriptorLimit.Raise(21_000) - 500) / 2);
        await using ServerRun run = EchoServer.StartOn(service, s =>
        {
            s.MaxConnections = count;
            s.Concurrency.Workers = service.WorkersFor(count);
        });
        List<Client> clients = [];
        try
        {
            while (clients.Count < count)
            {
                clients.Add(new Client(run));
            }

            Client.Until(() => run.ConnectionCount == count);
            clients.ForEach(static c => c.Send(Add));
            clients.ForEach(static c => Assert.Equal(Two, c.Read(Two.Length)));
            using (Client oneMore = new(run))
            {
                Assert.Equal(TooMany, oneMore.ReadToEnd());
            }
        }
        finally
        {
            // Reset, so that no port of theirs waits for two minutes.
            clients.ForEach(static c => c.Reset());
        }

        Client.Until(() => run.ConnectionCount == 0);
    }
}
