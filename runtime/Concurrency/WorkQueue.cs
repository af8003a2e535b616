namespace DeclServer.Concurrency;

/// <summary>A connection with something to do, on its way from its loop to a worker; or a continuation of a handler of the loop's.</summary>
/// <param name="Loop">The loop that it belongs to.</param>
/// <param name="Connection">The connection.</param>
/// <param name="Holder">The number of this hand-out.</param>
/// <param name="CanRead">Whether there is something to read.</param>
/// <param name="CanWrite">Whether the socket takes more.</param>
/// <param name="Run">The continuation; null for a connection.</param>
/// <param name="State">The continuation's state; with a connection, its request that has been answered.</param>
internal readonly record struct WorkItem(
    ServingLoop Loop, Connection? Connection, int Holder, bool CanRead, bool CanWrite, SendOrPostCallback? Run = null, object? State = null);

/// <summary>
/// What the loops of the hybrid model hand to its workers. It holds a connection once at most, and a handler's continuations only where it
/// started several things at once, so the number of connections bounds it.
/// </summary>
internal sealed class WorkQueue
{
    private readonly Queue<WorkItem> _items = new();
    private readonly object _lock = new();
    private int _idle;
    private bool _isClosed;

    /// <summary>Adds work; false when no worker takes any.</summary>
    public bool Add(in WorkItem item)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _items.Enqueue(item);
            if (_idle > 0)
            {
                Monitor.Pulse(_lock);
            }

            return true;
        }
    }

    /// <summary>Waits for work; false when there is none any more.</summary>
    public bool TryTake(out WorkItem item)
    {
        lock (_lock)
        {
            while (!_items.TryDequeue(out item))
            {
                if (_isClosed)
                {
                    return false;
                }

                _idle++;
                Monitor.Wait(_lock);
                _idle--;
            }

            return true;
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
