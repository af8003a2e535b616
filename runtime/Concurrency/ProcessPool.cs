using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// The worker processes of a server with a process for each connection. They are started before they are needed, since a start takes a tenth of a
/// second and more; a client goes to one that waits. One that ends, by its own will or by a crash, is replaced, and takes one client with it
/// at most. A thread of the pool reads what the workers report and keeps their number.
/// </summary>
internal sealed unsafe partial class ProcessPool : IDisposable
{
    private readonly ServerRun _run;
    private readonly string _server;
    private readonly ModelSettings _model;
    private readonly LoopCounters _counters;
    private readonly Lock _lock = new();
    private readonly List<Worker> _workers = [];
    private readonly List<Worker> _idle = [];
    private readonly Queue<(AcceptedSocket Socket, long Since)> _waiting = new();
    private readonly byte[][] _refusals;
    private readonly int _wake = Libc.eventfd(0, Libc.CloseOnExec | Libc.NonBlocking);
    private int _starting;
    private int _backoff;
    private long _startAfter;
    private long _requests;
    private long _drainDeadline;
    private bool _isClosed;
    private bool _isDisposed;

    public ProcessPool(ServerRun run, string server, LoopCounters counters)
    {
        _run = run;
        _server = server;
        _model = run.Settings.Concurrency;
        _counters = counters;
        _refusals = [.. run.Settings.Endpoints.Select(static _ => Array.Empty<byte>())];
    }

    /// <summary>How many workers may wait: twice as many as are kept ready, so that they do not come and go with each client.</summary>
    private int MostIdle => 2 * _model.SpareProcesses;

    /// <summary>Whether clients wait for a worker.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Requests that workers have answered.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Gives a client to a worker that waits, or to the next that does; false when there is none for it.</summary>
    public bool TryHandOver(AcceptedSocket accepted, long since)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            if (!TrySend(accepted, since))
            {
                // Those being started, and those that may be, take one each; where the program does not come up, those there are do.
                int coming = _backoff == 0 ? _starting + _model.MaxProcesses - _workers.Count : _workers.Count;
                if (_waiting.Count >= coming)
                {
                    return false;
                }

                _waiting.Enqueue((accepted, since));
            }
        }

        Wake();
        return true;
    }

    /// <summary>Says what a client is told for whom there will be no worker; before <see cref="Close"/>.</summary>
    public void SetRefusal(int endpoint, byte[] words) => _refusals[endpoint] = words;

    /// <summary>No client comes any more: the workers finish theirs and end.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        Wake();
    }

    /// <summary>Sends every worker a signal.</summary>
    public void Signal(int signal) => Signal(signal, static _ => true);

    private void Signal(int signal, Func<Worker, bool> whom)
    {
        lock (_lock)
        {
            foreach (Worker worker in _workers.Where(w => whom(w) && !w.Process.HasExited))
            {
                Libc.kill(worker.Process.Id, signal);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Libc.close(_wake);
        }
    }

    /// <summary>Has the pool's thread look at what is asked of it.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                ulong one = 1;
                Libc.write(_wake, &one, sizeof(ulong));
            }
        }
    }

    /// <summary>Sends a client to a worker that waits; the last to have served is the first to serve again, with what it has in its caches.</summary>
    private bool TrySend(AcceptedSocket accepted, long since)
    {
        while (_idle.Count > 0)
        {
            Worker worker = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (worker.Channel.TrySend(new WorkerTask(accepted.Endpoint, since), accepted.AnyDescriptor))
            {
                worker.Client = accepted;
                worker.IsServing = true;
                accepted.CloseOurs();
                return true;
            }
        }

        return false;
    }

    private void DropWaiting()
    {
        while (_waiting.TryDequeue(out (AcceptedSocket Socket, long Since) client))
        {
            _run.ForgetConnection(client.Socket.Endpoint, client.Socket.Client);
            _counters.Rejected++;
            client.Socket.SendLast(_refusals[client.Socket.Endpoint]);
            client.Socket.Dispose();
        }
    }
}
