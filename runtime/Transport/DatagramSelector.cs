using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>
/// How the portable transport waits when datagram sockets are among what it watches: the loop's thread asks select(2) itself. A receive
/// left under way, as connections have it, would cost two changes of thread for each few datagrams, about nine times the rest. What other
/// threads have to tell the loop ends the wait by a byte to a socket of its own (the self-pipe trick).
/// </summary>
internal sealed class DatagramSelector : IDisposable
{
    private static readonly byte[] s_wakeUp = [1];

    private readonly List<SocketDatagramBatch> _batches = [];
    private readonly List<Socket> _selected = [];
    private readonly byte[] _received = new byte[1];

    // Connected to itself, so that the system drops what any other socket sends to it.
    private readonly Socket _self = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private int _isWaiting;

    public DatagramSelector()
    {
        _self.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _self.Connect(_self.LocalEndPoint!);
        _self.Blocking = false;
    }

    public void Add(SocketDatagramBatch batch) => _batches.Add(batch);

    public void Remove(SocketDatagramBatch batch) => _batches.Remove(batch);

    /// <summary>Says that the loop will wait. What it waits for is to be looked at after this call and before <see cref="Wait"/>.</summary>
    public void Announce() => Interlocked.Exchange(ref _isWaiting, 1);

    /// <summary>Ends the wait that was announced, or the next; from any thread.</summary>
    public void Interrupt()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) == 0)
        {
            return;
        }

        try
        {
            _self.Send(s_wakeUp);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Its buffer is full of wake-ups, or the loop has ended: either way nobody sleeps.
        }
    }

    /// <summary>Waits until datagrams have come, the time has passed or <see cref="Interrupt"/> is called.</summary>
    /// <param name="milliseconds">The longest wait; -1 for no bound.</param>
    /// <param name="ready">Where the sockets go that datagrams have come to.</param>
    public void Wait(int milliseconds, List<ReadyEvent> ready)
    {
        _selected.Clear();
        _selected.Add(_self);
        foreach (SocketDatagramBatch batch in _batches)
        {
            _selected.Add(batch.Socket.Socket);
        }

        Socket.Select(_selected, null, null, milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds));
        Volatile.Write(ref _isWaiting, 0);
        foreach (Socket socket in _selected)
        {
            if (socket == _self)
            {
                socket.Receive(_received, SocketFlags.None, out _);
                continue;
            }

            foreach (SocketDatagramBatch batch in _batches)
            {
                if (batch.Socket.Socket == socket)
                {
                    batch.IsReadable = true;
                    ready.Add(new ReadyEvent(null, null, true, false, batch));
                }
            }
        }
    }

    public void Dispose() => _self.Dispose();
}
