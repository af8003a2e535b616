using DeclServer.Concurrency;
using DeclServer.Lifecycle;

namespace DeclServer;

/// <summary>A server's threads: each runs a loop, and the last to end completes the run.</summary>
public sealed partial class ServerRun
{
    /// <summary>256 KiB: a handler's calls are not deep, and there may be a thousand of these threads.</summary>
    private const int ConnectionStackSize = 256 * 1024;

    internal int NextLoopIndex() => _loops.Count;

    /// <summary>Has the loops that serve many looked at.</summary>
    private void Watch()
    {
        ServingLoop[] watched = [.. _loops.Where(static l => l.ServesMany)];
        if (Settings.StallMilliseconds > 0 && watched.Length > 0)
        {
            _watchdog = new StallWatchdog(watched, Settings.StallMilliseconds, Signals.NewCounters(), Logger);
        }
    }

    private bool TryAddThread()
    {
        ServingLoop loop;
        lock (_loops)
        {
            loop = _spareThreads.TryPop(out ServingLoop? spare) ? spare : _newLoop(this, LoopRole.ConnectionThread);
            _loops.Add(loop);
            _threads++;
        }

        Interlocked.Increment(ref _runningLoops);
        try
        {
            StartThread(loop);
            return true;
        }
        catch (OutOfMemoryException)
        {
            // The system gives no more threads: those there are go on.
            RemoveThread(loop);
            Interlocked.Decrement(ref _runningLoops);
            return false;
        }
    }

    private void RemoveThread(ServingLoop loop)
    {
        lock (_loops)
        {
            _loops.Remove(loop);
            _spareThreads.Push(loop);
            _threads--;
        }
    }

    private void StartThread(ServingLoop loop)
    {
        bool isOne = loop.Role == LoopRole.ConnectionThread;
        StartThread(() => RunLoop(loop), isOne ? $"{_server} connection" : $"{_server} {loop.Role} {loop.Index}", isOne && _worker is null ? ConnectionStackSize : 0);
    }

    private void StartThread(ThreadStart run, string name, int stackSize) => new Thread(run, stackSize) { Name = name, IsBackground = true }.Start();

    private void RunLoop(ServingLoop loop) => RunGuarded(
        () =>
        {
            loop.Enter();
            loop.Run();
            loop.Leave();
        },
        loop);

    /// <summary>The body of one of the server's threads; the last to end completes the run.</summary>
    private void RunGuarded(Action run, ServingLoop? loop = null)
    {
        try
        {
            run();
        }
        catch (Exception exception)
        {
            Log.LoopFailed(Logger, exception);
            _failed = true;
            RequestDrain();
        }
        finally
        {
            loop?.Release();
            if (loop?.Role == LoopRole.ConnectionThread)
            {
                RemoveThread(loop);
            }
            else if (loop?.Role == LoopRole.Acceptor)
            {
                EndHandOver();
            }
            else if (loop?.Role == LoopRole.HybridLoop && Interlocked.Decrement(ref _hybridLoops) == 0)
            {
                Work.Close();
            }

            if (Interlocked.Decrement(ref _runningLoops) == 0)
            {
                Complete();
            }
        }
    }

    private void Complete()
    {
        _watchdog?.Dispose();
        Offloaded.Dispose();
        Release();
        long aborted = Signals.Sum(static c => c.Aborted);
        long requests = Signals.Sum(static c => c.Requests.Sum()) + (_processes?.Requests ?? 0);
        _drain?.SetTag("declserver.requests", requests).SetTag("declserver.cut_off", aborted).Dispose();
        Phase.Run(Logger, _server, Phase.Release, () => RunHook("OnStopped", _hooks.Stopped));
        if (_worker is null)
        {
            Log.Drained(Logger, _server, requests, aborted);
        }

        _log.Dispose();
        _completion.TrySetResult(_failed ? ExitStatus.Failed : aborted > 0 ? ExitStatus.Aborted : ExitStatus.Drained);
    }

    private void Release()
    {
        _sockets?.Dispose();
        if (_runningLoops == 0)
        {
            foreach (ServingLoop loop in _loops)
            {
                loop.Release();
            }
        }

        _stop?.Dispose();
        _processes?.Dispose();
    }
}
