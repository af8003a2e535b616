using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>
/// A bound UDP socket. The <see cref="Socket"/> is kept here for as long as its descriptor is used: a collected one would close it.
/// </summary>
public sealed class DatagramSocket : IDisposable
{
    /// <summary>65,507 bytes: what IPv4 leaves of a packet of 65,535 (RFC 791, section 3.1) behind its header of 20 and UDP's of 8 (RFC 768).</summary>
    public const int MaxSize = 65_507;

    /// <summary>32 datagrams: see docs/adr/0002-datagrams.md for what other sizes cost.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>1 MiB asked for: what comes while the loop is busy waits in the kernel. The system caps it (net.core.rmem_max).</summary>
    private const int KernelBufferSize = 1024 * 1024;

    // linux/in.h, linux/in6.h
    private const int IpProtoIp = 0;
    private const int IpPacketInfo = 8;
    private const int IpProtoIpV6 = 41;
    private const int IpV6ReceivePacketInfo = 49;

    // mstcpip.h, SIO_UDP_CONNRESET: Windows alone ends a receive because an earlier reply's client had gone.
    private const int WindowsConnectionReset = unchecked((int)0x9800000C);

    private int _loops;

    private DatagramSocket(Socket socket, int endpoint, int maxRequestSize, int maxReplySize, int batchSize)
    {
        Socket = socket;
        Endpoint = endpoint;
        MaxRequestSize = maxRequestSize;
        MaxReplySize = maxReplySize;
        BatchSize = batchSize;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Which of the server's endpoints it is.</summary>
    public int Endpoint { get; }

    /// <summary>The longest request in bytes; a longer datagram is told as too long.</summary>
    public int MaxRequestSize { get; }

    /// <summary>The longest reply in bytes; a longer one is not sent.</summary>
    public int MaxReplySize { get; }

    /// <summary>How many datagrams are received, served and answered together.</summary>
    public int BatchSize { get; }

    /// <summary>The address and the port it was given.</summary>
    public IPEndPoint LocalEndPoint { get; }

    internal Socket Socket { get; }

    /// <summary>Whether datagrams to any of the machine's addresses come here: a reply then leaves from the one that was asked.</summary>
    internal bool IsWildcard => LocalEndPoint.Address.Equals(IPAddress.Any) || LocalEndPoint.Address.Equals(IPAddress.IPv6Any);

    /// <summary>Binds.</summary>
    /// <param name="endPoint">The address and port; port 0 lets the system choose.</param>
    /// <param name="endpoint">Which of the server's endpoints it is.</param>
    /// <param name="maxRequestSize">The longest request, 1 to <see cref="MaxSize"/> bytes.</param>
    /// <param name="maxReplySize">The longest reply, 0 to <see cref="MaxSize"/> bytes.</param>
    /// <param name="sharing">Who else receives on the port.</param>
    /// <param name="dualMode">Whether a socket for every IPv6 address serves IPv4 too.</param>
    /// <param name="batchSize">How many datagrams are received together, 1 to 1,024 (UIO_MAXIOV, what recvmmsg(2) takes at most).</param>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static DatagramSocket Bind(
        IPEndPoint endPoint, int endpoint, int maxRequestSize, int maxReplySize, PortSharing sharing = PortSharing.None, bool dualMode = true, int batchSize = DefaultBatchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRequestSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxRequestSize, MaxSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxReplySize, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxReplySize, MaxSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, 1024);
        Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                socket.IOControl(WindowsConnectionReset, [0, 0, 0, 0], null);
            }

            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = dualMode && endPoint.Address.Equals(IPAddress.IPv6Any);
            }

            // Before bind(2), so that no datagram comes without what is asked for.
            Prepare(socket, endPoint);

            // Never SO_REUSEADDR: on UDP it lets any other socket take the port, and its datagrams, silently.
            Listener.Bind(socket, endPoint, sharing);
            return new DatagramSocket(socket, endpoint, maxRequestSize, maxReplySize, batchSize);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Receives from a socket that others hold too, who bound it.</summary>
    internal static DatagramSocket Inherit(Socket socket, int endpoint, int maxRequestSize, int maxReplySize)
    {
        Prepare(socket, (IPEndPoint)socket.LocalEndPoint!);
        return new DatagramSocket(socket, endpoint, maxRequestSize, maxReplySize, DefaultBatchSize);
    }

    private static void Prepare(Socket socket, IPEndPoint endPoint)
    {
        socket.Blocking = false;
        socket.ReceiveBufferSize = KernelBufferSize;
        socket.SendBufferSize = KernelBufferSize;
        if (OperatingSystem.IsLinux() && (endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any)))
        {
            // On a dual-stack socket the IPv6 option tells of both.
            bool isV6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
            socket.SetRawSocketOption(isV6 ? IpProtoIpV6 : IpProtoIp, isV6 ? IpV6ReceivePacketInfo : IpPacketInfo, [1, 0, 0, 0]);
        }
    }

    /// <summary>One more loop receives from the socket; before any of them runs.</summary>
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
}
