using DeclServer.Concurrency;
using DeclServer.Transport;

namespace DeclServer;

/// <summary>The connections of all loops: how many there are, and which thread or process serves one.</summary>
public sealed partial class ServerRun
{
    /// <summary>How long a thread without a connection is kept for the next one.</summary>
    private const int SpareThreadMilliseconds = 10_000;

    /// <summary>Gives an accepted connection to a thread of its own; false when there is none for it.</summary>
    internal bool TryHandOver(AcceptedSocket accepted, long since)
    {
        if (_processes is { } processes)
        {
            return processes.TryHandOver(accepted, since);
        }

        ModelSettings model = Settings.Concurrency;
        if (_clients.TryAdd(accepted, since, model.Model == ConcurrencyModel.ThreadPool ? model.QueueLength : 0))
        {
            return true;
        }

        if (model.Model != ConcurrencyModel.ThreadPerConnection || Volatile.Read(ref _threads) >= model.MaxThreads || !TryAddThread())
        {
            return false;
        }

        return _clients.TryAdd(accepted, since, int.MaxValue);
    }

    /// <summary>Waits for a client that a thread may serve; false when the thread is to end.</summary>
    internal bool TryTakeClient(out AcceptedSocket accepted, out long since)
    {
        if (_worker is not { } worker)
        {
            return _clients.TryTake(Settings.Concurrency.Model == ConcurrencyModel.ThreadPool ? -1 : SpareThreadMilliseconds, out accepted, out since);
        }

        bool taken = worker.TryTake(this, out accepted, out since);
        if (taken)
        {
            // The server has counted it against the limits; here it is only held.
            TryCountConnection(accepted.Endpoint);
        }

        return taken;
    }

    /// <summary>Whether clients wait for a worker process.</summary>
    internal bool HasWaitingClients => _processes?.HasWaiting ?? false;

    internal void SetRefusal(int endpoint, byte[] words) => _processes?.SetRefusal(endpoint, words);

    internal void EndHandOver()
    {
        _clients.Close();
        _processes?.Close();
    }

    internal bool TryCountConnection(int endpoint)
    {
        if (Interlocked.Increment(ref _connections) <= Settings.MaxConnections && _limits[endpoint].TryCount())
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Counts a connection by its client's address, where clients have a cap; false when it has as many as it may.</summary>
    internal bool TryCountClient(AcceptedSocket accepted, out UInt128 client)
    {
        client = 0;
        ConnectionLimits limits = _limits[accepted.Endpoint];
        return limits.HasProxyHeader || limits.Clients is not { } clients || TryCount(clients, accepted.RemoteAddress, out client);
    }

    /// <summary>The same for a connection of which a proxy has told whose it is.</summary>
    internal bool TryCountClient(Connection connection) =>
        connection.Limits.Clients is not { } clients || TryCount(clients, connection.RemoteAddress, out connection.Client);

    private static bool TryCount(ClientCounts clients, UInt128 address, out UInt128 client)
    {
        UInt128 key = ClientCounts.Key(address);
        bool isCounted = key == 0 || clients.TryAdd(key);
        client = isCounted ? key : 0;
        return isCounted;
    }

    /// <summary>A connection that was counted has ended.</summary>
    /// <param name="endpoint">The endpoint it came to.</param>
    /// <param name="client">What its client was counted by; 0 where it was not.</param>
    internal void ForgetConnection(int endpoint, UInt128 client)
    {
        Interlocked.Decrement(ref _connections);
        _limits[endpoint].Forget();
        if (client != 0)
        {
            _limits[endpoint].Clients!.Remove(client);
        }
    }

    internal ConnectionLimits LimitsOf(int endpoint) => _limits[endpoint];
}
