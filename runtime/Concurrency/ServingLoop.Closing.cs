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
        if (_again.Count > 0)
        {
            TakeTurns();
        }

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
                if (!HasRunOut(connection, out TimeoutKind kind))
                {
                    continue;
                }

                Log.TimedOut(_run.Logger, connection.Id, kind);
                if (kind == TimeoutKind.Lifetime)
                {
                    Retire(connection, GoodbyeReason.Retired);
                    continue;
                }

                Counters.CountTimeout(kind);
                if (connection.Timeout != TimeoutKind.Write)
                {
                    Retire(connection, GoodbyeReason.TimedOut);
                    continue;
                }
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
            AwaitClient(connection);
        }
        else if (served && Now >= connection.LifetimeEnd && connection is { Body: null, DiscardBytes: 0 })
        {
            Retire(connection, _draining ? GoodbyeReason.Draining : GoodbyeReason.Retired);
        }
        else if (connection.TailLength > 0 || connection.DiscardBytes > 0 || connection.Body is not null)
        {
            AwaitRequest(connection, served);
        }
        else if (connection.PeerFinished)
        {
            Finish(connection);
        }
        else if (_draining)
        {
            Retire(connection, GoodbyeReason.Draining);
        }
        else
        {
            SetDeadline(connection, TimeoutKind.Idle);
        }
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
        connection.HasMore = false;
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
        if (!connection.IsUnknown)
        {
            Part(connection);
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

    /// <summary>Tells the server that a connection ends of which it was told.</summary>
    private void Part(Connection connection)
    {
        using (HoldGate())
        {
            Disconnected(connection);
        }
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

        if (_run.IsCutOffRequested)
        {
            _drainDeadline = Math.Min(_drainDeadline, Now);
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

        if (!connection.IsLingering && (!connection.Paused || connection.AwaitsHeader))
        {
            Receive(connection);
        }

        if (connection is { IsOpen: true, IsLingering: false, TailLength: 0, PendingLength: 0, DiscardBytes: 0, Replies: null, Body: null, InFlight: null })
        {
            Retire(connection, GoodbyeReason.Draining);
        }
    }
}
