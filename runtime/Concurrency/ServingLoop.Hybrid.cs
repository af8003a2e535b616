using System.Collections.Concurrent;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// The hybrid model: a loop waits for its connections and hands each that has something to do to a worker, which receives, serves and sends,
/// and gives it back. A connection is watched once at a time (EPOLLONESHOT), so it is one thread's at a time and its replies keep their order.
/// See docs/adr/0008-concurrency-models.md.
/// </summary>
public abstract partial class ServingLoop
{
    /// <summary>How often a draining loop looks for connections that workers have given back meanwhile.</summary>
    private const int DrainTurnMilliseconds = 20;

    private readonly ConcurrentQueue<Connection> _givenBack = new();
    private int _lastHolder;
    private WorkItem _work;

    /// <summary>Hands a connection that has something to do to a worker.</summary>
    protected void HandOut(Connection connection, ReadyEvent ready)
    {
        if (connection.Holder != 0 && !Poller.RearmsFromAnyThread)
        {
            // The portable transport may tell of it twice; what there is to do is found when it comes back.
            return;
        }

        connection.Holder = NextHolder();
        _run.Work.Add(new WorkItem(this, connection, connection.Holder, ready.CanRead, ready.CanWrite));
    }

    private int NextHolder() => _lastHolder = _lastHolder == int.MaxValue ? 1 : _lastHolder + 1;

    /// <summary>Takes back the connections that workers could not put back themselves.</summary>
    protected void TakeBack()
    {
        while (_givenBack.TryDequeue(out Connection? connection))
        {
            connection.Holder = 0;
            if (connection.Closing != CloseRequest.None)
            {
                bool abort = connection.Closing == CloseRequest.Abort;
                _timers.Remove(connection);
                ConnectionCount--;
                connection.IsOpen = true;
                Poller.Close(connection, abort);
                continue;
            }

            _timers.Set(connection, connection.Deadline);
            if (_draining)
            {
                FinishIfIdle(connection);
            }

            if (connection.IsOpen)
            {
                Poller.Rearm(connection);
            }
        }
    }

    /// <summary>A worker waits for a connection with something to do; null when there are none any more.</summary>
    protected Connection? NextWork(out ReadyEvent ready)
    {
        while (true)
        {
            PublishAllocatedBytes();
            if (!_run.Work.TryTake(out _work))
            {
                ready = default;
                return null;
            }

            ((WorkerPoller)Poller).Target = _work.Loop.Poller;
            _draining = _run.IsDrainRequested;
            ReadClock();
            if (_gate is null)
            {
                Woken();
            }

            if (HasAsynchronousHandlers)
            {
                SynchronizationContext.SetSynchronizationContext(_work.Loop._context);
            }

            if (_work.Connection is not { } connection)
            {
                RunContinuation(_work.Run!, _work.State);
            }
            else if (_work.State is RequestInFlight answered)
            {
                Interlocked.Decrement(ref _work.Loop._inFlight);
                AnswerAndGoOn(answered);
                GiveBack(connection);
            }
            else
            {
                ready = new ReadyEvent(null, connection, _work.CanRead, _work.CanWrite);
                return connection;
            }
        }
    }

    /// <summary>A worker is done with its connection for now: it is watched again.</summary>
    protected void GiveBack(Connection connection)
    {
        ServingLoop loop = _work.Loop;
        if (connection is { HasMore: true, IsOpen: true })
        {
            // Its turn is over, and it waits for the next behind the others.
            _run.Work.Add(new WorkItem(loop, connection, _work.Holder, true, false));
            return;
        }

        bool isPlain = connection is { Closing: CloseRequest.None, InFlight: not { Answer.IsCompleted: true } } && connection.Deadline >= connection.WheelDue && !_run.IsDrainRequested;
        if (isPlain && loop.Poller.RearmsFromAnyThread)
        {
            // From here on it may be another worker's: all this one may still do is to say that it is not its own any more.
            loop.Poller.Rearm(connection);
            Interlocked.CompareExchange(ref connection.Holder, 0, _work.Holder);
        }
        else
        {
            loop._givenBack.Enqueue(connection);
            loop.Poller.Wake();
        }
    }
}
