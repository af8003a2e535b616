namespace DeclServer;

/// <summary>
/// The limits of connections: a server's, or those in which one of its endpoints differs. What is not set has the server's value, and there
/// the default.
/// </summary>
public class LimitSettings
{
    /// <summary>10,000 connections.</summary>
    public const int DefaultMaxConnections = 10_000;

    /// <summary>0: as many as there may be in all. Clients behind one address translation, or one proxy, are one client.</summary>
    public const int DefaultMaxConnectionsPerClient = 0;

    /// <summary>120 s, as Kestrel's keep-alive timeout.</summary>
    public const int DefaultIdleTimeoutSeconds = 120;

    /// <summary>30 s.</summary>
    public const int DefaultFirstByteTimeoutSeconds = 30;

    /// <summary>30 s, as Kestrel's request headers timeout.</summary>
    public const int DefaultRequestTimeoutSeconds = 30;

    /// <summary>30 s.</summary>
    public const int DefaultWriteTimeoutSeconds = 30;

    /// <summary>64 KiB, as Kestrel's output buffer.</summary>
    public const int DefaultMaxOutputBytes = 64 * 1024;

    /// <summary>240 bytes a second, as Kestrel's MinRequestBodyDataRate and MinResponseDataRate.</summary>
    public const int DefaultMinBytesPerSecond = 240;

    /// <summary>5 s, as Kestrel's.</summary>
    public const int DefaultMinBytesGraceSeconds = 5;

    /// <summary>0: no end.</summary>
    public const int DefaultMaxLifetimeSeconds = 0;

    /// <summary>0: any number.</summary>
    public const int DefaultMaxRequestsPerConnection = 0;

    /// <summary>1,024 requests: about a millisecond of what a cache does.</summary>
    public const int DefaultMaxRequestsPerTurn = 1_024;

    private const int Unset = -1;

    /// <summary>Connections held at once; of an endpoint, on it alone, within those of the server.</summary>
    public int MaxConnections { get => Or(field, Server?.MaxConnections, DefaultMaxConnections); set; } = Unset;

    /// <summary>Connections held at once by one client address; 0 for no cap of its own. Of an endpoint, on it alone.</summary>
    public int MaxConnectionsPerClient { get => Or(field, Server?.MaxConnectionsPerClient, DefaultMaxConnectionsPerClient); set => (field, CountsClientsItself) = (value, true); } = Unset;

    /// <summary>Seconds without a request after which a connection is closed.</summary>
    public int IdleTimeoutSeconds { get => Or(field, Server?.IdleTimeoutSeconds, DefaultIdleTimeoutSeconds); set; } = Unset;

    /// <summary>Seconds a new connection has to send its first byte.</summary>
    public int FirstByteTimeoutSeconds { get => Or(field, Server?.FirstByteTimeoutSeconds, DefaultFirstByteTimeoutSeconds); set; } = Unset;

    /// <summary>Seconds a request has from its first byte to its last.</summary>
    public int RequestTimeoutSeconds { get => Or(field, Server?.RequestTimeoutSeconds, DefaultRequestTimeoutSeconds); set; } = Unset;

    /// <summary>Seconds a client may let its replies wait without reading any of them.</summary>
    public int WriteTimeoutSeconds { get => Or(field, Server?.WriteTimeoutSeconds, DefaultWriteTimeoutSeconds); set; } = Unset;

    /// <summary>Bytes of unsent replies past which no more requests of a connection are read.</summary>
    public int MaxOutputBytes { get => Or(field, Server?.MaxOutputBytes, DefaultMaxOutputBytes); set; } = Unset;

    /// <summary>Bytes a second that a client has to send of a request, and to read of its replies, on average; 0 for no such bound.</summary>
    public int MinBytesPerSecond { get => Or(field, Server?.MinBytesPerSecond, DefaultMinBytesPerSecond); set; } = Unset;

    /// <summary>Seconds after which the client's rate is looked at first.</summary>
    public int MinBytesGraceSeconds { get => Or(field, Server?.MinBytesGraceSeconds, DefaultMinBytesGraceSeconds); set; } = Unset;

    /// <summary>Seconds after which a connection ends between two requests, a tenth more or less; 0 for no such end.</summary>
    public int MaxLifetimeSeconds { get => Or(field, Server?.MaxLifetimeSeconds, DefaultMaxLifetimeSeconds); set; } = Unset;

    /// <summary>Requests of a connection, behind the last of which it ends; 0 for any number.</summary>
    public int MaxRequestsPerConnection { get => Or(field, Server?.MaxRequestsPerConnection, DefaultMaxRequestsPerConnection); set; } = Unset;

    /// <summary>Requests of one connection that are answered in a row before others get their turn.</summary>
    public int MaxRequestsPerTurn { get => Or(field, Server?.MaxRequestsPerTurn, DefaultMaxRequestsPerTurn); set; } = Unset;

    /// <summary>The server's limits, where these are an endpoint's.</summary>
    internal LimitSettings? Server { get; set; }

    /// <summary>Whether clients are counted here and not with those of the other endpoints.</summary>
    internal bool CountsClientsItself { get; private set; }

    private static int Or(int own, int? server, int standard) => own != Unset ? own : server ?? standard;
}
