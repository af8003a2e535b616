namespace DeclServer.Concurrency;

/// <summary>What a loop has read of requests that came in a row, before it answers the first.</summary>
public sealed class LookAhead
{
    /// <summary>2 KiB: sixteen requests of 128 bytes, for which it is worth while; and the most that the tables can be made to hold, 16 times over.</summary>
    private const int Window = 2 * 1024;

    private readonly ArgumentTable[] _tables = new ArgumentTable[PipelinedRequests.Most];
    private readonly int[] _offsets = new int[PipelinedRequests.Most];

    internal LookAhead()
    {
        for (int i = 0; i < _tables.Length; i++)
        {
            _tables[i] = new ArgumentTable();
        }
    }

    /// <summary>Whether one more may be read.</summary>
    public bool HasRoom => Count < PipelinedRequests.Most;

    /// <summary>How many were read.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets what was read.</summary>
    /// <returns>What is looked at of the input.</returns>
    public ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> input)
    {
        Count = 0;
        return input[..Math.Min(input.Length, Window)];
    }

    /// <summary>The table, empty, of the next request, which begins at <paramref name="offset"/>; it counts when it was added.</summary>
    public ArgumentTable Next(int offset)
    {
        ArgumentTable table = _tables[Count];
        table.Clear();
        _offsets[Count] = offset;
        return table;
    }

    /// <summary>The next request was whole.</summary>
    public void Add() => Count++;

    /// <summary>The requests that were read of <paramref name="input"/>.</summary>
    public PipelinedRequests Of(ReadOnlySpan<byte> input) => new(input, this);

    internal Arguments Arguments(int index, ReadOnlySpan<byte> input)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
        return _tables[index].Of(input[_offsets[index]..]);
    }
}
