using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// The PROXY protocol: a proxy tells who its client is before the first byte of the protocol. Until it has, nobody is told of the connection,
/// which is paused, and has the time of the first byte from when it was accepted.
/// </summary>
public abstract partial class ServingLoop
{
    /// <summary>Reads of the header; once it is whole, the connection begins as others do when they are accepted.</summary>
    private void ReceiveHeader(Connection connection)
    {
        Span<byte> room = connection.TailLength == 0 ? _receive : RoomBehindTail(connection);
        if (room.IsEmpty)
        {
            CloseOverBudget(connection);
            return;
        }

        int received = Poller.Receive(connection, room);
        if (received <= 0)
        {
            // A connection that ends before its first byte is no error: so a proxy looks whether the port is open.
            Counters.ProxyHeaders += received == 0 && connection.TailLength > 0 ? 1 : 0;
            ReceivedNothing(connection, received);
            return;
        }

        Counters.BytesReceived += received;
        ReadOnlySpan<byte> input = connection.TailLength == 0 ? room[..received] : connection.Tail.AsSpan(0, connection.TailLength += received);
        switch (ProxiedAddresses.TryRead(input, ref connection.ParseState, out connection.Proxied, out int used))
        {
            case ParseStatus.Done:
                Introduce(connection, TakeHeader(connection, input, used));
                break;
            case ParseStatus.NeedMore:
                if (!TryKeepTail(connection, input, 0))
                {
                    CloseOverBudget(connection);
                }

                break;
            default:
                Counters.ProxyHeaders++;
                Close(connection, abort: false);
                break;
        }
    }

    /// <summary>What was received behind the header: it begins where the header did, as a request does.</summary>
    private static ReadOnlySpan<byte> TakeHeader(Connection connection, ReadOnlySpan<byte> input, int header)
    {
        ReadOnlySpan<byte> rest = input[header..];
        if (connection.TailLength == 0)
        {
            return rest;
        }

        if (rest.IsEmpty)
        {
            connection.ReleaseTail();
            return default;
        }

        rest.CopyTo(connection.Tail);
        connection.TailLength = rest.Length;
        return connection.Tail.AsSpan(0, rest.Length);
    }

    /// <summary>The client is known: it is counted, greeted, and served what it has sent already.</summary>
    private void Introduce(Connection connection, ReadOnlySpan<byte> rest)
    {
        if (!_run.TryCountClient(connection))
        {
            Counters.RejectedOfClient++;
            WriteRefusal(connection.Endpoint);
            connection.Close();
            SendOutput(connection);
            if (connection is { IsOpen: true, PendingLength: 0 })
            {
                Finish(connection);
            }

            return;
        }

        connection.IsUnknown = connection.Paused = false;
        Meet(connection);
        if (!connection.IsOpen || connection.IsLingering)
        {
            return;
        }

        if (!rest.IsEmpty && !connection.Paused)
        {
            ServeAndSend(connection, rest);
        }
        else if (!TryKeepTail(connection, rest, 0))
        {
            CloseOverBudget(connection);
        }
        else if (_draining && rest.IsEmpty)
        {
            RetireInTime(connection);
        }
    }
}
