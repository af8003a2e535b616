using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DeclServer.Concurrency;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer;

/// <summary>A server that runs: its loops, its listening sockets and its end.</summary>
public sealed class ServerRun : IAsyncDisposable
{
    /// <summary>256 KiB: a handler's calls are not deep, and there may be a thousand of these threads.</summary>
    private const int ConnectionStackSize = 256 * 1024;

    /// <summary>How long a thread without a connection is kept for the next one.</summary>
    private const int SpareThreadMilliseconds = 10_000;

    /// <summary>The section of settings for every server; the one named by the server class is over it.</summary>
    public const string AnyServer = "DeclServer";

    private readonly string _server;
    private readonly QueuedLogger _log;
    private readonly List<IDisposable> _sockets = [];
    private readonly Func<ServerRun, LoopRole, ServingLoop> _newLoop;
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
    private int _drainRequested;
    private StopSignal? _stop;
    private StallWatchdog? _watchdog;
    private bool _failed;

    private ServerRun(ServerSettings settings, string server, string[] commands, Func<ServerRun, LoopRole, ServingLoop> newLoop)
    {
        _server = server;
        _newLoop = newLoop;
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

    internal bool IsDrainRequested => Volatile.Read(ref _drainRequested) != 0;

    /// <summary>Binds, listens and starts the loops.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="server">The server class's name.</param>
    /// <param name="commands">The commands' names, in the order of their numbers.</param>
    /// <param name="newLoop">Makes an emitted loop of one of the roles that the server's models have.</param>
    /// <exception cref="SocketException">An address cannot be bound; nothing is left open.</exception>
    public static ServerRun Start(ServerSettings settings, string server, string[] commands, Func<ServerRun, LoopRole, ServingLoop> newLoop)
    {
        ServerRun run = new(settings, server, commands, newLoop);
        try
        {
            if (run._worker is null)
            {
                run.Listen();
            }
            else
            {
                run.ListenToServer();
            }
        }
        catch
        {
            run.Release();
            run._log.Dispose();
            throw;
        }

        run._runningLoops = run._loops.Count;
        if (run._processes is { } processes)
        {
            run._runningLoops++;
            run.StartThread(() => run.RunGuarded(processes.Run), $"{server} processes", stackSize: 0);
        }

        run._hybridLoops = run._loops.Count(static l => l.Role == LoopRole.HybridLoop);
        run.Watch();
        foreach (ServingLoop loop in run._loops.ToArray())
        {
            run.StartThread(loop);
        }

        return run;
    }

    /// <summary>
    /// Runs a server as a process: reads the settings, starts it, drains it at SIGTERM or SIGINT; a second signal ends it at once.
    /// SIGHUP calls <paramref name="reload"/> on a thread of its own, while the loops go on.
    /// </summary>
    /// <returns>One of <see cref="ExitStatus"/>, which is also set as the process's exit code.</returns>
    public static async Task<int> RunAsync(string server, string[] arguments, SettingsReader reader, Func<ServerRun> start, Action reload, CancellationToken stop)
    {
        if (arguments is ["--help" or "-h"])
        {
            Console.Out.Write(reader.Help(server));
            return ExitStatus.Drained;
        }

        string file = Path.Combine(AppContext.BaseDirectory, SettingsReader.DefaultFile);
        if (reader.Read(arguments, Environment.GetEnvironmentVariable, [AnyServer, server], file) is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return Environment.ExitCode = ExitStatus.BadConfiguration;
        }

        if (reader.IsPrintAsked)
        {
            Console.Out.Write(reader.Print());
            return ExitStatus.Drained;
        }

        if (WorkerProcess.Current is { } worker && !worker.IsOf(server))
        {
            // This process is a worker of another server of the program: this one runs elsewhere.
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitStatus.Drained;
        }

        if (reader.Settings.WorkerCommand.Count == 0)
        {
            reader.Settings.WorkerCommand = OwnCommand();
        }

        ServerRun run;
        try
        {
            run = start();
        }
        catch (BindException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return Environment.ExitCode = ExitStatus.CannotBind;
        }
        catch (SettingException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return Environment.ExitCode = ExitStatus.BadConfiguration;
        }

        void OnSignal(PosixSignalContext context)
        {
            // The first signal drains; the second has its usual effect, but for a worker, which the server ends.
            context.Cancel = run.RequestDrain() || run._worker is not null;
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration? hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            // Its usual effect is to end the process; here it asks for what can be loaded anew.
            context.Cancel = true;
            run._processes?.Signal(Libc.SigHup);
            try
            {
                reload();
            }
            catch (Exception exception)
            {
                Log.ReloadFailed(run.Logger, exception);
            }
        });
        await using CancellationTokenRegistration stopping = stop.Register(() => run.RequestDrain());
        int status = await run.Completion.ConfigureAwait(false);
        await run.DisposeAsync().ConfigureAwait(false);
        return Environment.ExitCode = status;
    }

