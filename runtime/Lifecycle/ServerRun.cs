using System.Diagnostics;
using System.Net;
using DeclServer.Concurrency;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer;

/// <summary>A server that runs: its loops, its listening sockets and its end.</summary>
public sealed partial class ServerRun : IAsyncDisposable
{
    private readonly string _server;
    private readonly QueuedLogger _log;
    private ListeningSockets? _sockets;
    private readonly Func<ServerRun, LoopRole, ServingLoop> _newLoop;
    private readonly ServerHooks _hooks;
    private readonly List<ServingLoop> _loops = [];
    private readonly Stack<ServingLoop> _spareThreads = new();
    private readonly ClientQueue _clients = new();
    private readonly WorkerProcess? _worker;
    private ProcessPool? _processes;
    private readonly ConnectionLimits[] _limits;
    private int _hybridLoops;
    private int _threads;
    private readonly TaskCompletionSource<int> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;
    private int _runningLoops;
    private int _drainBegun;
    private int _drainRequested;
    private int _cutOffRequested;
    private StopSignal? _stop;
    private StallWatchdog? _watchdog;
    private ServiceManager? _manager;
    private Activity? _drain;
    private bool _failed;

    private ServerRun(ServerSettings settings, string server, string[] commands, Func<ServerRun, LoopRole, ServingLoop> newLoop, ServerHooks hooks)
    {
        _server = server;
        _newLoop = newLoop;
        _hooks = hooks;
        Settings = settings;
        _limits = ConnectionLimits.Of(settings);
        _log = new QueuedLogger(settings.Logger ?? new ConsoleLogger());
        Offloaded = new OffloadPool(settings.Concurrency.Workers);
        Gate = settings.State == ServerState.Exclusive && settings.Concurrency.HasSeveralThreads ? new Lock() : null;
        _worker = WorkerProcess.Current is { } worker && worker.IsOf(server) ? worker : null;
        Signals = new ServerSignals(server, commands, () => _connections, () => settings.MaxConnections, () => BufferedBytes, () => _log.Dropped);
    }

    /// <summary>What the server was started with.</summary>
    public ServerSettings Settings { get; }

    /// <summary>What it counts.</summary>
    public ServerSignals Signals { get; }

    /// <summary>Where it listens, in the order of the <c>[Listen]</c> attributes, with the ports the system chose.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>The port of one of its endpoints; 0 of a Unix socket.</summary>
    public int Port(int endpoint = 0) => (EndPoints[endpoint] as IPEndPoint)?.Port ?? 0;

    /// <summary>How many connections it holds.</summary>
    public int ConnectionCount => Volatile.Read(ref _connections);

    /// <summary>Bytes of all connections' buffers: requests that are not whole, and replies that wait.</summary>
    public long BufferedBytes => _limits is [{ Buffers: var buffers }, ..] ? buffers.Taken : 0;

    /// <summary>Ends when the server has; its value is one of <see cref="ExitStatus"/>.</summary>
    public Task<int> Completion => _completion.Task;

    /// <summary>Where the server tells what it does; whoever tells something does not wait for it to be written.</summary>
    internal ILogger Logger => _log;

    /// <summary>Held while handlers run; null where they run on one thread, or guard their state themselves.</summary>
    internal Lock? Gate { get; }

    /// <summary>Runs handlers beside event loops.</summary>
    internal OffloadPool Offloaded { get; }

    /// <summary>
    /// What the hybrid model's loops hand to its workers: a connection once at most, and a handler's continuations only where it started several
    /// things at once, so the number of connections bounds it.
    /// </summary>
    internal WorkQueue<WorkItem> Work { get; } = new();

    /// <summary>Ends the waits of the threads that serve one connection each.</summary>
    internal StopSignal Stop => _stop ??= new StopSignal();

    /// <summary>Whether it takes connections: it listens and does not drain.</summary>
    public bool IsReady => !IsDrainRequested && !Completion.IsCompleted;

    /// <summary>
    /// How long the loop has been at its present turn that has been at it the longest; loops that wait are at none. A loop that serves many
    /// connections ends a turn within milliseconds, unless a handler holds it.
    /// </summary>
    public TimeSpan LongestTurn
    {
        get
        {
            lock (_loops)
            {
                return TimeSpan.FromMilliseconds(_loops.Where(static l => l.ServesMany).Select(static l => l.Beat.Turn).DefaultIfEmpty(0).Max());
            }
        }
    }

    /// <summary>Whether what is still busy is to be closed, before the deadline too.</summary>
    internal bool IsCutOffRequested => Volatile.Read(ref _cutOffRequested) != 0;

