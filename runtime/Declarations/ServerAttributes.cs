namespace DeclServer;

/// <summary>Declares a server: a partial class for which the generator emits the whole of it, from <c>RunAsync</c> down to the reply's bytes.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ServerAttribute : Attribute
{
    /// <summary>Whether handlers may run at the same time.</summary>
    public ServerState State { get; set; }
}

/// <summary>The server listens for this protocol.</summary>
/// <typeparam name="TProtocol">The protocol.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ListenAttribute<TProtocol> : Attribute
{
    /// <summary>On a port.</summary>
    /// <param name="port">The port, 0 to 65535; 0 lets the system choose.</param>
    public ListenAttribute(int port) => Port = port;

    /// <summary>On a Unix socket. Its file is made by the server, with its <see cref="Mode"/>, and is gone when the server has ended.</summary>
    /// <param name="path">The file's path, 1 to 107 bytes of UTF-8.</param>
    public ListenAttribute(string path) => (Path, Transport) = (path, TransportProtocol.Unix);

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The file of a Unix socket.</summary>
    public string Path { get; } = "";

    /// <summary>Who may connect to a Unix socket: the file's permissions in octal. The server's own user unless told. Unix sockets only.</summary>
    public string Mode { get; set; } = "600";

    /// <summary>Whether <c>::</c> and <c>*</c> serve IPv4 too.</summary>
    public bool DualMode { get; set; } = true;

    /// <summary>
    /// Whether other processes of the same user may listen on the port at the same time (SO_REUSEPORT; Linux), such as one that takes over
    /// while this one drains. Without it a second server is told that the port is in use.
    /// </summary>
    public bool ReusePort { get; set; }

    /// <summary>
    /// Whether each connection begins with a header of the PROXY protocol, version 1 or 2, as a load balancer sends it; one without is closed.
    /// Whoever reaches the endpoint may say who he is: only the proxy should. Not with UDP.
    /// </summary>
    public bool ProxyProtocol { get; set; }

    /// <summary>
    /// The endpoint's name in settings: <c>Name = "memcached"</c> is configured by <c>--memcached-port</c> and <c>--memcached-address</c>.
    /// Without a name, by <c>--port</c> and <c>--address</c>.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>The address to bind: an IP address, <c>localhost</c>, or <c>*</c> for every interface. The IPv4 loopback unless told.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Connections the kernel keeps until they are accepted (listen(2)); the system caps it. TCP only.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>What carries the requests. One protocol may have an endpoint of each kind; with the same name they share a port.</summary>
    public TransportProtocol Transport { get; set; }

    /// <summary>Bytes of the longest datagram, request or reply, 1 to 65,507. UDP only.</summary>
    public int MaxDatagramSize { get; set; } = EndpointSettings.DefaultMaxDatagramSize;
}

/// <summary>How connections are served. Handlers are the same in every model.</summary>
public enum ConcurrencyModel
{
    /// <summary>Event loops: each thread serves many connections, and handlers run on it.</summary>
    EventLoop,

    /// <summary>Event loops wait for connections; those that have something to do are served by a few workers.</summary>
    Hybrid,

    /// <summary>A fixed number of threads, each serving one connection for as long as it stays; others wait in a bounded queue.</summary>
    ThreadPool,

    /// <summary>A thread for each connection, started when it is needed and kept a while for the next.</summary>
    ThreadPerConnection,

    /// <summary>
    /// A process for each connection: workers of the same program, started before they are needed. A crash takes one client; each worker has state of
    /// its own. Linux.
    /// </summary>
    ProcessPerConnection,
}

