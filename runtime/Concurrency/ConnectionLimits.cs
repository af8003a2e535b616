namespace DeclServer.Concurrency;

/// <summary>The limits of an endpoint's connections, as a loop looks at them: read once when the server starts, in milliseconds.</summary>
internal sealed class ConnectionLimits(LimitSettings settings, ClientCounts? clients, BufferBudget buffers)
{
    public readonly long FirstByteTimeout = settings.FirstByteTimeoutSeconds * 1000L;
    public readonly long IdleTimeout = settings.IdleTimeoutSeconds * 1000L;
    public readonly long RequestTimeout = settings.RequestTimeoutSeconds * 1000L;
    public readonly long WriteTimeout = settings.WriteTimeoutSeconds * 1000L;
    public readonly int MaxOutputBytes = settings.MaxOutputBytes;
    public readonly int MinBytesPerSecond = settings.MinBytesPerSecond;
    public readonly long RateGrace = settings.MinBytesGraceSeconds * 1000L;
    public readonly int MaxRequestsPerTurn = settings.MaxRequestsPerTurn;
    public readonly long MaxRequests = settings.MaxRequestsPerConnection == 0 ? long.MaxValue : settings.MaxRequestsPerConnection;

    private readonly long _lifetime = settings.MaxLifetimeSeconds * 1000L;

    private readonly int _maxConnections = settings.MaxConnections;
    private int _connections;

    /// <summary>Where the endpoint's clients are counted; null where they have no cap.</summary>
    public ClientCounts? Clients { get; } = clients;

    /// <summary>Whether a header of the PROXY protocol stands before the first byte of each connection.</summary>
    public bool HasProxyHeader { get; private init; }

    /// <summary>What all connections' buffers are taken from.</summary>
    public BufferBudget Buffers { get; } = buffers;

    /// <summary>When a connection is to end: a tenth earlier or later, so that those accepted together do not end together.</summary>
    public long LifetimeEnd(long accepted) =>
        _lifetime == 0 ? long.MaxValue : accepted + _lifetime + Random.Shared.NextInt64(-_lifetime / 10, (_lifetime / 10) + 1);

    /// <summary>Counts a connection to the endpoint, unless it has as many as it may.</summary>
    public bool TryCount()
    {
        if (Interlocked.Increment(ref _connections) <= _maxConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>A connection to the endpoint has ended.</summary>
    public void Forget() => Interlocked.Decrement(ref _connections);

    /// <summary>Those of each endpoint. Clients are counted on all endpoints together, but for one with a cap of its own.</summary>
    public static ConnectionLimits[] Of(ServerSettings settings)
    {
        ClientCounts? together = Counts(settings);
        BufferBudget buffers = new(settings.MaxMemoryBytes);
        return [.. settings.Endpoints.Select(e => new ConnectionLimits(e.Limits, e.Limits.CountsClientsItself ? Counts(e.Limits) : together, buffers) { HasProxyHeader = e.ProxyProtocol })];
    }

    private static ClientCounts? Counts(LimitSettings settings) => settings.MaxConnectionsPerClient > 0 ? new ClientCounts(settings.MaxConnectionsPerClient) : null;
}
