using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>What sets the concurrency models apart: their bounds, and who may run at the same time.</summary>
public sealed class ModelTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";
    private const string TooMany = "-ERR max number of clients reached\r\n";

    public static TheoryData<Service> All => Service.All;

    public static TheoryData<Service> Pools => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.ThreadPool)];

    public static TheoryData<Service> Threads => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.ThreadPerConnection)];

    [Theory, MemberData(nameof(Pools))]
    public async Task AFullQueueIsToldSoAndWhoWaitsIsServedNext(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => (s.Concurrency.Workers, s.Concurrency.QueueLength) = (1, 1));
        using Client served = new(run);
        served.Ask(Add, Two);
        using Client waiting = new(run);
        waiting.Send(Add);
        Client.Until(() => run.ConnectionCount == 2);
        using (Client refused = new(run))
        {
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        served.Ask(Add, Two);
        Assert.Equal(0, waiting.Socket.Available);
        served.Dispose();
        Assert.Equal(Two, waiting.Read(Two.Length));
        Assert.Equal(1, run.Signals.Sum(static c => c.Rejected));
    }

    [Theory, MemberData(nameof(Pools))]
    public async Task WhoWaitsInTheQueueWhileTheServerDrainsIsAnswered(Service service)
    {
        ServerRun run = EchoServer.StartOn(service, static s => (s.Concurrency.Workers, s.Concurrency.QueueLength) = (1, 5));
        using Client served = new(run), waiting = new(run), silent = new(run);
        served.Send("ADD 1");
        waiting.Send(Add);
        Client.Until(() => run.ConnectionCount == 3 && run.Signals.Sum(static c => c.BytesReceived) == 5);
        Task<int> drained = run.DrainAsync();
        served.Ask(" 1\r\n", Two);
        Assert.Equal("", served.ReadToEnd());
        served.Dispose();
        Assert.Equal(Two, waiting.ReadToEnd());
        waiting.Dispose();
        Assert.Equal("", silent.ReadToEnd());
        silent.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
        await run.DisposeAsync();
    }

    [Theory, MemberData(nameof(Threads))]
    public async Task OneConnectionMoreThanThreadsIsToldSo(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.Concurrency.MaxThreads = 2);
        using Client first = new(run), second = new(run);
        first.Ask(Add, Two);
        second.Ask(Add, Two);
        for (int i = 0; i < 20; i++)
        {
            using Client refused = new(run);
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        first.Dispose();
        Client.Until(() => run.ConnectionCount == 1);

        // The thread is free when it waits for its next client, a moment after its last one has gone.
        Client.Until(() =>
        {
            using Client next = new(run);
            next.Socket.Send("ADD 1 1\r\n"u8);
            return next.Read(Two.Length) == Two;
        });
    }

    [Theory, MemberData(nameof(All))]
    public async Task HandlersOfAnExclusiveServerRunOneAtATime(Service service)
    {
        const int Clients = 4;
        const int Requests = 100;

        await using ServerRun run = EchoServer.StartOn(service, static s => s.Concurrency.Loops = 2);
        string requests = string.Concat(Enumerable.Repeat("ALONE\r\n", Requests));
        string alone = string.Concat(Enumerable.Repeat(":1\r\n", Requests));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() =>
        {
            using Client client = new(run);
            for (int i = 0; i < 2; i++)
            {
                client.Ask(requests, alone);
            }
        })));
        Assert.Equal(Clients * Requests * 2, run.Signals.Sum(static c => c.Requests.Sum()));
    }
}
