namespace Dns.Zones;

/// <summary>The records of one owner and type (RFC 2181 §5), which share one TTL.</summary>
internal sealed class Rrset(RecordType type, uint ttl, string file, int line)
{
    /// <summary>
    /// What the records of a set may take together, each with its owner uncompressed: all that a message can hold (RFC 1035
    /// §4.2.2) but for the header, the longest question and OPT.
    /// </summary>
    internal const int MaxWire = ushort.MaxValue - 12 - (WireName.MaxName + 4) - 11;

    /// <summary>Type, class, TTL and RDLENGTH, RFC 1035 §3.2.1.</summary>
    internal const int FixedFields = 10;

    internal RecordType Type => type;

    internal uint Ttl { get; set; } = ttl;

    internal List<byte[]> Data { get; } = [];

    /// <summary>Where the first record stands, for faults.</summary>
    internal string File => file;

    internal int Line => line;

    /// <summary>Octets of all the records, owners as full names.</summary>
    internal int Wire { get; private set; }

    internal void Add(byte[] owner, byte[] data)
    {
        Data.Add(data);
        Wire += owner.Length + FixedFields + data.Length;
    }
}
