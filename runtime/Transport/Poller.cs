using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>How sockets are watched.</summary>
public enum TransportKind
{
    /// <summary>epoll on Linux, the portable one elsewhere.</summary>
    Automatic,

    /// <summary>epoll(7) through direct system calls; Linux only.</summary>
    Epoll,

    /// <summary><see cref="Socket"/> only: runs wherever .NET does.</summary>
    Portable,
}

/// <summary>
/// The sockets of one loop. Level-triggered: what is ready and was not dealt with is told again. Everything but <see cref="Wake"/> is called
/// by the loop's thread alone.
/// </summary>
public abstract class Poller : IConnectionOwner, IDisposable
{
    /// <summary>The most events one wait gives.</summary>
    public const int MaxEvents = 512;

    /// <summary><see cref="Receive"/>: nothing to read now; <see cref="Send"/>: no room now.</summary>
    public const int WouldBlock = -1;

    /// <summary><see cref="Receive"/> and <see cref="Send"/>: the connection is broken.</summary>
    public const int Broken = -2;

    private static long s_lastConnectionId;

    /// <summary>Makes the poller for one loop.</summary>
    /// <exception cref="PlatformNotSupportedException">epoll was asked for and this is not Linux.</exception>
    public static Poller Create(TransportKind kind) => Create(kind, isOneShot: false);

    /// <summary>Makes the poller for one loop whose connections may be served by other threads.</summary>
    internal static Poller Create(TransportKind kind, bool isOneShot) =>
        IsPortable(kind) ? new SocketPoller { IsOneShot = isOneShot } : new EpollPoller { IsOneShot = isOneShot };

    /// <summary>Makes the poller for a thread that serves one connection at a time.</summary>
    internal static Poller CreateForOne(TransportKind kind, StopSignal stop) => IsPortable(kind) ? new OneSocketPoller(stop) : new OneDescriptorPoller(stop);

    /// <summary>Whether sockets are <see cref="Socket"/> objects.</summary>
    internal static bool IsPortable(TransportKind kind) => kind switch
    {
        TransportKind.Portable => true,
        TransportKind.Automatic when !OperatingSystem.IsLinux() => true,
        _ when OperatingSystem.IsLinux() => false,
        _ => throw new PlatformNotSupportedException("the epoll transport needs Linux"),
    };

    /// <summary>Starts to watch a listening socket.</summary>
    public abstract void Add(Listener listener);

    /// <summary>Stops to watch a listening socket; its connections in the backlog stay there.</summary>
    public abstract void Remove(Listener listener);

    /// <summary>Starts to watch a datagram socket, and makes the slots for what comes.</summary>
    public abstract DatagramBatch Add(DatagramSocket socket);

    /// <summary>Stops to watch a datagram socket and closes it; what waits in it is lost.</summary>
    public abstract void Close(DatagramBatch batch);

    /// <summary>Waits until something is ready, <paramref name="milliseconds"/> have passed (-1: no bound) or <see cref="Wake"/> is called.</summary>
    /// <returns>How many events <see cref="Event"/> has.</returns>
    public abstract int Wait(int milliseconds);

    /// <summary>One event of the last wait: a listener, a connection or datagrams; none of them when the event came too late.</summary>
    public abstract ReadyEvent Event(int index);

    /// <summary>Accepts one connection that waits on the listener.</summary>
    public abstract AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted);

    /// <summary>Makes an accepted socket a connection and starts to watch it; null when the system has no room to. The socket is then still the caller's.</summary>
    public abstract Connection? Adopt(AcceptedSocket accepted);

    /// <summary>Reads what has been received. 0: the client has finished sending.</summary>
    public abstract int Receive(Connection connection, Span<byte> buffer);

    /// <summary>Sends as much as the socket takes.</summary>
    public abstract int Send(Connection connection, ReadOnlySpan<byte> bytes);

    /// <summary>Bytes that were sent and that the client's system has not taken yet; -1 where this system does not tell.</summary>
    internal virtual int Unsent(Connection connection) => -1;

    /// <summary>Tells the client that nothing more will be sent (shutdown(2), SHUT_WR).</summary>
    public abstract void ShutdownSend(Connection connection);

    /// <summary>Closes the socket and gives the connection object back for another client.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="abort">Whether to reset it, so that nothing that waits in the kernel is kept.</param>
    public abstract void Close(Connection connection, bool abort);

    /// <summary>Ends a wait from another thread.</summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The open connections, each once.</summary>
    internal abstract IEnumerable<Connection> Connections { get; }

    /// <summary>Bytes that the transport's callbacks have allocated on threads other than the loop's.</summary>
    internal virtual long CallbackAllocatedBytes => 0;

    internal abstract void Watch(Connection connection, Interest interest);

    /// <summary>
    /// Whether an event of a connection is told once, and then no other until <see cref="Rearm"/>: a connection is then one thread's at a
    /// time, whichever that is. Set before anything is watched.
    /// </summary>
    internal bool IsOneShot { get; init; }

    /// <summary>Whether <see cref="Rearm"/> may be called by any thread, and not only by the loop's.</summary>
    internal virtual bool RearmsFromAnyThread => false;

    /// <summary>Watches a connection again for what it is interested in.</summary>
    internal virtual void Rearm(Connection connection) => throw new NotSupportedException();

    /// <summary>Gives a connection its first state for the client that has just been accepted.</summary>
    private protected static void Begin(Connection connection, AcceptedSocket accepted)
    {
        connection.Reset();
        connection.Generation++;
        connection.Id = NextConnectionId();
        connection.Endpoint = accepted.Endpoint;
        connection.Client = accepted.Client;
        connection.IsOpen = true;
    }

    IPEndPoint? IConnectionOwner.RemoteEndPointOf(Connection connection) => RemoteEndPointOf(connection);

    UInt128 IConnectionOwner.RemoteAddressOf(Connection connection) => RemoteAddressOf(connection);

    IPEndPoint? IConnectionOwner.LocalEndPointOf(Connection connection) => LocalEndPointOf(connection);

    private protected abstract IPEndPoint? RemoteEndPointOf(Connection connection);

    private protected abstract UInt128 RemoteAddressOf(Connection connection);

    private protected abstract IPEndPoint? LocalEndPointOf(Connection connection);

    internal static long NextConnectionId() => Interlocked.Increment(ref s_lastConnectionId);
}

/// <summary>What became ready.</summary>
/// <param name="Listener">The listening socket with connections to accept, or null.</param>
/// <param name="Connection">The connection, or null.</param>
/// <param name="CanRead">Whether there is something to read, the end of it or an error included.</param>
/// <param name="CanWrite">Whether the socket takes more.</param>
/// <param name="Datagrams">The socket that datagrams have come to, or null.</param>
public readonly record struct ReadyEvent(Listener? Listener, Connection? Connection, bool CanRead, bool CanWrite, DatagramBatch? Datagrams = null);

/// <summary>What came of an accept, in three tiers of errors.</summary>
public enum AcceptOutcome
{
    /// <summary>A connection.</summary>
    Accepted,

    /// <summary>Nobody waits any more.</summary>
    Empty,

    /// <summary>That one client is gone: go on with the next.</summary>
    Transient,

    /// <summary>The process or the system is out of descriptors or memory: pause.</summary>
    Exhausted,

    /// <summary>The listening socket is unusable.</summary>
    Fatal,
}
