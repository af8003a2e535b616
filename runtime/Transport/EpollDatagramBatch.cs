using System.ComponentModel;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeclServer.Lifecycle;

namespace DeclServer.Transport;

/// <summary>
/// Datagrams by recvmmsg(2) and sendmmsg(2): two system calls a batch, whatever its size. All that the kernel reads and writes is laid out
/// once; between two batches only the lengths it has changed are set anew.
/// </summary>
internal sealed unsafe class EpollDatagramBatch : DatagramBatch
{
    /// <summary>sockaddr_in6, the longer of the two, has 28 bytes; a whole number of words is kept.</summary>
    private const int AddressSize = 32;

    /// <summary>cmsghdr of 16 bytes and in6_pktinfo of 20, the longer of the two, up to the next word: CMSG_SPACE(20).</summary>
    private const int ControlSize = 40;

    private const int CacheLine = 64;

    private readonly int _descriptor;
    private readonly int _size;
    private readonly int _stride;
    private readonly byte* _memory;
    private readonly MultiMessageHeader* _requests;
    private readonly MultiMessageHeader* _replies;
    private readonly IoVector* _replyVectors;
    private int _received;

    public EpollDatagramBatch(DatagramSocket socket)
        : base(socket)
    {
        _descriptor = (int)socket.Socket.SafeHandle.DangerousGetHandle();
        _size = socket.BatchSize;
        _stride = (socket.MaxRequestSize + CacheLine - 1) / CacheLine * CacheLine;
        int perSlot = 2 * sizeof(MultiMessageHeader) + 2 * sizeof(IoVector) + AddressSize + ControlSize;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(_size * (_stride + perSlot)), CacheLine);
        NativeMemory.Clear(_memory, (nuint)(_size * (_stride + perSlot)));

        byte* next = _memory + _size * _stride;
        _requests = (MultiMessageHeader*)next;
        _replies = _requests + _size;
        IoVector* requestVectors = (IoVector*)(_replies + _size);
        _replyVectors = requestVectors + _size;
        byte* addresses = (byte*)(_replyVectors + _size);
        byte* controls = addresses + _size * AddressSize;
        for (int i = 0; i < _size; i++)
        {
            requestVectors[i] = new IoVector { Base = _memory + i * _stride, Length = (nuint)socket.MaxRequestSize };
            _requests[i].Header.Name = addresses + i * AddressSize;
            _requests[i].Header.Vectors = requestVectors + i;
            _requests[i].Header.VectorCount = 1;
            _requests[i].Header.Control = socket.IsWildcard ? controls + i * ControlSize : null;
            _replies[i].Header.Vectors = _replyVectors + i;
            _replies[i].Header.VectorCount = 1;
        }

