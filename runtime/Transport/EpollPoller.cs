using System.ComponentModel;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeclServer.Transport;

/// <summary>
/// The epoll transport. Connections are bare descriptors in a table indexed by them; an event carries the descriptor and the generation it
/// was registered with, so that an event of a descriptor's earlier owner is told apart.
/// </summary>
internal sealed unsafe class EpollPoller : Poller
{
    private const int WakeTag = -1;

    // struct epoll_event is packed on x86-64 only: { u32 events; u64 data } in 12 bytes there, 16 elsewhere.
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;

    /// <summary>What an event with a tag below <see cref="WakeTag"/> stands for.</summary>
    private readonly List<ReadyEvent> _bound = [];
    private Connection?[] _table = new Connection?[256];
    private bool _disposed;

    public EpollPoller()
    {
        _epoll = Check(Libc.epoll_create1(Libc.CloseOnExec), "epoll_create1");
        _wake = Check(Libc.eventfd(0, Libc.CloseOnExec | Libc.NonBlocking), "eventfd");
        _events = (byte*)NativeMemory.Alloc((nuint)(MaxEvents * s_eventSize));
        Control(Libc.EpollCtlAdd, _wake, Libc.EpollIn, WakeTag, 0);
    }

    internal override IEnumerable<Connection> Connections
    {
        get
        {
            foreach (Connection? connection in _table)
            {
                if (connection is { IsOpen: true })
                {
                    yield return connection;
                }
            }
        }
    }

    public override void Add(Listener listener)
    {
        int place = _bound.FindIndex(b => b.Listener == listener);
        if (place < 0)
        {
            place = _bound.Count;
            _bound.Add(new ReadyEvent(listener, null, true, false));
        }

        Control(Libc.EpollCtlAdd, Descriptor(listener), Libc.EpollIn, WakeTag - 1 - place, 0);
    }

    public override DatagramBatch Add(DatagramSocket socket)
    {
        EpollDatagramBatch batch = new(socket);
        _bound.Add(new ReadyEvent(null, null, true, false, batch));
        Control(Libc.EpollCtlAdd, (int)socket.Socket.SafeHandle.DangerousGetHandle(), Libc.EpollIn, WakeTag - _bound.Count, 0);
        return batch;
    }

    public override void Remove(Listener listener)
    {
        byte* unused = stackalloc byte[16];
        Libc.epoll_ctl(_epoll, Libc.EpollCtlDel, Descriptor(listener), unused);
    }

