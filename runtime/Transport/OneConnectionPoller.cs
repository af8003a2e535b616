using System.Net;

namespace DeclServer.Transport;

/// <summary>
/// The one connection that a thread serves at a time. The thread waits for it alone, and for the server's end, until it has ended; nothing
/// else here blocks.
/// </summary>
internal abstract class OneConnectionPoller : Poller
{
    private protected readonly StopSignal Stop;
    private protected bool StopIsSeen;
    private bool _canRead;
    private bool _canWrite;

    private protected OneConnectionPoller(StopSignal stop)
    {
        Stop = stop;
        Current = new Connection(this);
    }

    /// <summary>The connection: the same object for one client after another.</summary>
    private protected Connection Current { get; }

    internal override IEnumerable<Connection> Connections => Current.IsOpen ? [Current] : [];

    public override void Add(Listener listener) => throw new NotSupportedException();

    public override void Remove(Listener listener) => throw new NotSupportedException();

    public override DatagramBatch Add(DatagramSocket socket) => throw new NotSupportedException();

    public override void Close(DatagramBatch batch) => throw new NotSupportedException();

    public override AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted) => throw new NotSupportedException();

    public override Connection Adopt(AcceptedSocket accepted)
    {
        Begin(Current, accepted);
        Open(accepted);
        return Current;
    }

    public override int Wait(int milliseconds)
    {
        _canRead = _canWrite = false;
        Wait(milliseconds, out _canRead, out _canWrite);
        return _canRead || _canWrite ? 1 : 0;
    }

    public override ReadyEvent Event(int index) => new(null, Current, _canRead, _canWrite);

    public override void Wake() => Stop.Set();

    public override void Dispose() => Close(Current, abort: true);

    internal override void Watch(Connection connection, Interest interest) => connection.Interest = interest;

    private protected abstract void Open(AcceptedSocket accepted);

    private protected abstract void Wait(int milliseconds, out bool canRead, out bool canWrite);
}

/// <summary>One connection by its descriptor; Linux.</summary>
internal sealed unsafe class OneDescriptorPoller(StopSignal stop) : OneConnectionPoller(stop)
{
    public override int Receive(Connection connection, Span<byte> buffer) => Descriptors.Receive(connection.Descriptor, buffer);

    public override int Send(Connection connection, ReadOnlySpan<byte> bytes) => Descriptors.Send(connection.Descriptor, bytes);

    internal override int Unsent(Connection connection) => Descriptors.Unsent(connection.Descriptor);

    public override void ShutdownSend(Connection connection) => Libc.shutdown(connection.Descriptor, Libc.ShutdownWrite);

    public override void Close(Connection connection, bool abort)
    {
        if (connection.IsOpen)
        {
            connection.IsOpen = false;
            Descriptors.Close(connection.Descriptor, abort);
            connection.Reset();
        }
    }

    private protected override void Open(AcceptedSocket accepted) => Current.Descriptor = accepted.Descriptor;

    private protected override void Wait(int milliseconds, out bool canRead, out bool canWrite)
    {
        short events = (short)(((Current.Interest & Interest.Read) != 0 ? Libc.PollIn : 0) | ((Current.Interest & Interest.Write) != 0 ? Libc.PollOut : 0));
        PollDescriptor* descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = Current.Descriptor, Events = events };
        descriptors[1] = new PollDescriptor { Descriptor = Stop.Descriptor, Events = Libc.PollIn };
        Libc.poll(descriptors, StopIsSeen ? 1u : 2u, milliseconds);
        StopIsSeen |= descriptors[1].Returned != 0;
        int returned = descriptors[0].Returned;
        Current.IsBroken = (returned & (Libc.PollErr | Libc.PollHup)) != 0;
        canRead = Current.IsBroken || (returned & Libc.PollIn) != 0;
        canWrite = (returned & Libc.PollOut) != 0;
    }

    private protected override IPEndPoint? RemoteEndPointOf(Connection connection) => Descriptors.RemoteEndPoint(connection.Descriptor);

    private protected override UInt128 RemoteAddressOf(Connection connection) => Descriptors.RemoteAddress(connection.Descriptor);

    private protected override IPEndPoint? LocalEndPointOf(Connection connection) => Descriptors.LocalEndPoint(connection.Descriptor);
}
