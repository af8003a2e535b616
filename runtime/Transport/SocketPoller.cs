using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace DeclServer.Transport;

/// <summary>
/// The portable transport. Readiness is made of <see cref="Socket"/>'s own parts: a receive of zero bytes completes when there is something
/// to read; the bytes themselves are then read by a plain non-blocking call on the loop's thread. A socket that took less than it was given
/// is asked again every few milliseconds, since a send of zero bytes completes at once whether there is room or not.
/// </summary>
internal sealed class SocketPoller : Poller
{
    private const int WriterPollMilliseconds = 2;

    private readonly CompletionQueue _completions = new();
    private readonly List<ReadyEvent> _ready = new(MaxEvents);
    private readonly List<Connection> _toArm = [];
    private readonly List<Connection> _writers = [];
    private readonly Dictionary<Listener, ListenerChannel> _listeners = [];
    private readonly List<SocketDatagramBatch> _datagrams = [];
    private readonly HashSet<Connection> _open = [];
    private readonly Stack<Connection> _spare = [];

    internal override IEnumerable<Connection> Connections => [.. _open];

    internal override long CallbackAllocatedBytes => _completions.AllocatedBytes;

    public override void Add(Listener listener)
    {
        ListenerChannel channel = _listeners.TryGetValue(listener, out ListenerChannel? known) ? known : _listeners[listener] = new ListenerChannel(listener, this);
        channel.Watched = true;
        channel.Arm();
    }

    public override void Remove(Listener listener)
    {
        if (_listeners.TryGetValue(listener, out ListenerChannel? channel))
        {
            channel.Watched = false;
        }
    }

    public override DatagramBatch Add(DatagramSocket socket)
    {
        SocketDatagramBatch batch = new(socket);
        _datagrams.Add(batch);
        _completions.Selector ??= new DatagramSelector();
        _completions.Selector.Add(batch);
        return batch;
    }

    public override void Close(DatagramBatch batch)
    {
        _datagrams.Remove((SocketDatagramBatch)batch);
        _completions.Selector!.Remove((SocketDatagramBatch)batch);
        batch.Dispose();
    }

    public override int Wait(int milliseconds)
    {
        _ready.Clear();
        foreach (Connection connection in _toArm)
        {
            Arm(connection);
        }

        _toArm.Clear();
        if (_writers.Count > 0)
        {
            milliseconds = milliseconds < 0 ? WriterPollMilliseconds : Math.Min(milliseconds, WriterPollMilliseconds);
        }

        _completions.Wait(milliseconds, _ready);
        while (_ready.Count < MaxEvents / 2 && _completions.TryDequeue(out Completion completion))
        {
            if (completion.Listener is { } channel)
            {
                channel.Complete();
                if (channel.Watched || channel.Accepted.Count > 0)
                {
                    _ready.Add(new ReadyEvent(channel.Listener, null, true, false));
                }
            }
            else if (completion.Connection is { IsOpen: true } connection && connection.Generation == completion.Generation)
            {
                connection.Channel!.IsArmed = false;
                if ((connection.Interest & Interest.Read) != 0)
                {
                    _ready.Add(new ReadyEvent(null, connection, true, false));
                    if (!IsOneShot)
                    {
                        _toArm.Add(connection);
                    }
                }
                else if (connection.InFlight is not null && (connection.Channel.HasFailed || IsGone(connection.Channel.Socket)))
                {
                    // Nothing is read while a handler goes on, but that its client is gone is told.
                    connection.IsBroken = true;
                    _ready.Add(new ReadyEvent(null, connection, true, false));
                }
            }
        }

        for (int i = 0; i < _writers.Count && _ready.Count < MaxEvents; i++)
        {
            Connection writer = _writers[i];
            if (writer is { IsOpen: true, Holder: 0 } && CanWrite(writer.Channel!.Socket))
            {
                _ready.Add(new ReadyEvent(null, writer, false, true));
            }
        }

        return _ready.Count;
    }

    public override ReadyEvent Event(int index)
    {
        ReadyEvent ready = _ready[index];
        return ready.Connection is { IsOpen: false } ? default : ready;
    }

