namespace Dns.Zones;

/// <summary>The parts of a request that an answer needs, already read and found valid.</summary>
internal readonly ref struct Query
{
    internal required ushort Id { get; init; }

    /// <summary>The header's second word as it came: opcode and RD are taken from it.</summary>
    internal required ushort Flags { get; init; }

    /// <summary>The question's name: valid wire form, no pointers, letter case as it came.</summary>
    internal required ReadOnlySpan<byte> Name { get; init; }

    internal required RecordType Type { get; init; }

    internal required ushort Class { get; init; }

    internal Edns Edns { get; init; }

    /// <summary>Octets that the reply may have, at least 512: <see cref="Edns.UdpLimit"/> or <see cref="MessageHeader.MaxTcp"/>.</summary>
    internal required int Limit { get; init; }

    /// <summary>The UDP payload that this server can take, told in OPT.</summary>
    internal ushort PayloadSize { get; init; }
}
