using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Cache;

/// <summary>An eviction policy by the name redis gives it.</summary>
public readonly record struct PolicyName(EvictionPolicy Policy) : IParsable<PolicyName>
{
    /// <summary>The names, in the order of <see cref="EvictionPolicy"/>.</summary>
    private static readonly string[] s_names = ["noeviction", "allkeys-lru", "volatile-lru", "allkeys-random", "volatile-random", "volatile-ttl"];

    /// <summary>The policy of this name, whatever the case of its letters.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out PolicyName result)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(name, s_names[i]))
            {
                result = new PolicyName((EvictionPolicy)i);
                return true;
            }
        }

        result = default;
        return false;
    }

    /// <inheritdoc/>
    public static PolicyName Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out PolicyName name) ? name : throw new FormatException();

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out PolicyName result) =>
        TryParse(Encoding.UTF8.GetBytes(s ?? ""), out result);

    /// <inheritdoc/>
    public override string ToString() => s_names[(int)Policy];
}
