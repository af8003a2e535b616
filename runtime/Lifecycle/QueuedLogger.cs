using Microsoft.Extensions.Logging;

namespace DeclServer.Lifecycle;

/// <summary>
/// A log whose target may block: a full pipe, a slow disk, a collector that is gone. Lines wait in a bounded queue for a thread of their own, so
/// that no loop ever waits for the target; what finds the queue full is dropped and counted, and their number is logged once there is room.
/// </summary>
internal sealed class QueuedLogger : ILogger, IDisposable
{
    /// <summary>Lines that wait.</summary>
    public const int Capacity = 1_024;

    /// <summary>How long the end of a server waits for its last lines to be written.</summary>
    private const int LastLinesMilliseconds = 1_000;

    private readonly ILogger _target;
    private readonly Queue<Action> _lines = new();
    private readonly object _lock = new();
    private readonly Thread _writer;
    private long _dropped;
    private long _droppedUntold;
    private bool _isClosed;

    public QueuedLogger(ILogger target)
    {
        _target = target;
        _writer = new Thread(Write) { IsBackground = true, Name = "DeclServer log" };
        _writer.Start();
    }

    /// <summary>Lines that were dropped.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => _target.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        lock (_lock)
        {
            if (_lines.Count >= Capacity || _isClosed)
            {
                _dropped++;
                _droppedUntold++;
                return;
            }

            _lines.Enqueue(() => _target.Log(logLevel, eventId, state, exception, formatter));
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>Takes no more lines, and waits a moment for those that wait.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.Pulse(_lock);
        }

        _writer.Join(LastLinesMilliseconds);
    }

    private void Write()
    {
        while (TryTake(out Action? line, out long dropped))
        {
            try
            {
                line();
                if (dropped > 0)
                {
                    Lifecycle.Log.LinesDropped(_target, dropped);
                }
            }
            catch (Exception)
            {
                // A log that fails is no reason to stop serving, nor is there anywhere to say so.
            }
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Action? line, out long dropped)
    {
        lock (_lock)
        {
            while (!_lines.TryDequeue(out line))
            {
                if (_isClosed)
                {
                    dropped = 0;
                    return false;
                }

                Monitor.Wait(_lock);
            }

            dropped = _droppedUntold;
            _droppedUntold = 0;
            return true;
        }
    }
}
