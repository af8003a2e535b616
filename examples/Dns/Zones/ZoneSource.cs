using System.Text;

namespace Dns.Zones;

/// <summary>Where a zone comes from, as the command line says it: a path, or an origin, = and a path.</summary>
/// <param name="Origin">What relative names mean until the file has its $ORIGIN; null if only the file can say.</param>
internal readonly record struct ZoneSource(string Path, byte[]? Origin)
{
    /// <summary>False with the reason if what is before the = is no name.</summary>
    internal static bool TryParse(string text, out ZoneSource source, out string fault)
    {
        fault = "";
        int equals = text.IndexOf('=');
        if (equals < 0)
        {
            source = new ZoneSource(text, null);
            return true;
        }

        Span<byte> name = stackalloc byte[WireName.MaxName];
        string? wrong = NameText.Parse(Encoding.UTF8.GetBytes(text[..equals]), [0], name, out int length);
        source = new ZoneSource(text[(equals + 1)..], wrong is null ? name[..length].ToArray() : null);
        fault = wrong ?? "";
        return wrong is null;
    }
}
