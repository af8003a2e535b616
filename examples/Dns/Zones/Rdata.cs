namespace Dns.Zones;

/// <summary>
/// The layout of record data: a few fixed octets, one or two names, and more octets. It is all that serving needs to know,
/// to compress the names and to find what belongs in the additional section.
/// </summary>
internal readonly record struct RdataLayout(int NameOffset, int NameCount, bool Compressible)
{
    /// <summary>Names may be compressed in the types of RFC 1035 only (RFC 3597 §4).</summary>
    internal static RdataLayout Of(RecordType type) => type switch
    {
        RecordType.Ns or RecordType.Cname or RecordType.Ptr => new RdataLayout(0, 1, true),
        RecordType.Soa => new RdataLayout(0, 2, true),
        RecordType.Mx => new RdataLayout(Rdata.MxNameOffset, 1, true),
        RecordType.Srv => new RdataLayout(Rdata.SrvNameOffset, 1, false),
        _ => default,
    };
}

/// <summary>Record data in wire form, names in it uncompressed.</summary>
internal static class Rdata
{
    /// <summary>RDLENGTH is 16 bits wide, RFC 1035 §3.2.1.</summary>
    internal const int MaxLength = 65_535;

    /// <summary>Octets of one character-string, RFC 1035 §3.3.</summary>
    internal const int MaxString = 255;

    /// <summary>The preference is in front, RFC 1035 §3.3.9.</summary>
    internal const int MxNameOffset = 2;

    /// <summary>Priority, weight and port are in front, RFC 2782.</summary>
    internal const int SrvNameOffset = 6;

    /// <summary>SERIAL, REFRESH, RETRY, EXPIRE and MINIMUM, 32 bits each, RFC 1035 §3.3.13.</summary>
    internal const int SoaNumbers = 20;

    /// <summary>Whether the octets are data of the type. Types that are not known here may hold anything.</summary>
    internal static bool IsValid(RecordType type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case RecordType.A:
                return data.Length == 4;
            case RecordType.Aaaa:
                return data.Length == 16;
            case RecordType.Txt:
                return IsStrings(data);
            case RecordType.Caa:
                // flags, the tag behind its length, which is at least 1, and the value (RFC 8659 §4.1).
                return data.Length >= 2 && data[1] >= 1 && data.Length >= 2 + data[1];
            default:
                return HasNames(RdataLayout.Of(type), type, data);
        }
    }

    /// <summary>The name that a client will ask for next: of a server, an exchange, a service, an alias.</summary>
    internal static ReadOnlySpan<byte> Target(RecordType type, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> name = data[RdataLayout.Of(type).NameOffset..];
        WireName.TryMeasure(name, out int length);
        return name[..length];
    }

    /// <summary>Equality as RFC 2181 §5 needs it to drop duplicates: names whatever their case, all else octet by octet.</summary>
    internal static bool Equal(RecordType type, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        RdataLayout layout = RdataLayout.Of(type);
        if (layout.NameCount == 0 || a.Length != b.Length || !a[..layout.NameOffset].SequenceEqual(b[..layout.NameOffset]))
        {
            return a.SequenceEqual(b);
        }

        int at = layout.NameOffset;
        for (int i = 0; i < layout.NameCount; i++)
        {
            WireName.TryMeasure(a[at..], out int length);
            if (at + length > b.Length || !WireName.Equal(a.Slice(at, length), b.Slice(at, length)))
            {
                return false;
            }

            at += length;
        }

        return a[at..].SequenceEqual(b[at..]);
    }

    private static bool IsStrings(ReadOnlySpan<byte> data)
    {
        int at = 0;
        while (at < data.Length)
        {
            at += data[at] + 1;
        }

        return at == data.Length && at > 0;
    }

    private static bool HasNames(RdataLayout layout, RecordType type, ReadOnlySpan<byte> data)
    {
        if (layout.NameCount == 0)
        {
            return true;
        }

        int at = layout.NameOffset;
        for (int i = 0; i < layout.NameCount; i++)
        {
            if (at > data.Length || !WireName.TryMeasure(data[at..], out int length))
            {
                return false;
            }

            at += length;
        }

        return data.Length - at == (type == RecordType.Soa ? SoaNumbers : 0);
    }
}
