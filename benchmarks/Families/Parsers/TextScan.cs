namespace DeclServer.Benchmarks.Families;

/// <summary>What hand-written parsers of lines share: the slow answer, and digits.</summary>
internal static class TextScan
{
    /// <summary>What is to be said of a line that is no message: more is needed when it has no end yet.</summary>
    public static ParseStatus Unfinished(ReadOnlySpan<byte> input, int maxLength)
    {
        ReadOnlySpan<byte> line = input[..Math.Min(input.Length, maxLength)];
        return line.Contains((byte)'\n') || input.Length >= maxLength ? ParseStatus.Malformed : ParseStatus.NeedMore;
    }

    /// <summary>A number in its only spelling, up to 19 digits, behind which a byte that is none must stand.</summary>
    public static bool Number(ReadOnlySpan<byte> input, ref int at, ulong max, out ulong value)
    {
        int first = at;
        value = 0;
        for (; at < input.Length; at++)
        {
            uint digit = (uint)(input[at] - '0');
            if (digit > 9)
            {
                return at > first && value <= max && (input[first] != '0' || at == first + 1);
            }

            // 20 digits may be more than 64 bits hold; the first 19 never are.
            if (at - first >= 19 && (at - first > 19 || value > (ulong.MaxValue - digit) / 10))
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return false;
    }
}
