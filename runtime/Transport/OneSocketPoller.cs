using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>One connection by its <see cref="Socket"/>; runs wherever .NET does.</summary>
internal sealed class OneSocketPoller(StopSignal stop) : OneConnectionPoller(stop)
{
    private readonly List<Socket> _read = new(2);
    private readonly List<Socket> _write = new(1);
    private Socket? _socket;

    public override int Receive(Connection connection, Span<byte> buffer)
    {
        int count = _socket!.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? count : Failure(error);
    }

    public override int Send(Connection connection, ReadOnlySpan<byte> bytes)
    {
        int count = _socket!.Send(bytes, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? count : Failure(error);
    }

    internal override int Unsent(Connection connection) => Descriptors.Unsent(_socket!);

    public override void ShutdownSend(Connection connection)
    {
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Gone already; the next receive tells.
        }
    }

    public override void Close(Connection connection, bool abort)
    {
        if (!connection.IsOpen)
        {
            return;
        }

        connection.IsOpen = false;
        try
        {
            if (abort)
            {
                _socket!.LingerState = new LingerOption(true, 0);
            }
        }
        catch (SocketException)
        {
            // Reset by the client already.
        }

        _socket!.Dispose();
        _socket = null;
        connection.Reset();
    }

    private protected override void Open(AcceptedSocket accepted) => _socket = accepted.Socket;

    private protected override void Wait(int milliseconds, out bool canRead, out bool canWrite)
    {
        _read.Clear();
        _write.Clear();
        if ((Current.Interest & Interest.Read) != 0)
        {
            _read.Add(_socket!);
        }

        if ((Current.Interest & Interest.Write) != 0)
        {
            _write.Add(_socket!);
        }

        if (!StopIsSeen)
        {
            _read.Add(Stop.Socket);
        }

        if (_read.Count + _write.Count == 0)
        {
            Thread.Sleep(Math.Max(milliseconds, 0));
        }
        else
        {
            Socket.Select(_read, _write, null, milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds));
        }

        // Nothing is read while a handler goes on, but that its client is gone is told.
        Current.IsBroken = Current.InFlight is not null && SocketPoller.IsGone(_socket!);
        canRead = Current.IsBroken || _read.Contains(_socket!);
        canWrite = _write.Contains(_socket!);
        StopIsSeen |= _read.Contains(Stop.Socket);
    }

    private protected override IPEndPoint? RemoteEndPointOf(Connection connection) => Ask(static socket => socket.RemoteEndPoint);

    private protected override UInt128 RemoteAddressOf(Connection connection) =>
        RemoteEndPointOf(connection) is { } remote ? SocketAddressBytes.Number(remote.Address) : 0;

    private protected override IPEndPoint? LocalEndPointOf(Connection connection) => Ask(static socket => socket.LocalEndPoint);

    private IPEndPoint? Ask(Func<Socket, EndPoint?> ask)
    {
        try
        {
            return _socket is { } socket ? ask(socket) as IPEndPoint : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static int Failure(SocketError error) => error is SocketError.WouldBlock or SocketError.IOPending ? WouldBlock : Broken;
}
