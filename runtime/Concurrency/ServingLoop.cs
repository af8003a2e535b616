using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>
/// What an emitted loop stands on, whatever the concurrency model: the sockets, the buffers, the deadlines and the drain of one thread. The
/// emitted classes add what is done with the bytes of a request, once for all models, and the loop of each model. Everything here but
/// <see cref="Wake"/> runs on the loop's own thread.
/// </summary>
public abstract partial class ServingLoop
{
    private const int ThreadBufferSize = 16 * 1024;
    private const int SmallestTail = 512;
    private const int AcceptsAtOnce = 64;
    private const int PiecesAtOnce = 16;
    private const int LongestBackoffMilliseconds = 5_000;

    /// <summary>How long a closing connection is read to its end, so that the last reply is not lost to a reset: 2 s, as nginx's lingering_timeout of 5 s but shorter.</summary>
    private const int LingerMilliseconds = 2_000;

    private readonly byte[] _receive;
    private readonly List<Listener> _listeners = [];
    private readonly List<(Listener Listener, long Due)> _pausedListeners = [];
    private readonly DescriptorReserve _reserve = new();
    private readonly TimerWheel _timers;
    private readonly ServerRun _run;

    /// <summary>Held while handlers run, where they run on several threads and the server did not say that it guards its state itself; else null.</summary>
    private readonly Lock? _gate;
    private long _allocatedBefore;
    private long _drainDeadline;
    private bool _draining;

    /// <summary>A loop of a server.</summary>
    protected ServingLoop(ServerRun run, LoopRole role = LoopRole.EventLoop)
    {
        // A thread that serves one client has small buffers: there may be thousands of them.
        int bufferSize = role == LoopRole.ConnectionThread ? ThreadBufferSize : OutputBuffer.UsualSize;
        Role = role;
        _run = run;
        _gate = run.Gate;
        _receive = GC.AllocateUninitializedArray<byte>(bufferSize, pinned: true);
        Output = new OutputBuffer(bufferSize);
        Index = run.NextLoopIndex();
        Poller = role switch
        {
            LoopRole.ConnectionThread => Poller.CreateForOne(run.Settings.Transport, run.Stop),
            LoopRole.HybridWorker => new WorkerPoller(),
            _ => Poller.Create(run.Settings.Transport, isOneShot: role == LoopRole.HybridLoop),
        };
        Settings = run.Settings;
        Counters = run.Signals.NewCounters();
        Now = Environment.TickCount64;
        _timers = new TimerWheel(Now);
    }

    /// <summary>The loop's sockets.</summary>
    protected Poller Poller { get; }

    /// <summary>The settings the server was started with.</summary>
    protected ServerSettings Settings { get; }

    /// <summary>The loop's number, from 0.</summary>
    protected internal int Index { get; }

    /// <summary>What this loop counts.</summary>
    protected LoopCounters Counters { get; }

    /// <summary>The replies of the connection being served.</summary>
    protected OutputBuffer Output { get; }

    /// <summary>Latency by command; measured only while somebody listens.</summary>
    protected Histogram<double> Duration => _run.Signals.Duration;

    /// <summary>The wall clock in Unix milliseconds, read anew at each use.</summary>
    protected static long UnixTimeMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>The arguments of the request being served.</summary>
    protected ArgumentTable Arguments { get; } = new();

    /// <summary>The loop's clock in milliseconds, read once when it wakes.</summary>
    protected long Now { get; private set; }

    /// <summary>Whether the loop has drained and ends.</summary>
    protected bool IsDone { get; private set; }

    /// <summary>How many connections the loop holds.</summary>
    protected int ConnectionCount { get; private set; }

    /// <summary>What the thread does.</summary>
    internal LoopRole Role { get; }

    /// <summary>The emitted loop.</summary>
    public abstract void Run();

    /// <summary>Takes over the thread that <see cref="Run"/> is about to be called on.</summary>
    internal void Enter() => _allocatedBefore = Counters.AllocatedBytes - GC.GetAllocatedBytesForCurrentThread();

    /// <summary>Starts to watch a listening socket; before <see cref="Run"/>.</summary>
    public void Add(Listener listener)
    {
        _reserve.TryTake();
        _listeners.Add(listener);
        Poller.Add(listener);
    }

    /// <summary>Ends the loop's wait, so that it sees that the server drains; from any thread.</summary>
    internal void Wake() => Poller.Wake();