    /// <summary>Stops accepting, finishes what is in flight, closes the rest at the deadline.</summary>
    /// <returns>One of <see cref="ExitStatus"/>.</returns>
    public Task<int> DrainAsync()
    {
        RequestDrain();
        return Completion;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync().ConfigureAwait(false);
        Signals.Dispose();
    }

    internal static bool TryParseAddress(string text, out IPAddress address)
    {
        address = text switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
            _ => IPAddress.TryParse(text, out IPAddress? parsed) ? parsed : IPAddress.None,
        };
        return !address.Equals(IPAddress.None) || text == "255.255.255.255";
    }

    /// <summary>Asks every loop to drain; false when that was done before.</summary>
    internal bool RequestDrain()
    {
        if (Interlocked.Exchange(ref _drainRequested, 1) != 0)
        {
            return false;
        }

        if (_worker is null)
        {
            Log.Draining(Logger, _server, ConnectionCount);
        }

        lock (_loops)
        {
            foreach (ServingLoop loop in _loops)
            {
                loop.Wake();
            }
        }

        return true;
    }

    /// <summary>Has the loops that serve many looked at.</summary>
    private void Watch()
    {
        ServingLoop[] watched = [.. _loops.Where(static l => l.Role is LoopRole.EventLoop or LoopRole.HybridLoop or LoopRole.Acceptor)];
        if (Settings.StallMilliseconds > 0 && watched.Length > 0)
        {
            _watchdog = new StallWatchdog(watched, Settings.StallMilliseconds, Signals.NewCounters(), Logger);
        }
    }

    /// <summary>Gives an accepted connection to a thread of its own; false when there is none for it.</summary>
    internal bool TryHandOver(AcceptedSocket accepted, long since)
    {
        if (_processes is { } processes)
        {
            return processes.TryHandOver(accepted, since);
        }

        ModelSettings model = Settings.Concurrency;
        if (_clients.TryAdd(accepted, since, model.Model == ConcurrencyModel.ThreadPool ? model.QueueLength : 0))
        {
            return true;
        }

        if (model.Model != ConcurrencyModel.ThreadPerConnection || Volatile.Read(ref _threads) >= model.MaxThreads || !TryAddThread())
        {
            return false;
        }

        return _clients.TryAdd(accepted, since, int.MaxValue);
    }

    /// <summary>Waits for a client that a thread may serve; false when the thread is to end.</summary>
    internal bool TryTakeClient(out AcceptedSocket accepted, out long since)
    {
        if (_worker is not { } worker)
        {
            return _clients.TryTake(Settings.Concurrency.Model == ConcurrencyModel.ThreadPool ? -1 : SpareThreadMilliseconds, out accepted, out since);
        }

        bool taken = worker.TryTake(this, out accepted, out since);
        if (taken)
        {
            // The server has counted it against the limits; here it is only held.
            TryCountConnection(accepted.Endpoint);
        }

        return taken;
    }

    internal void EndHandOver()
    {
        _clients.Close();
        _processes?.Close();
    }

    private bool TryAddThread()
    {
        ServingLoop loop;
        lock (_loops)
        {
            loop = _spareThreads.TryPop(out ServingLoop? spare) ? spare : _newLoop(this, LoopRole.ConnectionThread);
            _loops.Add(loop);
            _threads++;
        }

        Interlocked.Increment(ref _runningLoops);
        try
        {
            StartThread(loop);
            return true;
        }
        catch (OutOfMemoryException)
        {
            // The system gives no more threads: those there are go on.
            RemoveThread(loop);
            Interlocked.Decrement(ref _runningLoops);
            return false;
        }
    }

    private void RemoveThread(ServingLoop loop)
    {
        lock (_loops)
        {
            _loops.Remove(loop);
            _spareThreads.Push(loop);
            _threads--;
        }
    }

    private void StartThread(ServingLoop loop)
    {
        bool isOne = loop.Role == LoopRole.ConnectionThread;
        StartThread(() => RunLoop(loop), isOne ? $"{_server} connection" : $"{_server} {loop.Role} {loop.Index}", isOne && _worker is null ? ConnectionStackSize : 0);
    }

    private void StartThread(ThreadStart run, string name, int stackSize) => new Thread(run, stackSize) { Name = name, IsBackground = true }.Start();

    internal int NextLoopIndex() => _loops.Count;

    internal bool TryCountConnection(int endpoint)
    {
        if (Interlocked.Increment(ref _connections) <= Settings.MaxConnections && _limits[endpoint].TryCount())
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    /// <summary>Counts a connection by its client's address, where clients have a cap; false when it has as many as it may.</summary>
    internal bool TryCountClient(AcceptedSocket accepted, out UInt128 client)
    {
        client = 0;
        ConnectionLimits limits = _limits[accepted.Endpoint];
        return limits.HasProxyHeader || limits.Clients is not { } clients || TryCount(clients, accepted.RemoteAddress, out client);
    }

    /// <summary>The same for a connection of which a proxy has told whose it is.</summary>
    internal bool TryCountClient(Connection connection) =>
        connection.Limits.Clients is not { } clients || TryCount(clients, connection.RemoteAddress, out connection.Client);

    private static bool TryCount(ClientCounts clients, UInt128 address, out UInt128 client)
    {
        UInt128 key = ClientCounts.Key(address);
        bool isCounted = key == 0 || clients.TryAdd(key);
        client = isCounted ? key : 0;
        return isCounted;
    }

    /// <summary>A connection that was counted has ended.</summary>
    /// <param name="endpoint">The endpoint it came to.</param>
    /// <param name="client">What its client was counted by; 0 where it was not.</param>
    internal void ForgetConnection(int endpoint, UInt128 client)
    {
        Interlocked.Decrement(ref _connections);
        _limits[endpoint].Forget();
        if (client != 0)
        {
            _limits[endpoint].Clients!.Remove(client);
        }
    }

    internal ConnectionLimits LimitsOf(int endpoint) => _limits[endpoint];

    /// <summary>This program as it was started: the executable, or the host with the assembly it runs, and the arguments.</summary>
    private static string[] OwnCommand()
    {
        string[] line = Environment.GetCommandLineArgs();
        string program = Environment.ProcessPath ?? line[0];
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, .. line] : [program, .. line[1..]];
    }

    /// <summary>Makes the one thread of a worker process, which gets its clients from the server.</summary>
    private void ListenToServer()
    {
        _loops.Add(_newLoop(this, LoopRole.ConnectionThread));
        _threads = 1;
        EndPoints = [.. Settings.Endpoints.Select(static e => e.Transport == TransportProtocol.Unix ? (EndPoint)new UnixDomainSocketEndPoint(e.Path) : Resolve(e, 0))];
    }

    private void Listen()
    {
        ModelSettings model = Settings.Concurrency;
        if (model.Model == ConcurrencyModel.ProcessPerConnection)
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new SettingException("concurrency process needs Linux; choose another by --concurrency");
            }

            if (Settings.WorkerCommand.Count == 0)
            {
                throw new InvalidOperationException("A server with a process for each connection is run by RunAsync, or needs ServerSettings.WorkerCommand.");
            }

            if (Array.Exists(_limits, static l => l is { HasProxyHeader: true, Clients: not null }))
            {
                throw new SettingException("max-connections-per-client: where each connection has a process, the clients of a proxy are not counted; set it to 0, or choose another --concurrency");
            }

            _processes = new ProcessPool(this, _server, Signals.NewCounters());
        }

        int loops = model.HasLoops ? model.Loops : 1;
        bool ownSockets = OperatingSystem.IsLinux() && loops > 1 && Settings.Transport != TransportKind.Portable;
        EndPoint[] endPoints = new EndPoint[Settings.Endpoints.Count];
        Listener[] listeners = new Listener[endPoints.Length];
        DatagramSocket[] datagrams = new DatagramSocket[endPoints.Length];

        // TCP first: clients, and those that have just gone, hold so many of its ports that one the system chose for UDP may be taken.
        int[] order = [.. Enumerable.Range(0, endPoints.Length).OrderBy(i => Settings.Endpoints[i].Transport)];
        for (int loopIndex = 0; loopIndex < loops; loopIndex++)
        {
            ServingLoop loop = _newLoop(this, model.Model switch
            {
                ConcurrencyModel.EventLoop => LoopRole.EventLoop,
                ConcurrencyModel.Hybrid => LoopRole.HybridLoop,
                _ => LoopRole.Acceptor,
            });
            _loops.Add(loop);
            foreach (int i in order)
            {
                EndpointSettings endpoint = Settings.Endpoints[i];
                bool binds = loopIndex == 0 || (ownSockets && endpoint.Transport != TransportProtocol.Unix);
                if (endpoint.Transport == TransportProtocol.Unix)
                {
                    if (binds)
                    {
                        listeners[i] = Bind(new UnixDomainSocketEndPoint(endpoint.Path), endpoint, () => Listener.Bind(endpoint.Path, endpoint.Mode, i, endpoint.Backlog));
                        endPoints[i] = listeners[i].LocalEndPoint;
                    }

                    loop.Add(listeners[i]);
                    continue;
                }

                IPEndPoint asked = loopIndex == 0 ? Resolve(endpoint, ChosenPort(endpoint, endPoints)) : (IPEndPoint)endPoints[i];
                PortSharing sharing = endpoint.ReusePort ? PortSharing.Anyone : !ownSockets ? PortSharing.None : loopIndex == 0 ? PortSharing.First : PortSharing.Next;
                if (endpoint.Transport == TransportProtocol.Udp)
                {
                    if (binds)
                    {
                        datagrams[i] = Bind(asked, endpoint, () =>
                            DatagramSocket.Bind(asked, i, endpoint.MaxRequestSize, endpoint.MaxReplySize, sharing, endpoint.DualMode));
                        endPoints[i] = datagrams[i].LocalEndPoint;
                    }

                    loop.Add(datagrams[i]);
                }
                else
                {
                    if (binds)
                    {
                        listeners[i] = Bind(asked, endpoint, () => Listener.Bind(asked, i, endpoint.Backlog, sharing, endpoint.DualMode));
                        endPoints[i] = listeners[i].LocalEndPoint;
                    }

                    loop.Add(listeners[i]);
                }
            }
        }

        if (model.Model is ConcurrencyModel.Hybrid or ConcurrencyModel.ThreadPool)
        {
            for (int i = 0; i < model.Workers; i++)
            {
                _loops.Add(_newLoop(this, model.Model == ConcurrencyModel.Hybrid ? LoopRole.HybridWorker : LoopRole.ConnectionThread));
            }
        }

        EndPoints = endPoints;
        for (int i = 0; i < endPoints.Length; i++)
        {
            Log.Listening(Logger, _server, endPoints[i], Label(Settings.Endpoints[i]));
        }
    }

    /// <summary>The port of the other transport's endpoint of that name, or 0: one service has one port on both, chosen by the system too.</summary>
    private int ChosenPort(EndpointSettings endpoint, EndPoint?[] bound)
    {
        for (int i = 0; i < bound.Length; i++)
        {
            if (bound[i] is IPEndPoint other && Settings.Endpoints[i].Name == endpoint.Name && Settings.Endpoints[i].Transport != endpoint.Transport)
            {
                return other.Port;
            }
        }

        return 0;
    }

    private static IPEndPoint Resolve(EndpointSettings endpoint, int chosenPort) =>
        TryParseAddress(endpoint.Address, out IPAddress address)
            ? new IPEndPoint(address, endpoint.Port == 0 ? chosenPort : endpoint.Port)
            : throw new BindException($"address '{endpoint.Address}' is no IP address, localhost or *", null);

    private static string Label(EndpointSettings endpoint) =>
        endpoint.Transport switch
        {
            TransportProtocol.Udp => endpoint.Protocol + " over UDP",
            TransportProtocol.Unix => endpoint.Protocol + " on a Unix socket",
            _ => endpoint.Protocol,
        };

    private T Bind<T>(EndPoint endPoint, EndpointSettings endpoint, Func<T> bind)
        where T : IDisposable
    {
        try
        {
            T bound = bind();
            _sockets.Add(bound);
            return bound;
        }
        catch (SocketException exception)
        {
            string setting = "--" + (endpoint.Name.Length == 0 ? "" : endpoint.Name + "-");
            string reason = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse when endpoint.Transport == TransportProtocol.Unix => $"is in use or is no socket; choose another by {setting}path",
                SocketError.AccessDenied when endpoint.Transport == TransportProtocol.Unix => $"cannot be made; choose another by {setting}path",
                SocketError.AddressAlreadyInUse => $"is in use; choose another by {setting}port",
                SocketError.AccessDenied => $"needs a privilege (ports below 1024 do); choose another by {setting}port",
                SocketError.AddressNotAvailable => $"is no address of this machine; choose another by {setting}address",
                _ => exception.Message,
            };
            throw new BindException($"{endPoint} ({Label(endpoint)}) {reason}", exception);
        }
    }

    private void RunLoop(ServingLoop loop) => RunGuarded(
        () =>
        {
            loop.Enter();
            loop.Run();
        },
        loop);

    /// <summary>The body of one of the server's threads; the last to end completes the run.</summary>
    private void RunGuarded(Action run, ServingLoop? loop = null)
    {
        try
        {
            run();
        }
        catch (Exception exception)
        {
            Log.LoopFailed(Logger, exception);
            _failed = true;
            RequestDrain();
        }
        finally
        {
            loop?.Release();
            if (loop?.Role == LoopRole.ConnectionThread)
            {
                RemoveThread(loop);
            }
            else if (loop?.Role == LoopRole.Acceptor)
            {
                EndHandOver();
            }
            else if (loop?.Role == LoopRole.HybridLoop && Interlocked.Decrement(ref _hybridLoops) == 0)
            {
                Work.Close();
            }

            if (Interlocked.Decrement(ref _runningLoops) == 0)
            {
                Complete();
            }
        }
    }

    private void Complete()
    {
        _watchdog?.Dispose();
        Offloaded.Dispose();
        Release();
        long aborted = Signals.Sum(static c => c.Aborted);
        if (_worker is null)
        {
            Log.Drained(Logger, _server, Signals.Sum(static c => c.Requests.Sum()) + (_processes?.Requests ?? 0), aborted);
        }

        _log.Dispose();
        _completion.TrySetResult(_failed ? ExitStatus.Failed : aborted > 0 ? ExitStatus.Aborted : ExitStatus.Drained);
    }

    private void Release()
    {
        foreach (IDisposable socket in _sockets)
        {
            socket.Dispose();
        }

        if (_runningLoops == 0)
        {
            foreach (ServingLoop loop in _loops)
            {
                loop.Release();
            }
        }

        _stop?.Dispose();
        _processes?.Dispose();
    }
}

/// <summary>What a setting names cannot be used; thrown in <c>OnStarting</c>, the message is the one line that is told, and names the key.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>An address could not be bound; the message is the one line that says which and how to choose another.</summary>
public sealed class BindException(string message, Exception? inner) : Exception(message, inner);
