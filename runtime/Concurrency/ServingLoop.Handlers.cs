using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>
/// Handlers that go on: what they were given stays, their connection waits for their answer, their continuations run where handlers do. See
/// docs/adr/0011-asynchronous-handlers.md.
/// </summary>
public abstract partial class ServingLoop
{
    /// <summary>How often a thread that waits for the handler of its connection looks whether the client is still there.</summary>
    private const int LookMilliseconds = 50;

    /// <summary>How long a draining loop stays for handlers that were told that nobody waits for them.</summary>
    private const int LeaveMilliseconds = 1_000;

    private readonly LoopInbox _inbox = new();

    /// <summary>Requests that were answered while a worker was at their connection: looked at again in a moment.</summary>
    private readonly List<RequestInFlight> _answeredWhileHeld = [];
    private LoopContext? _context;
    private Action? _wake;

    /// <summary>Where the next handler's bytes are copied to, and how many have been; rented, and a request's own once its handler goes on.</summary>
    private byte[] _copies = [];
    private int _copiesLength;
    private CancellationTokenSource? _cancellation;
    private int _inFlight;

    /// <summary>Whether a handler of the server may go on after it was called.</summary>
    protected virtual bool HasAsynchronousHandlers => false;

    /// <summary>The loop whose connection this thread serves.</summary>
    private ServingLoop Home => Role == LoopRole.HybridWorker ? _work.Loop : this;

    /// <summary>Whether all handlers have answered, or the time that those had is over whom nobody waits for.</summary>
    private bool HandlersHaveEnded => Volatile.Read(ref _inFlight) == 0 || Now >= _drainDeadline + LeaveMilliseconds;

