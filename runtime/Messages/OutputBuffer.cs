using System.Buffers;
using System.Runtime.CompilerServices;

namespace DeclServer;

/// <summary>
/// Where replies are written before they are sent: one for each loop. It grows to the largest reply of a batch and goes back to its usual
/// size when it has been sent.
/// </summary>
public sealed class OutputBuffer
{
    /// <summary>The size a loop's buffer has between batches: 64 KiB, about what one send(2) takes at most on a local socket.</summary>
    public const int UsualSize = 64 * 1024;

    private readonly byte[] _usual;
    private byte[] _bytes;
    private int _length;

    /// <summary>An empty buffer.</summary>
    /// <param name="usualSize">The size it has between batches.</param>
    public OutputBuffer(int usualSize = UsualSize) => _bytes = _usual = GC.AllocateUninitializedArray<byte>(usualSize, pinned: true);

    /// <summary>Whether so much waits that it is sent before more is served.</summary>
    public bool IsFull => _length >= _usual.Length;

    /// <summary>How many bytes wait to be sent.</summary>
    public int Length => _length;

    /// <summary>The bytes that wait to be sent.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Writes a message behind what is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        if (message.TryWrite(_bytes.AsSpan(_length), out int written))
        {
            _length += written;
        }
        else
        {
            WriteGrown(message);
        }
    }

    /// <summary>Room for at least <paramref name="size"/> bytes behind what is there; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (_bytes.Length - _length < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Takes the first bytes of the room as written.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        _length += count;
    }

    /// <summary>Takes back everything behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => _length = Math.Min(_length, length);

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes != _usual)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = _usual;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteGrown<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        Grow(message.GetSize());
        message.TryWrite(_bytes.AsSpan(_length), out int written);
        _length += written;
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_length + size, 2L * _bytes.Length)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes != _usual)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
    }

    /// <summary>Writes the length of what stands behind it, big-endian, at a place kept for it.</summary>
    internal void WriteLength(int at, int size)
    {
        int length = _length - at - size;
        for (int i = size - 1; i >= 0; i--)
        {
            _bytes[at + i] = (byte)length;
            length >>= 8;
        }
    }
}

/// <summary>Writes the replies to one request, for a handler that answers with several messages or with none.</summary>
/// <typeparam name="TReply">The protocol's reply message; it tells which protocol the handler belongs to.</typeparam>
public readonly ref struct ReplyWriter<TReply>
    where TReply : IMessage<TReply>, allows ref struct
{
    private readonly OutputBuffer _output;
    private readonly int _prefix;

    /// <summary>A writer into the loop's output.</summary>
    /// <param name="output">The loop's output.</param>
    /// <param name="prefix">The bytes of the length that stands before each message; 0 for none.</param>
    public ReplyWriter(OutputBuffer output, int prefix = 0)
    {
        _output = output;
        _prefix = prefix;
    }

    /// <summary>Writes a reply.</summary>
    public void Write(scoped in TReply reply) => Write<TReply>(reply);

    /// <summary>Writes another message of the protocol.</summary>
    public void Write<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
    {
        if (_prefix == 0)
        {
            _output.Write(message);
            return;
        }

        int at = _output.Length;
        _output.GetSpan(_prefix);
        _output.Advance(_prefix);
        _output.Write(message);
        _output.WriteLength(at, _prefix);
    }

    /// <summary>Room for a reply that the handler writes itself, as the protocol has it; <see cref="Advance"/> ends it.</summary>
    /// <param name="size">The bytes it may take.</param>
    public Span<byte> GetSpan(int size) => _output.GetSpan(_prefix + size)[_prefix..];

    /// <summary>Takes the first bytes of the room as one reply.</summary>
    public void Advance(int count)
    {
        int at = _output.Length;
        _output.Advance(_prefix + count);
        _output.WriteLength(at, _prefix);
    }
}