/// <summary>
/// Chooses the concurrency model. Without it: one event loop. Given several times, every model is compiled in; the first one is used unless
/// <c>--concurrency</c> says another.
/// </summary>
/// <param name="model">The model.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class ConcurrencyAttribute(ConcurrencyModel model) : Attribute
{
    /// <summary>The model.</summary>
    public ConcurrencyModel Model { get; } = model;

    /// <summary>How many event loops, 1 to 64. Of <see cref="ConcurrencyModel.EventLoop"/> and <see cref="ConcurrencyModel.Hybrid"/>.</summary>
    public int Loops { get; set; } = ModelSettings.DefaultLoops;

    /// <summary>
    /// How many threads serve, 1 to 1,024. Of <see cref="ConcurrencyModel.Hybrid"/> and <see cref="ConcurrencyModel.ThreadPool"/>; of
    /// <see cref="ConcurrencyModel.EventLoop"/>, those that run <see cref="OffloadAttribute"/> handlers.
    /// </summary>
    public int Workers { get; set; } = ModelSettings.DefaultWorkers;

    /// <summary>How many accepted connections may wait for a thread, 0 to 65,535; one more is told so in its protocol. Of <see cref="ConcurrencyModel.ThreadPool"/>.</summary>
    public int QueueLength { get; set; } = ModelSettings.DefaultQueueLength;

    /// <summary>How many threads there may be, 1 to 65,535; one connection more is told so in its protocol. Of <see cref="ConcurrencyModel.ThreadPerConnection"/>.</summary>
    public int MaxThreads { get; set; } = ModelSettings.DefaultMaxThreads;

    /// <summary>How many worker processes there may be, 1 to 4,096; one connection more is told so in its protocol. Of <see cref="ConcurrencyModel.ProcessPerConnection"/>.</summary>
    public int MaxProcesses { get; set; } = ModelSettings.DefaultMaxProcesses;

    /// <summary>How many worker processes wait for a client, 1 to 1,024 (at most twice as many after a burst), within <see cref="MaxProcesses"/>. Of <see cref="ConcurrencyModel.ProcessPerConnection"/>.</summary>
    public int SpareProcesses { get; set; } = ModelSettings.DefaultSpareProcesses;

    /// <summary>
    /// How many clients a worker process serves before another takes its place, 0 to 1,000,000; 0, the default, for no end. Of
    /// <see cref="ConcurrencyModel.ProcessPerConnection"/>.
    /// </summary>
    public int MaxConnectionsPerProcess { get; set; } = ModelSettings.DefaultMaxConnectionsPerProcess;
}

/// <summary>What the handlers of a server that run on several threads do about the state they share.</summary>
public enum ServerState
{
    /// <summary>
    /// Nothing: where there are several threads, the handlers of one batch of requests run under a lock of the server. Nothing is received or
    /// sent under it, and with one thread there is none.
    /// </summary>
    Exclusive,

    /// <summary>The class guards what its handlers share; they run at the same time.</summary>
    Shared,

    /// <summary>
    /// Nothing: each event loop has an instance of the class for itself, made by the parameterless constructor, with the settings of the first and
    /// <c>OnStarting</c> called on it. A client finds the state of the loop that accepted it. Of <see cref="ConcurrencyModel.EventLoop"/> only.
    /// </summary>
    PerLoop,
}