    public override AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted)
    {
        accepted = default;
        ListenerChannel channel = _listeners[listener];
        if (!channel.Accepted.TryDequeue(out Socket? socket) && (channel.Watched || !channel.TryAcceptNow(out socket)))
        {
            SocketError error = channel.TakeError();
            AcceptOutcome outcome = error switch
            {
                SocketError.Success or SocketError.WouldBlock => AcceptOutcome.Empty,
                SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.SystemNotReady => AcceptOutcome.Exhausted,
                SocketError.OperationAborted or SocketError.NotSocket => AcceptOutcome.Fatal,
                _ => AcceptOutcome.Transient,
            };
            if (channel.Watched && outcome != AcceptOutcome.Exhausted)
            {
                channel.Arm();
            }

            return outcome;
        }

        try
        {
            socket.Blocking = false;
            if (socket.AddressFamily != AddressFamily.Unix)
            {
                socket.NoDelay = true;
            }
        }
        catch (SocketException)
        {
            // The client is gone already.
            socket.Dispose();
            return AcceptOutcome.Transient;
        }

        accepted = new AcceptedSocket(-1, socket, listener.Endpoint);
        return AcceptOutcome.Accepted;
    }

    public override Connection? Adopt(AcceptedSocket accepted)
    {
        Connection connection = _spare.TryPop(out Connection? spare) ? spare : new Connection(this);
        Begin(connection, accepted);
        connection.Channel = new SocketChannel(accepted.Socket!, connection, _completions);
        _open.Add(connection);
        _toArm.Add(connection);
        return connection;
    }

    public override int Receive(Connection connection, Span<byte> buffer)
    {
        int count = connection.Channel!.Socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? count : Failure(error);
    }

    public override int Send(Connection connection, ReadOnlySpan<byte> bytes)
    {
        int count = connection.Channel!.Socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error == SocketError.Success ? count : Failure(error);
    }

    internal override int Unsent(Connection connection) => Descriptors.Unsent(connection.Channel!.Socket);

    public override void ShutdownSend(Connection connection)
    {
        try
        {
            connection.Channel!.Socket.Shutdown(SocketShutdown.Send);
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
        _open.Remove(connection);
        _writers.Remove(connection);
        Socket socket = connection.Channel!.Socket;
        if (abort)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // Reset by the client already.
            }
        }

        else
        {
            // Disposing a socket whose receive is under way resets the connection: the client is told of its end first.
            ShutdownSend(connection);
        }

        socket.Dispose();
        connection.Channel = null;
        connection.Reset();
        if (connection.InFlight is null)
        {
            // Otherwise its handler may still ask it something: the next client gets another.
            _spare.Push(connection);
        }
    }

    public override void Wake() => _completions.Wake();

    public override void Dispose()
    {
        foreach (Connection connection in Connections)
        {
            Close(connection, abort: true);
        }

        foreach (ListenerChannel channel in _listeners.Values)
        {
            channel.DropAccepted();
        }

        foreach (SocketDatagramBatch batch in _datagrams)
        {
            batch.Dispose();
        }

        _completions.Selector?.Dispose();
    }

    internal override void Watch(Connection connection, Interest interest)
    {
        if (connection.Interest != interest)
        {
            connection.Interest = interest;
            Rearm(connection);
        }
    }

    internal override void Rearm(Connection connection)
    {
        bool isWriter = _writers.Contains(connection);
        if ((connection.Interest & Interest.Write) != 0 && !isWriter)
        {
            _writers.Add(connection);
        }
        else if ((connection.Interest & Interest.Write) == 0 && isWriter)
        {
            _writers.Remove(connection);
        }

        if (IsHeardOf(connection) && !connection.Channel!.IsArmed)
        {
            _toArm.Add(connection);
        }
    }

    private protected override IPEndPoint? RemoteEndPointOf(Connection connection) => Ask(() => connection.Channel?.Socket.RemoteEndPoint);

    private protected override UInt128 RemoteAddressOf(Connection connection) =>
        RemoteEndPointOf(connection) is { } remote ? SocketAddressBytes.Number(remote.Address) : 0;

    private protected override IPEndPoint? LocalEndPointOf(Connection connection) => Ask(() => connection.Channel?.Socket.LocalEndPoint);

    private static IPEndPoint? Ask(Func<EndPoint?> ask)
    {
        try
        {
            return ask() as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Whether the client has reset the connection.</summary>
    internal static bool IsGone(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectError);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static bool CanWrite(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectWrite);
        }
        catch (SocketException)
        {
            // Broken: the send that follows says so.
            return true;
        }
    }

    private static void Arm(Connection connection)
    {
        if (connection.IsOpen && !connection.Channel!.IsArmed && IsHeardOf(connection))
        {
            connection.Channel.Arm(connection.Generation);
        }
    }

    /// <summary>Whether it is told when the connection can be read, or, while a handler goes on, when its client is gone.</summary>
    private static bool IsHeardOf(Connection connection) => (connection.Interest & Interest.Read) != 0 || connection.InFlight is not null;

    private static int Failure(SocketError error) => error is SocketError.WouldBlock or SocketError.IOPending ? WouldBlock : Broken;

    /// <summary>The accepts of one listener: one is always under way while the listener is watched.</summary>
    internal sealed class ListenerChannel
    {
        private readonly SocketAsyncEventArgs _accept = new();
        private readonly SocketPoller _poller;
        private SocketError _error;
        private bool _isArmed;

        public ListenerChannel(Listener listener, SocketPoller poller)
        {
            Listener = listener;
            _poller = poller;
            _accept.Completed += (_, _) => _poller._completions.EnqueueFromCallback(new Completion(this, null, 0));
        }

        public Listener Listener { get; }

        public Queue<Socket> Accepted { get; } = new();

        public bool Watched { get; set; }

        public void Arm()
        {
            if (_isArmed)
            {
                return;
            }

            _isArmed = true;
            _accept.AcceptSocket = null;
            try
            {
                if (!Listener.Socket.AcceptAsync(_accept))
                {
                    _poller._completions.Enqueue(new Completion(this, null, 0));
                }
            }
            catch (ObjectDisposedException)
            {
                // The listener was closed: nothing more is to be accepted.
                Watched = false;
            }
        }

        /// <summary>Takes over what the accept brought; on the loop's thread.</summary>
        public void Complete()
        {
            _isArmed = false;
            _error = _accept.SocketError;
            if (_error == SocketError.Success && _accept.AcceptSocket is { } socket)
            {
                Accepted.Enqueue(socket);
            }
        }

        /// <summary>Accepts without an event, when the listener is watched no more.</summary>
        public bool TryAcceptNow([NotNullWhen(true)] out Socket? socket)
        {
            try
            {
                socket = Listener.Socket.Accept();
                return true;
            }
            catch (SocketException exception)
            {
                _error = exception.SocketErrorCode;
            }
            catch (ObjectDisposedException)
            {
                _error = SocketError.NotSocket;
            }

            socket = null;
            return false;
        }

        public SocketError TakeError()
        {
            SocketError error = _error;
            _error = SocketError.Success;
            return error;
        }

        public void DropAccepted()
        {
            while (Accepted.TryDequeue(out Socket? socket))
            {
                socket.Dispose();
            }
        }
    }
}

