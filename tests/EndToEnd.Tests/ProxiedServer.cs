using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server behind a proxy: one protocol whose client speaks first, and one whose server does.</summary>
[Server]
[Listen<Resp>(0, ProxyProtocol = true)]
[Listen<Smtp>(0, Name = "mail", ProxyProtocol = true)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 3)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 8, QueueLength = 16)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 100)]
[Concurrency(ConcurrencyModel.ProcessPerConnection)]
internal sealed partial class ProxiedServer
{
    private int _met;
    private int _parted;

    /// <summary>How many connections the server was told of, and of the end of how many.</summary>
    public (int Met, int Parted) Told => (Volatile.Read(ref _met), Volatile.Read(ref _parted));

    public ServerRun StartOn(Service service, Action<ServerSettings>? change = null) => StartWith(settings =>
    {
        service.Choose(settings);
        change?.Invoke(settings);
    });

    /// <summary>With a process of this assembly for each connection.</summary>
    public ServerRun StartInProcesses(Transport.TransportKind transport, Action<ServerSettings>? change = null) => StartWith(settings =>
    {
        settings.TryChoose(ConcurrencyModel.ProcessPerConnection);
        settings.Transport = transport;
        settings.WorkerCommand = ["dotnet", typeof(ProxiedServer).Assembly.Location, "proxied", "--concurrency", "process", "--transport", $"{transport}"];
        change?.Invoke(settings);
    });

    private ServerRun StartWith(Action<ServerSettings> change)
    {
        ServerSettings settings = DeclaredSettings();
        settings.Logger = NullLogger.Instance;
        settings.FirstByteTimeoutSeconds = settings.IdleTimeoutSeconds = settings.RequestTimeoutSeconds = 300;
        change(settings);
        return Start(settings);
    }

    partial void OnConnected(Connection connection) => _met++;

    partial void OnDisconnected(Connection connection) => _parted++;

    [Greeting]
    private static SmtpReplyLine Greet(Connection client) => SmtpReplyLine.Of(220, Encoding.ASCII.GetBytes($"{client.RemoteEndPoint}"));

    [Command("QUIT")]
    private static SmtpReplyLine Quit(Connection client)
    {
        client.Close();
        return SmtpReplyLine.Of(221, "bye"u8);
    }

    /// <summary>Who the client is, where it connected to, and its address as a number.</summary>
    [Command("WHO")]
    private static RespReply Who(Connection client) =>
        RespReply.Simple(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{client.RemoteEndPoint} {client.LocalEndPoint} {client.RemoteAddress:x}")));
}
