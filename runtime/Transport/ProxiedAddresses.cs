using System.Net;
using System.Text;

namespace DeclServer.Transport;

/// <summary>What a proxy has told of its client, in a header of the PROXY protocol.</summary>
internal sealed class ProxiedAddresses(IPEndPoint source, IPEndPoint destination)
{
    private const int LineEndSize = 2;
    private const int MaxAddressSize = 45;

    /// <summary>The client's address and port.</summary>
    public IPEndPoint Source { get; } = source;

    /// <summary>The client's address as <see cref="Connection.RemoteAddress"/> has it.</summary>
    public UInt128 SourceAddress { get; } = SocketAddressBytes.Number(source.Address);

    /// <summary>The address and port that the client connected to.</summary>
    public IPEndPoint Destination { get; } = destination;

    /// <summary>Reads a header of either version at the start of what was received.</summary>
    /// <param name="input">What was received, from the first byte on.</param>
    /// <param name="state">Where reading goes on.</param>
    /// <param name="addresses">What it tells; null where it tells of no client with an IP address: then the socket's own addresses hold.</param>
    /// <param name="consumed">The header's length, when it is <see cref="ParseStatus.Done"/>.</param>
    public static ParseStatus TryRead(ReadOnlySpan<byte> input, ref ParseState state, out ProxiedAddresses? addresses, out int consumed)
    {
        addresses = null;
        if (input[0] == 'P')
        {
            ParseStatus status = ProxyLine.TryParse(input, ref state, out ProxyLine line, out consumed, out _);
            return status == ParseStatus.Done && !TryReadLine(line, input[..consumed], out addresses) ? ParseStatus.Malformed : status;
        }
        else
        {
            ParseStatus status = ProxyHeader.TryParse(input, ref state, out ProxyHeader header, out consumed, out _);
            return status == ParseStatus.Done && header.Command == ProxyCommand.Proxy && !TryReadBlock(header, out addresses) ? ParseStatus.Malformed : status;
        }
    }

    private static bool TryReadLine(scoped in ProxyLine line, ReadOnlySpan<byte> whole, out ProxiedAddresses? addresses)
    {
        addresses = null;
        if (line.Family is [(byte)'U', ..])
        {
            return true;
        }

        ParseState state = default;
        ReadOnlySpan<byte> rest = whole[^(line.Addresses.Length + LineEndSize)..];
        if (ProxyLineAddresses.TryParse(rest, ref state, out ProxyLineAddresses read, out _, out _) != ParseStatus.Done)
        {
            return false;
        }

        bool isIPv4 = line.Family.EndsWith("4"u8);
        if (!TryReadAddress(read.Source, isIPv4, out IPAddress? source) || !TryReadAddress(read.Destination, isIPv4, out IPAddress? destination))
        {
            return false;
        }

        addresses = new ProxiedAddresses(new IPEndPoint(source, read.SourcePort), new IPEndPoint(destination, read.DestinationPort));
        return true;
    }

    /// <summary>An address of the line's family; IPv4 in its only spelling, four numbers without a zero before them.</summary>
    private static bool TryReadAddress(ReadOnlySpan<byte> text, bool isIPv4, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Contains((byte)':') == isIPv4)
        {
            return false;
        }

        Span<char> characters = stackalloc char[MaxAddressSize];
        characters = characters[..Encoding.ASCII.GetChars(text, characters)];
        if (!IPAddress.TryParse(characters, out IPAddress? read))
        {
            return false;
        }

        Span<char> spelled = stackalloc char[MaxAddressSize];
        if (isIPv4 && !(read.TryFormat(spelled, out int length) && characters.SequenceEqual(spelled[..length])))
        {
            return false;
        }

        address = SocketAddressBytes.Unmapped(read);
        return true;
    }

    private static bool TryReadBlock(scoped in ProxyHeader header, out ProxiedAddresses? addresses)
    {
        addresses = null;
        ParseState state = default;
        bool hasTransport = header.Transport is ProxyTransport.Stream or ProxyTransport.Datagram;
        switch (header.Family)
        {
            case ProxyFamily.Unspecified:
                return header.Transport == ProxyTransport.Unspecified;
            case ProxyFamily.IPv4 when hasTransport && ProxyAddresses4.TryParse(header.Block, ref state, out ProxyAddresses4 v4, out _, out _) == ParseStatus.Done:
                addresses = Of(v4.Source, v4.SourcePort, v4.Destination, v4.DestinationPort);
                return true;
            case ProxyFamily.IPv6 when hasTransport && ProxyAddresses6.TryParse(header.Block, ref state, out ProxyAddresses6 v6, out _, out _) == ParseStatus.Done:
                addresses = Of(v6.Source, v6.SourcePort, v6.Destination, v6.DestinationPort);
                return true;
            case ProxyFamily.Unix:
                return hasTransport && ProxyAddressesUnix.TryParse(header.Block, ref state, out _, out _, out _) == ParseStatus.Done;
            default:
                return false;
        }
    }

    private static ProxiedAddresses Of(ReadOnlySpan<byte> source, ushort sourcePort, ReadOnlySpan<byte> destination, ushort destinationPort) =>
        new(new IPEndPoint(SocketAddressBytes.Unmapped(new IPAddress(source)), sourcePort), new IPEndPoint(SocketAddressBytes.Unmapped(new IPAddress(destination)), destinationPort));
}
