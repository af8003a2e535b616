using System.Net.Sockets;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Clients that are too slow. Those beside them that are fast enough have waited as long.</summary>
public sealed class RateTests
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";
    private const int Size = 400_000;

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatSendsARequestTooSlowlyIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => (s.MinBytesPerSecond, s.MinBytesGraceSeconds) = (1_000, 1));
        string head = $"*2\r\n$4\r\nECHO\r\n${Size}\r\n";
        string value = new('x', Size);
        using Client fast = new(run), slow = new(run);

        // On average it is fast enough for minutes to come.
        fast.Send(head + value[..(Size / 2)]);
        slow.Send(head);
        Drip(slow);
        Assert.Equal(1, run.Signals.Sum(static c => c.TooSlow));
        fast.Ask(value[(Size / 2)..] + "\r\n", $"${Size}\r\n{value}\r\n");
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatSendsABodyTooSlowlyIsClosed(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => (s.MinBytesPerSecond, s.MinBytesGraceSeconds) = (1_000, 1));
        using Client fast = new(run), slow = new(run);
        fast.Ask($"TAKE {Size}\r\n", "+OK\r\n");
        fast.Send(new string('x', Size / 2));
        slow.Ask($"TAKE {Size}\r\n", "+OK\r\n");
        Drip(slow);
        Assert.Equal(1, run.Signals.Sum(static c => c.TooSlow));
        fast.Ask(new string('x', Size / 2) + Add, "+TAKEN\r\n" + Two);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatReadsTooSlowlyIsClosed(Service service)
    {
        const int Large = 1_000_000;

        await using ServerRun run = EchoServer.StartOn(service, static s => (s.MinBytesPerSecond, s.MinBytesGraceSeconds) = (1 << 30, 1));
        byte[] request = [.. "*2\r\n$4\r\nECHO\r\n$1000000\r\n"u8, .. new byte[Large], .. "\r\n"u8];
        using Client other = new(run), slow = new(run);
        other.Ask(Add, Two);

        // So many replies wait that the sockets between them are full; then it reads, a little at a time.
        slow.Socket.Blocking = false;
        SocketError error = SocketError.Success;
        for (int at = 0, waits = 0; waits < 5 && error is (SocketError.Success or SocketError.WouldBlock);)
        {
            int sent = slow.Socket.Send(request.AsSpan(at), SocketFlags.None, out error);
            at = error == SocketError.Success ? (at + sent) % request.Length : at;
            waits += error == SocketError.Success || slow.Socket.Poll(20_000, SelectMode.SelectWrite) ? 0 : 1;
        }

        byte[] little = new byte[1_000];
        Client.Until(() =>
        {
            slow.Socket.Receive(little, SocketFlags.None, out _);
            return run.Signals.Sum(static c => c.TooSlow) == 1;
        });
        Client.Until(() => run.ConnectionCount == 1);
        other.Ask(Add, Two);
    }

    /// <summary>Sends a byte now and then until the connection is closed.</summary>
    private static void Drip(Client client)
    {
        try
        {
            while (!client.Socket.Poll(20_000, SelectMode.SelectRead))
            {
                client.Socket.Send([(byte)'x']);
            }

            Assert.Equal("", client.ReadToEnd(orReset: true));
        }
        catch (SocketException)
        {
            // Closed while it sent.
        }
    }
}
