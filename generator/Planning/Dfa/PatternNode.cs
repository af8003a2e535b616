namespace DeclServer.Generator.Planning.Dfa;

/// <summary>A part of a pattern, with the characters of the pattern that it stands for.</summary>
/// <param name="At">The offset of its first character in the pattern.</param>
/// <param name="Length">How many characters it has there.</param>
internal abstract record PatternNode(int At, int Length)
{
    /// <summary>One after another; the part itself when it is alone.</summary>
    public static PatternNode Sequence(IReadOnlyList<PatternNode> parts, int at, int length) =>
        parts.Count == 1 ? parts[0] : new SequenceNode(parts, at, length);

    /// <summary>One of several; single bytes become one set.</summary>
    public static PatternNode Choice(IReadOnlyList<PatternNode> alternatives, int at, int length)
    {
        if (alternatives.Count == 1)
        {
            return alternatives[0];
        }

        return alternatives.All(static a => a is BytesNode)
            ? new BytesNode(alternatives.Cast<BytesNode>().Select(static b => b.Bytes).Aggregate(static (x, y) => x | y), at, length)
            : new ChoiceNode(alternatives, at, length);
    }
}

/// <summary>One byte of a set.</summary>
internal sealed record BytesNode(ByteSet Bytes, int At, int Length) : PatternNode(At, Length);

/// <summary>Parts one after another; no part is the empty text.</summary>
internal sealed record SequenceNode(IReadOnlyList<PatternNode> Parts, int At, int Length) : PatternNode(At, Length);

/// <summary>One of several.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Alternatives, int At, int Length) : PatternNode(At, Length);

/// <summary>A part from <paramref name="Min"/> to <paramref name="Max"/> times; without a maximum when that is null.</summary>
internal sealed record RepeatNode(PatternNode Inner, int Min, int? Max, int At, int Length) : PatternNode(At, Length);

/// <summary>The value's start or end.</summary>
internal sealed record AnchorNode(bool IsStart, int At, int Length) : PatternNode(At, Length);

/// <summary>A pattern that cannot be compiled; the message says which part, where, and what to write instead.</summary>
internal sealed class PatternException(string message) : Exception(message)
{
    /// <summary>Names a part of the pattern by its text and place.</summary>
    public static PatternException At(string pattern, int at, int length, string message)
    {
        length = Math.Min(length, pattern.Length - at);
        return new(length <= 0 ? $"at its end {message}" : $"'{Shown(pattern.Substring(at, length))}' at character {at + 1} {message}");
    }

    /// <summary>Text on one line, cut where it is long.</summary>
    public static string Shown(string text)
    {
        System.Text.StringBuilder shown = new();
        foreach (char c in text)
        {
            if (shown.Length >= 40)
            {
                return shown.Append('…').ToString();
            }

            if (c is '\u2028' or '\u2029' || char.IsControl(c) || char.IsSurrogate(c))
            {
                shown.Append("\\u").Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                shown.Append(c);
            }
        }

        return shown.ToString();
    }
}
