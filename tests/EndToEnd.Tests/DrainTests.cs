using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The end of a server's life.</summary>
public sealed class DrainTests
{
    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task WhatIsInFlightIsAnswered(Service service)
    {
        const string Head = "*2\r\n$4\r\nECHO\r\n$2\r\n";

        await using ServerRun run = EchoServer.StartOn(service);
        using Client idle = new(run), busy = new(run);
        idle.Ask("ADD 1 1\r\n", ":2\r\n");
        busy.Send(Head);
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == "ADD 1 1\r\n".Length + Head.Length);

        // The end of the idle connection tells that the loop drains.
        Task<int> drained = run.DrainAsync();
        Assert.Equal("", idle.ReadToEnd());
        idle.Dispose();
        Assert.False(drained.IsCompleted);
        busy.Send("hi\r\n");
        Assert.Equal("$2\r\nhi\r\n", busy.ReadToEnd());
        busy.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
        Assert.Equal(0, run.ConnectionCount);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheDeadlineCutsOffWhatIsStillBusy(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.DrainTimeoutSeconds = 1);
        using Client busy = new(run);
        busy.Send("*2\r\n");
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == 4);
        Assert.Equal(ExitStatus.Aborted, await run.DrainAsync());
        Assert.Equal("", busy.ReadToEnd(orReset: true));
        Assert.Equal(0, run.ConnectionCount);
    }
}
