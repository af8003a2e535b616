using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cache;

/// <summary>A number of bytes as redis.conf writes it: <c>100mb</c> is 100 × 1024 × 1024, <c>100m</c> is 100 × 1000 × 1000.</summary>
public readonly record struct ByteSize(long Bytes) : IParsable<ByteSize>
{
    private static readonly (string Suffix, long Factor)[] s_units =
        [("kb", 1L << 10), ("mb", 1L << 20), ("gb", 1L << 30), ("k", 1_000), ("m", 1_000_000), ("g", 1_000_000_000), ("b", 1), ("", 1)];

    /// <inheritdoc/>
    public static ByteSize Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out ByteSize size) ? size : throw new FormatException();

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ByteSize result)
    {
        result = default;
        foreach ((string suffix, long factor) in s_units)
        {
            if (s is not null && s.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                bool right = long.TryParse(s.AsSpan(0, s.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                    && count <= long.MaxValue / factor;
                result = new ByteSize(right ? count * factor : 0);
                return right;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Bytes.ToString(CultureInfo.InvariantCulture);
}
