using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>How connections end: deadlines, the close that loses no reply, and the drain.</summary>
public abstract partial class ServingLoop
{
    /// <summary>Closes the connections that have run out of time.</summary>
    protected void CloseExpired()
    {
        while (_timers.TakeExpired(Now) is { } connection)
        {
            if (connection.Holder != 0)
            {
                // A worker is at it: whether it is late will be seen when it is back.
                _timers.Postpone(connection, Now + DrainTurnMilliseconds);
                continue;
            }

            if (!connection.IsLingering)
            {
                Counters.CountTimeout(connection.Timeout);
                Log.TimedOut(_run.Logger, connection.Id, connection.Timeout);
            }

            Close(connection, abort: connection.Timeout == TimeoutKind.Write);
        }

        if (_pausedListeners.Count > 0)
        {
            ResumeListeners();
        }

        if (_run.IsDrainRequested)
        {
            Drain();
        }
    }

    /// <summary>The connection waits: for the rest of a request, for its client to read, or for the next request.</summary>
    private void Rest(Connection connection, bool served)
    {
        if (connection.PendingLength > 0)
        {
            if (connection.Timeout != TimeoutKind.Write)
            {
                SetDeadline(connection, TimeoutKind.Write);
            }
        }
        else if (connection.TailLength > 0 || connection.DiscardBytes > 0 || connection.Body is not null)
        {
            // A request has its time from its first byte on, however it drips in.
            if (served || connection.Timeout != TimeoutKind.Request)
            {
                SetDeadline(connection, TimeoutKind.Request);
            }
        }
        else if (connection.PeerFinished || _draining)
        {
            Finish(connection);
        }
        else
        {
            SetDeadline(connection, TimeoutKind.Idle);
        }
    }

    /// <summary>A worker only writes the deadline down: the timers are the loop's.</summary>
    private void SetDeadline(Connection connection, long deadline)
    {
        if (Role == LoopRole.HybridWorker)
        {
            connection.Deadline = deadline;
        }
        else
        {
            _timers.Set(connection, deadline);
        }
    }

    private void SetDeadline(Connection connection, TimeoutKind kind) => SetDeadline(connection, kind, Now);

    private void SetDeadline(Connection connection, TimeoutKind kind, long since)
    {
        connection.Timeout = kind;
        ConnectionLimits limits = connection.Limits;
        SetDeadline(connection, since + kind switch
        {
            TimeoutKind.Idle => limits.IdleTimeout,
            TimeoutKind.Request => limits.RequestTimeout,
            TimeoutKind.Write => limits.WriteTimeout,
            _ => limits.FirstByteTimeout,
        });
    }

    /// <summary>
    /// Ends a connection that is owed nothing more: tells the client so, then reads to its end, since closing a socket with unread bytes
    /// resets it and can take the last reply with it.
    /// </summary>
    private void Finish(Connection connection)
    {
        if (connection.PeerFinished)
        {
            Close(connection, abort: false);
            return;
        }

        connection.ReleaseTail();
        connection.Paused = true;
        connection.IsLingering = true;
        Poller.ShutdownSend(connection);
        Poller.Watch(connection, Interest.Read);
        SetDeadline(connection, Now + LingerMilliseconds);
    }

    private void Close(Connection connection, bool abort)
    {
        if (!connection.IsOpen)
        {
            return;
        }

        connection.ReleaseBody();
        connection.InFlight?.Abandon();
        if (_gate is null)
        {
            Disconnected(connection);
        }
        else
        {
            lock (_gate)
            {
                Disconnected(connection);
            }
        }

        if (Role != LoopRole.HybridWorker)
        {
            _timers.Remove(connection);
            ConnectionCount--;
        }

        Counters.Closed++;
        (int endpoint, UInt128 client) = (connection.Endpoint, connection.Client);
        Poller.Close(connection, abort);
        _run.ForgetConnection(endpoint, client);
    }

    /// <summary>
    /// The end of a server's life: no new connection, one last look at each socket, then those with nothing in flight are finished; the rest
    /// have until the deadline.
    /// </summary>
    private void Drain()
    {
        bool isFirst = !_draining;
        if (isFirst)
        {
            _draining = true;
            _drainDeadline = Now + Settings.DrainTimeoutSeconds * 1000L;
            foreach (Listener listener in _listeners)
            {
                Accept(listener);
                Poller.Remove(listener);
            }

            _pausedListeners.Clear();
            CloseDatagrams();
            if (Role == LoopRole.Acceptor)
            {
                _run.EndHandOver();
            }
        }

        if (isFirst || Role == LoopRole.HybridLoop)
        {
            foreach (Connection connection in Poller.Connections)
            {
                FinishIfIdle(connection);
            }
        }

        if (ConnectionCount > 0 && Now >= _drainDeadline)
        {
            foreach (Connection connection in Poller.Connections)
            {
                if (connection.Holder != 0)
                {
                    continue;
                }

                if (!connection.IsLingering)
                {
                    Counters.Aborted++;
                }

                Close(connection, abort: true);
            }
        }

        IsDone = ConnectionCount == 0 && HandlersHaveEnded;
    }

    /// <summary>One last look at a connection's socket; where nothing is in flight, it is finished.</summary>
    private void FinishIfIdle(Connection connection)
    {
        if (connection.Holder != 0)
        {
            return;
        }

        if (!connection.Paused && !connection.IsLingering)
        {
            Receive(connection);
        }

        if (connection is { IsOpen: true, IsLingering: false, TailLength: 0, PendingLength: 0, DiscardBytes: 0, Replies: null, Body: null, InFlight: null })
        {
            Finish(connection);
        }
    }
}