    /// <summary>Makes room for so many bytes that the next handler is given.</summary>
    protected void Keep(int size)
    {
        _copiesLength = 0;
        if (_copies.Length < size)
        {
            if (_copies.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_copies);
            }

            _copies = ArrayPool<byte>.Shared.Rent(Math.Max(size, SmallestTail));
        }
    }

    /// <summary>An argument where it stays until its handler has answered: where it lies, or copied out of what the next connection is received into.</summary>
    protected ReadOnlyMemory<byte> Kept(Connection connection, ReadOnlySpan<byte> argument)
    {
        if (connection.TailLength > 0)
        {
            nint offset = Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(connection.Tail!), ref MemoryMarshal.GetReference(argument));
            if (offset >= 0 && offset + argument.Length <= connection.TailLength)
            {
                return connection.Tail.AsMemory((int)offset, argument.Length);
            }
        }

        Memory<byte> copy = _copies.AsMemory(_copiesLength, argument.Length);
        argument.CopyTo(copy.Span);
        _copiesLength += argument.Length;
        return copy;
    }

    /// <summary>Is cancelled when nobody waits for the next handler any more.</summary>
    protected CancellationToken Cancellation()
    {
        if (_cancellation is null || !_cancellation.TryReset())
        {
            _cancellation = new CancellationTokenSource();
        }

        return _cancellation.Token;
    }

    /// <summary>The handler just called goes on: its connection waits for it, and others are served.</summary>
    protected void Await(Connection connection, int command, Task answer)
    {
        RequestInFlight request = new(Home, connection, command, answer) { Cancellation = _cancellation };
        _cancellation = null;
        if (connection.TailLength > 0)
        {
            // What the handler was given lies there; what follows the request is copied out.
            request.Received = connection.Tail;
            connection.Tail = null;
            connection.TailLength = 0;
        }

        if (_copiesLength > 0)
        {
            request.Copies = _copies;
            _copies = [];
        }

        connection.InFlight = request;
        connection.Paused = true;
        Interlocked.Increment(ref request.Loop._inFlight);
        request.TellWhenAnswered();
    }

    /// <summary>Whether handlers that say so run beside the thread that is at it: where that serves many connections.</summary>
    protected bool Offloads => Role == LoopRole.EventLoop;

    /// <summary>Has a handler run beside the loop: its connection waits for it, and others are served.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="command">The command's number.</param>
    /// <param name="call">Calls the handler and writes its reply.</param>
    protected void Offload(Connection connection, int command, Action<OutputBuffer> call)
    {
        OffloadedHandler handler = new(call);
        Await(connection, command, handler.Answer);
        _run.Offloaded.Add(handler);
    }

    /// <summary>Writes what a handler that ran beside the loop has replied.</summary>
    protected void WriteOffloaded(RequestInFlight request)
    {
        ArraySegment<byte> reply = ((Task<ArraySegment<byte>>)request.Answer).GetAwaiter().GetResult();
        reply.AsSpan().CopyTo(Output.GetSpan(reply.Count));
        Output.Advance(reply.Count);
        ArrayPool<byte>.Shared.Return(reply.Array!);
    }

    /// <summary>Whether the request at hand is to be answered later; its time is then counted from <paramref name="started"/>.</summary>
    protected static bool IsInFlight(Connection connection, long started, bool isQuiet = false)
    {
        if (connection.InFlight is not { } request)
        {
            return false;
        }

        request.Started = started;
        request.IsQuiet = isQuiet;
        return true;
    }

    /// <summary>Writes the answer of a handler that went on.</summary>
    protected virtual void Answered(RequestInFlight request)
    {
    }

    /// <summary>Runs what other threads have handed to this one: continuations of handlers, and requests that have been answered.</summary>
    protected void RunPosted()
    {
        foreach (RequestInFlight request in _answeredWhileHeld.ToArray())
        {
            _answeredWhileHeld.Remove(request);
            Resume(request);
        }

        Queue<(SendOrPostCallback? Run, object? State)> posted = _inbox.Take();
        while (posted.TryDequeue(out (SendOrPostCallback? Run, object? State) item))
        {
            if (item.Run is { } run)
            {
                RunContinuation(run, item.State);
            }
            else
            {
                Resume((RequestInFlight)item.State!);
            }
        }
    }

    /// <summary>Hands something to the loop; from any thread. What comes for a loop that has ended runs on the thread pool.</summary>
    internal void Post(SendOrPostCallback? run, object? state)
    {
        bool isTaken = run is not null && Role == LoopRole.HybridLoop
            ? _run.Work.Add(new WorkItem(this, null, 0, false, false, run, state))
            : _inbox.TryAdd(run, state, _wake);
        if (!isTaken && run is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static item => item.run(item.state), (run, state), preferLocal: false);
        }
        else if (!isTaken)
        {
            ((RequestInFlight)state!).ReturnBuffers();
        }
    }

    /// <summary>Prepares the thread for handlers that go on.</summary>
    private void EnterContext()
    {
        if (HasAsynchronousHandlers && Role is not (LoopRole.Acceptor or LoopRole.HybridWorker))
        {
            _wake = Role == LoopRole.ConnectionThread ? null : Poller.Wake;
            _context = new LoopContext(this);
            SynchronizationContext.SetSynchronizationContext(_context);
        }
    }

    private void RunContinuation(SendOrPostCallback run, object? state)
    {
        Begin(Continuation);
        try
        {
            if (_gate is null)
            {
                run(state);
                return;
            }

            lock (_gate)
            {
                Woken();
                run(state);
            }
        }
        catch (Exception exception)
        {
            // Of an async void method, or of a callback of the cancellation's.
            Counters.HandlerFailures++;
            Log.ContinuationFailed(_run.Logger, exception);
        }
    }

    /// <summary>A handler has answered: its client is told, and served again. In the hybrid model a worker does that.</summary>
    private void Resume(RequestInFlight request)
    {
        Connection connection = request.Connection;
        if (connection.IsOpen && connection.Closing == CloseRequest.None && Role == LoopRole.HybridLoop)
        {
            if (connection.Holder != 0)
            {
                _answeredWhileHeld.Add(request);
                return;
            }

            if (Poller.RearmsFromAnyThread)
            {
                // It is still watched for the client's end: an event of that watch counts no more.
                connection.Generation++;
            }

            connection.Holder = NextHolder();
            _run.Work.Add(new WorkItem(this, connection, connection.Holder, false, false, null, request));
            return;
        }

        Interlocked.Decrement(ref _inFlight);
        if (connection.IsOpen)
        {
            AnswerAndGoOn(request);
        }
        else
        {
            Drop(request);
        }
    }

    private void AnswerAndGoOn(RequestInFlight request)
    {
        Connection connection = request.Connection;
        connection.InFlight = null;
        connection.Paused = connection.ClosesWhenSent || connection.Replies is not null;
        using (HoldGate())
        {
            Answered(request);
        }

        End(request);
        if (Output.Length > 0)
        {
            SendOutput(connection);
        }

        if (!connection.IsOpen)
        {
            return;
        }

        if (connection.PendingLength > 0)
        {
            // What it asked behind is served when it has taken what it is owed.
            connection.Paused = true;
            Poller.Watch(connection, Interest.Write);
            AwaitClient(connection);
        }
        else if (connection.Replies is not null)
        {
            SendStream(connection);
        }
        else
        {
            GoOn(connection);
        }
    }

    /// <summary>Nobody waits for the answer; that the handler threw is logged all the same.</summary>
    private void Drop(RequestInFlight request)
    {
        request.Connection.InFlight = null;
        if (request.Answer.Exception is { InnerException: { } exception })
        {
            HandlerFailed(request.Connection, _run.Signals.NameOf(request.Command), exception);
        }

        End(request);
    }

    private void End(RequestInFlight request)
    {
        request.ReturnBuffers();
        if (!request.IsAbandoned)
        {
            _cancellation ??= request.Cancellation;
        }
    }

    /// <summary>The connection waits for its handler: nothing is read, and only its client's end is told.</summary>
    private void WaitForHandler(Connection connection)
    {
        Poller.Watch(connection, connection.PendingLength > 0 ? Interest.Write : Interest.None);

        // It is not the client that is slow.
        (connection.RateSince, connection.RateCheck) = (0, long.MaxValue);
        SetDeadline(connection, TimeoutKind.Request);
    }

    /// <summary>A thread that serves one connection waits for what its handler posts; now and then it looks at the socket.</summary>
    private int WaitForPosted(int milliseconds)
    {
        _inbox.Wait(milliseconds < 0 ? LookMilliseconds : Math.Min(milliseconds, LookMilliseconds));
        return Poller.Wait(0);
    }

    /// <summary>The connection has ended before its handler: a thread has no other client until its handler has ended too.</summary>
    private void WaitForHandlers()
    {
        while (Volatile.Read(ref _inFlight) > 0 && !IsDone)
        {
            _inbox.Wait(LookMilliseconds);
            ReadClock();
            RunPosted();
            CloseExpired();
        }
    }
}
