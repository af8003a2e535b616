namespace DeclServer.Concurrency;

/// <summary>The limits of an endpoint's connections, as a loop looks at them: read once when the server starts, in milliseconds.</summary>
internal sealed class ConnectionLimits(LimitSettings settings, ClientCounts? clients)
{
    public readonly long FirstByteTimeout = settings.FirstByteTimeoutSeconds * 1000L;
    public readonly long IdleTimeout = settings.IdleTimeoutSeconds * 1000L;
    public readonly long RequestTimeout = settings.RequestTimeoutSeconds * 1000L;
    public readonly long WriteTimeout = settings.WriteTimeoutSeconds * 1000L;
    public readonly int MaxOutputBytes = settings.MaxOutputBytes;

    private readonly int _maxConnections = settings.MaxConnections;
    private int _connections;

    /// <summary>Where the endpoint's clients are counted; null where they have no cap.</summary>
    public ClientCounts? Clients { get; } = clients;

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
        return [.. settings.Endpoints.Select(e => new ConnectionLimits(e.Limits, e.Limits.CountsClientsItself ? Counts(e.Limits) : together))];
    }

    private static ClientCounts? Counts(LimitSettings settings) => settings.MaxConnectionsPerClient > 0 ? new ClientCounts(settings.MaxConnectionsPerClient) : null;
}
