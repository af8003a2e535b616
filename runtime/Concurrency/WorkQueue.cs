using System.Diagnostics.CodeAnalysis;

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

/// <summary>What some threads hand to others, which wait for it.</summary>
/// <param name="capacity">The most items that wait.</param>
internal sealed class WorkQueue<T>(int capacity = int.MaxValue)
{
    private readonly Queue<T> _items = new();
    private readonly object _lock = new();
    private int _idle;
    private bool _isClosed;

    /// <summary>Adds work; false when there is no room for it, or nobody takes any more.</summary>
    public bool Add(in T item)
    {
        lock (_lock)
        {
            if (_isClosed || _items.Count >= capacity)
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
    public bool TryTake([MaybeNullWhen(false)] out T item)
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
