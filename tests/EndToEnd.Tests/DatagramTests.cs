using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The datagram half of the event loop over real sockets; every test runs on both transports unless its name says why not.</summary>
public sealed class DatagramTests
{
    private readonly DatagramEcho _server = new();

    public static TheoryData<TransportKind> All => Transports.All;

    [Theory, MemberData(nameof(All))]
    public async Task EachSenderIsAnsweredByItself(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket first = Connect(run), second = Connect(run);
        for (int length = 0; length <= DatagramEcho.MaxRequestSize; length++)
        {
            string one = new('a', length), two = new('b', length);
            Send(first, one);
            Send(second, two);
            Assert.Equal(length == 0 ? "empty" : two, Receive(second));
            Assert.Equal(length == 0 ? "empty" : one, Receive(first));
        }

        Assert.Equal($"{first.LocalEndPoint} {run.EndPoints[0]}", Ask(first, DatagramEcho.Addresses));
        Assert.Equal($"{second.LocalEndPoint} {run.EndPoints[0]}", Ask(second, DatagramEcho.Addresses));
    }

    [Theory, MemberData(nameof(All))]
    public async Task MoreThanABatchIsAnsweredInOrder(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        SendWhileOneWaits(client, 100);
        Assert.Equal(DatagramEcho.Wait, Receive(client));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(Numbered(i), Receive(client));
        }

