using System.Net;
using DeclServer.Lifecycle;

namespace DeclServer.Transport;

/// <summary>
/// The datagrams that one loop receives, serves and answers together. Each request lies in a slot of its own until the next receive; the
/// replies lie behind one another in the loop's output buffer, where handlers write them as they do for a connection, and the batch only
/// remembers which bytes go to which slot's sender.
/// </summary>
public abstract class DatagramBatch : IConnectionOwner, IDisposable
{
    private protected readonly QueuedReply[] Replies;
    private protected int ReplyCount;
    private protected int Current;

    private protected DatagramBatch(DatagramSocket socket)
    {
        Socket = socket;
        socket.Enter();
        Replies = new QueuedReply[socket.BatchSize];
        Client = new Connection(this) { IsDatagram = true, IsOpen = true, Endpoint = socket.Endpoint, Id = Poller.NextConnectionId() };
    }

    /// <summary>The socket the datagrams come from.</summary>
    public DatagramSocket Socket { get; }

    /// <summary>The sender of the datagram at hand, as handlers see it: one object for all of them, since nothing is remembered of a sender.</summary>
    internal Connection Client { get; }

    /// <summary>Receives what has come, without waiting.</summary>
    /// <returns>How many datagrams; fewer than the batch holds when there are no more.</returns>
    internal abstract int Receive(LoopCounters counters);

    /// <summary>Makes a received datagram the one at hand.</summary>
    /// <param name="index">Which of the last <see cref="Receive"/>.</param>
    /// <param name="isTooLong">Whether it was longer than the longest request; its beginning was kept.</param>
    internal ReadOnlySpan<byte> Take(int index, out bool isTooLong)
    {
        Current = index;
        Connection client = Client;
        client.Paused = client.ClosesWhenSent = false;
        client.DiscardBytes = 0;
        client.ParseState = default;
        return Request(index, out isTooLong);
    }

    /// <summary>Answers the datagram at hand with these bytes of the output buffer.</summary>
    internal void Reply(int start, int length) => Replies[ReplyCount++] = new QueuedReply(Current, start, length);

    /// <summary>Sends the replies that were queued and forgets them. What cannot be sent is counted and lost, as datagrams may be.</summary>
    internal void Send(ReadOnlySpan<byte> output, LoopCounters counters)
    {
        if (ReplyCount > 0)
        {
            SendReplies(output, counters);
            ReplyCount = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Client.IsOpen)
        {
            Client.IsOpen = false;
            Socket.Leave();
            Free();
        }
    }

    IPEndPoint? IConnectionOwner.RemoteEndPointOf(Connection connection) => SocketAddressBytes.EndPoint(SenderBytes());

    UInt128 IConnectionOwner.RemoteAddressOf(Connection connection) => SocketAddressBytes.Number(SenderBytes());

    IPEndPoint? IConnectionOwner.LocalEndPointOf(Connection connection) => Destination();

    private protected abstract ReadOnlySpan<byte> Request(int index, out bool isTooLong);

    private protected abstract void SendReplies(ReadOnlySpan<byte> output, LoopCounters counters);

    /// <summary>Gives back what the garbage collector does not.</summary>
    private protected virtual void Free()
    {
    }

    /// <summary>The address of the sender of the datagram at hand, as the system wrote it.</summary>
    private protected abstract ReadOnlySpan<byte> SenderBytes();

    private protected abstract IPEndPoint? Destination();

    /// <summary>Bytes of the output buffer that answer a slot's datagram.</summary>
    private protected readonly record struct QueuedReply(int Slot, int Start, int Length);
}
