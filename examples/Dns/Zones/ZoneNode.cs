namespace Dns.Zones;

/// <summary>A name that exists in a zone, by its own records or by those below it (an empty non-terminal, RFC 4592 §2.2.2).</summary>
internal sealed class ZoneNode(byte[] name)
{
    internal byte[] Name => name;

    /// <summary>In the order of the file.</summary>
    internal List<Rrset> Sets { get; } = [];

    /// <summary>The delegation that the name is at or below, if it is: then it is not authoritative data (RFC 1034 §4.2.1).</summary>
    internal ZoneNode? Cut { get; set; }

    /// <summary>The asterisk child, which answers for names below this one that do not exist (RFC 4592 §3.3.1).</summary>
    internal ZoneNode? Wildcard { get; set; }

    internal Rrset? Get(RecordType type)
    {
        foreach (Rrset set in Sets)
        {
            if (set.Type == type)
            {
                return set;
            }
        }

        return null;
    }

    internal bool HasAddress => Get(RecordType.A) is not null || Get(RecordType.Aaaa) is not null;
}
