using System.Net;
using DeclServer.Concurrency;
using DeclServer.Transport;

namespace DeclServer;

/// <summary>
/// One client's connection, owned by the loop that accepted it: only that loop's thread touches it. A handler that declares a parameter of
/// this type is given it. The object serves one client after another (the loop reuses it with its descriptor), so it must not be kept past
/// <c>OnDisconnected</c>.
/// </summary>
public sealed class Connection
{
    /// <summary>No request of this connection is read while this is set: its replies wait, it is being closed, or its client is not known yet.</summary>
    internal bool Paused;

    /// <summary>Close once everything written has been sent.</summary>
    internal bool ClosesWhenSent;

    /// <summary>The server has not been told of it: the header that tells who its client is has not come, or that client has too many.</summary>
    internal bool IsUnknown;

    /// <summary>What the header before the first byte has told; null where the socket's own addresses hold.</summary>
    internal ProxiedAddresses? Proxied;

    /// <summary>The client has sent its last byte (a FIN was read).</summary>
    internal bool PeerFinished;

    /// <summary>The transport has told of an error or a reset: nothing can be sent any more.</summary>
    internal bool IsBroken;

    /// <summary>Nothing more will be sent; what still comes is read and thrown away until the client closes.</summary>
    internal bool IsLingering;

    /// <summary>What the transport watches for, to change it only when it changes.</summary>
    internal Interest Interest;

    /// <summary>The socket of the portable transport; null on epoll.</summary>
    internal SocketChannel? Channel;

    /// <summary>The descriptor of the epoll transport; -1 on the portable one.</summary>
    internal int Descriptor = -1;

    /// <summary>The limits of its endpoint; set when it is a loop's.</summary>
    internal ConnectionLimits Limits = null!;

    /// <summary>What its client's connections are counted by; 0 where they are not.</summary>
    internal UInt128 Client;

    /// <summary>Told from the events of the descriptor's earlier owner.</summary>
    internal int Generation;

    /// <summary>The received beginning of a request that is not whole: rented while there is one, so that an idle connection holds no buffer.</summary>
    internal byte[]? Tail;
    internal int TailLength;

    /// <summary>Replies that the socket did not take: from <see cref="PendingStart"/> on.</summary>
    internal byte[]? Pending;
    internal int PendingStart;
    internal int PendingEnd;

    /// <summary>A reply of which there is more to come.</summary>
    internal IReplyStream? Replies;

    /// <summary>What takes the bytes behind the last request; null where they are the next request.</summary>
    internal IRequestBody? Body;

    /// <summary>The request whose handler goes on; the connection waits for its answer. It outlives the connection, which is then not used for another client.</summary>
    internal RequestInFlight? InFlight;

    /// <summary>How many bytes of a refused block are still to be read and thrown away.</summary>
    internal long DiscardBytes;

    /// <summary>When, on the loop's clock in milliseconds, the connection has run out of time, and in which of the limits.</summary>
    internal long Deadline;
    internal TimeoutKind Timeout;

    /// <summary>When that limit is reached; <see cref="Deadline"/> may come before, to look at the rate or to end the connection's life.</summary>
    internal long TimeoutDeadline;

    /// <summary>Since when the client has to be fast enough, 0 where that begins anew; what it has sent or been sent since, and when that is looked at.</summary>
    internal long RateSince;
    internal long RateBytes;
    internal long RateCheck;

    /// <summary>How much the client had read when the write timeout was looked at last.</summary>
    internal long BytesAtTimeout;

    /// <summary>When the connection is to end, between two requests.</summary>
    internal long LifetimeEnd;

    /// <summary>How many requests it may still make, and how many of them now.</summary>
    internal long RequestsLeft;
    internal int Turn = int.MaxValue;

    /// <summary>Its turn was over before all was served that it has sent.</summary>
    internal bool HasMore;

    /// <summary>The timer wheel's links; <see cref="WheelSlot"/> is -1 outside it.</summary>
    internal Connection? WheelNext;
    internal Connection? WheelPrevious;
    internal int WheelSlot = -1;
    internal long WheelDue;

    /// <summary>The hand-out by which a worker holds the connection; 0 while it is the loop's. Hybrid model only.</summary>
    internal int Holder;

    /// <summary>What the worker that held the connection found that it can do no more than close it.</summary>
    internal CloseRequest Closing;

    internal ParseState ParseState;

    internal Connection(IConnectionOwner owner) => Owner = owner;

    /// <summary>Where an unfinished request of this connection is to be resumed.</summary>
    public ref ParseState State => ref ParseState;

    /// <summary>Whether it has a socket still.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>A number no other connection of the process has had.</summary>
    public long Id { get; internal set; }

    /// <summary>
    /// Whether this is no connection but the sender of one datagram: a reply has the size of a datagram, and nothing is remembered of the
    /// sender. The object is the same for all of an endpoint's senders.
    /// </summary>
    public bool IsDatagram { get; internal init; }

    /// <summary>Which of the server's endpoints accepted it, in the order of their <c>[Listen]</c> attributes.</summary>
    public int Endpoint { get; internal set; }

    /// <summary>What the server remembers of the connection; null where no session type is declared.</summary>
    public object? Session { get; set; }

    /// <summary>The client's address and port, behind a proxy what the proxy tells of them; null when the socket no longer tells.</summary>
    public IPEndPoint? RemoteEndPoint => IsOpen ? Proxied?.Source ?? Owner.RemoteEndPointOf(this) : null;