    /// <summary>Closes what is left open.</summary>
    public void Release()
    {
        Poller.Dispose();
        _reserve.Release();
        Output.Clear();
    }

    /// <summary>Serves the complete requests at the start of <paramref name="input"/>.</summary>
    /// <returns>How many bytes they took.</returns>
    protected abstract int Serve(Connection connection, ReadOnlySpan<byte> input);

    /// <summary>The loop has woken up and is about to serve.</summary>
    protected virtual void Woken()
    {
    }

    /// <summary>Writes what a client is told whose connection is one too many.</summary>
    /// <param name="endpoint">Which of the server's endpoints it came to.</param>
    protected abstract void RefuseConnection(int endpoint);

    /// <summary>A connection was accepted.</summary>
    protected abstract void Connected(Connection connection);

    /// <summary>A connection is about to be closed.</summary>
    protected abstract void Disconnected(Connection connection);

    /// <summary>Waits for a ready socket, the next deadline or a wake-up, and reads the clock.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no bound.</param>
    protected int Wait(int milliseconds)
    {
        int timeout = Earlier(milliseconds, _timers.MillisecondsToNext(Now));
        foreach ((_, long due) in _pausedListeners)
        {
            timeout = Earlier(timeout, (int)Math.Max(0, due - Now));
        }

        if (_draining)
        {
            timeout = Earlier(timeout, Role == LoopRole.HybridLoop ? DrainTurnMilliseconds : (int)Math.Max(0, _drainDeadline - Now));
        }

        PublishAllocatedBytes();
        int ready = Poller.Wait(timeout);
        Now = Environment.TickCount64;
        if (_gate is null)
        {
            Woken();
        }

        return ready;

        static int Earlier(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);
    }

    private void PublishAllocatedBytes() =>
        Counters.AllocatedBytes = _allocatedBefore + GC.GetAllocatedBytesForCurrentThread() + Poller.CallbackAllocatedBytes;

    /// <summary>Reads the clock anew.</summary>
    private void ReadClock() => Now = Environment.TickCount64;

    /// <summary>Accepts the connections that wait on a listener, and pauses it when the system is out of descriptors.</summary>
    protected void Accept(Listener listener)
    {
        for (int i = 0; i < AcceptsAtOnce; i++)
        {
            switch (Poller.Accept(listener, out AcceptedSocket accepted))
            {
                case AcceptOutcome.Accepted:
                    listener.Backoff = 100;
                    Welcome(accepted);
                    break;
                case AcceptOutcome.Transient:
                    break;
                case AcceptOutcome.Exhausted:
                    Poller.Remove(listener);
                    PauseAccepting(listener);
                    return;
                case AcceptOutcome.Fatal when !_draining:
                    Log.AcceptFailed(_run.Logger, listener.LocalEndPoint);
                    Poller.Remove(listener);
                    _run.RequestDrain();
                    return;
                default:
                    return;
            }
        }
    }

    /// <summary>Reads what the client has sent and serves it.</summary>
    protected void Receive(Connection connection)
    {
        if (!connection.IsOpen)
        {
            // It ended by what was sent before.
            return;
        }

        if (connection.Paused && !connection.IsLingering)
        {
            if (connection.IsBroken)
            {
                Close(connection, abort: true);
            }

            return;
        }

        // A new request starts in the loop's own buffer; one that is not whole goes on behind its beginning.
        Span<byte> room = connection.TailLength == 0 ? _receive : RoomBehindTail(connection);
        int received = Poller.Receive(connection, room);
        if (received <= 0)
        {
            ReceivedNothing(connection, received);
            return;
        }

        Counters.BytesReceived += received;
        if (connection.DiscardBytes > 0 || connection.IsLingering)
        {
            ReceiveDiscarding(connection, room[..received]);
            return;
        }

        ReadOnlySpan<byte> input = connection.TailLength == 0 ? room[..received] : connection.Tail.AsSpan(0, connection.TailLength += received);
        ServeAndSend(connection, input);
    }

    /// <summary>Goes on with a connection whose socket takes more.</summary>
    protected void Writable(Connection connection)
    {
        int sent = connection.PendingLength == 0 ? 0 : Poller.Send(connection, connection.Pending.AsSpan(connection.PendingStart, connection.PendingLength));
        if (sent < 0)
        {
            if (sent == Poller.Broken)
            {
                Close(connection, abort: true);
            }

            return;
        }

        Counters.BytesSent += sent;
        connection.PendingStart += sent;
        if (connection.PendingLength > 0)
        {
            SetDeadline(connection, TimeoutKind.Write);
            return;
        }

        connection.ReleasePending();
        if (connection.Replies is not null)
        {
            SendStream(connection);
            return;
        }

        GoOn(connection);
    }