/// <summary>
/// The server's limits. Every one has a safe default, holds without this attribute, and can be set anew by the command line
/// (<c>--idle-timeout-seconds 60</c>) or the environment (<c>DECLSERVER_IDLE_TIMEOUT_SECONDS=60</c>). Given again with <see cref="Endpoint"/>, it
/// says in which limits one endpoint differs.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class LimitsAttribute : Attribute
{
    /// <summary>
    /// The name of the endpoint that these limits are for, as its <c>[Listen]</c> says it; its settings are <c>--NAME-idle-timeout-seconds</c> and
    /// so on. Empty for the whole server.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>
    /// Connections held at once, 1 to 1,000,000; one more is told so in its protocol and closed. An endpoint's own are within the server's.
    /// </summary>
    public int MaxConnections { get; set; } = ServerSettings.DefaultMaxConnections;

    /// <summary>
    /// Connections that one client address may hold at once, 1 to 1,000,000; one more is told so in its protocol and closed. 0, the default, for
    /// no such cap. An IPv6 client is a /64. Counted on all endpoints together, but for one that has a cap of its own.
    /// </summary>
    public int MaxConnectionsPerClient { get; set; } = ServerSettings.DefaultMaxConnectionsPerClient;

    /// <summary>Seconds without a request after which a connection is closed, 1 to 86,400.</summary>
    public int IdleTimeoutSeconds { get; set; } = ServerSettings.DefaultIdleTimeoutSeconds;

    /// <summary>Seconds a new connection has to send its first byte, 1 to 86,400.</summary>
    public int FirstByteTimeoutSeconds { get; set; } = ServerSettings.DefaultFirstByteTimeoutSeconds;

    /// <summary>Seconds a request has from its first byte to its last, 1 to 86,400.</summary>
    public int RequestTimeoutSeconds { get; set; } = ServerSettings.DefaultRequestTimeoutSeconds;

    /// <summary>Seconds a client may let its replies wait without reading any of them, 1 to 86,400.</summary>
    public int WriteTimeoutSeconds { get; set; } = ServerSettings.DefaultWriteTimeoutSeconds;

    /// <summary>Seconds that requests in flight have to finish when the server drains, 0 to 3,600. Of the whole server only.</summary>
    public int DrainTimeoutSeconds { get; set; } = ServerSettings.DefaultDrainTimeoutSeconds;

    /// <summary>
    /// Milliseconds that a handler may hold an event loop, 0 to 60,000; one that holds it longer is logged while it does, and counted. 0: nobody
    /// looks. The whole server's.
    /// </summary>
    public int StallMilliseconds { get; set; } = ServerSettings.DefaultStallMilliseconds;

    /// <summary>Bytes of unsent replies past which no more requests of that connection are read, 4 KiB to 1 GiB.</summary>
    public int MaxOutputBytes { get; set; } = ServerSettings.DefaultMaxOutputBytes;

    /// <summary>
    /// Bytes a second that a client has to send, on average, of a request that is not whole or of its body, and to read of replies that wait; 0
    /// to 2^30, 0 for no such bound. A client that is slower once <see cref="MinBytesGraceSeconds"/> have passed is closed.
    /// </summary>
    public int MinBytesPerSecond { get; set; } = ServerSettings.DefaultMinBytesPerSecond;

    /// <summary>Seconds after which a client's rate is looked at first, 1 to 3,600.</summary>
    public int MinBytesGraceSeconds { get; set; } = ServerSettings.DefaultMinBytesGraceSeconds;

    /// <summary>
    /// Seconds after which a connection ends between two requests, a tenth more or less so that those accepted together do not end together; 0 to
    /// a year, 0 for no such end. The client is told by the protocol's goodbye, where it has one.
    /// </summary>
    public int MaxLifetimeSeconds { get; set; } = ServerSettings.DefaultMaxLifetimeSeconds;

    /// <summary>Requests of a connection, behind the last of which it ends; 0, the default, for any number.</summary>
    public int MaxRequestsPerConnection { get; set; } = ServerSettings.DefaultMaxRequestsPerConnection;

    /// <summary>Requests of one connection that are answered in a row before others get their turn, 1 to 1,000,000.</summary>
    public int MaxRequestsPerTurn { get; set; } = ServerSettings.DefaultMaxRequestsPerTurn;

    /// <summary>
    /// Bytes of all connections' buffers together (requests that are not whole, replies that wait), 1 MiB to 2^50; the connection that asks for
    /// more is closed. A loop's own buffers are not counted. Of the whole server only.
    /// </summary>
    public long MaxMemoryBytes { get; set; } = ServerSettings.DefaultMaxMemoryBytes;
}

/// <summary>The class is what the server remembers of one connection: made by its parameterless constructor, handed to handlers that take it.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SessionAttribute : Attribute;

/// <summary>The property, of an enum type, of the session that says in which of its states the conversation is.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class StateAttribute : Attribute;

/// <summary>
/// The property is set by the command line (<c>MaxMemory</c> by <c>--max-memory</c>) or the environment (<c>DECLSERVER_MAX_MEMORY</c>) before
/// the server starts. Its type is anything that is <see cref="IParsable{TSelf}"/>, an enum or a string; <c>Range</c> and
/// <c>AllowedValues</c> on it are checked. Its initial value is the default.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute : Attribute
{
    /// <summary>The line <c>--help</c> shows for it.</summary>
    public string Help { get; set; } = "";
}

/// <summary>The method runs on the server's first loop again and again.</summary>
/// <param name="milliseconds">The pause between two runs, 1 to 86,400,000.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryAttribute(int milliseconds) : Attribute
{
    /// <summary>The pause between two runs.</summary>
    public int Milliseconds { get; } = milliseconds;
}
