using System.Net.Sockets;
using System.Text;
using DeclServer.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The emitted server over real sockets; every test runs on both transports.</summary>
public sealed class ServerTests
{
    public static TheoryData<TransportKind> Transports => OperatingSystem.IsLinux() ? [TransportKind.Epoll, TransportKind.Portable] : [TransportKind.Portable];

    [Theory, MemberData(nameof(Transports))]
    public async Task AnswersRequestsAndRefusesWhatBreaksARule(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient client = Connect(run);
        Assert.Equal("$2\r\nhi\r\n", Ask(client, "*2\r\n$4\r\necho\r\n$2\r\nhi\r\n", 8));
        Assert.Equal(":-10\r\n", Ask(client, "ADD 2 3 TIMES 2 NEGATE\r\n", 6));
        Assert.Equal("$4\r\na\n\"b\r\n", Ask(client, "\tECHO  a\"\\n\\x22b\" \n", 10));
        Refused(client, "ADD 101 1\r\n", "-ERR value is not an integer or out of range\r\n");
        Refused(client, "ADD 1 1 TIMES 11\r\n", "-ERR value is not an integer or out of range\r\n");
        Refused(client, "ADD 1\r\n", "-ERR wrong number of arguments for 'add' command\r\n");
        Refused(client, "ADD 1 1 SOMETIMES\r\n", "-ERR syntax error\r\n");
        Refused(client, "NOSUCH\r\n", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
        Refused(client, "FAIL\r\n", "-ERR internal error\r\n");
        Assert.Equal(":2\r\n", Ask(client, "ADD 1 1\r\n", 4));
        Assert.Equal(1, run.Signals.Sum(static c => c.HandlerFailures));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ARequestSplitAnywhereIsTheSameRequest(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient client = Connect(run);
        client.NoDelay = true;
        byte[] request = Encoding.ASCII.GetBytes("*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n");
        for (int split = 1; split < request.Length; split++)
        {
            client.GetStream().Write(request, 0, split);
            Thread.Sleep(1);
            client.GetStream().Write(request, split, request.Length - split);
            Assert.Equal("$5\r\nhello\r\n", Read(client, 11));
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task PipelinedRequestsAreAnsweredInOrderAfterAHalfClose(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient client = Connect(run);
        StringBuilder requests = new();
        StringBuilder replies = new();
        for (int i = 0; i < 5_000; i++)
        {
            requests.Append(System.Globalization.CultureInfo.InvariantCulture, $"ADD 1 {i}\r\n");
            replies.Append(System.Globalization.CultureInfo.InvariantCulture, $":{i + 1}\r\n");
        }

        client.GetStream().Write(Encoding.ASCII.GetBytes(requests.ToString()));
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(replies.ToString(), ReadToEnd(client));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task AMalformedRequestIsToldWhyAndClosed(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        foreach ((string request, string error) in new[]
        {
            ("*1\r\n$-1\r\n", "invalid bulk length"),
            ("*1\r\n$1073741824\r\n", "invalid bulk length"),
            ("*1\r\n$01\r\n", "invalid bulk length"),
            ("*2147483648\r\n", "invalid multibulk length"),
            ("*1\r\nPING\r\n", "expected '$', got 'P'"),
            ("ECHO \"a\\\"\r\n", "unbalanced quotes in request"),
            ("ECHO 'a'b\r\n", "unbalanced quotes in request"),
        })
        {
            using TcpClient client = Connect(run);
            client.GetStream().Write(Encoding.ASCII.GetBytes(request));
            Assert.Equal($"-ERR Protocol error: {error}\r\n", ReadToEnd(client));
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task OneConnectionTooManyIsToldSo(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        TcpClient[] clients = [Connect(run), Connect(run), Connect(run)];
        foreach (TcpClient client in clients)
        {
            Assert.Equal(":2\r\n", Ask(client, "ADD 1 1\r\n", 4));
        }

        using (TcpClient refused = Connect(run))
        {
            Assert.Equal("-ERR max number of clients reached\r\n", ReadToEnd(refused));
        }

        foreach (TcpClient client in clients)
        {
            client.Dispose();
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ClientsThatAreTooSlowAreClosed(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient silent = Connect(run);
        using TcpClient halfway = Connect(run);
        halfway.GetStream().Write("*1\r\n$4"u8);
        Assert.Equal("", ReadToEnd(silent));
        Assert.Equal("", ReadToEnd(halfway));
        Assert.Equal(1, run.Signals.Sum(static c => c.FirstByteTimeouts));
        Assert.Equal(1, run.Signals.Sum(static c => c.RequestTimeouts));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task AClientThatDoesNotReadIsBoundedAndOthersAreServed(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient deaf = Connect(run);
        deaf.SendTimeout = 500;
        byte[] request = [.. "*2\r\n$4\r\nECHO\r\n$100000\r\n"u8, .. new byte[100_000], .. "\r\n"u8];
        Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                deaf.GetStream().Write(request);
            }
        });
        using TcpClient other = Connect(run);
        Assert.Equal(":2\r\n", Ask(other, "ADD 1 1\r\n", 4));
        deaf.LingerState = new LingerOption(true, 0);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task DrainingAnswersWhatIsInFlight(TransportKind transport)
    {
        ServerRun run = Start(transport);
        using TcpClient client = Connect(run);
        Assert.Equal(":2\r\n", Ask(client, "ADD 1 1\r\n", 4));
        client.GetStream().Write("*2\r\n$4\r\nECHO\r\n$2\r\n"u8);
        Thread.Sleep(50);
        Task<int> drained = run.DrainAsync();
        Thread.Sleep(50);
        Assert.False(drained.IsCompleted);
        client.GetStream().Write("hi\r\n"u8);
        Assert.Equal("$2\r\nhi\r\n", ReadToEnd(client));
        client.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
        await run.DisposeAsync();
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task ARequestAllocatesNothing(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using TcpClient client = Connect(run);
        byte[] reply = new byte[11];
        foreach (string text in new[] { "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n", "ECHO \"\\x68ello\"\r\n" })
        {
            byte[] request = Encoding.ASCII.GetBytes(text);
            Exchange(client.Client, request, reply, 1_000);

            // The loop publishes its thread's count before each wait: at the reply to one request, that of the request before is in.
            long before = run.Signals.Sum(static c => c.AllocatedBytes);
            Exchange(client.Client, request, reply, 20_001);
            Assert.Equal(0, run.Signals.Sum(static c => c.AllocatedBytes) - before);
        }
    }

    private static void Exchange(Socket socket, byte[] request, byte[] reply, int count)
    {
        for (int i = 0; i < count; i++)
        {
            socket.Send(request);
            for (int got = 0; got < reply.Length;)
            {
                got += socket.Receive(reply, got, reply.Length - got, SocketFlags.None);
            }
        }
    }

    private static ServerRun Start(TransportKind transport)
    {
        ServerSettings settings = EchoServer.DeclaredSettings();
        settings.Transport = transport;
        settings.Logger = NullLogger.Instance;
        return new EchoServer().Start(settings);
    }

    private static TcpClient Connect(ServerRun run)
    {
        TcpClient client = new() { ReceiveTimeout = 10_000 };
        client.Connect(run.EndPoints[0]);
        return client;
    }

    private static void Refused(TcpClient client, string request, string reply) => Assert.Equal(reply, Ask(client, request, reply.Length));

    private static string Ask(TcpClient client, string request, int length)
    {
        client.GetStream().Write(Encoding.ASCII.GetBytes(request));
        return Read(client, length);
    }

    private static string Read(TcpClient client, int length)
    {
        byte[] reply = new byte[length];
        client.GetStream().ReadExactly(reply);
        return Encoding.ASCII.GetString(reply);
    }

    private static string ReadToEnd(TcpClient client)
    {
        StringBuilder all = new();
        byte[] buffer = new byte[65_536];
        for (int got; (got = client.Client.Receive(buffer)) > 0;)
        {
            all.Append(Encoding.ASCII.GetString(buffer, 0, got));
        }

        return all.ToString();
    }
}