    internal bool IsDrainRequested => Volatile.Read(ref _drainRequested) != 0;

    /// <summary>Acquires what the handlers need, binds, listens and starts the loops.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="server">The server class's name.</param>
    /// <param name="commands">The commands' names, in the order of their numbers.</param>
    /// <param name="newLoop">Makes an emitted loop of one of the roles that the server's models have.</param>
    /// <param name="hooks">What the server class does in each phase.</param>
    /// <exception cref="BindException">An address cannot be bound; nothing is left open.</exception>
    public static ServerRun Start(ServerSettings settings, string server, string[] commands, Func<ServerRun, LoopRole, ServingLoop> newLoop, ServerHooks hooks)
    {
        using Activity? start = Phase.Enter(settings.Logger, server, Phase.Start);
        Phase.Run(settings.Logger, server, Phase.Configure, () => hooks.Configured(settings));
        Phase.Run(settings.Logger, server, Phase.Acquire, hooks.Starting);
        ServerRun? run = null;
        try
        {
            run = new ServerRun(settings, server, commands, newLoop, hooks);
            Phase.Run(run.Logger, server, Phase.Bind, run.Bind);
        }
        catch
        {
            run?.Release();
            run?._log.Dispose();
            hooks.Stopped();
            throw;
        }

        Phase.Run(run.Logger, server, Phase.Serve, run.Serve);
        return run;
    }

    /// <summary>Stops accepting, finishes what is in flight, closes the rest at the deadline.</summary>
    /// <returns>One of <see cref="ExitStatus"/>.</returns>
    public Task<int> DrainAsync()
    {
        RequestDrain();
        return Completion;
    }

    /// <summary>The same, and closes the rest too when <paramref name="deadline"/> is cancelled before the server's own deadline.</summary>
    public async Task<int> DrainAsync(CancellationToken deadline)
    {
        RequestDrain();
        await using CancellationTokenRegistration cut = deadline.Register(CutOff);
        return await Completion.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync().ConfigureAwait(false);
        Signals.Dispose();
    }

    /// <summary>Asks every loop to drain; false when that was done before.</summary>
    internal bool RequestDrain()
    {
        if (Interlocked.Exchange(ref _drainBegun, 1) != 0)
        {
            return false;
        }

        if (_worker is null)
        {
            Log.Draining(Logger, _server, ConnectionCount);
        }

        Activity? current = Activity.Current;
        _drain = Phase.Enter(Logger, _server, Phase.Drain)?.SetTag("declserver.connections", ConnectionCount);
        Activity.Current = current;
        RunHook("OnDraining", _hooks.Draining);
        Volatile.Write(ref _drainRequested, 1);
        Volatile.Read(ref _manager)?.Stopping();
        WakeLoops();
        return true;
    }

    private void Bind()
    {
        if (_worker is null)
        {
            Listen();
        }
        else
        {
            ListenToServer();
        }

        _hooks.Bound(this);
    }

    private void Serve()
    {
        _runningLoops = _loops.Count;
        if (_processes is { } processes)
        {
            _runningLoops++;
            StartThread(() => RunGuarded(processes.Run), $"{_server} processes", stackSize: 0);
        }

        _hybridLoops = _loops.Count(static l => l.Role == LoopRole.HybridLoop);
        Watch();
        foreach (ServingLoop loop in _loops.ToArray())
        {
            StartThread(loop);
        }

        try
        {
            _hooks.Started(this);
        }
        catch
        {
            // Its caller gets no server, and so nobody else would end it.
            CutOff();
            RequestDrain();
            throw;
        }
    }

    /// <summary>A hook at the server's end: what it throws must not keep the rest from ending.</summary>
    private void RunHook(string name, Action hook)
    {
        try
        {
            hook();
        }
        catch (Exception exception)
        {
            Log.HookFailed(Logger, name, exception);
        }
    }

    /// <summary>Has a service manager told that the server drains, when it does.</summary>
    private void Tell(ServiceManager? manager)
    {
        Volatile.Write(ref _manager, manager);
        if (IsDrainRequested)
        {
            manager?.Stopping();
        }
    }

    private void CutOff()
    {
        Volatile.Write(ref _cutOffRequested, 1);
        WakeLoops();
        _processes?.Wake();
    }

    private void WakeLoops()
    {
        lock (_loops)
        {
            foreach (ServingLoop loop in _loops)
            {
                loop.Wake();
            }
        }
    }
}

/// <summary>What a setting names cannot be used; thrown in <c>OnStarting</c>, the message is the one line that is told, and names the key.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>An address could not be bound; the message is the one line that says which and how to choose another.</summary>
public sealed class BindException(string message, Exception? inner) : Exception(message, inner);
