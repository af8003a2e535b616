using System.Runtime.CompilerServices;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>What arrives: one read, the requests in it, the bodies that follow them, and the incomplete tail.</summary>
public abstract partial class ServingLoop
{
    /// <summary>Reads what the client has sent and serves it.</summary>
    protected void Receive(Connection connection)
    {
        if (!connection.IsOpen)
        {
            // It ended by what was sent before.
            return;
        }

        if (connection.Paused && !connection.IsLingering)
        {
            if (connection.AwaitsHeader)
            {
                ReceiveHeader(connection);
            }
            else if (connection.IsBroken)
            {
                Close(connection, abort: true);
            }

            return;
        }

        if (connection.HasMore)
        {
            // What it has sent before comes first, when it is its turn; a worker that holds it was given the turn.
            if (Role == LoopRole.HybridWorker)
            {
                TakeTurn(connection);
            }

            return;
        }

        // A new request starts in the loop's own buffer; one that is not whole goes on behind its beginning.
        Span<byte> room = connection.TailLength == 0 ? _receive : RoomBehindTail(connection);
        if (room.IsEmpty)
        {
            CloseOverBudget(connection);
            return;
        }

        int received = Poller.Receive(connection, room);
        if (received <= 0)
        {
            ReceivedNothing(connection, received);
            return;
        }

        Counters.BytesReceived += received;
        if (connection.DiscardBytes > 0 || connection.IsLingering)
        {
            ReceiveDiscarding(connection, room[..received]);
            return;
        }

        ReadOnlySpan<byte> input = connection.TailLength == 0 ? room[..received] : connection.Tail.AsSpan(0, connection.TailLength += received);
        ServeAndSend(connection, input);
    }

    /// <summary>Room for more of a request; none when all connections' buffers together are as large as they may be.</summary>
    private static Span<byte> RoomBehindTail(Connection connection)
    {
        byte[] tail = connection.Tail!;
        if (tail.Length - connection.TailLength < tail.Length / 4)
        {
            // Twice what has been received, never what was announced: memory follows the bytes that came.
            if (connection.Limits.Buffers.TryRent(tail.Length * 2) is not { } larger)
            {
                return default;
            }

            tail.AsSpan(0, connection.TailLength).CopyTo(larger);
            connection.Limits.Buffers.Return(tail);
            connection.Tail = tail = larger;
        }

        return tail.AsSpan(connection.TailLength);
    }

    private void ReceivedNothing(Connection connection, int received)
    {
        if (received == Poller.WouldBlock)
        {
            return;
        }

        if (received == Poller.Broken || connection.IsLingering || connection.PendingLength == 0)
        {
            Close(connection, abort: received == Poller.Broken);
            return;
        }

        // The client has sent all it will and may still read: it gets what is owed to it.
        connection.PeerFinished = true;
        connection.ClosesWhenSent = true;
        Poller.Watch(connection, Interest.Write);
    }

    private void ReceiveDiscarding(Connection connection, ReadOnlySpan<byte> received)
    {
        if (connection.IsLingering)
        {
            return;
        }

        int discarded = (int)Math.Min(connection.DiscardBytes, received.Length);
        connection.DiscardBytes -= discarded;
        connection.RateBytes += discarded;
        if (discarded < received.Length)
        {
            ServeAndSend(connection, received[discarded..]);
        }
        else
        {
            Rest(connection, served: connection.DiscardBytes == 0);
        }
    }

    /// <summary>Handlers run under the server's lock where it has one; nothing is received or sent under it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ServeGuarded(Connection connection, ReadOnlySpan<byte> input) =>
        _gate is null ? ServeWithBodies(connection, input) : ServeLocked(_gate, connection, input);

    private int ServeLocked(Lock gate, Connection connection, ReadOnlySpan<byte> input)
    {
        lock (gate)
        {
            Woken();
            return ServeWithBodies(connection, input);
        }
    }

    private void ServeAndSend(Connection connection, ReadOnlySpan<byte> input)
    {
        int turn = BeginTurn(connection);
        int used = ServeGuarded(connection, input);
        while (Output.IsFull && used < input.Length && connection.IsServed)
        {
            // Sending may end the connection, or its being served: then the rest is kept or gone.
            SendOutput(connection);
            if (connection.IsServed)
            {
                used += ServeGuarded(connection, input[used..]);
            }
        }

        if (!connection.IsOpen)
        {
            return;
        }

        EndTurn(connection, turn, used < input.Length);
        if (!TryKeepTail(connection, input, used))
        {
            Output.Clear();
            CloseOverBudget(connection);
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

        if (connection.InFlight is not null)
        {
            WaitForHandler(connection);
        }
        else if (connection.Replies is not null && connection.PendingLength == 0)
        {
            SendStream(connection);
        }
        else if (connection.ClosesWhenSent && connection.PendingLength == 0)
        {
            Finish(connection);
        }
        else
        {
            Rest(connection, served: used > 0);
        }
    }

    /// <summary>Serves the complete requests, and gives a body behind one what was received of it: nothing, where it may have no byte.</summary>
    private int ServeWithBodies(Connection connection, ReadOnlySpan<byte> input)
    {
        int used = 0;
        do
        {
            if (connection.Body is { } body && !ReadBody(connection, body, input[used..], ref used))
            {
                return used;
            }

            used += Serve(connection, input[used..]);
        }
        while (connection is { IsOpen: true, Paused: false, Body: not null });

        return used;
    }

    /// <summary>Gives a body what was received. False when it wants more, or nothing more is served.</summary>
    private bool ReadBody(Connection connection, IRequestBody body, ReadOnlySpan<byte> input, ref int used)
    {
        try
        {
            bool ended = body.Read(input, Output, out int consumed);
            used += consumed;
            connection.RateBytes += consumed;
            if (!ended)
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            HandlerFailed(connection, body.GetType().Name, exception);
            Close(connection, abort: true);
            return false;
        }

        connection.ReleaseBody();
        return connection is { IsOpen: true, Paused: false };
    }

    /// <summary>All connections' buffers together are as large as they may be: the one that asks for more is closed.</summary>
    private void CloseOverBudget(Connection connection)
    {
        Counters.OverBudget++;
        Close(connection, abort: true);
    }

    /// <summary>Keeps the beginning of a request that is not whole, and what was not served because replies wait, or others.</summary>
    private static bool TryKeepTail(Connection connection, ReadOnlySpan<byte> input, int used)
    {
        ReadOnlySpan<byte> rest = connection.ClosesWhenSent ? default : input[used..];
        if (rest.IsEmpty)
        {
            if (connection.Tail is not null)
            {
                connection.ReleaseTail();
            }

            return true;
        }

        if (connection.TailLength > 0 && (used == 0 || rest.Length > connection.Tail!.Length / 8))
        {
            if (rest.Length != connection.TailLength)
            {
                rest.CopyTo(connection.Tail);
                connection.TailLength = rest.Length;
            }

            return true;
        }

        // Also when a long request was served and little is left: the large buffer goes back.
        if (connection.Limits.Buffers.TryRent(Math.Max(SmallestTail, rest.Length + rest.Length / 2)) is not { } tail)
        {
            return false;
        }

        rest.CopyTo(tail);
        int length = rest.Length;
        connection.ReleaseTail();
        connection.Tail = tail;
        connection.TailLength = length;
        return true;
    }
}
