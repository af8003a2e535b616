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
    ];
}
