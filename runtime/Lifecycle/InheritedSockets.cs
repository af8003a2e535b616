using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DeclServer.Transport;

namespace DeclServer.Lifecycle;

/// <summary>
/// The sockets that whoever started the process has bound for it (sd_listen_fds(3)): descriptors from 3 on, as many as <c>LISTEN_FDS</c> says,
/// for the process that <c>LISTEN_PID</c> names. They outlive the process, and with them the clients that wait in their queues.
/// </summary>
internal sealed class InheritedSockets : IDisposable
{
    private const int FirstDescriptor = 3;
    private const string Process = "LISTEN_PID";
    private const string Count = "LISTEN_FDS";
    private const string Names = "LISTEN_FDNAMES";

    private readonly List<(int Descriptor, string Name, Socket Socket)> _left = [];

    /// <summary>Takes what this process was given; what it starts is given nothing, and a second server of the process neither.</summary>
    /// <exception cref="BindException">It is no socket, or is not told right.</exception>
    public static InheritedSockets Take()
    {
        InheritedSockets inherited = new();
        string? count = Environment.GetEnvironmentVariable(Count);
        string[] names = Environment.GetEnvironmentVariable(Names)?.Split(':') ?? [];
        if (!OperatingSystem.IsLinux() || count is null || Environment.GetEnvironmentVariable(Process) != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        {
            return inherited;
        }

        foreach (string variable in (string[])[Process, Count, Names])
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            throw new BindException($"{Count}: '{count}' is no number of descriptors", null);
        }

        for (int i = 0; i < number; i++)
        {
            inherited.Add(FirstDescriptor + i, i < names.Length ? names[i] : "");
        }

        return inherited;
    }

    /// <summary>The socket for an endpoint: the one of its name, or else the one bound to its address and port.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="asked">Its address; port 0 is any port.</param>
    public Socket? TryTake(EndpointSettings endpoint, EndPoint asked)
    {
        int place = _left.FindIndex(s => endpoint.Name.Length > 0 && s.Name.Equals(endpoint.Name, StringComparison.OrdinalIgnoreCase) && IsOf(s.Socket, endpoint.Transport));
        place = place >= 0 ? place : _left.FindIndex(s => IsOf(s.Socket, endpoint.Transport) && IsAt(s.Socket.LocalEndPoint, asked));
        if (place < 0)
        {
            return null;
        }

        Socket socket = _left[place].Socket;
        _left.RemoveAt(place);
        socket.Blocking = false;
        return socket;
    }

    /// <summary>To be called when every endpoint has taken its socket.</summary>
    /// <exception cref="BindException">One is left, which clients would wait on for nothing.</exception>
    public void CheckThatNoneIsLeft(string server, ServerSettings settings)
    {
        if (_left is [(int descriptor, string name, Socket socket), ..])
        {
            string kind = socket.SocketType == SocketType.Dgram ? "datagram" : IsListening(socket) ? "listening" : "connected";
            string named = name.Length == 0 ? "" : $" named {name}";
            throw new BindException(
                $"{Count}: descriptor {descriptor}{named}, a {kind} socket at {socket.LocalEndPoint}, is of no endpoint of {server}: {string.Join(", ", settings.Endpoints.Select(Describe))}", null);
        }
    }

    public void Dispose() => _left.ForEach(static s => s.Socket.Dispose());

    private static string Describe(EndpointSettings endpoint)
    {
        string place = endpoint.Transport == TransportProtocol.Unix ? endpoint.Path : $"{endpoint.Address}:{endpoint.Port}{(endpoint.Transport == TransportProtocol.Udp ? " over UDP" : "")}";
        return endpoint.Name.Length == 0 ? place : $"{endpoint.Name} ({place})";
    }

    private void Add(int descriptor, string name)
    {
        try
        {
            _ = Libc.fcntl(descriptor, Libc.SetDescriptorFlags, Libc.CloseOnExecFlag);
            _left.Add((descriptor, name, new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))));
        }
        catch (SocketException exception)
        {
            throw new BindException($"{Count}: descriptor {descriptor} is no socket", exception);
        }
    }

    private static bool IsOf(Socket socket, TransportProtocol transport) => transport switch
    {
        TransportProtocol.Udp => socket is { SocketType: SocketType.Dgram, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 },
        TransportProtocol.Unix => socket is { SocketType: SocketType.Stream, AddressFamily: AddressFamily.Unix } && IsListening(socket),
        _ => socket is { SocketType: SocketType.Stream, AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } && IsListening(socket),
    };

    private static bool IsListening(Socket socket)
    {
        Span<byte> listens = stackalloc byte[sizeof(int)];
        socket.GetRawSocketOption(Libc.SolSocket, Libc.SoAcceptConnections, listens);
        return listens[0] != 0 || listens[^1] != 0;
    }

    private static bool IsAt(EndPoint? local, EndPoint asked) => (local, asked) switch
    {
        (IPEndPoint bound, IPEndPoint address) => bound.Address.Equals(address.Address) && (address.Port == 0 || address.Port == bound.Port),
        (UnixDomainSocketEndPoint bound, UnixDomainSocketEndPoint file) => Path.GetFullPath(bound.ToString()) == Path.GetFullPath(file.ToString()),
        _ => false,
    };
}
