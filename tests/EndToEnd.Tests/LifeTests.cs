using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The phases of a server's life: its hooks, its activities, and what is left when one fails.</summary>
public sealed class LifeTests
{
    private const string Whole = "configured starting bound started draining stopped";

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task EachPhaseHasItsHook(Service service)
    {
        RecordingLogger log = new() { Least = LogLevel.Debug };
        LifeServer server = new() { MaxConnections = 1 };
        ServerRun run = server.StartOn(service, log);
        Assert.Same(run, server.Run);
        using Client client = new(run);
        client.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        Assert.Equal("configured starting bound started", server.Phases);

        // What the first hook changed holds.
        using (Client refused = new(run))
        {
            Assert.Equal("-ERR max number of clients reached\r\n", refused.ReadToEnd());
        }

        client.Send("ECHO h");
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == "ECHO hi\r\nECHO h".Length);
        Task<int> drained = run.DrainAsync();
        Assert.Equal("configured starting bound started draining", server.Phases);
        client.Ask("i\r\n", "$2\r\nhi\r\n");
        Assert.Equal("", client.ReadToEnd());
        client.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
        Assert.Equal(Whole, server.Phases);
        Assert.All((string[])["start", "configure", "acquire", "bind", "serve", "drain", "release"], phase => Assert.True(log.Has($"LifeServer: {phase}"), phase));
        await run.DisposeAsync();
        Assert.Equal(Whole, server.Phases);
    }

    [Fact]
    public async Task EachPhaseIsAnActivity()
    {
        ConcurrentQueue<Activity> ended = new();
        using ActivityListener listener = new()
        {
            ShouldListenTo = static s => s.Name == "DeclServer",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using Activity root = new Activity("test").Start();
        ServerRun run = new LifeServer().StartOn(Service.Every[0]);
        using (Client client = new(run))
        {
            client.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        }

        Assert.Same(root, Activity.Current);
        Client.Until(() => run.ConnectionCount == 0);
        await run.DrainAsync();

        // Other tests' servers are heard too.
        Activity[] own = [.. ended.Where(a => a.TraceId == root.TraceId)];
        Assert.Equal(
            ["declserver.configure", "declserver.acquire", "declserver.bind", "declserver.serve", "declserver.start", "declserver.drain"],
            own.Select(static a => a.OperationName).Where(static n => n != "declserver.release"));
        Activity start = own.Single(static a => a.OperationName == "declserver.start");
        Assert.Equal(start.SpanId, own[0].ParentSpanId);
        Activity drain = own.Single(static a => a.OperationName == "declserver.drain");
        Assert.Equal(("LifeServer", 1L, 0L), (drain.GetTagItem("declserver.server"), drain.GetTagItem("declserver.requests"), drain.GetTagItem("declserver.cut_off")));
    }

    [Theory]
    [InlineData("configured", "configured")]
    [InlineData("starting", "configured starting")]
    [InlineData("bound", "configured starting bound stopped")]
    [InlineData("started", "configured starting bound started draining stopped")]
    public async Task AStartThatFailsLeavesNothing(string phase, string phases)
    {
        int port;
        using (Socket free = new(SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)free.LocalEndPoint!).Port;
        }

        LifeServer server = new() { Throws = phase };
        Assert.Equal(phase, Assert.Throws<SettingException>(() => server.StartOn(Service.Every[0], port: port)).Message);
        Client.Until(() => server.Phases == phases);
        if (server.Run is { } run && phase == "started")
        {
            Assert.Equal(ExitStatus.Drained, await run.Completion);
        }

        await using ServerRun next = new LifeServer().StartOn(Service.Every[0], port: port);
        using Client client = new(next);
        client.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
    }

    [Fact]
    public async Task WhatWasAcquiredIsReleasedWhenThePortIsTaken()
    {
        await using ServerRun first = new LifeServer().StartOn(Service.Every[0]);
        LifeServer second = new();
        Assert.Throws<BindException>(() => second.StartOn(Service.Every[0], port: first.Port()));
        Assert.Equal("configured starting stopped", second.Phases);
    }

    [Theory]
    [InlineData("draining", "OnDraining")]
    [InlineData("stopped", "OnStopped")]
    public async Task AHookThatThrowsAtTheEndIsToldAndTheEndComes(string phase, string hook)
    {
        RecordingLogger log = new();
        LifeServer server = new() { Throws = phase };
        ServerRun run = server.StartOn(Service.Every[0], log);
        Assert.Equal(ExitStatus.Drained, await run.DrainAsync());
        Assert.Equal(Whole, server.Phases);
        Assert.True(log.Has($"{hook} threw"));
    }
}