    /// <summary>
    /// The client's address as a number, for limits and lists that must not allocate: IPv6's 128 bits, an IPv4 address as
    /// <c>::ffff:a.b.c.d</c>. 0 when the socket no longer tells.
    /// </summary>
    public UInt128 RemoteAddress => IsOpen ? Proxied?.SourceAddress ?? Owner.RemoteAddressOf(this) : 0;

    /// <summary>The address and port the client connected to; null when the socket no longer tells.</summary>
    public IPEndPoint? LocalEndPoint => IsOpen ? Proxied?.Destination ?? Owner.LocalEndPointOf(this) : null;

    /// <summary>Whether the next bytes are a request that is served now: false once the connection is closing, its replies wait, a body takes what comes, or it is others' turn.</summary>
    public bool IsServed => IsOpen && !Paused && Body is null && Turn > 0;

    /// <summary>One more request was answered.</summary>
    public void CountRequest() => Turn--;

    /// <summary>Sends what has been written, this request's reply included, and closes.</summary>
    public void Close()
    {
        ClosesWhenSent = true;
        Paused = true;
    }

    /// <summary>
    /// Sends what has been written, then a reply piece by piece as the client takes it; the requests behind wait. A datagram has one reply of
    /// bounded size: there, nothing is sent.
    /// </summary>
    public void Stream(IReplyStream replies)
    {
        if (!IsDatagram)
        {
            Replies = replies;
            Paused = true;
        }
    }

    /// <summary>
    /// Hands what the client sends next to a body, piece by piece as it arrives, until the body has answered; the requests behind it wait. The
    /// request timeout counts from the last piece that arrived. A datagram has nothing behind its request: there, the body is disposed.
    /// </summary>
    public void Receive(IRequestBody body)
    {
        if (IsDatagram)
        {
            body.Dispose();
            return;
        }

        Body?.Dispose();
        Body = body;
        RateSince = 0;
    }

    /// <summary>Throws away the body behind a request, as it comes, where nothing else takes it; one that is malformed closes the connection.</summary>
    /// <param name="reader">What finds its end.</param>
    /// <typeparam name="TReader">The body's encoding.</typeparam>
    public void Skip<TReader>(TReader reader)
        where TReader : struct, IBodyReader
    {
        if (Body is null && IsOpen && !ClosesWhenSent)
        {
            Receive(new SkippedBody<TReader>(reader, this));
        }
    }

    /// <summary>Throws away the bytes of a refused block: those received at once, the others as they come.</summary>
    /// <param name="bytes">How many to throw away.</param>
    /// <param name="received">How many of them have been received.</param>
    /// <returns>How many of the received bytes that takes.</returns>
    public int Discard(long bytes, int received)
    {
        int now = (int)Math.Min(bytes, received);
        DiscardBytes = bytes - now;
        RateSince = 0;
        return now;
    }

    internal bool AwaitsHeader => IsUnknown && !ClosesWhenSent;

    internal int PendingLength => PendingEnd - PendingStart;

    internal IConnectionOwner Owner { get; }

    internal void ReleaseTail()
    {
        if (Tail is { } tail)
        {
            Tail = null;
            Limits.Buffers.Return(tail);
        }

        TailLength = 0;
    }

    internal void ReleaseBody()
    {
        IRequestBody? body = Body;
        Body = null;
        body?.Dispose();
    }

    internal void ReleasePending()
    {
        if (Pending is { } pending)
        {
            Pending = null;
            Limits.Buffers.Return(pending);
        }

        PendingStart = PendingEnd = 0;
    }

    /// <summary>What its endpoint's limits make of it, from when it was accepted.</summary>
    internal void Begin(ConnectionLimits limits, long accepted)
    {
        Limits = limits;
        RequestsLeft = limits.MaxRequests;
        LifetimeEnd = limits.LifetimeEnd(accepted);
        RateSince = 0;
    }

    /// <summary>Makes the object ready for its next client.</summary>
    internal void Reset()
    {
        ReleaseTail();
        ReleasePending();
        Paused = ClosesWhenSent = PeerFinished = IsLingering = IsBroken = HasMore = IsUnknown = false;
        Proxied = null;
        Interest = Interest.Read;
        DiscardBytes = 0;
        Replies = null;
        Body = null;
        ParseState = default;
        Session = null;
        Timeout = TimeoutKind.FirstByte;
        Holder = 0;
        Closing = CloseRequest.None;
    }
}

/// <summary>How a worker wants a connection closed by the loop that it belongs to.</summary>
internal enum CloseRequest : byte
{
    None,
    Close,
    Abort,
}

/// <summary>What a connection asks its socket.</summary>
internal interface IConnectionOwner
{
    IPEndPoint? RemoteEndPointOf(Connection connection);

    UInt128 RemoteAddressOf(Connection connection);

    IPEndPoint? LocalEndPointOf(Connection connection);
}

/// <summary>What the transport tells the loop of a connection.</summary>
[Flags]
internal enum Interest
{
    None = 0,
    Read = 1,
    Write = 2,
}

/// <summary>The limit a connection's deadline stands for.</summary>
public enum TimeoutKind
{
    /// <summary>A new connection that has sent nothing.</summary>
    FirstByte,

    /// <summary>A connection between requests.</summary>
    Idle,

    /// <summary>A request that has not arrived whole.</summary>
    Request,

    /// <summary>Replies that the client does not read.</summary>
    Write,

    /// <summary>A client that sends a request, or reads its replies, more slowly than it must.</summary>
    Rate,

    /// <summary>A connection that has lasted as long as it may.</summary>
    Lifetime,
}
