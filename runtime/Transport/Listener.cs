using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>A listening socket. The <see cref="Socket"/> is kept here for as long as its descriptor is used: a collected one would close it.</summary>
public sealed class Listener : IDisposable
{
    private const int SolSocket = 1;
    private const int SoReuseAddress = 2;
    private const int SoReusePort = 15;

    private Listener(Socket socket, int endpoint)
    {
        Socket = socket;
        Endpoint = endpoint;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    /// <summary>Which of the server's endpoints it is.</summary>
    public int Endpoint { get; }

    /// <summary>The address and the port it was given, or the path.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>Milliseconds to pause at the next exhaustion; doubles up to 5 s, back to 100 ms after an accept.</summary>
    internal int Backoff { get; set; } = 100;

    internal Socket Socket { get; }

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
            return new Listener(socket, endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

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

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
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
