namespace DeclServer.Generator.Planning.Dfa;

/// <summary>A set of bytes; equal to another with the same members.</summary>
internal readonly struct ByteSet : IEquatable<ByteSet>
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private ByteSet(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    public static ByteSet All { get; } = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    public bool IsEmpty => (_a | _b | _c | _d) == 0;

    /// <summary>The bytes in the set, ascending.</summary>
    public IEnumerable<byte> Members
    {
        get
        {
            for (int value = 0; value < 256; value++)
            {
                if (Contains(value))
                {
                    yield return (byte)value;
                }
            }
        }
    }

    /// <summary>The set as the fewest ranges, ascending, ends included.</summary>
    public IEnumerable<(byte From, byte To)> Ranges
    {
        get
        {
            for (int from = 0; from < 256; from++)
            {
                if (Contains(from))
                {
                    int to = from;
                    while (to < 255 && Contains(to + 1))
                    {
                        to++;
                    }

                    yield return ((byte)from, (byte)to);
                    from = to;
                }
            }
        }
    }

    public static ByteSet Of(int value) => Range(value, value);

    public static ByteSet Range(int from, int to)
    {
        ulong[] words = new ulong[4];
        for (int value = from; value <= to; value++)
        {
            words[value >> 6] |= 1UL << (value & 63);
        }

        return new(words[0], words[1], words[2], words[3]);
    }

    public static ByteSet operator |(ByteSet left, ByteSet right) => new(left._a | right._a, left._b | right._b, left._c | right._c, left._d | right._d);

    public static ByteSet operator &(ByteSet left, ByteSet right) => new(left._a & right._a, left._b & right._b, left._c & right._c, left._d & right._d);

    public static ByteSet operator ~(ByteSet set) => new(~set._a, ~set._b, ~set._c, ~set._d);

    public bool Contains(int value) => (((value >> 6) switch { 0 => _a, 1 => _b, 2 => _c, _ => _d } >> (value & 63)) & 1) != 0;

    public bool Equals(ByteSet other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is ByteSet other && Equals(other);

    public override int GetHashCode() => (_a, _b, _c, _d).GetHashCode();
}
