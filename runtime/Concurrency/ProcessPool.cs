using System.Diagnostics;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>
/// The worker processes of a server with a process for each connection. They are started before they are needed, since a start takes a tenth of a
/// second and more; a client goes to one that waits. One that ends, by its own will or by a crash, is replaced, and takes one client with it
/// at most. A thread of the pool reads what the workers report and keeps their number.
/// </summary>
internal sealed unsafe class ProcessPool : IDisposable
{
    private const int FirstBackoffMilliseconds = 100;
    private const int LongestBackoffMilliseconds = 5_000;

    /// <summary>How long after the drain's deadline a worker that has not ended is killed.</summary>
    private const int KillAfterMilliseconds = 2_000;

    /// <summary>A channel's end of a worker is inheritable while that worker is started, and no other may be started meanwhile.</summary>
    private static readonly Lock s_starting = new();

    private readonly ServerRun _run;
    private readonly string _server;
    private readonly ModelSettings _model;
    private readonly LoopCounters _counters;
    private readonly Lock _lock = new();
    private readonly List<Worker> _workers = [];
    private readonly List<Worker> _idle = [];
    private readonly Queue<(AcceptedSocket Socket, long Since)> _waiting = new();
    private readonly int _wake = Libc.eventfd(0, Libc.CloseOnExec | Libc.NonBlocking);
    private int _starting;
    private int _backoff;
    private long _startAfter;
    private long _requests;
    private bool _isClosed;
    private bool _isDisposed;

    public ProcessPool(ServerRun run, string server, LoopCounters counters)
    {
        _run = run;
        _server = server;
        _model = run.Settings.Concurrency;
        _counters = counters;
    }

    /// <summary>How many workers may wait: twice as many as are kept ready, so that they do not come and go with each client.</summary>
    private int MostIdle => 2 * _model.SpareProcesses;

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
    public void Signal(int signal)
    {
        lock (_lock)
        {
            foreach (Worker worker in _workers.Where(static w => !w.Process.HasExited))
            {
                Libc.kill(worker.Process.Id, signal);
            }
        }
    }

