using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer;

/// <summary>What carries an endpoint's requests.</summary>
public enum TransportProtocol
{
    /// <summary>TCP: connections.</summary>
    Tcp,

    /// <summary>UDP: datagrams, each a request of its own.</summary>
    Udp,

    /// <summary>A Unix socket: connections from this machine, through a file (unix(7)).</summary>
    Unix,
}

/// <summary>Where a server listens for one of its protocols.</summary>
/// <param name="name">The endpoint's name in settings; empty for the one set by <c>--port</c>.</param>
/// <param name="protocol">The protocol's name, for the log.</param>
/// <param name="port">The declared port.</param>
/// <param name="address">The declared address.</param>
/// <param name="backlog">The declared backlog.</param>
public sealed class EndpointSettings(string name, string protocol, int port, string address, int backlog)
{
    /// <summary>1,232 bytes: the IPv6 minimum MTU of 1,280 (RFC 8200, section 5) less its header of 40 and UDP's of 8.</summary>
    public const int DefaultMaxDatagramSize = 1_232;

    /// <summary>The endpoint's name.</summary>
    public string Name { get; } = name;

    /// <summary>The protocol's name.</summary>
    public string Protocol { get; } = protocol;

    /// <summary>What carries the requests.</summary>
    public TransportProtocol Transport { get; init; }

    /// <summary>0600: the server's own user.</summary>
    public const UnixFileMode DefaultMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The longest path of a Unix socket in bytes: sockaddr_un has 108 with the zero behind it (unix(7)).</summary>
    public const int MaxPathSize = 107;

    /// <summary>The file of a Unix socket.</summary>
    public string Path { get; set; } = "";

    /// <summary>Who may connect to a Unix socket: those who may write to the file.</summary>
    public UnixFileMode Mode { get; set; } = DefaultMode;

    /// <summary>Whether <c>::</c> and <c>*</c> serve IPv4 too.</summary>
    public bool DualMode { get; init; } = true;

    /// <summary>Whether other processes of the same user may listen on the port at the same time (SO_REUSEPORT; Linux).</summary>
    public bool ReusePort { get; set; }

    /// <summary>Whether a proxy tells of its client before the first byte of each connection. Not with UDP.</summary>
    public bool ProxyProtocol { get; set; }

    /// <summary>Bytes of the longest request in a datagram, 1 to 65,507; UDP only.</summary>
    public int MaxRequestSize { get; init; } = DefaultMaxDatagramSize;

    /// <summary>Bytes of the longest reply in a datagram, 0 to 65,507; UDP only. A handler that writes more is answered by silence, and it is counted.</summary>
    public int MaxReplySize { get; init; } = DefaultMaxDatagramSize;

    /// <summary>The port, 0 to 65535; 0 lets the system choose.</summary>
    public int Port { get; set; } = port;

    /// <summary>An IP address, <c>localhost</c>, or <c>*</c> for every interface.</summary>
    public string Address { get; set; } = address;

    /// <summary>Connections the kernel keeps until they are accepted.</summary>
    public int Backlog { get; set; } = backlog;

    /// <summary>The limits in which its connections differ from the server's.</summary>
    public LimitSettings Limits { get; } = new();
}

/// <summary>What a server is started with: the declared values, over which the environment and the command line have been read.</summary>
public sealed class ServerSettings : LimitSettings
{
    /// <summary>100 ms: what a person begins to notice.</summary>
    public const int DefaultStallMilliseconds = 100;

    /// <summary>30 s, as the generic host's shutdown timeout.</summary>
    public const int DefaultDrainTimeoutSeconds = 30;

    /// <summary>1 GiB.</summary>
    public const long DefaultMaxMemoryBytes = 1L << 30;

    /// <summary>The endpoints, in the order of their <c>[Listen]</c> attributes.</summary>
    public IReadOnlyList<EndpointSettings> Endpoints
    {
        get;
        init
        {
            field = value;
            foreach (EndpointSettings endpoint in value)
            {
                endpoint.Limits.Server = this;
            }
        }
    } = [];

    /// <summary>The concurrency models that are compiled in; the first is used unless another is chosen.</summary>
    public IReadOnlyList<ModelSettings> Models { get; init; } = [new(ConcurrencyModel.EventLoop)];

    /// <summary>Whether the server guards its state itself.</summary>
    public ServerState State { get; init; }

    /// <summary>The model that is used.</summary>
    public ModelSettings Concurrency
    {
        get => field ?? Models[0];
        set;
    }

    /// <summary>Chooses one of the models that are compiled in; false when it is none of them.</summary>
    public bool TryChoose(ConcurrencyModel model)
    {
        if (Models.FirstOrDefault(m => m.Model == model) is not { } found)
        {
            return false;
        }

        Concurrency = found;
        return true;
    }

    /// <summary>
    /// What a worker process is started by: a program and its arguments. It has to run this server by <c>RunAsync</c>, with the same settings. Empty,
    /// the default: this program again, as it was started; only <c>RunAsync</c> knows that it may be.
    /// </summary>
    public IReadOnlyList<string> WorkerCommand { get; set; } = [];

    /// <summary>Seconds that requests in flight have to finish when the server drains.</summary>
    public int DrainTimeoutSeconds { get; set; } = DefaultDrainTimeoutSeconds;

    /// <summary>Milliseconds that a handler may hold a loop before that is logged and counted; 0 for no watchdog.</summary>
    public int StallMilliseconds { get; set; } = DefaultStallMilliseconds;

    /// <summary>Bytes of all connections' buffers together, past which one that asks for more is closed.</summary>
    public long MaxMemoryBytes { get; set; } = DefaultMaxMemoryBytes;

    /// <summary>How sockets are watched.</summary>
    public TransportKind Transport { get; set; }

    /// <summary>Where the server tells what it does; standard error when null.</summary>
    public ILogger? Logger { get; set; }
}

/// <summary>The exit statuses of a generated server's <c>RunAsync</c>.</summary>
public static class ExitStatus
{
    /// <summary>It drained: every request in flight was answered.</summary>
    public const int Drained = 0;

    /// <summary>A loop ended by an exception, or a listening socket broke.</summary>
    public const int Failed = 1;

    /// <summary>A setting is unknown, unreadable or out of range; the line on standard error names it.</summary>
    public const int BadConfiguration = 2;

    /// <summary>An address could not be bound.</summary>
    public const int CannotBind = 3;

    /// <summary>It drained, but the deadline cut off connections that were still busy.</summary>
    public const int Aborted = 4;
}
