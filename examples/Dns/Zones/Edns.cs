using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>What a request's OPT record says (RFC 6891 §6.1), as the message's reader found it.</summary>
/// <param name="Present">Without it the other parts mean nothing.</param>
/// <param name="PayloadSize">The UDP message that the requestor can take.</param>
internal readonly record struct Edns(bool Present, byte Version, ushort PayloadSize, bool DnssecOk)
{
    /// <summary>The OPT record of a reply, without options: root, type, payload size, TTL, length.</summary>
    internal const int OptLength = 11;

    /// <summary>What is known to get through unfragmented nearly everywhere; the default of the servers since 2020.</summary>
    internal const int DefaultPayload = 1232;

    /// <summary>The version that is spoken here.</summary>
    internal const byte KnownVersion = 0;

    /// <summary>Octets that a reply over UDP may have. Less than 512 counts as 512, RFC 6891 §6.2.3.</summary>
    internal int UdpLimit(int maxPayload) =>
        Present ? Math.Max(MessageHeader.MaxPlainUdp, Math.Min((int)PayloadSize, maxPayload)) : MessageHeader.MaxPlainUdp;

    internal void WriteOpt(Span<byte> opt, ushort payloadSize, ResponseCode code)
    {
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)RecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], payloadSize);

        // EXTENDED-RCODE, VERSION, DO and no other flag, then no options.
        opt[5] = (byte)((ushort)code >> 4);
        opt[6] = KnownVersion;
        opt[7] = (byte)(DnssecOk ? 0x80 : 0);
        opt[8] = 0;
        opt[9] = 0;
        opt[10] = 0;
    }
}
