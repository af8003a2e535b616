using System.Net;

namespace DeclServer.Transport;

/// <summary>
/// The sockets of another loop, as a worker that holds one of their connections may use them: it reads and sends; what the connection is
/// watched for it only writes down, for whoever gives the connection back.
/// </summary>
internal sealed class WorkerPoller : Poller
{
    /// <summary>The sockets that the connection at hand is one of.</summary>
    public Poller? Target { get; set; }

    internal override IEnumerable<Connection> Connections => [];

    public override void Add(Listener listener) => throw new NotSupportedException();

    public override void Remove(Listener listener) => throw new NotSupportedException();

    public override DatagramBatch Add(DatagramSocket socket) => throw new NotSupportedException();

    public override void Close(DatagramBatch batch) => throw new NotSupportedException();

    public override int Wait(int milliseconds) => throw new NotSupportedException();

    public override ReadyEvent Event(int index) => throw new NotSupportedException();

    public override AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted) => throw new NotSupportedException();

    public override Connection? Adopt(AcceptedSocket accepted) => throw new NotSupportedException();

    public override int Receive(Connection connection, Span<byte> buffer) => Target!.Receive(connection, buffer);

    public override int Send(Connection connection, ReadOnlySpan<byte> bytes) => Target!.Send(connection, bytes);

    internal override int Unsent(Connection connection) => Target!.Unsent(connection);

    public override void ShutdownSend(Connection connection) => Target!.ShutdownSend(connection);

    public override void Close(Connection connection, bool abort)
    {
        connection.Closing = abort ? CloseRequest.Abort : CloseRequest.Close;
        connection.IsOpen = false;
    }

    public override void Wake()
    {
    }

    public override void Dispose()
    {
    }

    internal override void Watch(Connection connection, Interest interest) => connection.Interest = interest;

    private protected override IPEndPoint? RemoteEndPointOf(Connection connection) => throw new NotSupportedException();

    private protected override UInt128 RemoteAddressOf(Connection connection) => throw new NotSupportedException();

    private protected override IPEndPoint? LocalEndPointOf(Connection connection) => throw new NotSupportedException();
}
