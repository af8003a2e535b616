using System.Diagnostics.Metrics;
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

    /// <summary>A client's rate is looked at so often, at most.</summary>
    private const int ShortestRateMilliseconds = 500;

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

    /// <summary>What was read of requests that came in a row.</summary>
    protected LookAhead Ahead => field ??= new();

    /// <summary>The loop's clock in milliseconds, read once when it wakes.</summary>
    protected long Now { get; private set; }

    /// <summary>Whether the loop has drained and ends.</summary>
    protected bool IsDone { get; private set; }

    /// <summary>How many connections the loop holds.</summary>
    protected int ConnectionCount { get; private set; }

    /// <summary>What the thread does.</summary>
    internal LoopRole Role { get; }

    /// <summary>Whether many connections wait for each of its turns.</summary>
    internal bool ServesMany => Role is LoopRole.EventLoop or LoopRole.HybridLoop or LoopRole.Acceptor;

    /// <summary>The emitted loop.</summary>
    public abstract void Run();

    /// <summary>Takes over the thread that <see cref="Run"/> is about to be called on.</summary>
    internal void Enter()
    {
        _inbox.Open();
        EnterContext();
        _allocatedBefore = Counters.AllocatedBytes - GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>Is about to end, behind <see cref="Run"/>.</summary>
    internal void Leave()
    {
        if (Role == LoopRole.Acceptor && _run.HasWaitingClients)
        {
            LeaveRefusals();
        }
    }

    /// <summary>Starts to watch a listening socket; before <see cref="Run"/>.</summary>
    public void Add(Listener listener)
    {
        _reserve.TryTake();
        listener.Enter();
        _listeners.Add(listener);
        Poller.Add(listener);
    }

    /// <summary>Ends the loop's wait, so that it sees that the server drains; from any thread.</summary>
    internal void Wake() => _inbox.Wake(Poller);

    /// <summary>Closes what is left open.</summary>
    public void Release()
    {
        _inbox.Close();
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

    /// <summary>Writes what a client is told whose connection ends: nothing, unless its protocol has words for it.</summary>
    /// <param name="endpoint">Which of the server's endpoints it came to.</param>
    /// <param name="reason">Why it ends.</param>
    protected virtual void SayGoodbye(int endpoint, GoodbyeReason reason)
    {
    }

    /// <summary>The goodbye of a protocol.</summary>
    /// <param name="reason">Why the connection ends.</param>
    /// <param name="prefix">The bytes of the length before each message; 0 for none.</param>
    protected void SayGoodbye<TProtocol, TReply>(GoodbyeReason reason, int prefix = 0)
        where TProtocol : IProtocol<TReply>
        where TReply : IMessage<TReply>, allows ref struct => TProtocol.SayGoodbye(reason, new ReplyWriter<TReply>(Output, prefix));

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
            timeout = _listeners.Count > 0 ? Earlier(timeout, (int)Math.Max(0, _listenUntil - Now)) : timeout;
            timeout = Earlier(timeout, Role is LoopRole.HybridLoop or LoopRole.ConnectionThread ? DrainTurnMilliseconds : (int)Math.Max(0, _drainDeadline + (Now < _drainDeadline ? 0 : LeaveMilliseconds) - Now));
        }

        if (_answeredWhileHeld.Count > 0)
        {
            timeout = Earlier(timeout, 1);
        }

        PublishAllocatedBytes();
        Volatile.Write(ref _awakeSince, 0);
        int ready = Role == LoopRole.ConnectionThread && _inFlight > 0 ? WaitForPosted(timeout) : Poller.Wait(_again.Count > 0 ? 0 : timeout);
        Now = Environment.TickCount64;
        _doing = Nothing;
        Volatile.Write(ref _awakeSince, Now);
        if (_gate is null)
        {
            Woken();
        }

        return ready;

        static int Earlier(int a, int b) => a < 0 ? b : b < 0 ? a : Math.Min(a, b);
    }

    private void PublishAllocatedBytes() =>
        Counters.AllocatedBytes = _allocatedBefore + GC.GetAllocatedBytesForCurrentThread() + Poller.CallbackAllocatedBytes;

    /// <summary>Holds the lock under which handlers run, where the server has one, to the end of a block.</summary>
    private Guard HoldGate() => new(_gate);

    /// <summary>Reads the clock anew.</summary>
    private void ReadClock() => Now = Environment.TickCount64;

    /// <summary>Logs that a handler threw.</summary>
    protected void HandlerFailed(Connection connection, string command, Exception exception)
    {
        Counters.HandlerFailures++;
        Log.HandlerFailed(_run.Logger, command, connection.Id, exception);
    }

    /// <summary>Runs a scheduled method of the server as handlers run; that it threw is logged.</summary>
    protected void RunScheduled(string method, Action run)
    {
        _scheduled = method;
        Begin(Scheduled);
        try
        {
            using (HoldGate())
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

    private readonly ref struct Guard
    {
        private readonly Lock? _gate;

        public Guard(Lock? gate)
        {
            _gate = gate;
            gate?.Enter();
        }

        public void Dispose() => _gate?.Exit();
    }
}
