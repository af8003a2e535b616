using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>Where the handlers of a loop's connections go on behind an <c>await</c>: on that loop, or on the workers that serve its connections.</summary>
internal sealed class LoopContext(ServingLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    /// <remarks>Would wait for the loop, which may be waiting for the caller.</remarks>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("a loop is not waited for");

    public override SynchronizationContext CreateCopy() => this;
}

/// <summary>What other threads hand to a loop: continuations of its handlers, and requests that have been answered.</summary>
internal sealed class LoopInbox
{
    private Queue<(SendOrPostCallback? Run, object? State)> _items = new();
    private Queue<(SendOrPostCallback? Run, object? State)> _taken = new();
    private readonly object _lock = new();
    private bool _isClosed;

    /// <summary>Adds something, and calls <paramref name="wake"/> where the loop may be waiting. False when the loop has ended.</summary>
    public bool TryAdd(SendOrPostCallback? run, object? state, Action? wake)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            _items.Enqueue((run, state));
            if (_items.Count == 1)
            {
                // Under the lock: the loop does not end, and take its descriptors with it, before it is woken.
                Monitor.Pulse(_lock);
                wake?.Invoke();
            }

            return true;
        }
    }

    /// <summary>What has come so far; what comes meanwhile is in the next.</summary>
    public Queue<(SendOrPostCallback? Run, object? State)> Take()
    {
        lock (_lock)
        {
            (_items, _taken) = (_taken, _items);
        }

        return _taken;
    }

    /// <summary>Waits until something has come.</summary>
    public void Wait(int milliseconds)
    {
        lock (_lock)
        {
            if (_items.Count == 0)
            {
                Monitor.Wait(_lock, milliseconds);
            }
        }
    }

    /// <summary>Wakes the loop, unless it has ended and its descriptors may be another's.</summary>
    public void Wake(Poller poller)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                poller.Wake();
            }
        }
    }

    /// <summary>A thread that had ended begins anew.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isClosed = false;
        }
    }

    /// <summary>Nothing is taken any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }
}
