using System.Text;

namespace Cache;

/// <summary>Adds decimal texts as Redis's INCRBYFLOAT does: up to 17 digits after the point, no exponent, no zeros at the end.</summary>
/// <remarks>Hexadecimal floats, which Redis takes, are not numbers here.</remarks>
internal static class FloatText
{
    internal const int MaxLength = ExtendedFloat.MaxTextLength;

    /// <summary>Writes the sum to at least <see cref="MaxLength"/> bytes.</summary>
    internal static Outcome Add(ReadOnlySpan<byte> value, ReadOnlySpan<byte> increment, Span<byte> sum, out int length)
    {
        length = 0;
        bool isInfinite = IsInfinity(value) | IsInfinity(increment);
        if ((!ExtendedFloat.TryParse(value, out ExtendedFloat a) && !IsInfinity(value))
            || (!ExtendedFloat.TryParse(increment, out ExtendedFloat b) && !IsInfinity(increment)))
        {
            return Outcome.NotFloat;
        }

        if (isInfinite || !ExtendedFloat.TryAdd(a, b, out ExtendedFloat added))
        {
            return Outcome.NotFinite;
        }

        length = added.Format(sum);
        return Outcome.Ok;
    }

    private static bool IsInfinity(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> unsigned = text is [(byte)'+' or (byte)'-', ..] ? text[1..] : text;
        return Ascii.EqualsIgnoreCase(unsigned, "inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "infinity"u8);
    }
}
