namespace DeclServer.Benchmarks.Families;

/// <summary>Takes the fields of a message, so that the JIT cannot leave out making them.</summary>
internal interface IFold
{
    void Add(long number);

    void Add(ReadOnlySpan<byte> bytes);
}

/// <summary>Numbers and lengths added up: what is timed.</summary>
internal struct Sizes : IFold
{
    public long Sum { get; private set; }

    public void Add(long number) => Sum += number;

    public void Add(ReadOnlySpan<byte> bytes) => Sum += bytes.Length;
}

/// <summary>A hash of all numbers and all bytes, in order: what is compared.</summary>
internal struct Contents : IFold
{
    private const ulong Prime = 1099511628211;

    public ulong Hash { get; private set; }

    public void Add(long number) => Hash = (Hash ^ (ulong)number) * Prime;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        foreach (byte next in bytes)
        {
            Hash = (Hash ^ next) * Prime;
        }
    }
}
