using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>A listening socket. The <see cref="Socket"/> is kept here for as long as its descriptor is used: a collected one would close it.</summary>
public sealed class Listener : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoReusePort = 15;

    /// <summary>Whether the kernel gives what waits in a closed listener's queue to another of the port (ip-sysctl.rst, tcp_migrate_req).</summary>
    private const string MigrationSwitch = "/proc/sys/net/ipv4/tcp_migrate_req";

    private readonly bool _isShared;
    private int _loops;

    private Listener(Socket socket, int endpoint, PortSharing sharing = PortSharing.None)
    {
        Socket = socket;
        Endpoint = endpoint;
        LocalEndPoint = socket.LocalEndPoint!;
        _isShared = sharing == PortSharing.Anyone && OperatingSystem.IsLinux();
    }

    /// <summary>Which of the server's endpoints it is.</summary>
    public int Endpoint { get; }

    /// <summary>The address and the port it was given, or the path.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Milliseconds to pause at the next exhaustion; doubles up to 5 s, back to 100 ms after an accept.</summary>
    internal int Backoff { get; set; } = 100;

    internal Socket Socket { get; }

    /// <summary>Whether its queue outlives the server, for the next to serve: it is not emptied at the end.</summary>
    internal bool IsInherited { get; private init; }

    /// <summary>Binds and listens.</summary>
    /// <param name="endPoint">The address and port; port 0 lets the system choose.</param>
    /// <param name="endpoint">Which of the server's endpoints it is.</param>
    /// <param name="backlog">The accept queue's length.</param>
    /// <param name="sharing">Who else may listen on the port.</param>
    /// <param name="dualMode">Whether a socket for every IPv6 address serves IPv4 too.</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Listener Bind(IPEndPoint endPoint, int endpoint, int backlog, PortSharing sharing = PortSharing.None, bool dualMode = true)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // SocketOptionName.ReuseAddress would set SO_REUSEPORT too, and let a second server share the port by mistake.
                socket.SetRawSocketOption(SolSocket, SoReuseAddress, [1, 0, 0, 0]);
            }

            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = dualMode && endPoint.Address.Equals(IPAddress.IPv6Any);
            }

            socket.Blocking = false;
            Bind(socket, endPoint, sharing);
            socket.Listen(backlog);
            return new Listener(socket, endpoint, sharing);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Listens on a socket that others hold too, who bound it.</summary>
    internal static Listener Inherit(Socket socket, int endpoint) => new(socket, endpoint) { IsInherited = true };

    /// <summary>Binds to a file and listens.</summary>
    /// <param name="path">The file's path; one that a server left which listens no more is replaced.</param>
    /// <param name="mode">Who may connect.</param>
    /// <param name="endpoint">Which of the server's endpoints it is.</param>
    /// <param name="backlog">The accept queue's length.</param>
    /// <exception cref="SocketException">The path cannot be bound.</exception>
    public static Listener Bind(string path, UnixFileMode mode, int endpoint, int backlog) => new(UnixSocket.Listen(path, mode, backlog), endpoint);

    /// <summary>Binds a socket, and lets those share its port that may (SO_REUSEPORT; Linux).</summary>
    internal static void Bind(Socket socket, IPEndPoint endPoint, PortSharing sharing)
    {
        bool isShared = OperatingSystem.IsLinux() && sharing != PortSharing.None;
        if (isShared && sharing != PortSharing.First)
        {
            socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
        }

        socket.Bind(endPoint);
        if (isShared && sharing == PortSharing.First)
        {
            // Bound without the option, the port was this socket's alone: another server that has it by mistake is found.
            socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
        }
    }

    /// <summary>
    /// Has other processes' listeners on the port get the clients that come from now on. False where there is nothing to wait for: what this one
    /// closes on is theirs without it, or nobody's.
    /// </summary>
    internal bool TryLeaveToOthers() => _isShared && !IsMigrated() && HandshakeFilter.TryAttach(Socket);

    /// <summary>One more loop accepts from the socket; before any of them runs.</summary>
    internal void Enter() => _loops++;

    /// <summary>A loop is done with the socket; the last one closes it.</summary>
    internal void Leave()
    {
        if (Interlocked.Decrement(ref _loops) == 0)
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private static bool IsMigrated()
    {
        try
        {
            return File.ReadAllText(MigrationSwitch).StartsWith('1');
        }
        catch (IOException)
        {
            // Linux before 5.14 has no such switch.
            return false;
        }
    }
}

/// <summary>Who listens on one port besides a socket.</summary>
public enum PortSharing
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>The other loops of the server; this is the first, and fails where another server has the port.</summary>
    First,

    /// <summary>The loops of the server; this is not the first.</summary>
    Next,

    /// <summary>Other processes of the same user too, such as one that takes over.</summary>
    Anyone,
}
