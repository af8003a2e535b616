namespace DeclServer.Concurrency;

/// <summary>A connection with something to do, on its way from its loop to a worker.</summary>
/// <param name="Loop">The loop that it belongs to.</param>
/// <param name="Connection">The connection.</param>
/// <param name="Holder">The number of this hand-out.</param>
/// <param name="CanRead">Whether there is something to read.</param>
/// <param name="CanWrite">Whether the socket takes more.</param>
internal readonly record struct WorkItem(ServingLoop Loop, Connection Connection, int Holder, bool CanRead, bool CanWrite);

/// <summary>What the loops of the hybrid model hand to its workers. It holds a connection once at most, so their number bounds it.</summary>
internal sealed class WorkQueue
{
    private readonly Queue<WorkItem> _items = new();
    private readonly object _lock = new();
    private int _idle;
    private bool _isClosed;

    public void Add(in WorkItem item)
    {
        lock (_lock)
        {
            _items.Enqueue(item);
            if (_idle > 0)
            {
                Monitor.Pulse(_lock);
            }
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
