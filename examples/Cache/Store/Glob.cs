namespace Cache;

/// <summary>
/// Redis's patterns: <c>*</c>, <c>?</c>, <c>[abc]</c>, <c>[a-z]</c>, <c>[^a]</c>, and <c>\x</c> for a literal x. A class
/// that is not closed ends with the pattern.
/// </summary>
/// <remarks>
/// Redis's own matcher recurses at each star, which is exponential in their number. As each other item takes exactly one
/// byte, it is enough to come back to the last star: at most pattern times text steps, and no recursion.
/// </remarks>
public static class Glob
{
    /// <summary>True if the whole of <paramref name="text"/> matches.</summary>
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int at = 0;
        int read = 0;
        int afterStar = -1;
        int starEnd = 0;
        while (read < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                afterStar = ++at;
                starEnd = read;
            }
            else if (at < pattern.Length && MatchesOne(pattern, ref at, text[read]))
            {
                read++;
            }
            else if (afterStar >= 0)
            {
                // The last star takes one byte more.
                at = afterStar;
                read = ++starEnd;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].IndexOfAnyExcept((byte)'*') < 0;
    }

    /// <summary>Matches one byte to the item at <paramref name="at"/>, and goes past the item.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int at, byte value)
    {
        byte item = pattern[at++];
        switch (item)
        {
            case (byte)'?':
                return true;
            case (byte)'[':
                return MatchesClass(pattern, ref at, value);
            case (byte)'\\' when at < pattern.Length:
                return pattern[at++] == value;
            default:
                return item == value;
        }
    }

    private static bool MatchesClass(ReadOnlySpan<byte> pattern, ref int at, byte value)
    {
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
        {
            at++;
        }

        bool found = false;
        while (at < pattern.Length && pattern[at] != ']')
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
            {
                found |= pattern[at + 1] == value;
                at += 2;
            }
            else if (at + 2 < pattern.Length && pattern[at + 1] == '-')
            {
                byte low = Math.Min(pattern[at], pattern[at + 2]);
                byte high = Math.Max(pattern[at], pattern[at + 2]);
                found |= low <= value && value <= high;
                at += 3;
            }
            else
            {
                found |= pattern[at++] == value;
            }
        }

        at = Math.Min(at + 1, pattern.Length);
        return found != negated;
    }
}
