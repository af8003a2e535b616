using System.Net;
using System.Net.Sockets;
using DeclServer.Concurrency;
using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer;

/// <summary>Where a server listens: its sockets, and the loops that they are watched by.</summary>
public sealed partial class ServerRun
{
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
                throw new SettingException("concurrency process: the program is not run by RunAsync, and ServerSettings.WorkerCommand does not say what a worker is started by");
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
}
