using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cache;

/// <summary>
/// A stack with random access that grows by small chunks: no pause to copy it, no leap in memory, and elements never move.
/// </summary>
internal sealed class ChunkedList<T>
    where T : struct
{
    private const int ChunkBits = 7;
    private const int ChunkSize = 1 << ChunkBits;
    private const int FirstChunks = 8;

    private T[]?[] _chunks = new T[FirstChunks][];

    internal int Count { get; private set; }

    /// <summary>Heap bytes now held.</summary>
    internal long Bytes { get; private set; } = HeapSize.OfArray<T[]>(FirstChunks);

    /// <summary>Heap bytes that the next <see cref="Push"/> would add.</summary>
    internal long PushGrowth
    {
        get
        {
            int chunk = Count >> ChunkBits;
            if (chunk == _chunks.Length)
            {
                return ChunkBytes + HeapSize.OfArray<T[]>(2 * chunk) - HeapSize.OfArray<T[]>(chunk);
            }

            return _chunks[chunk] is null ? ChunkBytes : 0;
        }
    }

    private static long ChunkBytes => HeapSize.OfArray<T>(ChunkSize);

    /// <summary>
    /// An element. Its chunk must be there; within the chunk the index is cut to the size that all have, so that no length is read, which
    /// would cost a cache miss.
    /// </summary>
    internal ref T this[int index]
    {
        get
        {
            // The test reads no memory; the one that the runtime would do in its place reads the chunk's first line.
            T[] chunk = _chunks[index >> ChunkBits] ?? throw new ArgumentOutOfRangeException(nameof(index));
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chunk), index & (ChunkSize - 1));
        }
    }

    internal void Push(T value)
    {
        Bytes += PushGrowth;
        int chunk = Count >> ChunkBits;
        if (chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, 2 * chunk);
        }

        _chunks[chunk] ??= new T[ChunkSize];
        this[Count++] = value;
    }

    internal T Pop()
    {
        ref T last = ref this[--Count];
        T value = last;
        last = default;

        // One empty chunk stays, or a count going up and down over a border would allocate each time.
        int spare = (Count >> ChunkBits) + 1;
        if ((Count & (ChunkSize - 1)) == 0 && spare < _chunks.Length && _chunks[spare] is not null)
        {
            _chunks[spare] = null;
            Bytes -= ChunkBytes;
        }

        return value;
    }
}
