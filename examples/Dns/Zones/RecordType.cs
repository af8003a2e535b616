using System.Globalization;
using System.Text;

namespace Dns.Zones;

/// <summary>The record types that mean something here, by their registered numbers. Any other number is served as opaque data (RFC 3597).</summary>
internal enum RecordType : ushort
{
    None = 0,
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Dname = 39,
    Opt = 41,
    Ds = 43,
    Ixfr = 251,
    Axfr = 252,
    Any = 255,
    Caa = 257,
}

/// <summary>Record types as master files write them.</summary>
internal static class RecordTypeText
{
    private static readonly (string Text, RecordType Type)[] s_mnemonics =
    [
        ("A", RecordType.A), ("NS", RecordType.Ns), ("CNAME", RecordType.Cname), ("SOA", RecordType.Soa), ("PTR", RecordType.Ptr),
        ("MX", RecordType.Mx), ("TXT", RecordType.Txt), ("AAAA", RecordType.Aaaa), ("SRV", RecordType.Srv), ("CAA", RecordType.Caa),
    ];

    /// <summary>A mnemonic, or TYPE and a number (RFC 3597 §5).</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out RecordType type)
    {
        foreach ((string mnemonic, RecordType known) in s_mnemonics)
        {
            if (Ascii.EqualsIgnoreCase(text, mnemonic))
            {
                type = known;
                return true;
            }
        }

        type = RecordType.None;
        if (text.Length > 4 && Ascii.EqualsIgnoreCase(text[..4], "TYPE"u8) &&
            ushort.TryParse(text[4..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            type = (RecordType)number;
            return true;
        }

        return false;
    }

    internal static string Of(RecordType type)
    {
        foreach ((string mnemonic, RecordType known) in s_mnemonics)
        {
            if (known == type)
            {
                return mnemonic;
            }
        }

        return $"TYPE{(ushort)type}";
    }

    /// <summary>Whether records of the type can be in a zone: not OPT (RFC 6891 §6.1.1) nor the question types 128 to 255 (RFC 6895 §3.1).</summary>
    internal static bool IsData(RecordType type) => type is not (RecordType.None or RecordType.Opt) && (ushort)type is < 128 or > 255;
}