        // One more: what the loop counts after its last batch is in by then.
        Ask(client, "x");
        Assert.InRange(run.Signals.Sum(static c => c.DatagramsReceived), 102, 102);
        Assert.InRange(run.Signals.Sum(static c => c.DatagramsSent), 101, 102);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADatagramThatIsTooLongOrTooShortIsToldSo(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Assert.Equal("TooLong 64", Ask(client, new string('a', DatagramEcho.MaxRequestSize + 1)));
        Assert.Equal("TooLong 64", Ask(client, new string('a', DatagramSocket.MaxSize)));
        Assert.Equal("TooShort 4", Ask(client, DatagramEcho.Half));
        Assert.Equal(new string('a', DatagramEcho.MaxRequestSize), Ask(client, new string('a', DatagramEcho.MaxRequestSize)));
        Assert.Equal(2, run.Signals.Sum(static c => c.DatagramsTooLong));
        Assert.Equal(1, run.Signals.Sum(static c => c.Malformed));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AReplyThatIsTooLongIsNotSent(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Send(client, DatagramEcho.TooLong);
        Send(client, DatagramEcho.Silence);
        Assert.Equal("x", Ask(client, "x"));
        Assert.Equal(1, run.Signals.Sum(static c => c.RepliesTooLong));
    }

    [Theory, MemberData(nameof(All))]
    public async Task LongRepliesOfOneBatchAreSentAsTheyFillTheOutput(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Send(client, DatagramEcho.Wait);
        for (int i = 0; i < 5; i++)
        {
            Send(client, DatagramEcho.Longest);
        }

        _server.Gate.Set();
        Assert.Equal(DatagramEcho.Wait, Receive(client));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(DatagramEcho.MaxReplySize, Receive(client).Length);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task AHandlerThatClosesEndsOnlyItsDatagram(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Assert.Equal(DatagramEcho.Close, Ask(client, DatagramEcho.Close));
        Assert.Equal("x", Ask(client, "x"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task ClientsThatAreGoneDoNotStopTheLoop(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Send(client, DatagramEcho.Wait);
        for (int i = 0; i < 40; i++)
        {
            using Socket gone = Connect(run);
            Send(gone, "x");
        }

        Send(client, "y");
        _server.Gate.Set();
        Assert.Equal(DatagramEcho.Wait, Receive(client));
        Assert.Equal("y", Receive(client));
        Assert.Equal("z", Ask(client, "z"));
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.2")]
    [InlineData("*", "127.0.0.2")]
    [InlineData("*", "::1")]
    [InlineData("::1", "::1")]
    public async Task OnEpollTheReplyLeavesFromTheAddressThatWasAsked(string bound, string asked)
    {
        if (!OperatingSystem.IsLinux() || (bound != "0.0.0.0" && !Socket.OSSupportsIPv6))
        {
            return;
        }

        await using ServerRun run = _server.Start(DatagramEcho.Settings(TransportKind.Epoll, bound));
        IPEndPoint server = new(IPAddress.Parse(asked), run.Port());

        // A connected socket receives from nowhere else.
        using Socket client = Connect(server);
        Assert.Equal("x", Ask(client, "x"));
        Assert.Equal($"{client.LocalEndPoint} {server}", Ask(client, DatagramEcho.Addresses));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AReplyThatCannotBeSentDoesNotHoldBackTheOthers(TransportKind transport)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return; // A forged source takes a raw socket (raw(7)).
        }

        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Send(client, DatagramEcho.Wait);
        Send(client, "before");
        using (Socket raw = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp))
        {
            // From port 0, where nothing can be sent; to the server's; 9 bytes with the header, no checksum (RFC 768).
            byte[] forged = [0, 0, (byte)(run.Port() >> 8), (byte)run.Port(), 0, 9, 0, 0, (byte)'x'];
            raw.SendTo(forged, run.EndPoints[0]);
        }

        Send(client, "after");
        _server.Gate.Set();
        Assert.Equal(DatagramEcho.Wait, Receive(client));
        Assert.Equal("before", Receive(client));
        Assert.Equal("after", Receive(client));
        Assert.Equal(1, run.Signals.Sum(static c => c.SendErrors));
    }

    [Theory, MemberData(nameof(All))]
    public async Task BothTransportsOfANameGetOnePort(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        Assert.Equal(run.EndPoints[0], run.EndPoints[1]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheSendersAddressIsToldAsANumber(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket datagrams = Connect(run);
        using Socket connection = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        connection.Connect(run.EndPoints[1]);
        Assert.Equal("0000000000000000FFFF7F000001", Ask(datagrams, DatagramEcho.Number)[4..]);
        Assert.Equal("0000000000000000FFFF7F000001", Ask(connection, DatagramEcho.Number)[4..]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task OneLoopServesDatagramsAndConnectionsOnOneThread(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket datagrams = Connect(run);
        using Socket connection = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        connection.Connect(run.EndPoints[1]);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Ask(datagrams, DatagramEcho.ThreadNumber), Ask(connection, DatagramEcho.ThreadNumber));
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task SeveralLoopsShareThePort(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport, loops: 2));
        HashSet<string> threads = [];
        for (int i = 0; i < 64; i++)
        {
            using Socket client = Connect(run);
            threads.Add(Ask(client, DatagramEcho.ThreadNumber));
        }

        // On epoll the kernel spreads clients over the loops' sockets by their ports; on the portable transport whoever is first takes it.
        Assert.InRange(threads.Count, transport == TransportKind.Epoll ? 2 : 1, 2);
    }

    [Theory, MemberData(nameof(All))]
    public async Task DrainingAnswersWhatHasComeAndFreesThePort(TransportKind transport)
    {
        ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        SendWhileOneWaits(client, 40, () => _ = run.DrainAsync());
        for (int i = -1; i < 40; i++)
        {
            Assert.Equal(i < 0 ? DatagramEcho.Wait : Numbered(i), Receive(client));
        }

        Assert.Equal(ExitStatus.Drained, await run.Completion);
        await run.DisposeAsync();
        await using ServerRun next = _server.Start(DatagramEcho.Settings(transport, port: run.Port()));
        Assert.Equal("x", Ask(client, "x"));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AnIdleLoopSleepsAndIsWokenToDrain(TransportKind transport)
    {
        ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        Ask(client, "x");
        Thread.Sleep(100);
        int wakes = _server.Wakes;
        Thread.Sleep(300);
        Assert.InRange(_server.Wakes - wakes, 0, 1);
        Assert.Equal(ExitStatus.Drained, await run.DrainAsync().WaitAsync(TimeSpan.FromSeconds(5)));
        await run.DisposeAsync();
    }

    [Theory, MemberData(nameof(All))]
    public void APortInUseIsSaidSo(TransportKind transport)
    {
        using Socket other = TakenForDatagramsOnly();
        IPEndPoint taken = (IPEndPoint)other.LocalEndPoint!;
        BindException exception = Assert.Throws<BindException>(() => _server.Start(DatagramEcho.Settings(transport, port: taken.Port)));
        Assert.Equal($"{taken} (Echo over UDP) is in use; choose another by --port", exception.Message);
    }

    /// <summary>A socket on a port that no stream has, so that the server comes as far as its datagrams.</summary>
    private static Socket TakenForDatagramsOnly()
    {
        while (true)
        {
            Socket taken = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                stream.Bind(taken.LocalEndPoint!);
                return taken;
            }
            catch (SocketException)
            {
                taken.Dispose();
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADatagramAllocatesNothing(TransportKind transport)
    {
        await using ServerRun run = _server.Start(DatagramEcho.Settings(transport));
        using Socket client = Connect(run);
        byte[] request = [1, 2, 3];
        byte[] reply = new byte[64];
        Exchange(client, request, reply, 1_000);

        SteadyState.AllocatesNothing(run, () => Exchange(client, request, reply, 20_001));
    }

    private static void Exchange(Socket client, byte[] request, byte[] reply, int times)
    {
        for (int i = 0; i < times; i += 3)
        {
            client.Send(request);
            client.Send(request);
            client.Send(request);
            client.Receive(reply);
            client.Receive(reply);
            client.Receive(reply);
        }
    }

    private static string Numbered(int i) => i.ToString(CultureInfo.InvariantCulture);

    private static Socket Connect(ServerRun run) => Connect((IPEndPoint)run.EndPoints[0]);

    private static Socket Connect(IPEndPoint server)
    {
        Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000, ReceiveBufferSize = 1 << 20 };
        socket.Connect(server);
        return socket;
    }

    private static string Ask(Socket client, string request)
    {
        Send(client, request);
        return Receive(client);
    }

    private static void Send(Socket client, string request) => client.Send(Encoding.ASCII.GetBytes(request));

    private static string Receive(Socket client)
    {
        byte[] reply = new byte[DatagramEcho.MaxReplySize];
        return Encoding.ASCII.GetString(reply, 0, client.Receive(reply));
    }

    /// <summary>Keeps the loop in a handler until the others have come, so that they are received together.</summary>
    private void SendWhileOneWaits(Socket client, int count, Action? meanwhile = null)
    {
        Send(client, DatagramEcho.Wait);
        for (int i = 0; i < count; i++)
        {
            Send(client, Numbered(i));
        }

        meanwhile?.Invoke();
        _server.Gate.Set();
    }
}
