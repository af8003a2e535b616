using Microsoft.Extensions.Logging;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server with every hook of its life; each may be made to throw.</summary>
[Server]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop, Loops = 2)]
[Concurrency(ConcurrencyModel.Hybrid)]
[Concurrency(ConcurrencyModel.ThreadPool)]
[Concurrency(ConcurrencyModel.ThreadPerConnection)]
internal sealed partial class LifeServer
{
    private readonly List<string> _phases = [];

    /// <summary>The hook that throws.</summary>
    public string Throws { get; init; } = "";

    /// <summary>Holds each client's connection until the test lets it go.</summary>
    public int MaxConnections { get; init; } = 100;

    public string Phases
    {
        get
        {
            lock (_phases)
            {
                return string.Join(' ', _phases);
            }
        }
    }

    /// <summary>The server, as its hooks saw it.</summary>
    public ServerRun? Run { get; private set; }

    public ServerRun StartOn(Service service, ILogger? logger = null, int port = 0)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = logger;
        settings.Endpoints[0].Port = port;
        return Start(settings);
    }

    partial void OnConfigured(ServerSettings settings)
    {
        settings.MaxConnections = MaxConnections;
        Enter("configured");
    }

    partial void OnStarting() => Enter("starting");

    partial void OnBound(ServerRun run)
    {
        Run = run;
        Enter("bound");
    }

    partial void OnStarted(ServerRun run) => Enter("started");

    partial void OnDraining() => Enter("draining");

    partial void OnStopped() => Enter("stopped");

    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    private void Enter(string phase)
    {
        lock (_phases)
        {
            _phases.Add(phase);
        }

        if (phase == Throws)
        {
            throw new SettingException(phase);
        }
    }
}
