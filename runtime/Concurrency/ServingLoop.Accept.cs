using System.Diagnostics.CodeAnalysis;
using DeclServer.Lifecycle;
using DeclServer.Transport;
using Microsoft.Extensions.Logging;

namespace DeclServer.Concurrency;

/// <summary>Accepting: the connection cap, the tiers of errors, and who is turned away.</summary>
public abstract partial class ServingLoop
{
    /// <summary>Accepts the connections that wait on a listener, and pauses it when the system is out of descriptors.</summary>
    protected void Accept(Listener listener) => TryAccept(listener);

    /// <summary>The same; whether more may wait.</summary>
    private bool TryAccept(Listener listener)
    {
        for (int i = 0; i < AcceptsAtOnce; i++)
        {
            switch (Poller.Accept(listener, out AcceptedSocket accepted))
            {
                case AcceptOutcome.Accepted:
                    listener.Backoff = 100;
                    Welcome(accepted);
                    break;
                case AcceptOutcome.Transient:
                    break;
                case AcceptOutcome.Exhausted:
                    Poller.Remove(listener);
                    PauseAccepting(listener);
                    return false;
                case AcceptOutcome.Fatal when !_draining:
                    Log.AcceptFailed(_run.Logger, listener.LocalEndPoint);
                    Poller.Remove(listener);
                    _run.RequestDrain();
                    return false;
                default:
                    return false;
            }
        }

        return true;
    }

    private void Welcome(AcceptedSocket accepted)
    {
        if (!_run.TryCountConnection(accepted.Endpoint))
        {
            Counters.Rejected++;
            TurnAway(accepted);
        }
        else if (!_run.TryCountClient(accepted, out UInt128 client))
        {
            _run.ForgetConnection(accepted.Endpoint, client: 0);
            Counters.RejectedOfClient++;
            TurnAway(accepted);
        }
        else
        {
            Take(accepted.CountedAs(client));
        }
    }

    /// <summary>An accepted and counted connection is this loop's, or a thread's of its own.</summary>
    private void Take(AcceptedSocket accepted)
    {
        if (Role == LoopRole.Acceptor)
        {
            if (!_run.TryHandOver(accepted, Now))
            {
                _run.ForgetConnection(accepted.Endpoint, accepted.Client);
                Counters.Rejected++;
                TurnAway(accepted);
            }
        }
        else if (!TryAdopt(accepted, Now, out _))
        {
            // No room in the kernel's watch list (epoll_ctl(2): ENOSPC, ENOMEM): this client cannot be served.
            _run.ForgetConnection(accepted.Endpoint, accepted.Client);
            accepted.Dispose();
        }
    }

    /// <summary>Makes an accepted socket a connection of this loop.</summary>
    private bool TryAdopt(AcceptedSocket accepted, long since, [NotNullWhen(true)] out Connection? connection)
    {
        connection = Poller.Adopt(accepted);
        if (connection is null)
        {
            return false;
        }

        connection.Begin(_run.LimitsOf(connection.Endpoint), since);
        Counters.Accepted++;
        ConnectionCount++;
        SetDeadline(connection, TimeoutKind.FirstByte, since);
        if (connection.Limits.HasProxyHeader)
        {
            connection.IsUnknown = connection.Paused = true;
        }
        else
        {
            Meet(connection);
        }

        return true;
    }

    /// <summary>Tells the server of a connection, and the connection what the protocol says first.</summary>
    private void Meet(Connection connection)
    {
        using (HoldGate())
        {
            Connected(connection);
        }

        if (Output.Length > 0)
        {
            SendOutput(connection);
        }

        if (connection is { IsOpen: true, ClosesWhenSent: true, PendingLength: 0 })
        {
            Finish(connection);
        }
    }

    /// <summary>Tells a client in its protocol that there is no room for it, and closes.</summary>
    private void TurnAway(AcceptedSocket accepted)
    {
        WriteRefusal(accepted.Endpoint);
        accepted.SendLast(Output.Written);
        Output.Clear();
        accepted.Dispose();
    }

    /// <summary>Leaves with the server what clients are told that wait for a process when this loop has ended.</summary>
    private void LeaveRefusals()
    {
        for (int endpoint = 0; endpoint < Settings.Endpoints.Count; endpoint++)
        {
            if (Settings.Endpoints[endpoint].Transport != TransportProtocol.Udp)
            {
                WriteRefusal(endpoint);
                _run.SetRefusal(endpoint, Output.Written.ToArray());
                Output.Clear();
            }
        }
    }

    private void WriteRefusal(int endpoint)
    {
        using (HoldGate())
        {
            RefuseConnection(endpoint);
        }
    }

    private void PauseAccepting(Listener listener)
    {
        _reserve.Release();
        Log.AcceptPaused(_run.Logger, listener.Backoff);
        Counters.AcceptPauses++;
        _pausedListeners.Add((listener, Now + listener.Backoff));
        listener.Backoff = Math.Min(listener.Backoff * 2, LongestBackoffMilliseconds);
    }

    private void ResumeListeners()
    {
        for (int i = _pausedListeners.Count - 1; i >= 0; i--)
        {
            (Listener listener, long due) = _pausedListeners[i];
            if (due <= Now)
            {
                _pausedListeners.RemoveAt(i);

                // The reserve comes first: what is accepted must not take it.
                if (_reserve.TryTake())
                {
                    Poller.Add(listener);
                }
                else
                {
                    PauseAccepting(listener);
                }
            }
        }
    }
}
