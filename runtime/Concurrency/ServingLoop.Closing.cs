using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>How connections end: deadlines, and the close that loses no reply.</summary>
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
                    Retire(connection, _draining ? GoodbyeReason.Draining : GoodbyeReason.Retired);
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
}
