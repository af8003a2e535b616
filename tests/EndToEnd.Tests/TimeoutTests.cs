using DeclServer.Lifecycle;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Each deadline, alone: the others are too far away to be met. That a connection is closed is asserted, never when.</summary>
public sealed class TimeoutTests
{
    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatSendsNothingIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.FirstByteTimeoutSeconds = 1);
        using Client silent = new(run), alsoSilent = new(run);
        Assert.Equal("", silent.ReadToEnd() + alsoSilent.ReadToEnd());
        AssertTimeouts(run, firstByte: 2);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientBetweenRequestsIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.IdleTimeoutSeconds = 1);
        using Client idle = new(run);
        idle.Ask("ADD 1 1\r\n", ":2\r\n");
        Assert.Equal("", idle.ReadToEnd());
        AssertTimeouts(run, idle: 1);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ARequestThatIsNotFinishedIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.RequestTimeoutSeconds = 1);
        using Client halfway = new(run), later = new(run);
        halfway.Send("*1\r\n$4");
        later.Ask("ADD 1 1\r\n*2\r\n", ":2\r\n");
        Assert.Equal("", halfway.ReadToEnd() + later.ReadToEnd());
        AssertTimeouts(run, request: 2);
        Assert.Equal(ExitStatus.Drained, await run.DrainAsync());
    }

    internal static void AssertTimeouts(ServerRun run, int firstByte = 0, int idle = 0, int request = 0, int write = 0) =>
        Assert.Equal(
            (firstByte, idle, request, write),
            (Count(run, static c => c.FirstByteTimeouts), Count(run, static c => c.IdleTimeouts), Count(run, static c => c.RequestTimeouts), Count(run, static c => c.WriteTimeouts)));

    private static int Count(ServerRun run, Func<LoopCounters, long> counter) => (int)run.Signals.Sum(counter);
}