    /// <summary>Goes on with a connection that has been sent everything.</summary>
    private void GoOn(Connection connection)
    {
        if (connection.ClosesWhenSent)
        {
            Finish(connection);
            return;
        }

        // Requests that were received while the replies waited are served first, then the socket is read again.
        connection.Paused = false;
        Poller.Watch(connection, connection.PeerFinished ? Interest.None : Interest.Read);
        if (connection.TailLength > 0)
        {
            ServeAndSend(connection, connection.Tail.AsSpan(0, connection.TailLength));
        }
        else
        {
            Rest(connection, served: true);
        }
    }

    /// <summary>Closes the connections that have run out of time.</summary>
    protected void CloseExpired()
    {
        while (_timers.TakeExpired(Now) is { } connection)
        {
            if (connection.Holder != 0)
            {
                // A worker is at it: whether it is late will be seen when it is back.
                _timers.Postpone(connection, Now + DrainTurnMilliseconds);
                continue;
            }

            if (!connection.IsLingering)
            {
                Counters.CountTimeout(connection.Timeout);
                Log.TimedOut(_run.Logger, connection.Id, connection.Timeout);
            }

            Close(connection, abort: connection.Timeout == TimeoutKind.Write);
        }

        if (_pausedListeners.Count > 0)
        {
            ResumeListeners();
        }

        if (_run.IsDrainRequested)
        {
            Drain();
        }
    }

    /// <summary>Logs that a handler threw.</summary>
    protected void HandlerFailed(Connection connection, string command, Exception exception)
    {
        Counters.HandlerFailures++;
        Log.HandlerFailed(_run.Logger, command, connection.Id, exception);
    }

    private void Welcome(AcceptedSocket accepted)
    {
        if (!_run.TryCountConnection())
        {
            TurnAway(accepted);
            return;
        }

        Take(accepted);
    }

    /// <summary>An accepted and counted connection is this loop's, or a thread's of its own.</summary>
    private void Take(AcceptedSocket accepted)
    {
        if (Role == LoopRole.Acceptor)
        {
            if (!_run.TryHandOver(accepted, Now))
            {
                _run.ForgetConnection();
                TurnAway(accepted);
            }
        }
        else if (!TryAdopt(accepted, Now, out _))
        {
            // No room in the kernel's watch list (epoll_ctl(2): ENOSPC, ENOMEM): this client cannot be served.
            _run.ForgetConnection();
            accepted.Dispose();
        }
    }

    /// <summary>Makes an accepted socket a connection of this loop.</summary>
    private bool TryAdopt(AcceptedSocket accepted, long since, [NotNullWhen(true)] out Connection? connection)
    {
        connection = Poller.Adopt(accepted);
        if (connection is null)
        {
            return false;
        }

        Counters.Accepted++;
        ConnectionCount++;
        SetDeadline(connection, TimeoutKind.FirstByte, since);
        if (_gate is null)
        {
            Connected(connection);
        }
        else
        {
            lock (_gate)
            {
                Connected(connection);
            }
        }

        if (Output.Length > 0)
        {
            SendOutput(connection);
        }

        if (connection is { IsOpen: true, ClosesWhenSent: true, PendingLength: 0 })
        {
            Finish(connection);
        }

        return true;
    }

    /// <summary>Tells a client in its protocol that there is no room for it, and closes.</summary>
    private void TurnAway(AcceptedSocket accepted)
    {
        Counters.Rejected++;
        if (_gate is null)
        {
            RefuseConnection(accepted.Endpoint);
        }
        else
        {
            lock (_gate)
            {
                RefuseConnection(accepted.Endpoint);
            }
        }

        accepted.SendLast(Output.Written);
        Output.Clear();
        accepted.Dispose();
    }

