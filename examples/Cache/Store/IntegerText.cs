using System.Buffers.Text;

namespace Cache;

/// <summary>What Redis and memcached each take for an integer.</summary>
internal static class IntegerText
{
    /// <summary>The longest: <c>-9223372036854775808</c>, or 2^64 - 1.</summary>
    internal const int MaxLength = 20;

    /// <summary>
    /// Redis (<c>string2ll</c>): only the one text that printing the number would give; no <c>+</c>, no leading zero or
    /// space.
    /// </summary>
    internal static bool TryParseRedis(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        bool negative = text[0] == '-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.IsEmpty || (digits[0] == '0' && text.Length > 1))
        {
            return false;
        }

        if (!TryParseDigits(digits, out ulong magnitude))
        {
            return false;
        }

        // -2^63 has no positive counterpart.
        if (magnitude > (negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }

        value = negative ? unchecked((long)(0 - magnitude)) : (long)magnitude;
        return true;
    }

    /// <summary>
    /// memcached (<c>safe_strtoull</c>): spaces, a sign, digits, then the end, a space or a zero byte, and anything. C
    /// takes a minus and wraps; memcached refuses that only if the result has its highest bit set.
    /// </summary>
    internal static bool TryParseMemcached(ReadOnlySpan<byte> text, out ulong value)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        bool negative = start < text.Length && text[start] == '-';
        if (start < text.Length && text[start] is (byte)'+' or (byte)'-')
        {
            start++;
        }

        int end = start;
        while (end < text.Length && text[end] != 0 && !IsSpace(text[end]))
        {
            end++;
        }

        bool parsed = TryParseDigits(text[start..end], out value);
        if (negative)
        {
            value = unchecked(0 - value);
            return parsed && (long)value >= 0;
        }

        return parsed;
    }

    /// <summary>Writes the number to at least <see cref="MaxLength"/> bytes and gives the length.</summary>
    internal static int Format(long value, Span<byte> destination) =>
        Utf8Formatter.TryFormat(value, destination, out int length) ? length : 0;

    /// <inheritdoc cref="Format(long, Span{byte})"/>
    internal static int Format(ulong value, Span<byte> destination) =>
        Utf8Formatter.TryFormat(value, destination, out int length) ? length : 0;

    private static bool TryParseDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            uint number = (uint)digit - '0';
            if (number > 9 || value > ulong.MaxValue / 10 || (value * 10) > ulong.MaxValue - number)
            {
                return false;
            }

            value = (value * 10) + number;
        }

        return !digits.IsEmpty;
    }

    /// <summary>C's <c>isspace</c>.</summary>
    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);
}
