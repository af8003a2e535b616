using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Handlers that run beside their loop.</summary>
public sealed class OffloadTests
{
    private const string Hi = "$2\r\nhi\r\n";
    private const string Failed = "-ERR internal error\r\n";

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task ALoopGoesOnWhileAHandlerHoldsItsOwnThread(Service service)
    {
        FaultyServer server = new();
        await using ServerRun run = server.StartOn(service, null, NullLogger.Instance);
        using Client client = new(run), other = new(run);
        client.Ask("ECHO hi\r\n", Hi);
        client.Send("HARD g 1\r\nECHO hi\r\nHARD g 2\r\nECHO hi\r\n");
        Client.Until(() => server.Held == 1);
        for (int i = 0; i < 100; i++)
        {
            other.Ask("ECHO hi\r\n", Hi);
        }

        Assert.Equal(0, client.Socket.Available);
        server.Gate("g").Set();
        client.Ask("", "$1\r\n1\r\n" + Hi + "$1\r\n2\r\n" + Hi);
        client.Ask("HARD g many\r\n", "$4\r\nmany\r\n");
        client.Ask("SEVERAL 3\r\n", "*3\r\n:0\r\n:1\r\n:2\r\n");
        client.Ask("HARD\r\n", "-ERR wrong number of arguments for 'hard' command\r\n");
        client.Ask("HARDFAIL\r\nECHO hi\r\n", Failed + Hi);
        Assert.Equal(1, run.Signals.Sum(static c => c.HandlerFailures));
    }

    [Theory, MemberData(nameof(All))]
    public async Task MoreHandlersThanThreadsWaitInTheirTurn(Service service)
    {
        const int Clients = 12;

        FaultyServer server = new();
        await using ServerRun run = server.StartOn(service, s => s.Concurrency.Workers = service.Model == ConcurrencyModel.ThreadPool ? Clients : 3, NullLogger.Instance);
        List<Client> clients = [];
        for (int i = 0; i < Clients; i++)
        {
            Client client = new(run);
            string message = new('x', i * 10_000);
            client.Send($"*3\r\n$4\r\nHARD\r\n$1\r\ng\r\n${message.Length}\r\n{message}\r\n");
            clients.Add(client);
        }

        Client.Until(() => server.Held >= 3);
        server.Gate("g").Set();
        for (int i = 0; i < Clients; i++)
        {
            string reply = string.Create(CultureInfo.InvariantCulture, $"${i * 10_000}\r\n{new string('x', i * 10_000)}\r\n");
            clients[i].Ask("", reply);
            clients[i].Dispose();
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADrainWaitsForAHandlerBesideTheLoop(Service service)
    {
        FaultyServer server = new();
        await using ServerRun run = server.StartOn(service, null, NullLogger.Instance);
        using Client client = new(run);
        client.Send("HARD g hi\r\n");
        Client.Until(() => server.Held == 1);
        Task<int> drained = run.DrainAsync();
        Assert.False(drained.IsCompleted);
        server.Gate("g").Set();
        Assert.Equal(Hi, client.ReadToEnd());
        client.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
    }
}
