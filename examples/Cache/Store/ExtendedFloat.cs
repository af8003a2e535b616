using System.Numerics;

namespace Cache;

/// <summary>
/// A finite number as the x87's 80-bit floats hold it, which are C's long double on x64: sign × mantissa × 2^exponent with a mantissa of 64
/// bits. Redis reckons INCRBYFLOAT in them; a sum shows their rounding, so it takes the same rounding to give the same text.
/// </summary>
internal readonly struct ExtendedFloat
{
    /// <summary>4,933 digits, point, 17 digits, sign.</summary>
    internal const int MaxTextLength = 4_952;

    /// <summary>Redis reads no longer text as a number (<c>MAX_LONG_DOUBLE_CHARS</c>).</summary>
    private const int LongestText = 5 * 1024 - 1;

    /// <summary>Digits behind the point that redis shows (<c>%.17Lf</c>).</summary>
    private const int FractionDigits = 17;
    private const int MantissaBits = 64;
    private const int LeastExponent = -16_445;
    private const int MostExponent = 16_384 - MantissaBits;

    /// <summary>No number has its first digit further before the point.</summary>
    private const int MostMagnitude = 4_933;

    /// <summary>
    /// Numbers below 10^-100 count as 0: next to one that shows they are less than a quarter of its last bit, and two that do not show have
    /// a sum that does not.
    /// </summary>
    private const int LeastMagnitude = -100;

    /// <summary>Half of the smallest number above 0, 2^-16446, is 0.182… × 10^-4950: from there down text is refused as out of range.</summary>
    private const int UnderflowMagnitude = -4_950;
    private const double Underflow = 0.182_259_976_594_123_73;

    /// <summary>Digits that are read; of those behind them it counts only whether one is not 0.</summary>
    private const int MostDigits = 1_000;

    /// <summary>Room for 2^16384, and for 1,000 digits times 2^3,700 in the division by a power of ten.</summary>
    private const int WideWords = 560;

    private readonly ulong _mantissa;
    private readonly int _exponent;
    private readonly bool _isNegative;

    private ExtendedFloat(bool isNegative, ulong mantissa, int exponent)
    {
        _isNegative = isNegative;
        _mantissa = mantissa;
        _exponent = exponent;
    }

    /// <summary>Reads decimal text as strtold(3) does: sign, digits with a point, exponent. False for other text, and out of range.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out ExtendedFloat value)
    {
        value = default;
        if (text.Length > LongestText)
        {
            return false;
        }

        bool isNegative = text is [(byte)'-', ..];
        ReadOnlySpan<byte> rest = isNegative || text is [(byte)'+', ..] ? text[1..] : text;
        Span<byte> digits = stackalloc byte[MostDigits + 1];
        if (!TryReadDigits(ref rest, digits, out int count, out int magnitude) || !TryReadExponent(rest, out int exponent))
        {
            return false;
        }

        digits = digits[..count];
        magnitude += exponent;
        if (count == 0)
        {
            return true;
        }

        if (magnitude > MostMagnitude || magnitude < UnderflowMagnitude || (magnitude == UnderflowMagnitude && Fraction(digits) <= Underflow))
        {
            return false;
        }

        if (magnitude < LeastMagnitude)
        {
            return true;
        }

        return TryScale(digits, magnitude - count, isNegative, out value);
    }

    /// <summary>The sum, rounded to the nearest number; false if there is none so large.</summary>
    internal static bool TryAdd(ExtendedFloat a, ExtendedFloat b, out ExtendedFloat sum)
    {
        if (a._mantissa == 0 || b._mantissa == 0)
        {
            sum = a._mantissa == 0 ? b : a;
            return true;
        }

        if (a._exponent < b._exponent || (a._exponent == b._exponent && a._mantissa < b._mantissa))
        {
            (a, b) = (b, a);
        }

        // With 62 bits below the larger one's last, all that falls off the smaller one counts as one bit.
        const int Below = 62;
        UInt128 larger = (UInt128)a._mantissa << Below;
        UInt128 smaller = (UInt128)b._mantissa << Below;
        int apart = a._exponent - b._exponent;
        UInt128 aligned = apart < 128 ? smaller >> apart : 0;
        if (apart >= 128 || aligned << apart != smaller)
        {
            aligned |= 1;
        }

        UInt128 total = a._isNegative == b._isNegative ? larger + aligned : larger - aligned;
        WideInteger wide = new(stackalloc uint[4]);
        wide.Set(total);
        return TryRound(wide, isInexact: false, a._exponent - Below, a._isNegative, out sum);
    }

    /// <summary>Writes it with up to 17 digits behind the point, without zeros at the end; at most <see cref="MaxTextLength"/> bytes.</summary>
    internal int Format(Span<byte> text)
    {
        WideInteger wide = new(stackalloc uint[WideWords]);
        int fraction = 0;
        if (_exponent >= 0)
        {
            wide.Set(_mantissa);
            wide.ShiftLeft(_exponent);
        }
        else
        {
            fraction = FractionDigits;
            UInt128 scaled = (UInt128)_mantissa * 100_000_000_000_000_000;
            wide.Set(-_exponent < 128 ? RoundedShift(scaled, -_exponent) : 0);
        }

        text[0] = (byte)'-';
        int sign = _isNegative ? 1 : 0;
        int length = wide.Format(text[sign..], fraction + 1);
        Span<byte> digits = text.Slice(sign, length);
        int kept = fraction - (length - digits.TrimEnd((byte)'0').Length);
        if (kept > 0)
        {
            int point = length - fraction;
            digits.Slice(point, kept).CopyTo(text[(sign + point + 1)..]);
            text[sign + point] = (byte)'.';
            return sign + point + 1 + kept;
        }

        length -= fraction;
        if (digits[..length] is [(byte)'0'])
        {
            text[0] = (byte)'0';
            return 1;
        }

        return sign + length;
    }

    /// <summary>The significant digits, without zeros before and behind them, and how far before the point the first one stands.</summary>
    private static bool TryReadDigits(ref ReadOnlySpan<byte> rest, scoped Span<byte> digits, out int count, out int magnitude)
    {
        count = magnitude = 0;
        int seen = 0;
        int significant = 0;
        bool isFraction = false;
        bool isCut = false;
        while (!rest.IsEmpty && (rest[0] is >= (byte)'0' and <= (byte)'9' || (rest[0] == '.' && !isFraction)))
        {
            byte next = rest[0];
            rest = rest[1..];
            if (next == '.')
            {
                isFraction = true;
                continue;
            }

            seen++;
            if (next == '0' && significant == 0)
            {
                magnitude -= isFraction ? 1 : 0;
                continue;
            }

            significant++;
            magnitude += isFraction ? 0 : 1;
            if (significant <= MostDigits)
            {
                digits[significant - 1] = (byte)(next - '0');
                count = next == '0' ? count : significant;
            }
            else
            {
                isCut |= next != '0';
            }
        }

        if (isCut)
        {
            digits[count..MostDigits].Clear();
            digits[MostDigits] = 1;
            count = MostDigits + 1;
        }

        return seen > 0;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> rest, out int exponent)
    {
        exponent = 0;
        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        rest = rest[1..];
        bool isNegative = rest is [(byte)'-', ..];
        rest = isNegative || rest is [(byte)'+', ..] ? rest[1..] : rest;
        foreach (byte next in rest)
        {
            if (next is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            // Beyond all texts and ranges, whatever digits follow.
            exponent = Math.Min(exponent * 10 + (next - '0'), 1_000_000);
        }

        exponent = isNegative ? -exponent : exponent;
        return !rest.IsEmpty;
    }

    /// <summary>0.d1d2d3… as far as a double holds it.</summary>
    private static double Fraction(ReadOnlySpan<byte> digits)
    {
        double value = 0;
        for (int i = Math.Min(digits.Length, 18) - 1; i >= 0; i--)
        {
            value = (value + digits[i]) / 10;
        }

        return value;
    }

    /// <summary>digits × 10^power, rounded.</summary>
    private static bool TryScale(ReadOnlySpan<byte> digits, int power, bool isNegative, out ExtendedFloat value)
    {
        WideInteger wide = new(stackalloc uint[WideWords]);
        foreach (byte digit in digits)
        {
            wide.MultiplyAdd(10, digit);
        }

        for (; power > 0; power -= Math.Min(power, 9))
        {
            wide.MultiplyAdd(PowerOfTen(Math.Min(power, 9)), 0);
        }

        int shift = 0;
        bool isInexact = false;
        if (power < 0)
        {
            // Two bits more than the mantissa has must be left when 10^-power, of at most so many bits, is divided away.
            int divisorBits = (int)(-power * 3_322L / 1_000) + 1;
            shift = Math.Max(0, MantissaBits + 2 + divisorBits - wide.BitLength);
            wide.ShiftLeft(shift);
            for (; power < 0; power += Math.Min(-power, 9))
            {
                isInexact |= wide.Divide(PowerOfTen(Math.Min(-power, 9))) != 0;
            }
        }

        return TryRound(wide, isInexact, -shift, isNegative, out value);
    }

    private static uint PowerOfTen(int power)
    {
        uint value = 1;
        for (; power > 0; power--)
        {
            value *= 10;
        }

        return value;
    }

    /// <summary>wide × 2^exponent to the nearest number, of two as near the even one; false past the largest.</summary>
    private static bool TryRound(scoped in WideInteger wide, bool isInexact, int exponent, bool isNegative, out ExtendedFloat value)
    {
        value = default;
        if (wide.IsZero)
        {
            return true;
        }

        int drop = Math.Max(wide.BitLength - MantissaBits, LeastExponent - exponent);
        exponent += drop;
        if (drop <= 0)
        {
            value = new ExtendedFloat(isNegative, wide.Bits(0) << -drop, exponent);
            return exponent <= MostExponent;
        }

        ulong mantissa = wide.Bits(drop);
        bool isHalf = (wide.Bits(drop - 1) & 1) != 0;
        if (isHalf && (isInexact || wide.AnyBelow(drop - 1) || (mantissa & 1) != 0) && ++mantissa == 0)
        {
            mantissa = 1UL << (MantissaBits - 1);
            exponent++;
        }

        value = new ExtendedFloat(isNegative, mantissa, exponent);
        return exponent <= MostExponent;
    }

    private static UInt128 RoundedShift(UInt128 value, int bits)
    {
        UInt128 whole = value >> bits;
        UInt128 rest = value - (whole << bits);
        UInt128 half = UInt128.One << (bits - 1);
        return rest > half || (rest == half && UInt128.IsOddInteger(whole)) ? whole + 1 : whole;
    }
}
