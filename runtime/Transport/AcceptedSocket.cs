using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>
/// A client's socket that has been accepted and is watched by nobody yet: a bare descriptor on Linux, a <see cref="System.Net.Sockets.Socket"/>
/// of the portable transport. Whoever holds it makes it a connection of a <see cref="Poller"/> or disposes of it.
/// </summary>
public readonly struct AcceptedSocket : IDisposable
{
    internal AcceptedSocket(int descriptor, Socket? socket, int endpoint, UInt128 client = default)
    {
        Descriptor = descriptor;
        Socket = socket;
        Endpoint = endpoint;
        Client = client;
    }

    /// <summary>Which of the server's endpoints accepted it.</summary>
    public int Endpoint { get; }

    /// <summary>What its client's connections are counted by; 0 where they are not.</summary>
    internal UInt128 Client { get; }

    internal int Descriptor { get; }

    internal Socket? Socket { get; }

    /// <summary>The client's address as <see cref="Connection.RemoteAddress"/> has it.</summary>
    internal UInt128 RemoteAddress
    {
        get
        {
            if (Socket is null)
            {
                return Descriptors.RemoteAddress(Descriptor);
            }

            try
            {
                return Socket.RemoteEndPoint is IPEndPoint remote ? SocketAddressBytes.Number(remote.Address) : 0;
            }
            catch (SocketException)
            {
                // The client is gone already.
                return 0;
            }
        }
    }

    /// <summary>The same socket, its client counted.</summary>
    internal AcceptedSocket CountedAs(UInt128 client) => new(Descriptor, Socket, Endpoint, client);

    /// <summary>The descriptor, whichever the transport; Linux.</summary>
    internal int AnyDescriptor => Socket is null ? Descriptor : (int)Socket.SafeHandle.DangerousGetHandle();

    /// <summary>A client whose descriptor another process has sent.</summary>
    internal static AcceptedSocket Of(int descriptor, int endpoint, TransportKind transport) =>
        Poller.IsPortable(transport) ? new AcceptedSocket(-1, new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)) { Blocking = false }, endpoint) : new AcceptedSocket(descriptor, null, endpoint);

    /// <summary>Closes this process's descriptor of a socket that another process has been sent: <see cref="System.Net.Sockets.Socket.Dispose()"/> might shut down the socket itself.</summary>
    internal void CloseOurs()
    {
        Libc.close(AnyDescriptor);
        Socket?.SafeHandle.SetHandleAsInvalid();
    }

    /// <summary>Sends what fits at once and tells the client that nothing more will come.</summary>
    internal unsafe void SendLast(ReadOnlySpan<byte> bytes)
    {
        if (Socket is null)
        {
            fixed (byte* start = bytes)
            {
                Libc.send(Descriptor, start, (nuint)bytes.Length, Libc.MsgNoSignal);
            }

            Libc.shutdown(Descriptor, Libc.ShutdownWrite);
            return;
        }

        try
        {
            Socket.Send(bytes, SocketFlags.None, out _);
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The client is gone already.
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        if (Socket is null)
        {
            Libc.close(Descriptor);
        }
        else
        {
            Socket.Dispose();
        }
    }
}
