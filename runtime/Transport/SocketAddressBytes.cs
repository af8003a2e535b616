using System.Buffers.Binary;
using System.Net;

namespace DeclServer.Transport;

/// <summary>Reads an address as the system writes it: a sockaddr_in of 16 bytes or a sockaddr_in6 of 28, port and address in network order.</summary>
internal static class SocketAddressBytes
{
    private const int IPv4Size = 16;
    private const int IPv6Size = 28;

    /// <summary>The upper 96 bits of ::ffff:0:0/96, where IPv4 lies among IPv6's addresses (RFC 4291, section 2.5.5.2).</summary>
    private static readonly UInt128 s_mapped = new(0, 0xFFFF_0000_0000);

    public static IPEndPoint? EndPoint(ReadOnlySpan<byte> address) => address.Length switch
    {
        IPv4Size => new IPEndPoint(new IPAddress(address.Slice(4, 4)), Port(address)),
        IPv6Size => new IPEndPoint(Unmapped(new IPAddress(address.Slice(8, 16))), Port(address)),
        _ => null,
    };

    /// <summary>The address as a number, IPv4 mapped into IPv6; 0 when it is neither.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> address) => address.Length switch
    {
        IPv4Size => s_mapped | BinaryPrimitives.ReadUInt32BigEndian(address[4..]),
        IPv6Size => BinaryPrimitives.ReadUInt128BigEndian(address[8..]),
        _ => 0,
    };

    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out int written) && written == 4
            ? s_mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static int Port(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
}