        _received = _size;
    }

    internal override int Receive(LoopCounters counters)
    {
        ObjectDisposedException.ThrowIf(!Client.IsOpen, this);

        // The kernel has put the lengths that it found in the place of those there was room for.
        nuint controlRoom = _requests[0].Header.Control is null ? 0 : (nuint)ControlSize;
        for (int i = 0; i < _received; i++)
        {
            _requests[i].Header.NameLength = AddressSize;
            _requests[i].Header.ControlLength = controlRoom;
        }

        int count = Libc.recvmmsg(_descriptor, _requests, (uint)_size, Libc.MsgDontWait, null);
        if (count < 0)
        {
            count = 0;
            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.EAGAIN or Libc.EINTR:
                    break;
                case int error and (Libc.EBADF or Libc.EFAULT or Libc.EINVAL or Libc.ENOTSOCK):
                    throw new Win32Exception(error, $"recvmmsg: {Marshal.GetPInvokeErrorMessage(error)}");
                default:
                    // What the network told of an earlier reply (ECONNREFUSED and others); told once, and what has come is told again.
                    counters.ReceiveErrors++;
                    break;
            }
        }

        _received = count;
        return count;
    }

    private protected override ReadOnlySpan<byte> Request(int index, out bool isTooLong)
    {
        isTooLong = (_requests[index].Header.Flags & Libc.MsgTruncated) != 0;
        return new ReadOnlySpan<byte>(_memory + index * _stride, (int)_requests[index].Length);
    }

    private protected override void SendReplies(ReadOnlySpan<byte> output, LoopCounters counters)
    {
        fixed (byte* start = output)
        {
            int count = ReplyCount;
            for (int i = 0; i < count; i++)
            {
                QueuedReply reply = Replies[i];
                ref MessageHeader request = ref _requests[reply.Slot].Header;
                ref MessageHeader header = ref _replies[i].Header;
                _replyVectors[i] = new IoVector { Base = start + reply.Start, Length = (nuint)reply.Length };
                header.Name = request.Name;
                header.NameLength = request.NameLength;
                header.Control = null;
                header.ControlLength = 0;
                if (request.Control is not null)
                {
                    LeaveFromTheAddressAsked(ref header, request);
                }
            }

            Send(count, counters);
        }
    }

    private protected override void Free() => NativeMemory.AlignedFree(_memory);

    private protected override ReadOnlySpan<byte> SenderBytes() =>
        new(_requests[Current].Header.Name, (int)_requests[Current].Header.NameLength);

    private protected override IPEndPoint? Destination()
    {
        ref MessageHeader request = ref _requests[Current].Header;
        if (request.Control is null || request.ControlLength < (nuint)sizeof(ControlHeader))
        {
            return Socket.LocalEndPoint;
        }

        // in6_pktinfo begins with the address; in_pktinfo ends with it, behind the interface's index and the address to answer from.
        byte* information = request.Control + sizeof(ControlHeader);
        IPAddress address = ((ControlHeader*)request.Control)->Level == Libc.IpProtoIpV6
            ? new IPAddress(new ReadOnlySpan<byte>(information, 16))
            : new IPAddress(new ReadOnlySpan<byte>(information + 8, 4));
        return new IPEndPoint(SocketAddressBytes.Unmapped(address), Socket.LocalEndPoint.Port);
    }

    /// <summary>
    /// The request's packet information goes out with the reply, for the kernel to take the source address from it. The interface's index
    /// is cleared: the way back is the routing table's to choose.
    /// </summary>
    private static void LeaveFromTheAddressAsked(ref MessageHeader reply, in MessageHeader request)
    {
        if (request.ControlLength < (nuint)sizeof(ControlHeader))
        {
            return;
        }

        byte* information = request.Control + sizeof(ControlHeader);
        switch (((ControlHeader*)request.Control)->Level)
        {
            case Libc.IpProtoIp:
                // struct in_pktinfo { int ifindex; in_addr spec_dst; in_addr addr }: spec_dst is the local address, of a broadcast too.
                Unsafe.WriteUnaligned(information, 0);
                break;
            case Libc.IpProtoIpV6 when *information != 0xFF:
                // struct in6_pktinfo { in6_addr addr; int ifindex }
                Unsafe.WriteUnaligned(information + 16, 0);
                break;
            default:
                // ff00::/8 is multicast (RFC 4291, section 2.7): no address to answer from.
                return;
        }

        reply.Control = request.Control;
        reply.ControlLength = request.ControlLength;
    }

    /// <summary>Sends the first replies. A failure is that of one of them, or of none: it is never the end of the loop.</summary>
    private void Send(int count, LoopCounters counters)
    {
        bool retried = false;
        for (int sent = 0; sent < count;)
        {
            int taken = Libc.sendmmsg(_descriptor, _replies + sent, (uint)(count - sent), Libc.MsgDontWait | Libc.MsgNoSignal);
            if (taken > 0)
            {
                // sendmmsg(2) stops in silence before the reply that failed; the next call begins with it and says why.
                for (int i = sent; i < sent + taken; i++)
                {
                    counters.BytesSent += Replies[i].Length;
                }

                counters.DatagramsSent += taken;
                sent += taken;
                retried = false;
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.EINTR:
                    break;
                case Libc.ECONNREFUSED when !retried:
                    // The network's answer to an earlier reply; this one has not been tried.
                    retried = true;
                    break;
                case Libc.EAGAIN:
                    // The socket's buffer is full. A loop that waited would stop for one slow network; clients ask again.
                    counters.SendBufferFull += count - sent;
                    return;
                case Libc.ENOBUFS or Libc.ENOMEM:
                    // The device's queue is full: it may take the next.
                    counters.SendBufferFull++;
                    sent++;
                    break;
                default:
                    // That client cannot be sent to: a forged source (port 0 is EINVAL), no route, a firewall's rule.
                    counters.SendErrors++;
                    sent++;
                    break;
            }
        }
    }
}
