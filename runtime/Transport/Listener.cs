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
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Which of the server's endpoints it is.</summary>
    public int Endpoint { get; }

    /// <summary>The address and the port it was given.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Milliseconds to pause at the next exhaustion; doubles up to 5 s, back to 100 ms after an accept.</summary>
    internal int Backoff { get; set; } = 100;

    internal Socket Socket { get; }

    /// <summary>Binds and listens.</summary>
    /// <param name="endPoint">The address and port; port 0 lets the system choose.</param>
    /// <param name="endpoint">Which of the server's endpoints it is.</param>
    /// <param name="backlog">The accept queue's length.</param>
    /// <param name="reusePort">Whether several sockets share the port, one a loop (SO_REUSEPORT; Linux).</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static Listener Bind(IPEndPoint endPoint, int endpoint, int backlog, bool reusePort)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // SocketOptionName.ReuseAddress would set SO_REUSEPORT too, and let a second server share the port by mistake.
                socket.SetRawSocketOption(SolSocket, SoReuseAddress, [1, 0, 0, 0]);
                if (reusePort)
                {
                    socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
                }
            }

            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6 && endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Blocking = false;
            socket.Bind(endPoint);
            socket.Listen(backlog);
            return new Listener(socket, endpoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
