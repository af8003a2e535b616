using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>The end of a loop: its listening sockets, what is in flight, and the deadline.</summary>
public abstract partial class ServingLoop
{
    /// <summary>
    /// 500 ms for the last segment of a handshake, longer than it is on the way between any two places; and shorter than the second after which a
    /// client begins anew that was not let in (RFC 6298, section 2.1).
    /// </summary>
    private const int HandshakeMilliseconds = 500;

    /// <summary>1 s for the first request of a client that had just been let in: it sends without waiting for anything.</summary>
    private const int FirstRequestMilliseconds = 1_000;

    private bool _draining;
    private long _drainDeadline;
    private long _listenUntil;

    /// <summary>
    /// The end of a server's life: those who have come are let in, one last look at each socket, then those with nothing in flight are finished; the
    /// rest have until the deadline.
    /// </summary>
    private void Drain()
    {
        bool isFirst = !_draining;
        if (isFirst)
        {
            _draining = true;
            _drainDeadline = Now + Settings.DrainTimeoutSeconds * 1000L;
            LeaveToOthers();
            CloseDatagrams();
        }

        if (_run.IsCutOffRequested)
        {
            _drainDeadline = Math.Min(_drainDeadline, Now);
        }

        if (Now >= _listenUntil || Now >= _drainDeadline)
        {
            CloseListeners();
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

        IsDone = ConnectionCount == 0 && HandlersHaveEnded && _listeners.Count == 0;
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
            RetireInTime(connection);
        }
    }

    /// <summary>Ends a connection that waits for nothing, unless its client has only just come.</summary>
    private void RetireInTime(Connection connection)
    {
        if (connection.Timeout == TimeoutKind.FirstByte && FirstRequestDue(connection) is var due && due > Now)
        {
            SetDeadline(connection, due);
            return;
        }

        Retire(connection, GoodbyeReason.Draining);
    }

    /// <summary>Until when a client that had only just come, when the drain began, has time for its first request: it was let in, and no other server will answer.</summary>
    private static long FirstRequestDue(Connection connection) =>
        Math.Min(connection.TimeoutDeadline, connection.TimeoutDeadline - connection.Limits.FirstByteTimeout + FirstRequestMilliseconds);

    /// <summary>Others' listeners on the port get the clients that come; those whose handshake is under way are waited for.</summary>
    private void LeaveToOthers()
    {
        bool waits = false;
        foreach (Listener listener in _listeners)
        {
            waits |= listener.TryLeaveToOthers();
        }

        _listenUntil = waits ? Now + HandshakeMilliseconds : Now;
    }

    /// <summary>Lets in those who wait in the queues, and closes them: the port is free for whoever has it next.</summary>
    private void CloseListeners()
    {
        foreach (Listener listener in _listeners)
        {
            Poller.Remove(listener);
            int most = Settings.Endpoints[listener.Endpoint].Backlog;
            for (int accepted = 0; accepted <= most && !listener.IsInherited && TryAccept(listener); accepted += AcceptsAtOnce)
            {
            }

            listener.Leave();
        }

        _listeners.Clear();
        _pausedListeners.Clear();
    }
}
