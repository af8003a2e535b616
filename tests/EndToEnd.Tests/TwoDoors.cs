using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server with two endpoints, one of which has limits of its own, and a third for datagrams.</summary>
[Server]
[Listen<Resp>(0)]
[Listen<Resp>(0, Name = "narrow")]
[Listen<Resp>(0, Name = "datagrams", Transport = TransportProtocol.Udp)]
[Limits(MaxConnections = 100, IdleTimeoutSeconds = 300)]
[Limits(Endpoint = "narrow", MaxConnections = 1, IdleTimeoutSeconds = 1)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid)]
[Concurrency(ConcurrencyModel.ThreadPool)]
[Concurrency(ConcurrencyModel.ThreadPerConnection)]
internal sealed partial class TwoDoors
{
    public static ServerRun StartOn(Service service)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = NullLogger.Instance;
        return new TwoDoors().Start(settings);
    }

    [Command("PING")]
    private static RespReply Ping() => RespReply.Simple("PONG"u8);
}
