namespace DeclServer.Lifecycle;

/// <summary>A limit of connections as the command line and the environment set it, for the server or for one of its endpoints.</summary>
/// <param name="Key">Its key, in kebab case.</param>
/// <param name="Help">The line shown for it.</param>
/// <param name="Min">The least value.</param>
/// <param name="Max">The greatest value.</param>
/// <param name="Get">Its value.</param>
/// <param name="Set">Sets it.</param>
internal sealed record LimitDefinition(string Key, string Help, int Min, int Max, Func<LimitSettings, int> Get, Action<LimitSettings, int> Set)
{
    private const int Day = 86_400;

    /// <summary>The limits that an endpoint may have for itself.</summary>
    public static IReadOnlyList<LimitDefinition> All { get; } =
    [
        new("max-connections", "connections held at once", 1, 1_000_000, static l => l.MaxConnections, static (l, v) => l.MaxConnections = v),
        new("max-connections-per-client", "connections held at once by one client address, an IPv6 client being a /64; 0 for no such cap", 0, 1_000_000, static l => l.MaxConnectionsPerClient, static (l, v) => l.MaxConnectionsPerClient = v),
        new("idle-timeout-seconds", "seconds without a request", 1, Day, static l => l.IdleTimeoutSeconds, static (l, v) => l.IdleTimeoutSeconds = v),
        new("first-byte-timeout-seconds", "seconds to a connection's first byte", 1, Day, static l => l.FirstByteTimeoutSeconds, static (l, v) => l.FirstByteTimeoutSeconds = v),
        new("request-timeout-seconds", "seconds from a request's first byte to its last", 1, Day, static l => l.RequestTimeoutSeconds, static (l, v) => l.RequestTimeoutSeconds = v),
        new("write-timeout-seconds", "seconds a client may leave its replies unread", 1, Day, static l => l.WriteTimeoutSeconds, static (l, v) => l.WriteTimeoutSeconds = v),
        new("max-output-bytes", "unsent bytes past which a client's requests wait", 4_096, 1 << 30, static l => l.MaxOutputBytes, static (l, v) => l.MaxOutputBytes = v),
        new("min-bytes-per-second", "bytes a second that a client sends of a request, and reads of its replies; 0 for no such bound", 0, 1 << 30, static l => l.MinBytesPerSecond, static (l, v) => l.MinBytesPerSecond = v),
        new("min-bytes-grace-seconds", "seconds after which that is looked at", 1, 3_600, static l => l.MinBytesGraceSeconds, static (l, v) => l.MinBytesGraceSeconds = v),
        new("max-lifetime-seconds", "seconds after which a connection ends between two requests, a tenth more or less; 0 for no such end", 0, 365 * Day, static l => l.MaxLifetimeSeconds, static (l, v) => l.MaxLifetimeSeconds = v),
        new("max-requests-per-connection", "requests of a connection, behind which it ends; 0 for any number", 0, int.MaxValue, static l => l.MaxRequestsPerConnection, static (l, v) => l.MaxRequestsPerConnection = v),
        new("max-requests-per-turn", "requests of one connection answered in a row before others get their turn", 1, 1_000_000, static l => l.MaxRequestsPerTurn, static (l, v) => l.MaxRequestsPerTurn = v),
    ];
}
