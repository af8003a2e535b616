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
}
