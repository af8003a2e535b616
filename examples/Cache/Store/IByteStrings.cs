namespace Cache;

/// <summary>The arguments of a command that takes many, read in place from wherever the server parsed them.</summary>
public interface IByteStrings
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>One of them. It must not lie in memory of the store.</summary>
    ReadOnlySpan<byte> this[int index] { get; }
}
