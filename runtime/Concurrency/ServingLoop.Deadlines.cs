using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// How long a connection may take, and how slow its client may be. While a request is not whole, or replies wait, the wheel holds the nearer of
/// two times: the timeout, and the next look at the rate. A byte that arrives costs no more than before; the rate is worked out when that
/// time has come.
/// </summary>
public abstract partial class ServingLoop
{
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
        ConnectionLimits limits = connection.Limits;
        connection.Timeout = kind;
        connection.TimeoutDeadline = since + kind switch
        {
            TimeoutKind.Idle => limits.IdleTimeout,
            TimeoutKind.Request => limits.RequestTimeout,
            TimeoutKind.Write => limits.WriteTimeout,
            _ => limits.FirstByteTimeout,
        };
        SetDeadline(connection, Math.Min(connection.TimeoutDeadline, kind switch
        {
            TimeoutKind.Request or TimeoutKind.Write => connection.RateCheck,
            TimeoutKind.FirstByte when _draining => FirstRequestDue(connection),
            _ => connection.LifetimeEnd,
        }));
    }

    /// <summary>From now on the client has to send, or to read, so many bytes a second on average.</summary>
    private void BeginRate(Connection connection, bool isWrite)
    {
        connection.RateSince = Now;
        connection.RateBytes = isWrite ? Math.Max(0, Poller.Unsent(connection)) : 0;
        connection.BytesAtTimeout = 0;
        connection.RateCheck = connection.Limits.MinBytesPerSecond == 0 ? long.MaxValue : Now + connection.Limits.RateGrace;
    }

    /// <summary>The replies wait for their client.</summary>
    private void AwaitClient(Connection connection)
    {
        if (connection.Timeout != TimeoutKind.Write)
        {
            BeginRate(connection, isWrite: true);
            SetDeadline(connection, TimeoutKind.Write);
        }
    }

    /// <summary>Something of a request is there, and it is not whole.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="served">Whether something was served or taken since the last time: a request has its time from its first byte on, however it drips in.</param>
    private void AwaitRequest(Connection connection, bool served)
    {
        bool isNew = connection.Timeout != TimeoutKind.Request;
        if (isNew || served)
        {
            // A body's pieces, and those of a refused block, are of one rate; a request has its own.
            if (isNew || connection.RateSince == 0 || connection is { Body: null, DiscardBytes: 0 })
            {
                BeginRate(connection, isWrite: false);
            }

            SetDeadline(connection, TimeoutKind.Request);
        }
    }

    /// <summary>The connection's deadline has come: whether it has run out of time, and of which.</summary>
    private bool HasRunOut(Connection connection, out TimeoutKind kind)
    {
        kind = connection.Timeout;
        if (kind is TimeoutKind.FirstByte or TimeoutKind.Idle)
        {
            if (Now < connection.TimeoutDeadline)
            {
                kind = TimeoutKind.Lifetime;
            }

            return true;
        }

        long bytes = kind == TimeoutKind.Write ? connection.RateBytes - Math.Max(0, Poller.Unsent(connection)) : connection.RateBytes + connection.TailLength;
        if (Now >= connection.TimeoutDeadline)
        {
            if (kind != TimeoutKind.Write || bytes <= connection.BytesAtTimeout)
            {
                return true;
            }

            // The socket has had no room yet, but the client has read some of what is in it.
            connection.BytesAtTimeout = bytes;
            connection.TimeoutDeadline = Now + connection.Limits.WriteTimeout;
        }

        if (Now >= connection.RateCheck)
        {
            long enoughUntil = connection.RateSince + (bytes * 1000 / connection.Limits.MinBytesPerSecond);
            if (enoughUntil <= Now && (kind != TimeoutKind.Write || Poller.Unsent(connection) >= 0))
            {
                kind = TimeoutKind.Rate;
                return true;
            }

            connection.RateCheck = Math.Max(enoughUntil, Now + ShortestRateMilliseconds);
        }

        _timers.Set(connection, Math.Min(connection.TimeoutDeadline, connection.RateCheck));
        return false;
    }

    /// <summary>
    /// Ends a connection that is not owed a reply: its client is told so where the protocol has words for it, then the close waits for what is owed.
    /// </summary>
    private void Retire(Connection connection, GoodbyeReason reason)
    {
        if (connection.AwaitsHeader)
        {
            Close(connection, abort: false);
            return;
        }

        Counters.Retired += reason == GoodbyeReason.Retired ? 1 : 0;
        Say(connection, reason);
        if (reason == GoodbyeReason.TimedOut && Output.Length == 0)
        {
            // There are no words to wait for.
            Close(connection, abort: false);
            return;
        }

        connection.ReleaseBody();
        connection.Close();
        if (Output.Length > 0)
        {
            SendOutput(connection);
        }

        if (connection is { IsOpen: true, PendingLength: 0 })
        {
            Finish(connection);
        }
        else if (connection.IsOpen)
        {
            AwaitClient(connection);
        }
    }

    /// <summary>Tells a client, where its protocol has words for it, that its connection ends.</summary>
    private void Say(Connection connection, GoodbyeReason reason)
    {
        using (HoldGate())
        {
            SayGoodbye(connection.Endpoint, reason);
        }
    }
}