    private Span<byte> RoomBehindTail(Connection connection)
    {
        byte[] tail = connection.Tail!;
        if (tail.Length - connection.TailLength < tail.Length / 4)
        {
            // Twice what has been received, never what was announced: memory follows the bytes that came.
            byte[] larger = ArrayPool<byte>.Shared.Rent(tail.Length * 2);
            tail.AsSpan(0, connection.TailLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(tail);
            connection.Tail = tail = larger;
        }

        return tail.AsSpan(connection.TailLength);
    }

    private void ReceivedNothing(Connection connection, int received)
    {
        if (received == Poller.WouldBlock)
        {
            return;
        }

        if (received == Poller.Broken || connection.IsLingering || connection.PendingLength == 0)
        {
            Close(connection, abort: received == Poller.Broken);
            return;
        }

        // The client has sent all it will and may still read: it gets what is owed to it.
        connection.PeerFinished = true;
        connection.ClosesWhenSent = true;
        Poller.Watch(connection, Interest.Write);
    }

    private void ReceiveDiscarding(Connection connection, ReadOnlySpan<byte> received)
    {
        if (connection.IsLingering)
        {
            return;
        }

        int discarded = (int)Math.Min(connection.DiscardBytes, received.Length);
        connection.DiscardBytes -= discarded;
        if (discarded < received.Length)
        {
            ServeAndSend(connection, received[discarded..]);
        }
        else
        {
            Rest(connection, served: connection.DiscardBytes == 0);
        }
    }

    /// <summary>Handlers run under the server's lock where it has one; nothing is received or sent under it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ServeGuarded(Connection connection, ReadOnlySpan<byte> input) =>
        _gate is null ? ServeWithBodies(connection, input) : ServeLocked(_gate, connection, input);

    private int ServeLocked(Lock gate, Connection connection, ReadOnlySpan<byte> input)
    {
        lock (gate)
        {
            Woken();
            return ServeWithBodies(connection, input);
        }
    }

    private void ServeAndSend(Connection connection, ReadOnlySpan<byte> input)
    {
        int used = ServeGuarded(connection, input);
        while (Output.IsFull && used < input.Length && connection.IsServed)
        {
            // Sending may end the connection, or its being served: then the rest is kept or gone.
            SendOutput(connection);
            if (connection.IsServed)
            {
                used += ServeGuarded(connection, input[used..]);
            }
        }

        if (!connection.IsOpen)
        {
            return;
        }

        KeepTail(connection, input, used);
        if (Output.Length > 0)
        {
            SendOutput(connection);
        }

        if (!connection.IsOpen)
        {
            return;
        }

        if (connection.Replies is not null && connection.PendingLength == 0)
        {
            SendStream(connection);
        }
        else if (connection.ClosesWhenSent && connection.PendingLength == 0)
        {
            Finish(connection);
        }
        else
        {
            Rest(connection, served: used > 0);
        }
    }

    /// <summary>Serves the complete requests, and gives a body behind one what was received of it.</summary>
    private int ServeWithBodies(Connection connection, ReadOnlySpan<byte> input)
    {
        int used = 0;
        do
        {
            if (connection.Body is { } body && !ReadBody(connection, body, input[used..], ref used))
            {
                return used;
            }

            used += Serve(connection, input[used..]);
        }
        while (connection is { IsOpen: true, Paused: false, Body: not null } && used < input.Length);

        return used;
    }

    /// <summary>Gives a body what was received. False when it wants more, or nothing more is served.</summary>
    private bool ReadBody(Connection connection, IRequestBody body, ReadOnlySpan<byte> input, ref int used)
    {
        try
        {
            bool ended = body.Read(input, Output, out int consumed);
            used += consumed;
            if (!ended)
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            HandlerFailed(connection, body.GetType().Name, exception);
            Close(connection, abort: true);
            return false;
        }

        connection.ReleaseBody();
        return connection is { IsOpen: true, Paused: false };
    }

    /// <summary>Sends pieces of a long reply while the socket takes them, but not for so long that other connections wait.</summary>
    private void SendStream(Connection connection)
    {
        for (int i = 0; i < PiecesAtOnce && connection is { Replies: { } replies, PendingLength: 0 }; i++)
        {
            try
            {
                if (!WriteNext(replies))
                {
                    connection.Replies = null;
                }
            }
            catch (Exception exception)
            {
                Output.Clear();
                HandlerFailed(connection, replies.GetType().Name, exception);
                Close(connection, abort: true);
                return;
            }

            if (Output.Length > 0)
            {
                SendOutput(connection);
            }

            if (!connection.IsOpen)
            {
                return;
            }
        }

        if (connection.Replies is null && connection.PendingLength == 0)
        {
            GoOn(connection);
            return;
        }

        connection.Paused = true;
        Poller.Watch(connection, Interest.Write);
        SetDeadline(connection, TimeoutKind.Write);
    }

    private bool WriteNext(IReplyStream replies)
    {
        if (_gate is null)
        {
            return replies.WriteNext(Output);
        }

        lock (_gate)
        {
            return replies.WriteNext(Output);
        }
    }

    /// <summary>Keeps the beginning of a request that is not whole, and what was not served because replies wait.</summary>
    private static void KeepTail(Connection connection, ReadOnlySpan<byte> input, int used)
    {
        ReadOnlySpan<byte> rest = connection.ClosesWhenSent ? default : input[used..];
        if (rest.IsEmpty)
        {
            if (connection.Tail is not null)
            {
                connection.ReleaseTail();
            }

            return;
        }

        if (connection.TailLength > 0 && (used == 0 || rest.Length > connection.Tail!.Length / 8))
        {
            if (rest.Length != connection.TailLength)
            {
                rest.CopyTo(connection.Tail);
                connection.TailLength = rest.Length;
            }

            return;
        }

        // Also when a long request was served and little is left: the large buffer goes back.
        byte[] tail = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestTail, rest.Length + rest.Length / 2));
        rest.CopyTo(tail);
        int length = rest.Length;
        connection.ReleaseTail();
        connection.Tail = tail;
        connection.TailLength = length;
    }

    /// <summary>One optimistic send; what the socket does not take is kept with the connection.</summary>
    private void SendOutput(Connection connection)
    {
        ReadOnlySpan<byte> bytes = Output.Written;
        if (connection.PendingLength == 0)
        {
            int sent = Poller.Send(connection, bytes);
            if (sent == Poller.Broken)
            {
                Output.Clear();
                Close(connection, abort: true);
                return;
            }

            sent = Math.Max(sent, 0);
            Counters.BytesSent += sent;
            bytes = bytes[sent..];
        }

        if (!bytes.IsEmpty)
        {
            AppendPending(connection, bytes);
            if (connection.PendingLength > Settings.MaxOutputBytes)
            {
                connection.Paused = true;
            }

            Poller.Watch(connection, connection.Paused || connection.PeerFinished ? Interest.Write : Interest.Read | Interest.Write);
        }

        Output.Clear();
    }

    private static void AppendPending(Connection connection, ReadOnlySpan<byte> bytes)
    {
        int length = connection.PendingLength;
        if (connection.Pending is null || connection.PendingEnd + bytes.Length > connection.Pending.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(length + bytes.Length);
            connection.Pending.AsSpan(connection.PendingStart, length).CopyTo(larger);
            connection.ReleasePending();
            connection.Pending = larger;
            connection.PendingEnd = length;
        }

        bytes.CopyTo(connection.Pending.AsSpan(connection.PendingEnd));
        connection.PendingEnd += bytes.Length;
    }

    /// <summary>The connection waits: for the rest of a request, for its client to read, or for the next request.</summary>
    private void Rest(Connection connection, bool served)
    {
        if (connection.PendingLength > 0)
        {
            if (connection.Timeout != TimeoutKind.Write)
            {
                SetDeadline(connection, TimeoutKind.Write);
            }
        }
        else if (connection.TailLength > 0 || connection.DiscardBytes > 0 || connection.Body is not null)
        {
            // A request has its time from its first byte on, however it drips in.
            if (served || connection.Timeout != TimeoutKind.Request)
            {
                SetDeadline(connection, TimeoutKind.Request);
            }
        }
        else if (connection.PeerFinished || _draining)
        {
            Finish(connection);
        }
        else
        {
            SetDeadline(connection, TimeoutKind.Idle);
        }
    }

    /// <summary>A worker only writes the deadline down: the timers are the loop's.</summary>
    private void SetDeadline(Connection connection, long deadline)
    {
        if (Role == LoopRole.HybridWorker)
        {
            connection.Deadline = deadline;
        }
        else
        {
            _timers.Set(connection, deadline);
        }
    }

    private void SetDeadline(Connection connection, TimeoutKind kind) => SetDeadline(connection, kind, Now);

    private void SetDeadline(Connection connection, TimeoutKind kind, long since)
    {
        connection.Timeout = kind;
        int seconds = kind switch
        {
            TimeoutKind.Idle => Settings.IdleTimeoutSeconds,
            TimeoutKind.Request => Settings.RequestTimeoutSeconds,
            TimeoutKind.Write => Settings.WriteTimeoutSeconds,
            _ => Settings.FirstByteTimeoutSeconds,
        };
        SetDeadline(connection, since + seconds * 1000L);
    }

    /// <summary>
    /// Ends a connection that is owed nothing more: tells the client so, then reads to its end, since closing a socket with unread bytes
    /// resets it and can take the last reply with it.
    /// </summary>
    private void Finish(Connection connection)
    {
        if (connection.PeerFinished)
        {
            Close(connection, abort: false);
            return;
        }

        connection.ReleaseTail();
        connection.Paused = true;
        connection.IsLingering = true;
        Poller.ShutdownSend(connection);
        Poller.Watch(connection, Interest.Read);
        SetDeadline(connection, Now + LingerMilliseconds);
    }

    private void Close(Connection connection, bool abort)
    {
        if (!connection.IsOpen)
        {
            return;
        }

        connection.ReleaseBody();
        if (_gate is null)
        {
            Disconnected(connection);
        }
        else
        {
            lock (_gate)
            {
                Disconnected(connection);
            }
        }

        if (Role != LoopRole.HybridWorker)
        {
            _timers.Remove(connection);
            ConnectionCount--;
        }

        Counters.Closed++;
        Poller.Close(connection, abort);
        _run.ForgetConnection();
    }

    private void PauseAccepting(Listener listener)
    {
        _reserve.Release();
        Log.AcceptPaused(_run.Logger, listener.Backoff);
        Counters.AcceptPauses++;
        _pausedListeners.Add((listener, Now + listener.Backoff));
        listener.Backoff = Math.Min(listener.Backoff * 2, LongestBackoffMilliseconds);
    }

    private void ResumeListeners()
    {
        for (int i = _pausedListeners.Count - 1; i >= 0; i--)
        {
            (Listener listener, long due) = _pausedListeners[i];
            if (due <= Now)
            {
                _pausedListeners.RemoveAt(i);

                // The reserve comes first: what is accepted must not take it.
                if (_reserve.TryTake())
                {
                    Poller.Add(listener);
                }
                else
                {
                    PauseAccepting(listener);
                }
            }
        }
    }

    /// <summary>
    /// The end of a server's life: no new connection, one last look at each socket, then those with nothing in flight are finished; the rest
    /// have until the deadline.
    /// </summary>
    private void Drain()
    {
        bool isFirst = !_draining;
        if (isFirst)
        {
            _draining = true;
            _drainDeadline = Now + Settings.DrainTimeoutSeconds * 1000L;
            foreach (Listener listener in _listeners)
            {
                Accept(listener);
                Poller.Remove(listener);
            }

            _pausedListeners.Clear();
            CloseDatagrams();
            if (Role == LoopRole.Acceptor)
            {
                _run.EndHandOver();
            }
        }

        if (isFirst || Role == LoopRole.HybridLoop)
        {
            foreach (Connection connection in Poller.Connections)
            {
                FinishIfIdle(connection);
            }
        }

        if (ConnectionCount > 0 && Now >= _drainDeadline)
        {
            foreach (Connection connection in Poller.Connections)
            {
                if (connection.Holder != 0)
                {
                    continue;
                }

                if (!connection.IsLingering)
                {
                    Counters.Aborted++;
                }

                Close(connection, abort: true);
            }
        }

        IsDone = ConnectionCount == 0;
    }

    /// <summary>One last look at a connection's socket; where nothing is in flight, it is finished.</summary>
    private void FinishIfIdle(Connection connection)
    {
        if (connection.Holder != 0)
        {
            return;
        }

        if (!connection.Paused && !connection.IsLingering)
        {
            Receive(connection);
        }

        if (connection is { IsOpen: true, IsLingering: false, TailLength: 0, PendingLength: 0, DiscardBytes: 0, Replies: null, Body: null })
        {
            Finish(connection);
        }
    }

    /// <summary>Runs a scheduled method of the server as handlers run; that it threw is logged.</summary>
    protected void RunScheduled(string method, Action run)
    {
        try
        {
            if (_gate is null)
            {
                run();
                return;
            }

            lock (_gate)
            {
                run();
            }
        }
        catch (Exception exception)
        {
            Counters.HandlerFailures++;
            Log.ScheduleFailed(_run.Logger, method, exception);
        }
    }
}
