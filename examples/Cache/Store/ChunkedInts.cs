namespace Cache;

/// <summary>A stack of integers with random access that grows by small chunks: no pause to copy it, no leap in memory.</summary>
internal sealed class ChunkedInts
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private int[]?[] _chunks = new int[8][];

    internal int Count { get; private set; }

    /// <summary>Heap bytes now held.</summary>
    internal long Bytes { get; private set; } = HeapSize.OfArray<int[]>(8);

    /// <summary>Heap bytes that the next <see cref="Push"/> would add.</summary>
    internal long PushGrowth
    {
        get
        {
            int chunk = Count >> ChunkBits;
            if (chunk == _chunks.Length)
            {
                return HeapSize.OfArray<int>(ChunkSize) + HeapSize.OfArray<int[]>(2 * chunk) - HeapSize.OfArray<int[]>(chunk);
            }

            return _chunks[chunk] is null ? HeapSize.OfArray<int>(ChunkSize) : 0;
        }
    }

    internal ref int this[int index] => ref _chunks[index >> ChunkBits]![index & (ChunkSize - 1)];

    internal void Push(int value)
    {
        Bytes += PushGrowth;
        int chunk = Count >> ChunkBits;
        if (chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, 2 * chunk);
        }

        _chunks[chunk] ??= new int[ChunkSize];
        this[Count++] = value;
    }

    internal int Pop()
    {
        int value = this[--Count];

        // One empty chunk stays, or a count going up and down over a border would allocate each time.
        int spare = (Count >> ChunkBits) + 1;
        if ((Count & (ChunkSize - 1)) == 0 && spare < _chunks.Length && _chunks[spare] is not null)
        {
            _chunks[spare] = null;
            Bytes -= HeapSize.OfArray<int>(ChunkSize);
        }

        return value;
    }
}
