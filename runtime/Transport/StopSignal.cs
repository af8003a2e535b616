using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>
/// Ends the waits of any number of threads, once and for good: what a thread watches beside its connection. A socket connected to itself
/// that is sent one byte which nobody reads: it is readable from then on, for poll(2) and select(2) alike.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private int _isSet;

    public StopSignal()
    {
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public int Descriptor => (int)Socket.SafeHandle.DangerousGetHandle();

    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            Socket.Send([1]);
        }
    }

    public void Dispose() => Socket.Dispose();
}