    public override int Wait(int milliseconds)
    {
        int count = Libc.epoll_wait(_epoll, _events, MaxEvents, milliseconds);
        if (count < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            return error == Libc.EINTR ? 0 : throw new Win32Exception(error, $"epoll_wait: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override ReadyEvent Event(int index)
    {
        byte* entry = _events + index * s_eventSize;
        uint flags = Unsafe.ReadUnaligned<uint>(entry);
        int tag = Unsafe.ReadUnaligned<int>(entry + s_dataOffset);
        if (tag >= 0)
        {
            Connection? connection = _table[tag];
            if (connection is not { IsOpen: true } || connection.Generation != Unsafe.ReadUnaligned<int>(entry + s_dataOffset + 4))
            {
                return default;
            }

            connection.IsBroken = (flags & (Libc.EpollErr | Libc.EpollHup)) != 0;
            return new ReadyEvent(null, connection, connection.IsBroken || (flags & Libc.EpollIn) != 0, (flags & Libc.EpollOut) != 0);
        }

        if (tag == WakeTag)
        {
            ulong counter;
            Libc.read(_wake, &counter, sizeof(ulong));
            return default;
        }

        return _bound[WakeTag - 1 - tag];
    }

    public override AcceptOutcome Accept(Listener listener, out AcceptedSocket accepted) => Descriptors.Accept(listener, out accepted);

    public override Connection? Adopt(AcceptedSocket accepted)
    {
        int descriptor = accepted.Descriptor;
        if (descriptor >= _table.Length)
        {
            Array.Resize(ref _table, Math.Max(descriptor + 1, _table.Length * 2));
        }

        Connection connection = _table[descriptor] ??= new Connection(this);
        Begin(connection, accepted);
        connection.Descriptor = descriptor;
        if (!TryControl(Libc.EpollCtlAdd, descriptor, Libc.EpollIn | OneShot, descriptor, connection.Generation))
        {
            connection.IsOpen = false;
            return null;
        }

        return connection;
    }

    public override int Receive(Connection connection, Span<byte> buffer) => Descriptors.Receive(connection.Descriptor, buffer);

    public override int Send(Connection connection, ReadOnlySpan<byte> bytes) => Descriptors.Send(connection.Descriptor, bytes);

    internal override int Unsent(Connection connection) => Descriptors.Unsent(connection.Descriptor);

    public override void ShutdownSend(Connection connection) => Libc.shutdown(connection.Descriptor, Libc.ShutdownWrite);

    public override void Close(Connection connection, bool abort)
    {
        if (!connection.IsOpen)
        {
            return;
        }

        connection.IsOpen = false;
        if (connection.InFlight is not null)
        {
            // Its handler may still ask it something: the next client gets another.
            _table[connection.Descriptor] = null;
        }

        Descriptors.Close(connection.Descriptor, abort);
        connection.Reset();
    }

    /// <remarks>Its descriptor has no other owner, so that closing it ends the watch (epoll(7)).</remarks>
    public override void Close(DatagramBatch batch) => batch.Dispose();

    public override void Wake()
    {
        ulong one = 1;
        Libc.write(_wake, &one, sizeof(ulong));
    }

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (Connection? connection in _table)
        {
            if (connection is { IsOpen: true })
            {
                Close(connection, abort: true);
            }
        }

        foreach (ReadyEvent bound in _bound)
        {
            bound.Datagrams?.Dispose();
        }

        Libc.close(_epoll);
        Libc.close(_wake);
        NativeMemory.Free(_events);
    }

    internal override void Watch(Connection connection, Interest interest)
    {
        if (connection.Interest == interest)
        {
            return;
        }

        connection.Interest = interest;
        Rearm(connection);
    }

    internal override bool RearmsFromAnyThread => true;

    internal override void Rearm(Connection connection)
    {
        uint flags = ((connection.Interest & Interest.Read) != 0 ? Libc.EpollIn : 0) | ((connection.Interest & Interest.Write) != 0 ? Libc.EpollOut : 0);
        TryControl(Libc.EpollCtlMod, connection.Descriptor, flags | OneShot, connection.Descriptor, connection.Generation);
    }

    private uint OneShot => IsOneShot ? Libc.EpollOneShot : 0;

    private protected override IPEndPoint? RemoteEndPointOf(Connection connection) => Descriptors.RemoteEndPoint(connection.Descriptor);

    private protected override UInt128 RemoteAddressOf(Connection connection) => Descriptors.RemoteAddress(connection.Descriptor);

    private protected override IPEndPoint? LocalEndPointOf(Connection connection) => Descriptors.LocalEndPoint(connection.Descriptor);

    private static int Descriptor(Listener listener) => (int)listener.Socket.SafeHandle.DangerousGetHandle();

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    private void Control(int operation, int descriptor, uint flags, int tag, int generation)
    {
        if (!TryControl(operation, descriptor, flags, tag, generation))
        {
            Check(-1, "epoll_ctl");
        }
    }

    private bool TryControl(int operation, int descriptor, uint flags, int tag, int generation)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, flags);
        Unsafe.WriteUnaligned(entry + s_dataOffset, tag);
        Unsafe.WriteUnaligned(entry + s_dataOffset + 4, generation);
        return Libc.epoll_ctl(_epoll, operation, descriptor, entry) == 0;
    }
}
