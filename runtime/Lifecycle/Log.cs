using System.Net;
using Microsoft.Extensions.Logging;

namespace DeclServer.Lifecycle;

/// <summary>Every line a server logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Server} listens on {EndPoint} ({Protocol})")]
    public static partial void Listening(ILogger logger, string server, EndPoint endPoint, string protocol);

    [LoggerMessage(2, LogLevel.Information, "{Server} drains: {Connections} connections")]
    public static partial void Draining(ILogger logger, string server, int connections);

    [LoggerMessage(3, LogLevel.Information, "{Server} has drained: {Requests} requests answered, {Aborted} connections cut off")]
    public static partial void Drained(ILogger logger, string server, long requests, long aborted);

    [LoggerMessage(4, LogLevel.Warning, "accepting pauses for {Milliseconds} ms: the system is out of descriptors or memory")]
    public static partial void AcceptPaused(ILogger logger, int milliseconds);

    [LoggerMessage(5, LogLevel.Critical, "the listening socket {EndPoint} is unusable")]
    public static partial void AcceptFailed(ILogger logger, EndPoint endPoint);

    [LoggerMessage(6, LogLevel.Debug, "connection {Connection} closed: {Timeout} timeout")]
    public static partial void TimedOut(ILogger logger, long connection, TimeoutKind timeout);

    [LoggerMessage(7, LogLevel.Error, "the handler of {Command} threw on connection {Connection}")]
    public static partial void HandlerFailed(ILogger logger, string command, long connection, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "the scheduled method {Method} threw")]
    public static partial void ScheduleFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(10, LogLevel.Error, "reloading failed; what was loaded stays")]
    public static partial void ReloadFailed(ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "a continuation threw")]
    public static partial void ContinuationFailed(ILogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "{Handler} holds loop {Loop} for {Milliseconds} ms and more; its other connections wait")]
    public static partial void Stalled(ILogger logger, string handler, int loop, long milliseconds);

    [LoggerMessage(13, LogLevel.Warning, "{Handler} has let go of loop {Loop} after some {Milliseconds} ms")]
    public static partial void StallEnded(ILogger logger, string handler, int loop, long milliseconds);

    [LoggerMessage(14, LogLevel.Warning, "{Lines} lines of the log were dropped: it did not take them in time")]
    public static partial void LinesDropped(ILogger logger, long lines);

    [LoggerMessage(15, LogLevel.Error, "{Server}'s worker process {Process} ended with status {Status} while it served {Served}; another takes its place")]
    public static partial void WorkerFailed(ILogger logger, string server, int process, int status, string served);

    [LoggerMessage(16, LogLevel.Error, "{Server} cannot start a worker process: {Reason}")]
    public static partial void WorkerNotStarted(ILogger logger, string server, string reason);

    [LoggerMessage(17, LogLevel.Debug, "{Server}: {Phase}")]
    public static partial void Entered(ILogger logger, string server, string phase);

    [LoggerMessage(18, LogLevel.Error, "{Hook} threw")]
    public static partial void HookFailed(ILogger logger, string hook, Exception exception);

    [LoggerMessage(8, LogLevel.Critical, "a loop ended by an exception")]
    public static partial void LoopFailed(ILogger logger, Exception exception);
}
