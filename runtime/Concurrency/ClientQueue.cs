using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>Accepted clients on their way to the threads that serve them: each thread takes one, serves it for as long as it stays, and takes the next.</summary>
internal sealed class ClientQueue
{
    private readonly Queue<(AcceptedSocket Socket, long Since)> _waiting = new();
    private readonly object _lock = new();
    private int _idle;
    private bool _isClosed;

    /// <summary>Adds a client unless more than <paramref name="length"/> would wait for a thread.</summary>
    public bool TryAdd(AcceptedSocket socket, long since, int length)
    {
        lock (_lock)
        {
            if (_waiting.Count - _idle >= length)
            {
                return false;
            }

            _waiting.Enqueue((socket, since));
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Waits for a client.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no bound.</param>
    /// <param name="socket">The client.</param>
    /// <param name="since">When it was accepted, on the loops' clock.</param>
    /// <returns>False when none came in time, or when none will.</returns>
    public bool TryTake(int milliseconds, out AcceptedSocket socket, out long since)
    {
        lock (_lock)
        {
            _idle++;
            while (_waiting.Count == 0 && !_isClosed && Monitor.Wait(_lock, milliseconds))
            {
            }

            _idle--;
            bool taken = _waiting.TryDequeue(out (AcceptedSocket Socket, long Since) client);
            (socket, since) = client;
            return taken;
        }
    }

    /// <summary>No client comes any more; those that wait are still taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
