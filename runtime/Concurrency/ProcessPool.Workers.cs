using System.Diagnostics;
using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>The life of the workers: started before they are needed, heard, replaced and ended, all on the pool's own thread.</summary>
internal sealed unsafe partial class ProcessPool
{
    private const int FirstBackoffMilliseconds = 100;
    private const int LongestBackoffMilliseconds = 5_000;

    /// <summary>How long after the drain's deadline a worker that has not ended is killed.</summary>
    private const int KillAfterMilliseconds = 2_000;

    /// <summary>A channel's end of a worker is inheritable while that worker is started, and no other may be started meanwhile.</summary>
    private static readonly Lock s_starting = new();

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

        ServeWaiting();
        EndWorkers();
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
            int wanted = (_isClosed ? 0 : _model.SpareProcesses) + _waiting.Count;
            return _workers.Count < _model.MaxProcesses && _idle.Count + _starting < wanted;
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
            BackOff();
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

    /// <summary>Those that serve are told to drain; clients that were let in and wait go to workers that come up, until the drain's deadline.</summary>
    private void ServeWaiting()
    {
        _drainDeadline = Environment.TickCount64 + (_run.Settings.DrainTimeoutSeconds * 1_000L);
        Signal(Libc.SigTerm, static w => w.IsServing);
        while (HasWaiting && !_run.IsCutOffRequested && Environment.TickCount64 < _drainDeadline)
        {
            int retry = StartMissing();
            int left = (int)Math.Max(0, _drainDeadline - Environment.TickCount64);
            Poll(retry < 0 ? left : Math.Min(retry, left));
        }
    }

    /// <summary>Tells the workers to drain, waits for them, and kills those that the drain's deadline has no effect on.</summary>
    private void EndWorkers()
    {
        long deadline = _drainDeadline + KillAfterMilliseconds;
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
}
