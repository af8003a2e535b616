using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DeclServer.Transport;

/// <summary>What is done with a client's bare descriptor on Linux; nothing here waits.</summary>
internal static unsafe class Descriptors
{
    private const int AddressSize = 128;

    public static AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted)
    {
        accepted = default;
        int descriptor = Libc.accept4((int)listener.Socket.SafeHandle.DangerousGetHandle(), null, null, Libc.CloseOnExec | Libc.NonBlocking);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() switch
            {
                Libc.EAGAIN => AcceptOutcome.Empty,

                // accept(2): errors of the new socket's network are passed on and are to be treated like EAGAIN.
                Libc.EINTR or Libc.ECONNABORTED or Libc.ENETDOWN or Libc.EPROTO or Libc.ENOPROTOOPT or Libc.EHOSTDOWN or Libc.ENONET
                    or Libc.EHOSTUNREACH or Libc.EOPNOTSUPP or Libc.ENETUNREACH or Libc.EPERM => AcceptOutcome.Transient,
                Libc.EMFILE or Libc.ENFILE or Libc.ENOBUFS or Libc.ENOMEM => AcceptOutcome.Exhausted,
                _ => AcceptOutcome.Fatal,
            };
        }

        int one = 1;
        Libc.setsockopt(descriptor, Libc.IpProtoTcp, Libc.TcpNoDelay, &one, sizeof(int));
        accepted = new AcceptedSocket(descriptor, null, listener.Endpoint);
        return AcceptOutcome.Accepted;
    }

    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            int count = (int)Libc.recv(descriptor, start, (nuint)buffer.Length, 0);
            return count >= 0 ? count : Failure();
        }
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int count = (int)Libc.send(descriptor, start, (nuint)bytes.Length, Libc.MsgNoSignal);
            return count >= 0 ? count : Failure();
        }
    }

    /// <summary>Bytes that were sent and that the client's system has not taken yet (SIOCOUTQ of tcp(7)); -1 where this one does not tell.</summary>
    public static int Unsent(int descriptor)
    {
        int bytes;
        return Libc.ioctl(descriptor, Libc.SocketOutQueue, &bytes) == 0 ? bytes : -1;
    }

    public static int Unsent(Socket socket) => OperatingSystem.IsLinux() ? Unsent((int)socket.SafeHandle.DangerousGetHandle()) : -1;

    public static void Close(int descriptor, bool abort)
    {
        if (abort)
        {
            // A linger of zero seconds: close(2) sends RST and drops what is queued.
            long linger = 1;
            Libc.setsockopt(descriptor, Libc.SolSocket, Libc.SoLinger, &linger, sizeof(long));
        }

        Libc.close(descriptor);
    }

    public static IPEndPoint? RemoteEndPoint(int descriptor)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        return Libc.getpeername(descriptor, address, &length) == 0 ? SocketAddressBytes.EndPoint(new ReadOnlySpan<byte>(address, length)) : null;
    }

    public static UInt128 RemoteAddress(int descriptor)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        return Libc.getpeername(descriptor, address, &length) == 0 ? SocketAddressBytes.Number(new ReadOnlySpan<byte>(address, length)) : 0;
    }

    public static IPEndPoint? LocalEndPoint(int descriptor)
    {
        byte* address = stackalloc byte[AddressSize];
        int length = AddressSize;
        return Libc.getsockname(descriptor, address, &length) == 0 ? SocketAddressBytes.EndPoint(new ReadOnlySpan<byte>(address, length)) : null;
    }

    private static int Failure() => Marshal.GetLastPInvokeError() is Libc.EAGAIN or Libc.EINTR ? Poller.WouldBlock : Poller.Broken;
}
