namespace DeclServer;

/// <summary>What predicates ask of bytes and that always has an answer.</summary>
public static class ByteSpanExtensions
{
    /// <summary>The byte at an index; -1 where there is none.</summary>
    public static int At(this ReadOnlySpan<byte> bytes, int index) => (uint)index < (uint)bytes.Length ? bytes[index] : -1;
}
