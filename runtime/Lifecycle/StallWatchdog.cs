using System.Diagnostics;
using DeclServer.Concurrency;
using Microsoft.Extensions.Logging;

namespace DeclServer.Lifecycle;

/// <summary>
/// Looks from a thread of its own at loops that serve many connections, and tells of a handler that holds one of them: while it still does, and
/// when it has let go. A loop only writes down when it wakes, when it waits, and which handler it is about to run.
/// </summary>
internal sealed class StallWatchdog : IDisposable
{
    private readonly ILogger _logger;
    private readonly ServingLoop[] _loops;
    private readonly Watch[] _watches;
    private readonly LoopCounters _counters;
    private readonly int _milliseconds;
    private readonly ManualResetEventSlim _end = new(false, spinCount: 0);
    private readonly Thread _thread;

    /// <param name="loops">The loops.</param>
    /// <param name="milliseconds">How long a handler may hold one.</param>
    /// <param name="counters">Where stalls are counted.</param>
    /// <param name="logger">Where they are told.</param>
    public StallWatchdog(ServingLoop[] loops, int milliseconds, LoopCounters counters, ILogger logger)
    {
        _loops = loops;
        _watches = new Watch[_loops.Length];
        _milliseconds = milliseconds;
        _counters = counters;
        _logger = logger;
        _thread = new Thread(Run, maxStackSize: 64 * 1024) { IsBackground = true, Name = "DeclServer watchdog" };
        _thread.Start();
    }

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private void Run()
    {
        while (!_end.Wait(Math.Max(_milliseconds / 2, 1)))
        {
            for (int i = 0; i < _loops.Length; i++)
            {
                Look(_loops[i], ref _watches[i], Environment.TickCount64);
            }
        }
    }

    private void Look(ServingLoop loop, ref Watch watch, long now)
    {
        LoopBeat beat = loop.Beat;
        if (!beat.IsAwake || beat != watch.Beat)
        {
            if (watch.Told is { } told)
            {
                Log.StallEnded(_logger, told, loop.Index, now - watch.Since);
            }

            watch = new Watch(beat, now, Told: null);
        }
        else if (watch.Told is null && now - watch.Since >= _milliseconds && loop.HandlerOf(beat) is { } handler && !Debugger.IsAttached)
        {
            watch = watch with { Told = handler };
            _counters.Stalls++;
            Log.Stalled(_logger, handler, loop.Index, now - watch.Since);
        }
    }

    /// <summary>What a loop was at when it was looked at.</summary>
    /// <param name="Beat">What it did.</param>
    /// <param name="Since">When that was first seen: it did so before.</param>
    /// <param name="Told">The handler that was told of.</param>
    private readonly record struct Watch(LoopBeat Beat, long Since, string? Told);
}
