namespace DeclServer.Generator.Planning.Dfa;

/// <summary>A repetition of one class of bytes: <c>1*250(%x21-7E)</c>, <c>[a-z][a-z]{0,7}</c>.</summary>
/// <param name="Bytes">The class.</param>
/// <param name="Min">The fewest bytes.</param>
/// <param name="Max">The most bytes; null when the repetition sets no bound.</param>
internal sealed record CharClass(ByteSet Bytes, int Min, int? Max)
{
    /// <summary>The repetition that a pattern is; null when it is more than that.</summary>
    public static CharClass? Of(PatternNode node)
    {
        switch (node)
        {
            case BytesNode bytes:
                return new(bytes.Bytes, 1, 1);
            case RepeatNode { Max: not 0 } repeat when Of(repeat.Inner) is { Min: 1, Max: 1 } one:
                return new(one.Bytes, repeat.Min, repeat.Max);
            case SequenceNode { Parts: var parts }:
                CharClass? whole = null;
                foreach (PatternNode part in parts.Where(static p => p is not AnchorNode))
                {
                    if (Of(part) is not { } next || (whole is not null && !whole.Bytes.Equals(next.Bytes)))
                    {
                        return null;
                    }

                    whole = whole is null ? next : new(whole.Bytes, Sum(whole.Min, next.Min), whole.Max is { } a && next.Max is { } b ? Sum(a, b) : null);
                }

                return whole;
            default:
                return null;
        }
    }

    private static int Sum(int left, int right) => (int)Math.Min((long)left + right, int.MaxValue);
}
