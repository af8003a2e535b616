using System.Net.Sockets;
using System.Text;

namespace DeclServer.Transport;

/// <summary>A listening socket that is a file (unix(7)). Its file goes when it is disposed.</summary>
internal static class UnixSocket
{
    /// <summary>Binds and listens. A file that a server left which listens no more is replaced; no other is.</summary>
    /// <exception cref="SocketException">The path cannot be bound.</exception>
    public static Socket Listen(string path, UnixFileMode mode, int backlog)
    {
        for (bool replaces = false; ; replaces = true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                if (OperatingSystem.IsLinux())
                {
                    // The file is made with the socket's own mode, so that it is never wider than it will be, not for a moment.
                    _ = Libc.fchmod((int)socket.SafeHandle.DangerousGetHandle(), (uint)mode);
                }

                socket.Bind(new UnixDomainSocketEndPoint(path));
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, mode);
                }

                socket.Blocking = false;
                socket.Listen(backlog);
                return socket;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse && !replaces && IsLeft(path))
            {
                socket.Dispose();
                File.Delete(path);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    /// <summary>Whether the file is a socket that nobody listens on.</summary>
    private static bool IsLeft(string path)
    {
        if (!IsSocket(path))
        {
            return false;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Blocking = false;
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private static unsafe bool IsSocket(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // struct statx: the type and mode are 16 bits at byte 28 (statx(2)).
        const int Size = 256;
        const int ModePlace = 28;
        const int TypeMask = 0xF000;
        const int SocketType = 0xC000;
        byte* status = stackalloc byte[Size];
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Libc.statx(Libc.AtCurrentDirectory, name, Libc.AtNoFollow, Libc.StatxType, status) == 0
                && (*(ushort*)(status + ModePlace) & TypeMask) == SocketType;
        }
    }
}