    /// <summary>The pool's thread; it ends when all workers have, after <see cref="Close"/>.</summary>
    public void Run()
    {
        bool isClosed = false;
        while (!isClosed)
        {
            Poll(StartMissing());
            lock (_lock)
            {
                isClosed = _isClosed;
            }
        }

        EndWorkers();
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

    /// <summary>
    /// Starts workers until enough of them wait. The answer is how long until that may be tried again after a failure; -1 for no bound. Clients are
    /// handed over meanwhile: a start takes milliseconds.
    /// </summary>
    private int StartMissing()
    {
        while (IsMissing())
        {
            long now = Environment.TickCount64;
            if (now < _startAfter)
            {
                return (int)(_startAfter - now);
            }

            try
            {
                Worker worker = Start();
                lock (_lock)
                {
                    _workers.Add(worker);
                    _starting++;
                }
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                Log.WorkerNotStarted(_run.Logger, _server, exception.Message);
                lock (_lock)
                {
                    BackOff();
                }
            }
        }

        return -1;
    }

    private bool IsMissing()
    {
        lock (_lock)
        {
            return !_isClosed && _workers.Count < _model.MaxProcesses && _idle.Count + _starting < _model.SpareProcesses + _waiting.Count;
        }
    }

    private Worker Start()
    {
        ProcessStartInfo start = new(_run.Settings.WorkerCommand[0]) { UseShellExecute = false };
        foreach (string argument in _run.Settings.WorkerCommand.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        lock (s_starting)
        {
            (DescriptorChannel ours, DescriptorChannel theirs) = DescriptorChannel.Pair();
            using (theirs)
            {
                start.Environment[WorkerProcess.Variable] = WorkerProcess.Introduction(theirs, _server);
                theirs.SetInherited(true);
                try
                {
                    return new Worker(Process.Start(start)!, ours);
                }
                catch
                {
                    ours.Dispose();
                    throw;
                }
            }
        }
    }

    /// <summary>Waits longer before each new start of a program that does not come up; clients wait for workers that live, and for no start.</summary>
    private void BackOff()
    {
        _backoff = Math.Clamp(_backoff * 2, FirstBackoffMilliseconds, LongestBackoffMilliseconds);
        _startAfter = Environment.TickCount64 + _backoff;
        if (_workers.Count == 0)
        {
            DropWaiting();
        }
    }

    private void DropWaiting()
    {
        while (_waiting.TryDequeue(out (AcceptedSocket Socket, long Since) client))
        {
            _run.ForgetConnection(client.Socket.Endpoint, client.Socket.Client);
            _counters.Rejected++;
            client.Socket.Dispose();
        }
    }

    /// <summary>Waits until workers report or end, or the pool is woken.</summary>
    private void Poll(int milliseconds)
    {
        // This thread alone changes the list.
        Worker[] workers = [.. _workers];
        PollDescriptor[] descriptors = new PollDescriptor[workers.Length + 1];
        descriptors[^1] = new PollDescriptor { Descriptor = _wake, Events = Libc.PollIn };
        for (int i = 0; i < workers.Length; i++)
        {
            descriptors[i] = new PollDescriptor { Descriptor = workers[i].Channel.Descriptor, Events = Libc.PollIn };
        }

        fixed (PollDescriptor* first = descriptors)
        {
            Libc.poll(first, (nuint)descriptors.Length, milliseconds);
        }

        if (descriptors[^1].Returned != 0)
        {
            ulong count;
            Libc.read(_wake, &count, sizeof(ulong));
        }

        for (int i = 0; i < workers.Length; i++)
        {
            if (descriptors[i].Returned == 0)
            {
                continue;
            }

            if (workers[i].Channel.TryReceive(out WorkerReport report, out _))
            {
                lock (_lock)
                {
                    Reported(workers[i], report);
                }
            }
            else
            {
                int status = StatusOf(workers[i].Process);
                lock (_lock)
                {
                    Ended(workers[i], status);
                }
            }
        }
    }

    /// <summary>The exit status of a worker whose channel is closed, which is the last that it does.</summary>
    private static int StatusOf(Process process)
    {
        if (!process.WaitForExit(KillAfterMilliseconds))
        {
            process.Kill();
            process.WaitForExit();
        }

        return process.ExitCode;
    }

    private void Reported(Worker worker, WorkerReport report)
    {
        Interlocked.Add(ref _requests, report.Requests);
        ForgetClient(worker);
        if (!worker.HasStarted)
        {
            worker.HasStarted = true;
            _starting--;
            _backoff = 0;
        }

        if (report.IsReady == 0)
        {
            return;
        }

        if (_waiting.Count == 0 && _idle.Count >= MostIdle)
        {
            // More wait than a burst of clients needed: it sees the end of its channel and ends.
            Libc.shutdown(worker.Channel.Descriptor, Libc.ShutdownWrite);
            return;
        }

        _idle.Add(worker);
        if (_waiting.TryDequeue(out (AcceptedSocket Socket, long Since) client) && !TrySend(client.Socket, client.Since))
        {
            _waiting.Enqueue(client);
        }
    }

    private void Ended(Worker worker, int status)
    {
        _workers.Remove(worker);
        _idle.Remove(worker);
        if (status != ExitStatus.Drained && !_isClosed)
        {
            _counters.WorkerFailures++;
            Log.WorkerFailed(_run.Logger, _server, worker.Process.Id, status, worker.IsServing ? "a client" : "no client");
        }

        if (status == ExitStatus.Aborted)
        {
            _counters.Aborted++;
        }

        if (!worker.HasStarted)
        {
            _starting--;
            if (!_isClosed)
            {
                BackOff();
            }
        }

        ForgetClient(worker);
        worker.Dispose();
    }

    private void ForgetClient(Worker worker)
    {
        if (worker.IsServing)
        {
            worker.IsServing = false;
            _run.ForgetConnection(worker.Client.Endpoint, worker.Client.Client);
        }
    }

    /// <summary>Tells the workers to drain, waits for them, and kills those that the drain's deadline has no effect on.</summary>
    private void EndWorkers()
    {
        long deadline = Environment.TickCount64 + (_run.Settings.DrainTimeoutSeconds * 1_000L) + KillAfterMilliseconds;
        lock (_lock)
        {
            DropWaiting();
            foreach (Worker worker in _workers)
            {
                // One that waits sees the end of its channel; one that serves does so when its client has been answered.
                Libc.shutdown(worker.Channel.Descriptor, Libc.ShutdownWrite);
            }
        }

        Signal(Libc.SigTerm);

        while (_workers.Count > 0)
        {
            Poll((int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue));
            if (Environment.TickCount64 >= deadline || (_run.IsCutOffRequested && deadline < long.MaxValue))
            {
                foreach (Worker worker in _workers)
                {
                    worker.Process.Kill();
                    _counters.Aborted += worker.IsServing ? 1 : 0;
                }

                deadline = long.MaxValue;
            }
        }
    }

    private sealed class Worker(Process process, DescriptorChannel channel) : IDisposable
    {
        public Process Process { get; } = process;

        public DescriptorChannel Channel { get; } = channel;

        /// <summary>Whether it has reported that it is ready.</summary>
        public bool HasStarted { get; set; }

        public bool IsServing { get; set; }

        /// <summary>The client it serves; its descriptor is the worker's alone.</summary>
        public AcceptedSocket Client { get; set; }

        public void Dispose()
        {
            Process.Dispose();
            Channel.Dispose();
        }
    }
}
