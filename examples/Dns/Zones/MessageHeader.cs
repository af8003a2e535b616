namespace Dns.Zones;

/// <summary>The fixed parts of messages, RFC 1035 §4.1.1, and the bits of the flags field.</summary>
internal static class MessageHeader
{
    internal const int Length = 12;

    /// <summary>QTYPE and QCLASS behind the question's name.</summary>
    internal const int QuestionTail = 4;

    /// <summary>A message over UDP without EDNS(0), RFC 1035 §4.2.1.</summary>
    internal const int MaxPlainUdp = 512;

    /// <summary>A message over TCP has a length of 16 bits, RFC 1035 §4.2.2.</summary>
    internal const int MaxTcp = ushort.MaxValue;

    internal const ushort ClassIn = 1;

    internal const ushort Response = 0x8000;
    internal const ushort OpcodeMask = 0x7800;
    internal const ushort Authoritative = 0x0400;
    internal const ushort Truncated = 0x0200;
    internal const ushort RecursionDesired = 0x0100;

    /// <summary>A compression pointer (RFC 1035 §4.1.4) to the question's name, which stands right behind the header.</summary>
    internal const ushort PointerToQuestion = 0xC000 | Length;

    internal const ushort PointerTag = 0xC000;
    internal const int PointerMax = 0x3FFF;
}
