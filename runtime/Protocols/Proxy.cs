#pragma warning disable IL2026 // AllowedValues and Range reflect when they validate objects; here they are only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>The header of the PROXY protocol, version 1 (haproxy's proxy-protocol.txt, section 2.1): a line before the first byte of the protocol.</summary>
[Message(MaxSize = MaxHeaderSize), Text]
public readonly ref partial struct ProxyLine
{
    /// <summary>The longest line with its end: unknown, and two IPv6 addresses in full.</summary>
    public const int MaxHeaderSize = 107;

    /// <summary>What carries the connection that the proxy has accepted.</summary>
    [Literal(Before = "PROXY "), Chars("%s\"TCP4\" / %s\"TCP6\" / %s\"UNKNOWN\"")] public partial ReadOnlySpan<byte> Family { get; init; }

    /// <summary>A <see cref="ProxyLineAddresses"/>; of a connection that is unknown anything, which means nothing.</summary>
    [Rest(Optional = true)] public partial ReadOnlySpan<byte> Addresses { get; init; }
}

/// <summary>The addresses of a <see cref="ProxyLine"/>, up to its end.</summary>
[Message(MaxSize = ProxyLine.MaxHeaderSize), Text]
public readonly ref partial struct ProxyLineAddresses
{
    /// <summary>The most bytes of an address: IPv6 with an IPv4 address at its end.</summary>
    private const string Address = "2*45(HEXDIG / \":\" / \".\")";

    /// <summary>The client's address.</summary>
    [Chars(Address)] public partial ReadOnlySpan<byte> Source { get; init; }

    /// <summary>The address that it connected to.</summary>
    [Chars(Address)] public partial ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>The client's port.</summary>
    [Ascii] public partial ushort SourcePort { get; init; }

    /// <summary>The port that it connected to.</summary>
    [Ascii] public partial ushort DestinationPort { get; init; }
}

/// <summary>Who has made the connection.</summary>
public enum ProxyCommand : byte
{
    /// <summary>The proxy itself, such as to see whether the server is there.</summary>
    Local,

    /// <summary>The proxy for its client.</summary>
    Proxy,
}

/// <summary>The kind of the addresses.</summary>
public enum ProxyFamily : byte
{
    /// <summary>None.</summary>
    Unspecified,

    /// <summary>IPv4: <see cref="ProxyAddresses4"/>.</summary>
    IPv4,

    /// <summary>IPv6: <see cref="ProxyAddresses6"/>.</summary>
    IPv6,

    /// <summary>Unix sockets: <see cref="ProxyAddressesUnix"/>.</summary>
    Unix,
}

/// <summary>What carries the connection that the proxy has accepted.</summary>
public enum ProxyTransport : byte
{
    /// <summary>Not told.</summary>
    Unspecified,

    /// <summary>TCP, or a Unix stream.</summary>
    Stream,

    /// <summary>UDP, or Unix datagrams.</summary>
    Datagram,
}

/// <summary>The header of the PROXY protocol, version 2 (section 2.2): binary.</summary>
[Message(MaxSize = MaxHeaderSize)]
public readonly ref partial struct ProxyHeader
{
    /// <summary>4 KiB, as nginx takes: the addresses, and extensions such as the name that a client asked for by TLS.</summary>
    public const int MaxHeaderSize = 4_096;

    private const int FixedSize = 16;

    /// <summary>The last byte of the signature, which is no beginning of a request in any protocol.</summary>
    [Literal(Before = "\r\n\r\n\0\r\nQUIT"), AllowedValues((byte)'\n')] public partial byte SignatureEnd { get; init; }

    /// <summary>The version.</summary>
    [Bits(4), AllowedValues((byte)2)] public partial byte Version { get; init; }

    /// <summary>Who has made the connection.</summary>
    [Bits(4), AllowedValues(ProxyCommand.Local, ProxyCommand.Proxy)] public partial ProxyCommand Command { get; init; }

    /// <summary>The kind of the addresses.</summary>
    [Bits(4)] public partial ProxyFamily Family { get; init; }

    /// <summary>What carries the connection.</summary>
    [Bits(4)] public partial ProxyTransport Transport { get; init; }

    /// <summary>Bytes of what follows.</summary>
    [Range(0, MaxHeaderSize - FixedSize)] public partial ushort Length { get; }

    /// <summary>The addresses, and the extensions behind them.</summary>
    [Size(nameof(Length))] public partial ReadOnlySpan<byte> Block { get; init; }
}

/// <summary>A block of IPv4 addresses.</summary>
[Message(MaxSize = ProxyHeader.MaxHeaderSize), Frame]
public readonly ref partial struct ProxyAddresses4
{
    /// <summary>The client's address.</summary>
    [Size(4)] public partial ReadOnlySpan<byte> Source { get; init; }

    /// <summary>The address that it connected to.</summary>
    [Size(4)] public partial ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>The client's port.</summary>
    public partial ushort SourcePort { get; init; }

    /// <summary>The port that it connected to.</summary>
    public partial ushort DestinationPort { get; init; }

    /// <summary>Extensions, each a type, a length and a value.</summary>
    [Rest] public partial ReadOnlySpan<byte> Extensions { get; init; }
}

/// <summary>A block of IPv6 addresses.</summary>
[Message(MaxSize = ProxyHeader.MaxHeaderSize), Frame]
public readonly ref partial struct ProxyAddresses6
{
    /// <summary>The client's address.</summary>
    [Size(16)] public partial ReadOnlySpan<byte> Source { get; init; }

    /// <summary>The address that it connected to.</summary>
    [Size(16)] public partial ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>The client's port.</summary>
    public partial ushort SourcePort { get; init; }

    /// <summary>The port that it connected to.</summary>
    public partial ushort DestinationPort { get; init; }

    /// <summary>Extensions, each a type, a length and a value.</summary>
    [Rest] public partial ReadOnlySpan<byte> Extensions { get; init; }
}

/// <summary>A block of paths, each with zeros behind it.</summary>
[Message(MaxSize = ProxyHeader.MaxHeaderSize), Frame]
public readonly ref partial struct ProxyAddressesUnix
{
    /// <summary>The client's socket.</summary>
    [Size(108)] public partial ReadOnlySpan<byte> Source { get; init; }

    /// <summary>The socket that it connected to.</summary>
    [Size(108)] public partial ReadOnlySpan<byte> Destination { get; init; }

    /// <summary>Extensions, each a type, a length and a value.</summary>
    [Rest] public partial ReadOnlySpan<byte> Extensions { get; init; }
}
