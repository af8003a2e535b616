using System.Net;
using System.Net.Sockets;
using DeclServer.Lifecycle;

namespace DeclServer.Transport;

/// <summary>
/// Datagrams by <see cref="Socket"/> alone, a call each. <see cref="Socket"/> has no receive that neither waits nor throws where there is
/// nothing, so each is asked for first. Addresses are kept as the system writes them, and nothing is allocated.
/// </summary>
/// <remarks>A socket bound to every address answers from the one that the system chooses: <see cref="Socket"/> cannot be told.</remarks>
internal sealed class SocketDatagramBatch : DatagramBatch
{
    private readonly Socket _socket;
    private readonly byte[][] _buffers;
    private readonly SocketAddress[] _senders;
    private readonly int[] _lengths;
    private readonly int _addressSize;

    public SocketDatagramBatch(DatagramSocket socket)
        : base(socket)
    {
        _socket = socket.Socket;
        _addressSize = SocketAddress.GetMaximumAddressSize(_socket.AddressFamily);
        _buffers = new byte[socket.BatchSize][];
        _senders = new SocketAddress[socket.BatchSize];
        _lengths = new int[socket.BatchSize];
        for (int i = 0; i < socket.BatchSize; i++)
        {
            // One byte more than the longest request shows that a datagram was longer.
            _buffers[i] = GC.AllocateUninitializedArray<byte>(socket.MaxRequestSize + 1, pinned: true);
            _senders[i] = new SocketAddress(_socket.AddressFamily, _addressSize);
        }
    }

    /// <summary>Whether select(2) has just told of a datagram.</summary>
    public bool IsReadable { get; set; }

    internal override int Receive(LoopCounters counters)
    {
        int count = 0;
        for (int tries = 0; tries < _buffers.Length; tries++)
        {
            if (!IsReadable && !_socket.Poll(0, SelectMode.SelectRead))
            {
                break;
            }

            IsReadable = false;
            _senders[count].Size = _addressSize;
            try
            {
                _lengths[count] = _socket.ReceiveFrom(_buffers[count], SocketFlags.None, _senders[count]);
                count++;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize)
            {
                // Windows says so where others only shorten.
                _lengths[count] = _buffers[count].Length;
                count++;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                // Another loop was quicker, or the datagram's checksum was wrong.
                break;
            }
            catch (SocketException)
            {
                counters.ReceiveErrors++;
            }
        }

        return count;
    }

    private protected override ReadOnlySpan<byte> Request(int index, out bool isTooLong)
    {
        isTooLong = _lengths[index] > Socket.MaxRequestSize;
        return _buffers[index].AsSpan(0, Math.Min(_lengths[index], Socket.MaxRequestSize));
    }

    private protected override void SendReplies(ReadOnlySpan<byte> output, LoopCounters counters)
    {
        for (int i = 0; i < ReplyCount; i++)
        {
            QueuedReply reply = Replies[i];
            try
            {
                _socket.SendTo(output.Slice(reply.Start, reply.Length), SocketFlags.None, _senders[reply.Slot]);
                counters.DatagramsSent++;
                counters.BytesSent += reply.Length;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                counters.SendBufferFull++;
            }
            catch (SocketException)
            {
                counters.SendErrors++;
            }
        }
    }

    private protected override ReadOnlySpan<byte> SenderBytes() => _senders[Current].Buffer.Span[.._senders[Current].Size];

    private protected override IPEndPoint? Destination() => Socket.LocalEndPoint;
}
