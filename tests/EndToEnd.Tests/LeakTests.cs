using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>What clients leave behind that go in every way: no connection, no descriptor, no buffer, no memory.</summary>
public sealed class LeakTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";

    public static TheoryData<Service> Loops => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.EventLoop)];

    [Theory, MemberData(nameof(Loops))]
    public async Task FiftyThousandClientsLeaveNothingBehind(Service service)
    {
        const int Clients = 50_000;
        const int Some = 1_000;

        await using ServerRun run = EchoServer.StartOn(service);
        using Client steady = new(run);
        Vanish(run, steady, Some);
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        int descriptors = Descriptors();
        Vanish(run, steady, Clients);
        Client.Until(() => run.BufferedBytes == 0 && run.Signals.Sum(static c => c.Accepted) == run.Signals.Sum(static c => c.Closed) + 1);

        // The framework starts a thread now and then, which has a few; each connection has had two here.
        Assert.InRange(Descriptors(), 0, descriptors + 100);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, Clients * 24);
    }

    private static void Vanish(ServerRun run, Client steady, int clients)
    {
        for (int i = 0; i < clients; i++)
        {
            Client vanishing = new(run);
            switch (i % 4)
            {
                case 0:
                    vanishing.Send("*2\r\n$4\r\nECHO\r\n$10000\r\nhalf of it");
                    break;
                case 1:
                    vanishing.Send(Add);
                    break;
                case 2:
                    vanishing.FinishSending();
                    break;
            }

            // Reset, so that no port of theirs waits for a minute.
            vanishing.Reset();
            if (i % 100 == 0)
            {
                steady.Ask(Add, Two);
            }
        }

        Client.Until(() => run.ConnectionCount == 1);
    }

    private static int Descriptors() => OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : 0;
}
