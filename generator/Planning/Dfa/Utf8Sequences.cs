namespace DeclServer.Generator.Planning.Dfa;

/// <summary>Code points as the bytes of their UTF-8 form (RFC 3629).</summary>
internal static class Utf8Sequences
{
    private const int LastAscii = 0x7F;

    /// <summary>The last code point of each length in bytes, and where the surrogates lie, which UTF-8 has not (RFC 3629, section 3).</summary>
    private static readonly int[] s_last = [LastAscii, 0x7FF, 0xFFFF, 0x10FFFF];

    /// <summary>Every code point of a range: sequences of byte sets, one alternative each.</summary>
    public static IEnumerable<ByteSet[]> Of(int from, int to)
    {
        if (from < 0xD800 && to > 0xDFFF)
        {
            return Of(from, 0xD7FF).Concat(Of(0xE000, to));
        }

        foreach (int last in s_last)
        {
            if (from <= last && to > last)
            {
                return Of(from, last).Concat(Of(last + 1, to));
            }
        }

        // Split until all bytes behind the first that differs run over their whole range.
        for (int bits = 6; bits < 24; bits += 6)
        {
            int mask = (1 << bits) - 1;
            if ((from & ~mask) != (to & ~mask))
            {
                if ((from & mask) != 0)
                {
                    return Of(from, from | mask).Concat(Of((from | mask) + 1, to));
                }

                if ((to & mask) != mask)
                {
                    return Of(from, (to & ~mask) - 1).Concat(Of(to & ~mask, to));
                }
            }
        }

        byte[] low = Encode(from);
        byte[] high = Encode(to);
        return [[.. low.Select((b, i) => ByteSet.Range(b, high[i]))]];
    }

    private static byte[] Encode(int point) => point switch
    {
        <= LastAscii => [(byte)point],
        <= 0x7FF => [(byte)(0xC0 | (point >> 6)), Rest(point, 0)],
        <= 0xFFFF => [(byte)(0xE0 | (point >> 12)), Rest(point, 6), Rest(point, 0)],
        _ => [(byte)(0xF0 | (point >> 18)), Rest(point, 12), Rest(point, 6), Rest(point, 0)],
    };

    private static byte Rest(int point, int shift) => (byte)(0x80 | ((point >> shift) & 0x3F));
}
