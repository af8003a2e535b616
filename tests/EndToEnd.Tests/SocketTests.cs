using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Where a server listens: files, addresses, ports that are taken, ports that are shared, queues that overflow.</summary>
public sealed class SocketTests : IDisposable
{
    private const string Add = "ADD 1 1\r\n";
    private const string Two = ":2\r\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("declserver-").FullName;

    public static TheoryData<Service> All => Service.All;

    public static TheoryData<Service> EventLoops => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.EventLoop)];

    private string Path => System.IO.Path.Combine(_directory, "s.sock");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory, MemberData(nameof(All))]
    public async Task AUnixSocketServesHasItsModeAndIsGoneAtTheEnd(Service service)
    {
        await using (ServerRun run = FileDoor.StartOn(service, Path, static s => s.MaxConnectionsPerClient = 1))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Path));
            }

            // They have no address, and so no cap for each.
            using Client one = new(run), other = new(run);
            one.Ask("PING\r\n", "+PONG\r\n");
            other.Ask("WHO\r\n", "+nobody\r\n");
            Assert.Equal(0, run.Port());
        }

        Assert.False(File.Exists(Path));
    }

    [Theory, MemberData(nameof(EventLoops))]
    public async Task AFileThatAServerLeftIsReplacedAndNoOther(Service service)
    {
        using (Socket left = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(Path + "-"));
            left.Listen();

            // Moved, so that the framework does not find it to remove it.
            File.Move(Path + "-", Path);
        }

        Assert.True(File.Exists(Path));
        await using (ServerRun run = FileDoor.StartOn(service, Path))
        {
            using Client client = new(run);
            client.Ask("PING\r\n", "+PONG\r\n");
            Assert.Contains("is in use", Assert.Throws<BindException>(() => FileDoor.StartOn(service, Path)).Message, StringComparison.Ordinal);
            client.Ask("PING\r\n", "+PONG\r\n");
            using Client next = new(run);
            next.Ask("PING\r\n", "+PONG\r\n");
        }

        File.WriteAllText(Path, "kept");
        Assert.Throws<BindException>(() => FileDoor.StartOn(service, Path));
        Assert.Equal("kept", File.ReadAllText(Path));
    }

    [Theory, MemberData(nameof(EventLoops))]
    public async Task EveryAddressMeansIPv4TooUnlessToldOtherwise(Service service)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        await using ServerRun run = FileDoor.StartOn(service, Path);
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using Client client = new(new IPEndPoint(address, run.Port(1)));
            client.Ask("PING\r\n", "+PONG\r\n");
        }

        using Listener listener = Listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0), 0, 5, dualMode: false);
        int port = ((IPEndPoint)listener.LocalEndPoint).Port;
        Assert.Throws<SocketException>(() => new Client(new IPEndPoint(IPAddress.Loopback, port)));
        using Client six = new(new IPEndPoint(IPAddress.IPv6Loopback, port));
    }

    [Theory, MemberData(nameof(EventLoops))]
    public async Task AServerThatStartsAgainBindsAtOnce(Service service)
    {
        int port = 0;
        for (int i = 0; i < 3; i++)
        {
            await using ServerRun run = EchoServer.StartOn(service, s => (s.Endpoints[0].Port, s.MaxRequestsPerConnection) = (port, 1));
            port = run.Port();

            // The server closes first: its end of the connection waits for a minute (TIME_WAIT).
            using Client client = new(run);
            client.Send(Add);
            Assert.Equal(Two, client.ReadToEnd());
        }
    }

    [Theory, MemberData(nameof(EventLoops))]
    public async Task APortIsSharedOnlyWhereThatIsDeclared(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.Concurrency.Loops = 2);
        Assert.Contains("is in use", Assert.Throws<BindException>(() => EchoServer.StartOn(service, s => (s.Endpoints[0].Port, s.Concurrency.Loops) = (run.Port(), 2))).Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await using ServerRun first = EchoServer.StartOn(service, static s => s.Endpoints[0].ReusePort = true);
        await using ServerRun second = EchoServer.StartOn(service, s => (s.Endpoints[0].Port, s.Endpoints[0].ReusePort) = (first.Port(), true));
        for (int i = 0; i < 50 || first.Signals.Sum(static c => c.Accepted) == 0 || second.Signals.Sum(static c => c.Accepted) == 0; i++)
        {
            using Client client = new(first);
            client.Ask(Add, Two);
        }
    }

    [Theory, MemberData(nameof(EventLoops))]
    public async Task ClientsThatTheQueueHasNoRoomForAreServedLater(Service service)
    {
        const int Clients = 8;

        EchoServer server = new();
        await using ServerRun run = server.StartWith(service, static s => s.Endpoints[0].Backlog = 1);
        using Client busy = new(run);
        busy.Send("WAIT\r\n");
        server.Waits.Wait();
        Task[] waiting = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() =>
        {
            using Client client = new(run);
            client.Ask(Add, Two);
        }))];
        Assert.DoesNotContain(waiting, static t => t.IsCompleted);
        server.Gate.Release();
        await Task.WhenAll(waiting);
        Assert.Equal(Clients + 1, run.Signals.Sum(static c => c.Accepted));
    }

    [Fact]
    public async Task APortInUseIsOneLineAndAnExitStatus()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        string port = ((IPEndPoint)other.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(EchoServer).Assembly.Location, "--port", port]) { RedirectStandardError = true })!;
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(ExitStatus.CannotBind, process.ExitCode);
        Assert.Equal($"127.0.0.1:{port} (Resp) is in use; choose another by --port", said.TrimEnd());
    }
}
