using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Limits of one client, of one endpoint and of all connections together.</summary>
public sealed class LimitTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";
    private const string TooMany = "-ERR max number of clients reached\r\n";

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task AClientPastItsCapIsToldSoAndOthersAreServed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => (s.MaxConnectionsPerClient, s.Concurrency.Loops) = (2, 2));
        using Client first = new(run), second = new(run), other = new(run.EndPoints[0], from: "127.0.0.2");
        first.Ask(Add, Two);
        second.Ask(Add, Two);
        other.Ask(Add, Two);
        for (int i = 0; i < 20; i++)
        {
            using Client refused = new(run);
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        Assert.Equal((20, 0), (run.Signals.Sum(static c => c.RejectedOfClient), run.Signals.Sum(static c => c.Rejected)));
        first.Dispose();
        Client.Until(() => run.ConnectionCount == 2);
        using Client next = new(run);
        next.Ask(Add, Two);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AnEndpointHasItsOwnCapsAndDeadlines(Service service)
    {
        await using ServerRun run = TwoDoors.StartOn(service);
        using Client wide = new(run), alsoWide = new(run), narrow = new(run, endpoint: 1);
        wide.Ask("PING\r\n", "+PONG\r\n");
        alsoWide.Ask("PING\r\n", "+PONG\r\n");
        narrow.Ask("PING\r\n", "+PONG\r\n");
        using (Client refused = new(run, endpoint: 1))
        {
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        Assert.Equal("", narrow.ReadToEnd());
        TimeoutTests.AssertTimeouts(run, idle: 1);
        wide.Ask("PING\r\n", "+PONG\r\n");
        narrow.Dispose();
        Client.Until(() => run.ConnectionCount == 2);
        using Client next = new(run, endpoint: 1);
        next.Ask("PING\r\n", "+PONG\r\n");
    }

    [Theory, MemberData(nameof(All))]
    public async Task AConnectionEndsWhenItsTimeHasComeBetweenTwoRequests(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxLifetimeSeconds = 1);
        using Client idle = new(run), busy = new(run);
        idle.Ask(Add, Two);
        string reply;
        do
        {
            // The request may come too late and reset what is closed already; half an answer it never has.
            busy.Socket.Send("ADD 1 1\r\n"u8);
            reply = ReadReply(busy);
            Assert.True(reply is Two or "");
        }
        while (reply.Length > 0);

        Assert.Equal("", idle.ReadToEnd());
        Client.Until(() => run.Signals.Sum(static c => c.Retired) == 2);
        TimeoutTests.AssertTimeouts(run);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheLastRequestOfAConnectionIsAnsweredAndNoMore(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxRequestsPerConnection = 3);
        using Client client = new(run);
        client.Ask(Add, Two);
        client.Send(Add + Add + Add + "ADD 1");
        Assert.Equal(Two + Two, client.ReadToEnd());
        Assert.Equal((3, 1), (run.Signals.Sum(static c => c.Requests.Sum()), run.Signals.Sum(static c => c.Retired)));
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheLastRequestsBodyStillBelongsToIt(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxRequestsPerConnection = 2);
        using Client client = new(run), other = new(run);
        client.Ask(Add + "TAKE 7\r\nbo", Two + "+OK\r\n");
        other.Ask(Add, Two);
        client.Send("dy...");
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == Add.Length + Add.Length + "TAKE 7\r\nbody...".Length);
        client.Send(Add);
        Assert.Equal("+TAKEN\r\n", client.ReadToEnd());
        Assert.Equal(1, run.Signals.Sum(static c => c.Retired));
    }

    [Theory, MemberData(nameof(All))]
    public async Task RequestsInTurnsAreAnsweredInOrder(Service service)
    {
        const int Requests = 5_000;

        await using ServerRun run = EchoServer.StartOn(service, static s => s.MaxRequestsPerTurn = 7);
        using Client client = new(run), last = new(run);
        string replies = string.Concat(Enumerable.Range(1, Requests).Select(static n => $":{n}\r\n"));
        client.Send(string.Concat(Enumerable.Repeat("SEQ\r\n", Requests)));
        client.FinishSending();
        Assert.Equal(replies, client.ReadToEnd());
        last.Ask("SEQ\r\n", $":{Requests + 1}\r\n");
    }

    public static TheoryData<Service> Loops => [.. Service.Every.Where(static s => !s.HasThreads)];

    [Theory, MemberData(nameof(Loops))]
    public async Task OthersGetTheirTurnWhileOneHasMuchToAsk(Service service)
    {
        const int Requests = 10_000;

        EchoServer server = new();
        await using ServerRun run = server.StartWith(service, static s => (s.MaxRequestsPerTurn, s.Concurrency.Workers) = (1, 1));
        using Client one = new(run), other = new(run);
        other.Ask("SEQ\r\n", ":1\r\n");
        one.Send("WAIT\r\n" + string.Concat(Enumerable.Repeat("SEQ\r\n", Requests)));
        server.Waits.Wait();
        other.Send("SEQ\r\n");
        server.Gate.Release();
        int turn = int.Parse(ReadReply(other)[1..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(turn, 2, Requests / 2);
        Assert.Equal("+OK\r\n", ReadReply(one));
    }

    [Theory, MemberData(nameof(All))]
    public async Task BuffersOfAllConnectionsTogetherAreBounded(Service service)
    {
        const int Budget = 4 << 20;
        const int Clients = 20;

        await using ServerRun run = EchoServer.StartOn(service, s => (s.MaxMemoryBytes, s.Concurrency.Workers) = (Budget, service.WorkersFor(Clients + 1)));
        using Client steady = new(run);
        byte[] half = [.. "*2\r\n$4\r\nECHO\r\n$1000000\r\n"u8, .. new byte[500_000]];
        List<Client> greedy = [];
        for (int i = 0; i < Clients; i++)
        {
            greedy.Add(new Client(run));
            try
            {
                greedy[i].Socket.Send(half);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Closed while it sent.
            }

            steady.Ask(Add, Two);
        }

        // Half a megabyte of a request is in a buffer at least as large, so that a few fit; the others have been closed.
        Client.Until(() => run.Signals.Sum(static c => c.OverBudget) >= Clients - (Budget / 500_000) && run.ConnectionCount + run.Signals.Sum(static c => c.OverBudget) == Clients + 1);
        Assert.InRange(run.ConnectionCount, 2, 1 + (Budget / 500_000));
        Assert.InRange(run.BufferedBytes, 1, Budget);
        greedy.ForEach(static g => g.Reset());
        Client.Until(() => run.BufferedBytes == 0 && run.ConnectionCount == 1);
        steady.Ask(Add, Two);
    }

    /// <summary>Reads a line; empty at the end, which may be a reset.</summary>
    private static string ReadReply(Client client)
    {
        System.Text.StringBuilder line = new();
        byte[] next = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            if (client.Socket.Receive(next, System.Net.Sockets.SocketFlags.None, out _) == 0)
            {
                break;
            }

            line.Append((char)next[0]);
        }

        return line.ToString();
    }
}
