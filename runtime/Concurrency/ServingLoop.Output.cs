using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>What is sent: one send a batch, the rest when the client has room, and replies written piece by piece.</summary>
public abstract partial class ServingLoop
{
    /// <summary>Goes on with a connection whose socket takes more.</summary>
    protected void Writable(Connection connection)
    {
        int sent = connection.PendingLength == 0 ? 0 : Poller.Send(connection, connection.Pending.AsSpan(connection.PendingStart, connection.PendingLength));
        if (sent < 0)
        {
            if (sent == Poller.Broken)
            {
                Close(connection, abort: true);
            }

            return;
        }

        Counters.BytesSent += sent;
        connection.PendingStart += sent;
        connection.RateBytes += sent;
        if (connection.PendingLength > 0)
        {
            SetDeadline(connection, TimeoutKind.Write);
            return;
        }

        connection.ReleasePending();
        if (connection.InFlight is not null)
        {
            WaitForHandler(connection);
        }
        else if (connection.Replies is not null)
        {
            SendStream(connection);
        }
        else
        {
            GoOn(connection);
        }
    }

    /// <summary>Goes on with a connection that has been sent everything.</summary>
    private void GoOn(Connection connection)
    {
        if (connection.ClosesWhenSent)
        {
            Finish(connection);
            return;
        }

        // Requests that were received while the replies waited are served first, then the socket is read again.
        connection.Paused = false;
        Poller.Watch(connection, connection.PeerFinished ? Interest.None : Interest.Read);
        if (connection.TailLength > 0)
        {
            ServeAndSend(connection, connection.Tail.AsSpan(0, connection.TailLength));
        }
        else
        {
            Rest(connection, served: true);
        }
    }

    /// <summary>Sends pieces of a long reply while the socket takes them, but not for so long that other connections wait.</summary>
    private void SendStream(Connection connection)
    {
        long before = Counters.BytesSent;
        for (int i = 0; i < PiecesAtOnce && connection is { Replies: { } replies, PendingLength: 0 }; i++)
        {
            try
            {
                if (!WriteNext(replies))
                {
                    connection.Replies = null;
                }
            }
            catch (Exception exception)
            {
                Output.Clear();
                HandlerFailed(connection, replies.GetType().Name, exception);
                Close(connection, abort: true);
                return;
            }

            if (Output.Length > 0)
            {
                SendOutput(connection);
            }

            if (!connection.IsOpen)
            {
                return;
            }
        }

        if (connection.Replies is null && connection.PendingLength == 0)
        {
            GoOn(connection);
            return;
        }

        connection.Paused = true;
        Poller.Watch(connection, Interest.Write);
        connection.RateBytes += Counters.BytesSent - before;
        AwaitClient(connection);
    }

    private bool WriteNext(IReplyStream replies)
    {
        using (HoldGate())
        {
            return replies.WriteNext(Output);
        }
    }

    /// <summary>One optimistic send; what the socket does not take is kept with the connection.</summary>
    private void SendOutput(Connection connection)
    {
        ReadOnlySpan<byte> bytes = Output.Written;
        if (connection.PendingLength == 0)
        {
            int sent = Poller.Send(connection, bytes);
            if (sent == Poller.Broken)
            {
                Output.Clear();
                Close(connection, abort: true);
                return;
            }

            sent = Math.Max(sent, 0);
            Counters.BytesSent += sent;
            bytes = bytes[sent..];
        }

        if (!bytes.IsEmpty)
        {
            if (!TryAppendPending(connection, bytes))
            {
                Output.Clear();
                CloseOverBudget(connection);
                return;
            }

            if (connection.PendingLength > connection.Limits.MaxOutputBytes)
            {
                connection.Paused = true;
            }

            Poller.Watch(connection, connection.Paused || connection.PeerFinished ? Interest.Write : Interest.Read | Interest.Write);
        }

        Output.Clear();
    }

    private static bool TryAppendPending(Connection connection, ReadOnlySpan<byte> bytes)
    {
        int length = connection.PendingLength;
        if (connection.Pending is null || connection.PendingEnd + bytes.Length > connection.Pending.Length)
        {
            if (connection.Limits.Buffers.TryRent(length + bytes.Length) is not { } larger)
            {
                return false;
            }

            connection.Pending.AsSpan(connection.PendingStart, length).CopyTo(larger);
            connection.ReleasePending();
            connection.Pending = larger;
            connection.PendingEnd = length;
        }

        bytes.CopyTo(connection.Pending.AsSpan(connection.PendingEnd));
        connection.PendingEnd += bytes.Length;
        return true;
    }
}