/// <summary>Something the system told the portable transport of, on one of its threads.</summary>
internal readonly record struct Completion(SocketPoller.ListenerChannel? Listener, Connection? Connection, int Generation);

/// <summary>What the system's threads hand to the loop's.</summary>
internal sealed class CompletionQueue
{
    private readonly ConcurrentQueue<Completion> _queue = new();
    private readonly ManualResetEventSlim _signal = new(false, spinCount: 0);
    private long _allocatedBytes;

    /// <summary>Bytes that <see cref="EnqueueFromCallback"/> has allocated on the threads that called it.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    /// <summary>Takes the signal's place when there are datagram sockets to wait for as well; set before the loop runs.</summary>
    public DatagramSelector? Selector { get; set; }

    public void Enqueue(Completion completion)
    {
        _queue.Enqueue(completion);
        Wake();
    }

    /// <summary>The same on a thread of the system's, where what it allocates would escape the count of the loop's thread.</summary>
    public void EnqueueFromCallback(Completion completion)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Enqueue(completion);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated != 0)
        {
            Interlocked.Add(ref _allocatedBytes, allocated);
        }
    }

    public bool TryDequeue(out Completion completion) => _queue.TryDequeue(out completion);

    /// <summary>Waits until there is something in the queue, datagrams have come, the time has passed or <see cref="Wake"/> is called.</summary>
    public void Wait(int milliseconds, List<ReadyEvent> readyDatagrams)
    {
        if (Selector is { } selector)
        {
            selector.Announce();
            selector.Wait(_queue.IsEmpty && !_signal.IsSet ? milliseconds : 0, readyDatagrams);
        }
        else if (_queue.IsEmpty)
        {
            _signal.Wait(milliseconds);
        }

        // Reset comes before the queue is emptied: a completion that comes in between signals anew.
        _signal.Reset();
    }

    public void Wake()
    {
        _signal.Set();
        Selector?.Interrupt();
    }
}

/// <summary>A connection's socket on the portable transport, with the receive of zero bytes that tells when it can be read.</summary>
internal sealed class SocketChannel
{
    private readonly SocketAsyncEventArgs _readable = new();
    private readonly Connection _connection;
    private readonly CompletionQueue _completions;
    private int _generation;

    public SocketChannel(Socket socket, Connection connection, CompletionQueue completions)
    {
        Socket = socket;
        _connection = connection;
        _completions = completions;
        _readable.SetBuffer([], 0, 0);
        _readable.Completed += (_, _) => _completions.EnqueueFromCallback(new Completion(null, _connection, _generation));
    }

    public Socket Socket { get; }

    public bool IsArmed { get; set; }

    /// <summary>Whether the last receive of zero bytes ended by an error; that the socket has one is told only once.</summary>
    public bool HasFailed => _readable.SocketError != SocketError.Success;

    public void Arm(int generation)
    {
        IsArmed = true;
        _generation = generation;
        if (!Socket.ReceiveAsync(_readable))
        {
            _completions.Enqueue(new Completion(null, _connection, _generation));
        }
    }
}
