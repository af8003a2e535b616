using System.Globalization;
using System.Text;
using DeclServer.Lifecycle;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Handlers that go on after they were called: order, what is kept for them, who is served meanwhile, and every way they end.</summary>
public sealed class AsynchronousTests
{
    private const string Hi = "$2\r\nhi\r\n";
    private const string Ok = "+OK\r\n";
    private const string Failed = "-ERR internal error\r\n";

    public static TheoryData<Service> All => Service.All;

    public static TheoryData<Service> Loops => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.EventLoop)];

    [Theory, MemberData(nameof(All))]
    public async Task RepliesKeepTheOrderOfTheRequestsAndOthersAreServedMeanwhile(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service);
        using Client waiting = new(run), other = new(run);
        waiting.Send("ECHO 1\r\nWAIT a 2\r\nECHO 3\r\nWAIT b 4\r\nECHO 5\r\n");
        Assert.Equal("$1\r\n1\r\n", waiting.Read(7));
        Client.Until(() => server.Waiting == 1);
        for (int i = 0; i < 100; i++)
        {
            other.Ask("ECHO hi\r\n", Hi);
        }

        Assert.Equal(0, waiting.Socket.Available);
        server.Gate("a").SetResult();
        Assert.Equal("$1\r\n2\r\n$1\r\n3\r\n", waiting.Read(14));
        Client.Until(() => server.Waiting == 1);
        server.Gate("b").SetResult();
        Assert.Equal("$1\r\n4\r\n$1\r\n5\r\n", waiting.Read(14));
        waiting.Ask("MANY 2\r\n", "*2\r\n:0\r\n:1\r\n");
        Assert.Equal(5 + 100 + 1, run.Signals.Sum(static c => c.Requests.Sum()));
    }

    /// <summary>Short requests lie in the buffer that all connections are received into, long ones in one of the connection's own, and some words are decoded.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task WhatAHandlerWasGivenStaysUntilItHasAnswered(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.Concurrency.Workers = 12);
        using Client other = new(run);
        List<(Client Client, string Message)> waiting = [];
        foreach (int length in (int[])[0, 1, 100, 1_000, 40_000, 100_000, 900_000])
        {
            string message = new((char)('a' + waiting.Count), length);
            Client client = new(run);
            client.Send($"*3\r\n$4\r\nWAIT\r\n$1\r\ng\r\n${length}\r\n{message}\r\nECHO behind\r\n");
            waiting.Add((client, message));
        }

        Client quoted = new(run);
        quoted.Send("WAIT g \"\\x68\\x69\"\r\nECHO behind\r\n");
        waiting.Add((quoted, "hi"));
        Client.Until(() => server.Waiting == waiting.Count);
        string noise = new('x', 60_000);
        for (int i = 0; i < 20; i++)
        {
            other.Ask($"*2\r\n$4\r\nECHO\r\n${noise.Length}\r\n{noise}\r\n", $"${noise.Length}\r\n{noise}\r\n");
        }

        server.Gate("g").SetResult();
        foreach ((Client client, string message) in waiting)
        {
            client.Ask("", $"${message.Length}\r\n{message}\r\n$6\r\nbehind\r\n");
            client.Dispose();
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task HandlersOfAnExclusiveServerNeedNoLock(Service service)
    {
        const int Clients = 6;
        const int Steps = 200;

        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.Concurrency.Loops = 2);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() =>
        {
            using Client client = new(run);
            client.Send($"COUNT {Steps}\r\n");
            client.Read(3);
        })));
        using Client last = new(run);
        string total = string.Create(CultureInfo.InvariantCulture, $":{(Clients * Steps) + 1}\r\n");
        last.Ask("COUNT 1\r\n", total);
        Assert.Equal(0, server.Strayed);
    }

    [Theory, MemberData(nameof(Loops))]
    public async Task AHandlerGoesOnOnItsOwnLoop(Service service)
    {
        await using ServerRun run = new WaitingServer().StartOn(service, static s => s.Concurrency.Loops = 3);
        for (int i = 0; i < 50; i++)
        {
            using Client client = new(run);
            client.Send("THREADS\r\nECHO hi\r\n");
            client.FinishSending();
            string[] threads = client.ReadToEnd().Split("\r\n");
            Assert.Equal(threads[0], threads[1]);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHandlerThatThrowsIsAnsweredWheneverItDoes(Service service)
    {
        await using ServerRun run = new WaitingServer().StartOn(service);
        using Client client = new(run);
        client.Ask("FAIL\r\nECHO hi\r\nFAIL LATER\r\nECHO hi\r\nTHROW\r\nECHO hi\r\n", Failed + Hi + Failed + Hi + Failed + Hi);
        Assert.Equal(3, run.Signals.Sum(static c => c.HandlerFailures));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHandlerMaySilenceItsReplyOrEndTheConnection(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service);
        using Client client = new(run);
        server.Gate("open").SetResult();
        client.Send("QUIETLY open QUIET\r\nQUIETLY later QUIET\r\nQUIETLY open\r\nBYE\r\nECHO never\r\n");
        server.Gate("later").SetResult();
        Assert.Equal(Ok + Ok, client.ReadToEnd());
        client.Dispose();
        Client.Until(() => run.ConnectionCount == 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHalfCloseBehindARequestStillGetsItsReply(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service);
        using Client client = new(run);
        client.Send("WAIT g hi\r\n");
        client.FinishSending();
        Client.Until(() => server.Waiting == 1);
        server.Gate("g").SetResult();
        Assert.Equal(Hi, client.ReadToEnd());
        Client.Until(() => run.ConnectionCount == 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHandlerWhoseClientIsGoneIsToldSo(Service service)
    {
        const int Clients = 20;

        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.Concurrency.Workers = Clients);
        Client[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new Client(run))];
        foreach (Client client in clients)
        {
            client.Send("WAIT never hi\r\n");
        }

        Client.Until(() => server.Waiting == Clients);
        foreach (Client client in clients)
        {
            client.Reset();
        }

        Client.Until(() => server.Cancelled == Clients && run.ConnectionCount == 0);
        using Client after = new(run);
        after.Ask("NOW key\r\n", Ok);
        Assert.Equal(0, run.Signals.Sum(static c => c.HandlerFailures));
    }

    /// <summary>The handler goes on when its client has another on its descriptor; what it answers then is nobody's.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task ALateAnswerReachesNobodyElse(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.Concurrency.Workers = 12);
        for (int i = 0; i < 5; i++)
        {
            Client gone = new(run);
            gone.Send("STUBBORN g\r\n");
            Client.Until(() => server.Waiting == i + 1);
            gone.Reset();
            Client.Until(() => run.ConnectionCount == 0);
        }

        using Client next = new(run), another = new(run);
        next.Ask("ECHO hi\r\n", Hi);
        next.Send("WAIT h hi\r\n");
        Client.Until(() => server.Waiting == 6);
        server.Gate("g").SetResult();
        Client.Until(() => server.Waiting == 1);
        another.Ask("ECHO hi\r\n", Hi);
        Assert.Equal(0, next.Socket.Available);
        server.Gate("h").SetResult();
        next.Ask("ECHO hi\r\n", Hi + Hi);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ARequestThatTakesTooLongIsCancelledAndItsConnectionClosed(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.RequestTimeoutSeconds = 1);
        using Client client = new(run);
        client.Ask("ECHO hi\r\n", Hi);
        client.Send("WAIT never hi\r\n");
        Assert.Equal("", client.ReadToEnd());
        Client.Until(() => server.Cancelled == 1 && run.ConnectionCount == 0);
        TimeoutTests.AssertTimeouts(run, request: 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADrainWaitsForHandlers(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service);
        using Client busy = new(run), idle = new(run);
        idle.Ask("ECHO hi\r\n", Hi);
        busy.Send("WAIT g hi\r\nECHO hi\r\n");
        Client.Until(() => server.Waiting == 1);
        Task<int> drained = run.DrainAsync();
        Assert.Equal("", idle.ReadToEnd());
        idle.Dispose();
        Assert.False(drained.IsCompleted);
        server.Gate("g").SetResult();
        Assert.Equal(Hi + Hi, busy.ReadToEnd());
        busy.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheDrainsDeadlineCancelsHandlers(Service service)
    {
        WaitingServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.DrainTimeoutSeconds = 1);
        using Client busy = new(run), stubborn = new(run);
        busy.Send("WAIT never hi\r\n");
        stubborn.Send("STUBBORN later\r\n");
        Client.Until(() => server.Waiting == 2);
        Assert.Equal(ExitStatus.Aborted, await run.DrainAsync());
        Assert.Equal(1, server.Cancelled);
        Assert.Equal("", busy.ReadToEnd(orReset: true) + stubborn.ReadToEnd(orReset: true));

        // It goes on without its loop, and nothing of the server's is touched any more.
        server.Gate("later").SetResult();
        Client.Until(() => server.Waiting == 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHandlerThatIsDoneWhenItReturnsAllocatesNothing(Service service)
    {
        await using ServerRun run = new WaitingServer().StartOn(service);
        using Client client = new(run);
        byte[] request = Encoding.ASCII.GetBytes("NOW key\r\n");
        byte[] reply = new byte[Ok.Length];
        Exchange(1_000);
        SteadyState.AllocatesNothing(run, () => Exchange(5_000));

        // The measure can fail: this one goes on, and does allocate.
        long before = run.Signals.Sum(static c => c.AllocatedBytes);
        client.Ask("MANY 0\r\nNOW key\r\n", "*0\r\n" + Ok);
        Client.Until(() => run.Signals.Sum(static c => c.AllocatedBytes) != before);

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                client.Socket.Send(request);
                for (int at = 0; at < reply.Length;)
                {
                    at += client.Socket.Receive(reply, at, reply.Length - at, System.Net.Sockets.SocketFlags.None);
                }
            }
        }
    }

    /// <summary>Many connections, each with several handlers that go on at random: every reply is there, once, and in its place.</summary>
    [Theory, MemberData(nameof(All))]
    public async Task ManyConnectionsWithHandlersInFlightGetEachReplyOnce(Service service)
    {
        const int Clients = 16;
        const int Requests = 150;

        WaitingServer server = new();
        server.Gate("open").SetResult();
        await using ServerRun run = server.StartOn(service, s =>
        {
            s.Concurrency.Workers = service.WorkersFor(Clients);
        });
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            StringBuilder requests = new(), replies = new();
            for (int i = 0; i < Requests; i++)
            {
                switch (random.Next(4))
                {
                    case 0:
                        requests.Append(CultureInfo.InvariantCulture, $"ECHO {i:D4}\r\n");
                        replies.Append(CultureInfo.InvariantCulture, $"$4\r\n{i:D4}\r\n");
                        break;
                    case 1:
                        requests.Append(CultureInfo.InvariantCulture, $"WAIT open {i:D4}\r\n");
                        replies.Append(CultureInfo.InvariantCulture, $"$4\r\n{i:D4}\r\n");
                        break;
                    case 2:
                        requests.Append("MANY 3\r\n");
                        replies.Append("*3\r\n:0\r\n:1\r\n:2\r\n");
                        break;
                    default:
                        requests.Append("FAIL LATER\r\n");
                        replies.Append(Failed);
                        break;
                }
            }

            using Client client = new(run);
            client.Send(requests.ToString());
            client.FinishSending();
            Assert.Equal(replies.ToString(), client.ReadToEnd());
        })));
        Assert.Equal(Clients * Requests, run.Signals.Sum(static c => c.Requests.Sum()));
    }
}
