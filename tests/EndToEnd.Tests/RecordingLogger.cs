using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Keeps what is logged, and takes no line while it is shut.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ManualResetEventSlim Open { get; } = new(true);

    public LogLevel Least { get; init; } = LogLevel.Information;

    public string[] Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Open.Wait();
        _lines.Enqueue(formatter(state, exception));
    }

    public bool Has(string part) => Lines.Any(l => l.Contains(part, StringComparison.Ordinal));
}
