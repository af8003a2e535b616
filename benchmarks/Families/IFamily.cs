namespace DeclServer.Benchmarks.Families;

/// <summary>
/// Two parsers of one grammar. Both give their fields to the fold, in the same order, only when the answer is <see cref="ParseStatus.Done"/>.
/// Where a message is whole and wrong, the hand-written one may answer <see cref="ParseStatus.Malformed"/> for <see cref="ParseStatus.Refused"/>.
/// </summary>
internal interface IFamily
{
    /// <summary>The parser that is emitted from the declaration.</summary>
    static abstract ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold;

    /// <summary>The same by hand.</summary>
    static abstract ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold;

    /// <summary>Whether the hand-written parser knows such messages.</summary>
    static virtual bool Covers(ReadOnlySpan<byte> input) => true;

    /// <summary>Makes right in a changed message what only a checksum would find wrong.</summary>
    static virtual void Mend(Span<byte> message)
    {
    }
}

/// <summary>A part of the input, in bytes.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> input) => input.Slice(Start, Length);
}
