using System.Net;
using System.Net.Sockets;
using System.Text;
using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The transports that a test runs on.</summary>
internal static class Transports
{
    public static IReadOnlyList<TransportKind> Kinds { get; } = OperatingSystem.IsLinux() ? [TransportKind.Epoll, TransportKind.Portable] : [TransportKind.Portable];

    public static TheoryData<TransportKind> All => [.. Kinds];
}

/// <summary>A client that blocks. Its timeouts only keep a broken server from hanging the tests.</summary>
internal sealed class Client : IDisposable
{
    private const int Patience = 60_000;

    public Client(ServerRun run, int endpoint = 0)
        : this(run.EndPoints[endpoint])
    {
    }

    public Client(EndPoint server, string? from = null)
    {
        bool isFile = server.AddressFamily == AddressFamily.Unix;
        Socket = isFile ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        (Socket.ReceiveTimeout, Socket.SendTimeout) = (Patience, Patience);
        if (from is not null)
        {
            Socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        }

        Socket.Connect(server);
    }

    public Socket Socket { get; }

    /// <summary>Waits for something that another thread brings about.</summary>
    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not come about.");

    public void Dispose() => Socket.Dispose();

    public void Send(string request) => Send(Encoding.Latin1.GetBytes(request));

    public void Send(byte[] request) => Assert.Equal(request.Length, Socket.Send(request));

    /// <summary>Sends, and reads as many bytes as the expected reply has.</summary>
    public void Ask(string request, string reply)
    {
        Send(request);
        Assert.Equal(reply, Read(reply.Length));
    }

    public string Read(int length)
    {
        byte[] reply = new byte[length];
        int at = 0;
        for (int received = 1; at < length && received > 0; at += received)
        {
            received = Socket.Receive(reply, at, length - at, SocketFlags.None);
        }

        return Encoding.Latin1.GetString(reply, 0, at);
    }

    /// <summary>Reads until the server ends the connection; a reset is an end too where <paramref name="orReset"/> says so.</summary>
    public string ReadToEnd(bool orReset = false)
    {
        StringBuilder all = new();
        byte[] buffer = new byte[65_536];
        try
        {
            for (int received; (received = Socket.Receive(buffer)) > 0;)
            {
                all.Append(Encoding.Latin1.GetString(buffer, 0, received));
            }
        }
        catch (SocketException exception) when (orReset && exception.SocketErrorCode == SocketError.ConnectionReset)
        {
        }

        return all.ToString();
    }

    /// <summary>Sends a FIN; the replies can still be read.</summary>
    public void FinishSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a RST (SO_LINGER of zero seconds).</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }
}
