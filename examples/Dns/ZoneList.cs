using System.Diagnostics.CodeAnalysis;
using Dns.Zones;

namespace Dns;

/// <summary>The setting of the zones that are served: <c>[origin=]file</c>, several separated by commas.</summary>
internal readonly record struct ZoneList(IReadOnlyList<ZoneSource> Sources, string Text) : IParsable<ZoneList>
{
    public static ZoneList Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out ZoneList list) ? list : throw new FormatException();

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ZoneList result)
    {
        List<ZoneSource> sources = [];
        result = default;
        foreach (string part in (s ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!ZoneSource.TryParse(part, out ZoneSource source, out _))
            {
                return false;
            }

            sources.Add(source);
        }

        result = new ZoneList(sources, s ?? "");
        return sources.Count > 0;
    }

    public override string ToString() => Text ?? "";
}
