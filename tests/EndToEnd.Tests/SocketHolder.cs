using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DeclServer.EndToEnd.Tests;

/// <summary>
/// A bound socket that is passed to one server after another as a service manager does (sd_listen_fds(3)): the shell makes it descriptor 3 and
/// becomes the server, so that <c>LISTEN_PID</c> is right.
/// </summary>
internal sealed partial class SocketHolder : IDisposable
{
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private const string Pass = """number=$1; name=$2; shift 2; exec 3<&$number; exec {number}<&-; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=$name exec "$@" """;

    /// <summary>A descriptor is inheritable while one program is started, and no other may be meanwhile.</summary>
    private static readonly Lock s_starting = new();

    private readonly Socket _socket;

    public SocketHolder(EndPoint address, SocketType type = SocketType.Stream)
    {
        bool isFile = address.AddressFamily == AddressFamily.Unix;
        _socket = new Socket(address.AddressFamily, type, isFile ? ProtocolType.Unspecified : type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        _socket.Bind(address);
        if (type == SocketType.Stream)
        {
            _socket.Listen(1024);
        }
    }

    public EndPoint EndPoint => _socket.LocalEndPoint!;

    public int Port => ((IPEndPoint)EndPoint).Port;

    /// <summary>Starts a program with the socket.</summary>
    public T Start<T>(Func<ProcessStartInfo, T> run, string name, IEnumerable<string> command)
    {
        int descriptor = (int)_socket.SafeHandle.DangerousGetHandle();
        lock (s_starting)
        {
            _ = fcntl(descriptor, SetDescriptorFlags, 0);
            try
            {
                return run(new ProcessStartInfo("bash", ["-c", Pass, "bash", $"{descriptor}", name, .. command]));
            }
            finally
            {
                _ = fcntl(descriptor, SetDescriptorFlags, CloseOnExec);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc")]
    private static partial int fcntl(int descriptor, int command, int argument);
}
