using System.Globalization;
using System.Text;

namespace Cache;

/// <summary>
/// Adds decimal texts as Redis's INCRBYFLOAT does: up to 17 digits after the point, no exponent, no zeros at the end.
/// </summary>
/// <remarks>
/// Redis adds in 80-bit floats, which .NET lacks. Here numbers below 10^27 are added as decimals, which is exact, so
/// results differ only where Redis shows rounding noise (from about the 19th significant digit on). Larger numbers
/// are added as doubles, up to 1.8*10^308. Hexadecimal floats, which Redis takes, are not numbers here.
/// </remarks>
internal static class FloatText
{
    /// <summary>309 digits, point, 17 digits, sign.</summary>
    internal const int MaxLength = 328;

    private const decimal DecimalLimit = 1e27m;
    private const int FractionDigits = 17;
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Writes the sum to at least <see cref="MaxLength"/> bytes.</summary>
    internal static Outcome Add(ReadOnlySpan<byte> value, ReadOnlySpan<byte> increment, Span<byte> sum, out int length)
    {
        length = 0;
        if (!TryParse(value, out double x) || !TryParse(increment, out double y))
        {
            return Outcome.NotFloat;
        }

        if (TryParseDecimal(value, out decimal a) && TryParseDecimal(increment, out decimal b))
        {
            decimal.Round(a + b, FractionDigits).TryFormat(sum, out length, "0.#################", CultureInfo.InvariantCulture);
        }
        else if (double.IsFinite(x + y))
        {
            (x + y).TryFormat(sum, out length, "F17", CultureInfo.InvariantCulture);
            length = sum[..length].TrimEnd((byte)'0').TrimEnd((byte)'.').Length;
        }
        else
        {
            return Outcome.NotFinite;
        }

        if (sum[..length].SequenceEqual("-0"u8))
        {
            sum[0] = (byte)'0';
            length = 1;
        }

        return Outcome.Ok;
    }

    private static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        ReadOnlySpan<byte> unsigned = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (Ascii.EqualsIgnoreCase(unsigned, "inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "infinity"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value);
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, out decimal value) =>
        decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && decimal.Abs(value) < DecimalLimit;
}
