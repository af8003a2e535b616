using DeclServer.Concurrency;
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
    private readonly WorkQueue<Action> _lines = new(Capacity);
    private readonly Thread _writer;
    private long _dropped;

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

        if (!_lines.Add(() => _target.Log(logLevel, eventId, state, exception, formatter)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Takes no more lines, and waits a moment for those that wait.</summary>
    public void Dispose()
    {
        _lines.Close();
        _writer.Join(LastLinesMilliseconds);
    }

    private void Write()
    {
        long told = 0;
        while (_lines.TryTake(out Action? line))
        {
            try
            {
                line();
                long dropped = Dropped;
                if (dropped > told)
                {
                    Lifecycle.Log.LinesDropped(_target, dropped - told);
                    told = dropped;
                }
            }
            catch (Exception)
            {
                // A log that fails is no reason to stop serving, nor is there anywhere to say so.
            }
        }
    }
}
