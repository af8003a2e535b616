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

    /// <summary>The server's limits, where these are an endpoint's.</summary>
    internal LimitSettings? Server { get; set; }

    /// <summary>Whether clients are counted here and not with those of the other endpoints.</summary>
    internal bool CountsClientsItself { get; private set; }

    private static int Or(int own, int? server, int standard) => own != Unset ? own : server ?? standard;
}
