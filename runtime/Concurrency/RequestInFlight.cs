using System.Buffers;

namespace DeclServer.Concurrency;

/// <summary>A request whose handler goes on after it was called, until it has answered. One connection has one at most.</summary>
public sealed class RequestInFlight
{
    internal RequestInFlight(ServingLoop loop, Connection connection, int command, Task answer)
    {
        Loop = loop;
        Connection = connection;
        Command = command;
        Answer = answer;
    }

    /// <summary>Whose request it is.</summary>
    public Connection Connection { get; }

    /// <summary>The number of its command.</summary>
    public int Command { get; }

    /// <summary>Ends when the handler has answered; the reply is its result.</summary>
    public Task Answer { get; }

    /// <summary>When the request was whole, as <see cref="System.Diagnostics.Stopwatch"/> tells; 0 where nobody measures.</summary>
    public long Started { get; internal set; }

    /// <summary>Whether its reply is not sent.</summary>
    public bool IsQuiet { get; internal set; }

    /// <summary>The loop that its connection belongs to.</summary>
    internal ServingLoop Loop { get; }

    /// <summary>Where the request was received, if what it gave its handler lies there; rented.</summary>
    internal byte[]? Received { get; set; }

    /// <summary>Copies of what else the handler was given; rented.</summary>
    internal byte[]? Copies { get; set; }

    /// <summary>Tells the handler that nobody waits for it any more.</summary>
    internal CancellationTokenSource? Cancellation { get; set; }

    /// <summary>Has the loop told, once the handler has answered.</summary>
    internal void TellWhenAnswered() => Answer.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => Loop.Post(null, this));

    /// <summary>Whether nobody waits for the handler any more.</summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Nobody waits for the handler any more. It is told so where its continuations are run: it may go on at once.</summary>
    internal void Abandon()
    {
        IsAbandoned = true;
        if (Cancellation is not null)
        {
            Loop.Post(static request => ((RequestInFlight)request!).Cancellation?.Cancel(), this);
        }
    }

    /// <summary>The handler is done with what it was given.</summary>
    internal void ReturnBuffers()
    {
        if (Received is not null)
        {
            Connection.Limits.Buffers.Return(Received);
        }

        if (Copies is not null)
        {
            ArrayPool<byte>.Shared.Return(Copies);
        }

        Received = Copies = null;
    }
}
