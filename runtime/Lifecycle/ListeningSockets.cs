using System.Net;
using System.Net.Sockets;
using DeclServer.Concurrency;
using DeclServer.Transport;

namespace DeclServer.Lifecycle;

/// <summary>The sockets that a server listens on: bound by it, or passed to it by who started it.</summary>
internal sealed class ListeningSockets : IDisposable
{
    private readonly ServerSettings _settings;
    private readonly InheritedSockets _inherited;
    private readonly bool _hasSocketPerLoop;
    private readonly Listener[] _listeners;
    private readonly DatagramSocket[] _datagrams;
    private readonly EndPoint[] _endPoints;
    private readonly bool[] _isInherited;
    private readonly List<IDisposable> _opened = [];

    /// <param name="settings">What the endpoints are.</param>
    /// <param name="inherited">What the process was given.</param>
    /// <param name="hasSocketPerLoop">Whether each loop has a socket of its own for each port.</param>
    public ListeningSockets(ServerSettings settings, InheritedSockets inherited, bool hasSocketPerLoop)
    {
        int count = settings.Endpoints.Count;
        _settings = settings;
        _inherited = inherited;
        _hasSocketPerLoop = hasSocketPerLoop;
        _listeners = new Listener[count];
        _datagrams = new DatagramSocket[count];
        _endPoints = new EndPoint[count];
        _isInherited = new bool[count];
    }

    /// <summary>Where they listen, in the order of the endpoints.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _endPoints;

    /// <summary>What an endpoint is called in the log.</summary>
    public string Label(int index)
    {
        EndpointSettings endpoint = _settings.Endpoints[index];
        string transport = endpoint.Transport switch
        {
            TransportProtocol.Udp => endpoint.Protocol + " over UDP",
            TransportProtocol.Unix => endpoint.Protocol + " on a Unix socket",
            _ => endpoint.Protocol,
        };
        return _isInherited[index] ? transport + ", inherited" : transport;
    }

    /// <summary>Has a loop listen on every endpoint.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="isFirst">Whether it is the first; the others share its sockets where they have none of their own.</param>
    /// <exception cref="BindException">An address cannot be bound.</exception>
    public void AddTo(ServingLoop loop, bool isFirst)
    {
        // TCP first: clients, and those that have just gone, hold so many of its ports that one the system chose for UDP may be taken.
        foreach (int i in Enumerable.Range(0, _endPoints.Length).OrderBy(i => _settings.Endpoints[i].Transport))
        {
            EndpointSettings endpoint = _settings.Endpoints[i];
            if (isFirst || (_hasSocketPerLoop && !_isInherited[i] && endpoint.Transport != TransportProtocol.Unix))
            {
                Open(i, endpoint, isFirst);
            }

            if (endpoint.Transport == TransportProtocol.Udp)
            {
                loop.Add(_datagrams[i]);
            }
            else
            {
                loop.Add(_listeners[i]);
            }
        }
    }

    public void Dispose() => _opened.ForEach(static s => s.Dispose());

    /// <summary>The address of an endpoint as it is set.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="chosenPort">The port where 0 is set.</param>
    public static EndPoint Resolve(EndpointSettings endpoint, int chosenPort = 0) =>
        endpoint.Transport == TransportProtocol.Unix ? new UnixDomainSocketEndPoint(endpoint.Path)
        : ServerRun.TryParseAddress(endpoint.Address, out IPAddress address) ? new IPEndPoint(address, endpoint.Port == 0 ? chosenPort : endpoint.Port)
        : throw new BindException($"address '{endpoint.Address}' is no IP address, localhost or *", null);

    private void Open(int i, EndpointSettings endpoint, bool isFirst)
    {
        EndPoint asked = isFirst ? Resolve(endpoint, ChosenPort(endpoint)) : _endPoints[i];
        Socket? given = isFirst ? _inherited.TryTake(endpoint, asked) : null;
        _isInherited[i] |= given is not null;
        PortSharing sharing = endpoint.ReusePort ? PortSharing.Anyone : !_hasSocketPerLoop ? PortSharing.None : isFirst ? PortSharing.First : PortSharing.Next;
        if (endpoint.Transport == TransportProtocol.Udp)
        {
            DatagramSocket socket = given is not null
                ? DatagramSocket.Inherit(given, i, endpoint.MaxRequestSize, endpoint.MaxReplySize)
                : Bind(i, asked, () => DatagramSocket.Bind((IPEndPoint)asked, i, endpoint.MaxRequestSize, endpoint.MaxReplySize, sharing, endpoint.DualMode));
            _opened.Add(socket);
            _datagrams[i] = socket;
            _endPoints[i] = socket.LocalEndPoint;
        }
        else
        {
            Listener listener = given is not null ? Listener.Inherit(given, i) : Bind(i, asked, () => asked is IPEndPoint address
                ? Listener.Bind(address, i, endpoint.Backlog, sharing, endpoint.DualMode)
                : Listener.Bind(endpoint.Path, endpoint.Mode, i, endpoint.Backlog));
            _opened.Add(listener);
            _listeners[i] = listener;
            _endPoints[i] = listener.LocalEndPoint;
        }
    }

    /// <summary>The port of the other transport's endpoint of that name, or 0: one service has one port on both, chosen by the system too.</summary>
    private int ChosenPort(EndpointSettings endpoint)
    {
        for (int i = 0; i < _endPoints.Length; i++)
        {
            if (_endPoints[i] is IPEndPoint other && _settings.Endpoints[i].Name == endpoint.Name && _settings.Endpoints[i].Transport != endpoint.Transport)
            {
                return other.Port;
            }
        }

        return 0;
    }

    private T Bind<T>(int index, EndPoint endPoint, Func<T> bind)
    {
        try
        {
            return bind();
        }
        catch (SocketException exception)
        {
            EndpointSettings endpoint = _settings.Endpoints[index];
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
            throw new BindException($"{endPoint} ({Label(index)}) {reason}", exception);
        }
    }
}
