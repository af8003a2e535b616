namespace DeclServer.Testing;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every platform and version.</summary>
internal struct RandomSource(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number below a bound.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    /// <summary>A number of a range, its edges more often than others: what breaks, breaks there.</summary>
    public Int128 Between(Int128 min, Int128 max)
    {
        UInt128 span = (UInt128)(max - min);
        switch (Below(8))
        {
            case 0:
                return min;
            case 1:
                return max;
            case 2 or 3 or 4:
                return min + (Int128)(Next() % Smaller(span, 15));
            default:
                return min + (Int128)(span == ulong.MaxValue ? Next() : Next() % (ulong)(span + 1));
        }

        static ulong Smaller(UInt128 span, ulong most) => (span < most ? (ulong)span : most) + 1;
    }

    /// <summary>A length of a range, mostly short.</summary>
    public int Length(int min, int max) => max <= min ? min : Below(8) switch
    {
        0 or 1 => min,
        2 => max,
        3 => min + Below(max - min + 1),
        _ => min + Below(Math.Min(max - min, 6) + 1),
    };
}
