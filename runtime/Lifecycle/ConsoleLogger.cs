using Microsoft.Extensions.Logging;

namespace DeclServer.Lifecycle;

/// <summary>One line an event on standard error: what a server logs to when it was given no logger.</summary>
internal sealed class ConsoleLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            string line = $"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {logLevel}: {formatter(state, exception)}";
            Console.Error.WriteLine(exception is null ? line : $"{line}: {exception}");
        }
    }
}
