using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Sockets that a server is given by who started it (sd_listen_fds(3)).</summary>
public sealed class ActivationTests : IDisposable
{
    private const string Hi = "$2\r\nhi\r\n";

    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    private readonly string _directory = Directory.CreateTempSubdirectory("declserver-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [FactOnLinux]
    public void AClientThatCameBeforeTheServerIsServedAndSoIsOneThatComesAfterIt()
    {
        using SocketHolder holder = new(s_any);
        using Client before = new(holder.EndPoint);
        before.Send("ECHO hi\r\n");
        using (EchoProcess server = Start(holder))
        {
            Assert.Equal(Hi, before.Read(Hi.Length));
            Assert.Contains("(Resp, inherited)", server.Log, StringComparison.Ordinal);
            server.Terminate();
            Assert.Equal("", before.ReadToEnd());
            Assert.Equal(ExitStatus.Drained, server.ExitCode);
        }

        using Client after = new(holder.EndPoint);
        after.Send("ECHO hi\r\n");
        using EchoProcess next = Start(holder);
        Assert.Equal(Hi, after.Read(Hi.Length));
    }

    [FactOnLinux]
    public void AUnixSocketsFileStaysWhenItsServerGoes()
    {
        string path = Path.Combine(_directory, "s.sock");
        using SocketHolder holder = new(new UnixDomainSocketEndPoint(path));
        for (int i = 0; i < 2; i++)
        {
            using Client client = new(holder.EndPoint);
            client.Send("PING\r\n");
            using EchoProcess server = holder.Start(static s => new EchoProcess(s), "", [.. EchoProcess.Command, "door", "--path", path, "--everywhere-port", "0", "--everywhere-address", "127.0.0.1"]);
            Assert.Equal("+PONG\r\n", client.Read(7));
            client.Dispose();
            server.Terminate();
            Assert.Equal(ExitStatus.Drained, server.ExitCode);
            Assert.True(File.Exists(path));
        }
    }

    [FactOnLinux]
    public void ANameIsEnoughForASocketAtAnotherAddress()
    {
        using SocketHolder holder = new(s_any);
        using EchoProcess server = holder.Start(static s => new EchoProcess(s), "everywhere", [.. EchoProcess.Command, "door", "--path", Path.Combine(_directory, "s.sock"), "--everywhere-port", "1"]);
        Assert.Equal(holder.EndPoint, server.EndPoint);
        using Client client = new(holder.EndPoint);
        client.Ask("PING\r\n", "+PONG\r\n");
    }

    [FactOnLinux]
    public void DatagramsThatCameBeforeTheServerAreAnswered()
    {
        using SocketHolder holder = new(s_any, SocketType.Dgram);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 60_000 };
        client.Connect(holder.EndPoint);
        client.Send("PING\r\n"u8);
        using EchoProcess server = holder.Start(static s => new EchoProcess(s), "", [.. EchoProcess.Command, "doors", "--datagrams-port", $"{holder.Port}"]);
        byte[] reply = new byte[100];
        Assert.Equal("+PONG\r\n"u8, reply.AsSpan(0, client.Receive(reply)));
    }

    [FactOnLinux]
    public void OneThatIsOfNoEndpointIsOneLineAndAnExitStatus()
    {
        using SocketHolder holder = new(s_any);
        (int status, string said) = Run(holder, "--port", "1");
        Assert.Equal(ExitStatus.CannotBind, status);
        Assert.Equal($"LISTEN_FDS: descriptor 3 named given, a listening socket at {holder.EndPoint}, is of no endpoint of EchoServer: 127.0.0.1:1", said);
        using SocketHolder datagrams = new(s_any, SocketType.Dgram);
        (status, said) = Run(datagrams, "--port", "0");
        Assert.Equal(ExitStatus.CannotBind, status);
        Assert.StartsWith("LISTEN_FDS: descriptor 3 named given, a datagram socket at ", said, StringComparison.Ordinal);
    }

    /// <summary>systemd's own tool listens, waits for a client and becomes the server.</summary>
    [FactOnLinux(Program = "systemd-socket-activate")]
    public async Task SystemdsToolActivatesAServer()
    {
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(s_any);
        IPEndPoint address = (IPEndPoint)free.LocalEndPoint!;
        free.Dispose();
        Task asking = Task.Run(() =>
        {
            Client? client = null;
            Client.Until(() => TryConnect(address, out client));
            using (client)
            {
                client!.Ask("ECHO hi\r\n", Hi);
            }
        });
        using EchoProcess server = new(new ProcessStartInfo("systemd-socket-activate", ["-l", address.ToString(), .. EchoProcess.Command, "--port", address.Port.ToString(CultureInfo.InvariantCulture)]));
        await asking;
        Assert.Equal(address, server.EndPoint);
        Assert.Contains("(Resp, inherited)", server.Log, StringComparison.Ordinal);
    }

    private static EchoProcess Start(SocketHolder holder) => holder.Start(static s => new EchoProcess(s), "given", [.. EchoProcess.Command, "--port", $"{holder.Port}"]);

    private static (int Status, string Said) Run(SocketHolder holder, params string[] arguments)
    {
        using Process process = holder.Start(static s =>
        {
            s.RedirectStandardError = true;
            return Process.Start(s)!;
        }, "given", [.. EchoProcess.Command, .. arguments]);
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said.TrimEnd());
    }

    private static bool TryConnect(IPEndPoint address, out Client? client)
    {
        try
        {
            client = new Client(address);
            return true;
        }
        catch (SocketException)
        {
            client = null;
            return false;
        }
    }
}
