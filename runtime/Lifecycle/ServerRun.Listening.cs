using System.Net;
using System.Net.Sockets;
using DeclServer.Concurrency;
using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer;

/// <summary>Where a server listens: the loops that watch its sockets.</summary>
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
        EndPoints = [.. Settings.Endpoints.Select(static e => ListeningSockets.Resolve(e))];
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
        using InheritedSockets inherited = InheritedSockets.Take();
        _sockets = new ListeningSockets(Settings, inherited, hasSocketPerLoop: OperatingSystem.IsLinux() && loops > 1 && Settings.Transport != TransportKind.Portable);
        for (int i = 0; i < loops; i++)
        {
            ServingLoop loop = _newLoop(this, model.Model switch
            {
                ConcurrencyModel.EventLoop => LoopRole.EventLoop,
                ConcurrencyModel.Hybrid => LoopRole.HybridLoop,
                _ => LoopRole.Acceptor,
            });
            _loops.Add(loop);
            _sockets.AddTo(loop, isFirst: i == 0);
        }

        inherited.CheckThatNoneIsLeft(_server, Settings);
        if (model.Model is ConcurrencyModel.Hybrid or ConcurrencyModel.ThreadPool)
        {
            for (int i = 0; i < model.Workers; i++)
            {
                _loops.Add(_newLoop(this, model.Model == ConcurrencyModel.Hybrid ? LoopRole.HybridWorker : LoopRole.ConnectionThread));
            }
        }

        EndPoints = _sockets.EndPoints;
        for (int i = 0; i < EndPoints.Count; i++)
        {
            Log.Listening(Logger, _server, EndPoints[i], _sockets.Label(i));
        }
    }
}
