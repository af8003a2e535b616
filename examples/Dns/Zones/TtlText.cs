namespace Dns.Zones;

/// <summary>Times to live: seconds, or numbers with the units of BIND's master files, as in 1h30m.</summary>
internal static class TtlText
{
    /// <summary>2^31 - 1, RFC 2181 §8.</summary>
    internal const uint Max = int.MaxValue;

    /// <summary>False when the text is no such time, or when it is above <see cref="Max"/>.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        ulong total = 0;
        ulong number = 0;
        bool digits = false;
        bool units = false;
        foreach (byte octet in text)
        {
            if (octet is >= (byte)'0' and <= (byte)'9')
            {
                number = (number * 10) + (uint)(octet - '0');
                digits = true;
            }
            else
            {
                uint unit = Unit(octet);
                if (unit == 0 || !digits)
                {
                    return false;
                }

                total += number * unit;
                number = 0;
                digits = false;
                units = true;
            }

            // Also keeps the products far from overflow.
            if (number > Max || total > Max)
            {
                return false;
            }
        }

        // A number behind the last unit would have none: 1h30.
        if (units == digits)
        {
            return false;
        }

        total += number;
        seconds = (uint)total;
        return total <= Max;
    }

    private static uint Unit(byte letter) => WireName.Lower(letter) switch
    {
        (byte)'s' => 1,
        (byte)'m' => 60,
        (byte)'h' => 60 * 60,
        (byte)'d' => 24 * 60 * 60,
        (byte)'w' => 7 * 24 * 60 * 60,
        _ => 0,
    };
}
