using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>The numbers of an SOA record, which are its last 20 octets (RFC 1035 §3.3.13).</summary>
internal static class Soa
{
    internal static uint Serial(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32BigEndian(data[^Rdata.SoaNumbers..]);

    internal static uint Minimum(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt32BigEndian(data[^4..]);
}
