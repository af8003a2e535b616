using System.Net.Sockets;
using System.Text;
using DeclServer;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Runtime.Tests;

[Server]
[Listen<Resp>(0)]
[Limits(MaxConnections = 3, DrainTimeoutSeconds = 5)]
internal sealed partial class SmallServer
{
    private readonly byte[] _value = new byte[64];
    private int _length;

    [Command("GET")]
    private RespReply Get(ReadOnlySpan<byte> key) => RespReply.Bulk(_value.AsSpan(0, key.IsEmpty ? 0 : _length));

    [Command("SET")]
    private RespReply Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _length = key.IsEmpty ? 0 : Math.Min(value.Length, _value.Length);
        value[.._length].CopyTo(_value);
        return RespReply.Ok;
    }

    [Command("THROW")]
    private static RespReply Throw() => throw new InvalidOperationException("asked to");
}

public sealed class ServerTests
{
    private const string GetRequest = "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";

    public static TheoryData<TransportKind> Transports => [TransportKind.Epoll, TransportKind.Portable];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AnswersSplitsPipelinesAndFailures(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run);
        Expect(client, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n", "+OK\r\n");
        foreach (char next in GetRequest)
        {
            client.Send([(byte)next]);
        }

        Expect(client, "", "$1\r\nv\r\n");
        Expect(client, string.Concat(Enumerable.Repeat(GetRequest, 1000)), string.Concat(Enumerable.Repeat("$1\r\nv\r\n", 1000)));
        Expect(client, "THROW\r\n", "-ERR internal error\r\n");
        client.Send(Encoding.ASCII.GetBytes(GetRequest));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("$1\r\nv\r\n", ToEnd(client));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task RefusesTheMalformedAndTheFourth(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket first = Connect(run), second = Connect(run), third = Connect(run);
        foreach (Socket held in (Socket[])[first, second, third])
        {
            Expect(held, GetRequest, "$0\r\n\r\n");
        }

        using Socket fourth = Connect(run);
        Assert.Equal("-ERR max number of clients reached\r\n", ToEnd(fourth));
        first.Send("*x\r\n"u8);
        Assert.Equal("-ERR Protocol error: invalid multibulk length\r\n", ToEnd(first));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task TimesOutAndDrains(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket silent = Connect(run), idle = Connect(run), half = Connect(run);
        Expect(idle, GetRequest, "$0\r\n\r\n");
        half.Send("*2\r\n"u8);
        Assert.Equal("", ToEnd(silent) + ToEnd(idle) + ToEnd(half));
        Assert.Equal(1, run.Signals.Sum(static c => c.FirstByteTimeouts));
        Assert.Equal(1, run.Signals.Sum(static c => c.IdleTimeouts));
        Assert.Equal(1, run.Signals.Sum(static c => c.RequestTimeouts));
        Assert.Equal(ExitStatus.Drained, await run.DrainAsync());
    }

    [Theory]
    [InlineData("--no-such", "1")]
    [InlineData("--port", "x")]
    [InlineData("--max-connections", "0")]
    public void AWrongSettingIsOneLineThatNamesIt(string key, string value)
    {
        string? wrong = new SettingsReader(SmallServer.DeclaredSettings()).Read([key, value], static _ => null);
        Assert.StartsWith(key + ":", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong!);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task ServesWithoutAllocating(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run);
        byte[] request = Encoding.ASCII.GetBytes(GetRequest);
        byte[] reply = new byte[64];
        Exchange(client, request, reply, 1_000);

        // The loop publishes its thread's count before each wait: at the reply to one request, that of the request before is in.
        long before = run.Signals.Sum(static c => c.AllocatedBytes);
        Exchange(client, request, reply, 20_001);
        Assert.Equal(0, run.Signals.Sum(static c => c.AllocatedBytes) - before);
    }

    private static void Exchange(Socket client, byte[] request, byte[] reply, int times)
    {
        for (int i = 0; i < times; i++)
        {
            client.Send(request);
            client.Receive(reply);
        }
    }

    internal static ServerRun Start(TransportKind transport)
    {
        ServerSettings settings = SmallServer.DeclaredSettings();
        settings.Transport = transport;
        settings.IdleTimeoutSeconds = settings.FirstByteTimeoutSeconds = settings.RequestTimeoutSeconds = 1;
        settings.Logger = NullLogger.Instance;
        return new SmallServer().Start(settings);
    }

    private static Socket Connect(ServerRun run)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5_000 };
        socket.Connect(run.EndPoints[0]);
        return socket;
    }

    private static void Expect(Socket client, string request, string reply)
    {
        client.Send(Encoding.ASCII.GetBytes(request));
        byte[] got = new byte[reply.Length];
        for (int at = 0; at < got.Length;)
        {
            int received = client.Receive(got.AsSpan(at));
            Assert.NotEqual(0, received);
            at += received;
        }

        Assert.Equal(reply, Encoding.ASCII.GetString(got));
    }

    private static string ToEnd(Socket client)
    {
        StringBuilder text = new();
        byte[] got = new byte[256];
        for (int received; (received = client.Receive(got)) > 0;)
        {
            text.Append(Encoding.ASCII.GetString(got, 0, received));
        }

        return text.ToString();
    }
}
