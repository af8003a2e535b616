using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>
/// A server that is out of descriptors (EMFILE): it serves those whom it has, and takes in others as soon as it can. .NET's own threads need
/// descriptors too: without the loop's reserve the process would end.
/// </summary>
public sealed class ExhaustionTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";
    private const string Paused = "Warning: accepting pauses for ";
    private const int Left = 8;
    private const int Clients = 64;

    public static TheoryData<TransportKind> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public void WithoutDescriptorsThoseConnectedAreServedAndTheOthersWait(TransportKind transport)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using EchoProcess server = new(transport);
        using Client steady = new(server.EndPoint);
        steady.Ask(Add, Two);

        DescriptorLimit.Leave(server.Id, Left);
        Client[] clients = [.. Enumerable.Range(0, Clients).Select(_ => new Client(server.EndPoint))];
        Client.Until(() => server.Log.Contains(Paused, StringComparison.Ordinal));
        for (int i = 0; i < 100; i++)
        {
            steady.Ask(Add, Two);
        }

        // All wait in the order in which they came: each is served once those before it have gone.
        foreach (Client client in clients)
        {
            client.Ask(Add, Two);
            steady.Ask(Add, Two);
            client.Dispose();
        }

        // A pause ends only after its time, so that a server without descriptors does not spin or flood its log.
        int pauses = server.Log.Split(Paused).Length - 1;
        Assert.InRange(pauses, 1, Clients);
        Assert.False(server.HasExited);
    }
}
