using System.Buffers;
using System.Runtime.CompilerServices;

namespace DeclServer;

/// <summary>
/// Where replies are written before they are sent: one for each loop. It grows to the largest reply of a batch and goes back to its usual
/// size when it has been sent.
/// </summary>
public sealed class OutputBuffer
{
    /// <summary>The size it has between batches: 64 KiB, about what one send(2) takes at most on a local socket.</summary>
    public const int UsualSize = 64 * 1024;

    private readonly byte[] _usual = GC.AllocateUninitializedArray<byte>(UsualSize, pinned: true);
    private byte[] _bytes;
    private int _length;

    /// <summary>An empty buffer.</summary>
    public OutputBuffer() => _bytes = _usual;

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
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max((long)_length + message.GetSize(), 2L * _bytes.Length)));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes != _usual)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = larger;
        message.TryWrite(_bytes.AsSpan(_length), out int written);
        _length += written;
    }
}

/// <summary>Writes the replies to one request, for a handler that answers with several messages or with none.</summary>
/// <typeparam name="TReply">The protocol's reply message; it tells which protocol the handler belongs to.</typeparam>
public readonly ref struct ReplyWriter<TReply>
    where TReply : IMessage<TReply>, allows ref struct
{
    private readonly OutputBuffer _output;

    /// <summary>A writer into the loop's output.</summary>
    public ReplyWriter(OutputBuffer output) => _output = output;

    /// <summary>Writes a reply.</summary>
    public void Write(scoped in TReply reply) => _output.Write(reply);

    /// <summary>Writes another message of the protocol.</summary>
    public void Write<T>(scoped in T message)
        where T : IMessage<T>, allows ref struct
        => _output.Write(message);
}
