namespace DeclServer;

/// <summary>A concurrency model that is compiled into a server, and how many threads it has.</summary>
/// <param name="model">The model.</param>
public sealed class ModelSettings(ConcurrencyModel model)
{
    /// <summary>One loop: one thread serves all, and nothing is shared.</summary>
    public const int DefaultLoops = 1;

    /// <summary>8 threads.</summary>
    public const int DefaultWorkers = 8;

    /// <summary>128 connections, as Linux's default somaxconn was for decades.</summary>
    public const int DefaultQueueLength = 128;

    /// <summary>1,024 threads.</summary>
    public const int DefaultMaxThreads = 1_024;

    /// <summary>64 processes.</summary>
    public const int DefaultMaxProcesses = 64;

    /// <summary>4 processes.</summary>
    public const int DefaultSpareProcesses = 4;

    /// <summary>No end: a process serves as long as it lives.</summary>
    public const int DefaultMaxConnectionsPerProcess = 0;

    /// <summary>The model.</summary>
    public ConcurrencyModel Model { get; } = model;

    /// <summary>Its name in settings: <c>event-loop</c>, <c>hybrid</c>, <c>thread-pool</c>, <c>thread</c>, <c>process</c>.</summary>
    public string Name => NameOf(Model);

    /// <summary>How many event loops.</summary>
    public int Loops { get; set; } = DefaultLoops;

    /// <summary>How many threads serve, or run handlers beside event loops.</summary>
    public int Workers { get; set; } = DefaultWorkers;

    /// <summary>How many accepted connections may wait for a thread.</summary>
    public int QueueLength { get; set; } = DefaultQueueLength;

    /// <summary>How many threads there may be.</summary>
    public int MaxThreads { get; set; } = DefaultMaxThreads;

    /// <summary>Whether some of the server's handlers run beside event loops.</summary>
    public bool HasOffloadedHandlers { get; init; }

    /// <summary>Whether the model has workers.</summary>
    internal bool HasWorkers => Model is ConcurrencyModel.Hybrid or ConcurrencyModel.ThreadPool || (Model == ConcurrencyModel.EventLoop && HasOffloadedHandlers);

    /// <summary>How many worker processes there may be.</summary>
    public int MaxProcesses { get; set; } = DefaultMaxProcesses;

    /// <summary>How many worker processes wait for a client.</summary>
    public int SpareProcesses { get; set; } = DefaultSpareProcesses;

    /// <summary>How many clients a worker process serves, one after the other, before another takes its place; 0 for no end.</summary>
    public int MaxConnectionsPerProcess { get; set; } = DefaultMaxConnectionsPerProcess;

    /// <summary>Whether handlers run on more than one thread of a process.</summary>
    internal bool HasSeveralThreads => HasLoops ? Loops > 1 || Model == ConcurrencyModel.Hybrid : Model != ConcurrencyModel.ProcessPerConnection;

    /// <summary>Whether the model has event loops.</summary>
    internal bool HasLoops => Model is ConcurrencyModel.EventLoop or ConcurrencyModel.Hybrid;

    internal static string NameOf(ConcurrencyModel model) => model switch
    {
        ConcurrencyModel.EventLoop => "event-loop",
        ConcurrencyModel.Hybrid => "hybrid",
        ConcurrencyModel.ThreadPool => "thread-pool",
        ConcurrencyModel.ThreadPerConnection => "thread",
        _ => "process",
    };
}
