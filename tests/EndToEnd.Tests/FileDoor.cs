using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server on a Unix socket, and on every address of the machine.</summary>
[Server]
[Listen<Resp>("declserver.sock", Mode = "640")]
[Listen<Resp>(0, Name = "everywhere", Address = "::")]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid)]
[Concurrency(ConcurrencyModel.ThreadPool)]
[Concurrency(ConcurrencyModel.ThreadPerConnection)]
internal sealed partial class FileDoor
{
    public static ServerRun StartOn(Service service, string path, Action<ServerSettings>? change = null)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = NullLogger.Instance;
        settings.Endpoints[0].Path = path;
        change?.Invoke(settings);
        return new FileDoor().Start(settings);
    }

    [Command("PING")]
    private static RespReply Ping() => RespReply.Simple("PONG"u8);

    [Command("WHO")]
    private static RespReply Who(Connection client) => RespReply.Simple(client.RemoteEndPoint is null && client.RemoteAddress == 0 ? "nobody"u8 : "somebody"u8);
}
