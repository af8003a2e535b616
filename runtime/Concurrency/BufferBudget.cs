using System.Buffers;

namespace DeclServer.Concurrency;

/// <summary>The memory of all connections' buffers: what was received of requests that are not whole, and replies that wait. A loop's own buffers are not in it.</summary>
/// <param name="max">Bytes, at most.</param>
internal sealed class BufferBudget(long max)
{
    private long _taken;

    /// <summary>Bytes that are rented.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>A buffer of that size or larger; null when there would be more than may be.</summary>
    public byte[]? TryRent(int size)
    {
        if (Taken + size > max)
        {
            return null;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        if (Interlocked.Add(ref _taken, buffer.Length) <= max)
        {
            return buffer;
        }

        Return(buffer);
        return null;
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        Interlocked.Add(ref _taken, -buffer.Length);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
