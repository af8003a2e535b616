#pragma warning disable IL2026 // MaxLength and Length reflect when they validate objects; here they are only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>
/// The Domain Name System (RFC 1035): a message is a datagram, or stands behind its length in two bytes on a connection (section 4.2.2).
/// </summary>
[Protocol, LengthPrefix(typeof(ushort))]
[Request<DnsMessage>(nameof(DnsMessage.Opcode))]
public sealed class Dns : IProtocol<DnsMessage>
{
    private const byte FormatError = 1;
    private const byte ServerFailure = 2;
    private const byte NotImplemented = 4;

    private Dns()
    {
    }

    /// <summary>
    /// Answers with the request's header and a response code (RFC 1035, section 4.1.1). What is itself an answer, or too short for a header,
    /// gets none, so that two servers cannot be made to talk to each other for ever.
    /// </summary>
    public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<DnsMessage> reply)
    {
        ReadOnlySpan<byte> received = refusal.Received;
        if (received.Length < 12 || (received[2] & 0x80) != 0)
        {
            return;
        }

        reply.Write(new DnsMessage
        {
            Id = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(received),
            IsResponse = true,
            Opcode = (DnsOpcode)((received[2] >> 3) & 0xF),
            RecursionDesired = (received[2] & 1) != 0,
            ResponseCode = refusal.Reason switch
            {
                RefusalReason.Malformed or RefusalReason.BadArgument => FormatError,
                RefusalReason.UnknownCommand => NotImplemented,
                _ => ServerFailure,
            },
        });
    }
}

/// <summary>What a DNS message asks for (RFC 1035, section 4.1.1; RFC 1996; RFC 2136).</summary>
public enum DnsOpcode : byte
{
    /// <summary>A question to be answered.</summary>
    Query = 0,

    /// <summary>The status of the server; obsolete.</summary>
    Status = 2,

    /// <summary>A zone has changed.</summary>
    Notify = 4,

    /// <summary>A zone is to be changed.</summary>
    Update = 5,
}

/// <summary>
/// A DNS message (RFC 1035, section 4.1), as a datagram holds it or the two-byte length of a TCP connection frames it. Offsets in its names
/// count from its first byte.
/// </summary>
[Message(MaxSize = 65535, Owned = true), Frame]
public readonly ref partial struct DnsMessage
{
    /// <summary>The number that the answer repeats.</summary>
    public partial ushort Id { get; init; }

    /// <summary>QR: an answer, not a question.</summary>
    [Bits(1)]
    public partial bool IsResponse { get; init; }

    /// <summary>What is asked for.</summary>
    [Bits(4)]
    public partial DnsOpcode Opcode { get; init; }

    /// <summary>AA: the server has authority over the name.</summary>
    [Bits(1)]
    public partial bool IsAuthoritative { get; init; }

    /// <summary>TC: something was left out for want of room.</summary>
    [Bits(1)]
    public partial bool IsTruncated { get; init; }

    /// <summary>RD: the client wants the server to ask others.</summary>
    [Bits(1)]
    public partial bool RecursionDesired { get; init; }

    /// <summary>RA: the server would ask others.</summary>
    [Bits(1)]
    public partial bool RecursionAvailable { get; init; }

    /// <summary>Reserved.</summary>
    [Bits(1)]
    public partial bool Z { get; init; }

    /// <summary>AD: all data was authenticated (RFC 4035, section 3.2.3).</summary>
    [Bits(1)]
    public partial bool AuthenticData { get; init; }

    /// <summary>CD: the client checks by itself (RFC 4035, section 3.2.2).</summary>
    [Bits(1)]
    public partial bool CheckingDisabled { get; init; }

    /// <summary>RCODE: how it went.</summary>
    [Bits(4)]
    public partial byte ResponseCode { get; init; }

    /// <summary>How many questions there are.</summary>
    [Range(0, 16)]
    public partial ushort QuestionCount { get; }

    /// <summary>How many answers there are.</summary>
    [Range(0, 4096)]
    public partial ushort AnswerCount { get; }

    /// <summary>How many records of authorities there are.</summary>
    [Range(0, 4096)]
    public partial ushort AuthorityCount { get; }

    /// <summary>How many additional records there are.</summary>
    [Range(0, 4096)]
    public partial ushort AdditionalCount { get; }

    /// <summary>The questions.</summary>
    [Count(nameof(QuestionCount))]
    public partial Seq<DnsQuestion> Questions { get; init; }

    /// <summary>Records that answer them.</summary>
    [Count(nameof(AnswerCount))]
    public partial Seq<DnsRecord> Answers { get; init; }

    /// <summary>Records that point to an authority.</summary>
    [Count(nameof(AuthorityCount))]
    public partial Seq<DnsRecord> Authorities { get; init; }

    /// <summary>Records that help to use the others.</summary>
    [Count(nameof(AdditionalCount))]
    public partial Seq<DnsRecord> Additionals { get; init; }
}

/// <summary>A question (RFC 1035, section 4.1.2).</summary>
[Message(MaxSize = 259, Owned = true)]
public readonly ref partial struct DnsQuestion
{
    /// <summary>The name asked about.</summary>
    public partial DnsName Name { get; init; }

    /// <summary>QTYPE: the type of the records wanted.</summary>
    public partial ushort Type { get; init; }

    /// <summary>QCLASS: the class of the records wanted; 1 is the Internet.</summary>
    public partial ushort Class { get; init; }
}

/// <summary>A resource record (RFC 1035, section 4.1.3).</summary>
[Message(MaxSize = 65535, Owned = true)]
public readonly ref partial struct DnsRecord
{
    /// <summary>The name it belongs to.</summary>
    public partial DnsName Name { get; init; }

    /// <summary>The type of its data.</summary>
    public partial ushort Type { get; init; }

    /// <summary>The class of its data; a payload size in an OPT record.</summary>
    public partial ushort Class { get; init; }

    /// <summary>Seconds it may be kept; flags in an OPT record.</summary>
    public partial uint Ttl { get; init; }

    /// <summary>RDATA.</summary>
    [LengthPrefix(typeof(ushort))]
    public partial ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>
/// A name: labels up to the root, of which the last may stand elsewhere in the message (RFC 1035, section 4.1.4). A jump leads back, and
/// what it takes in all is 255 bytes at most (section 3.1; RFC 9267, section 3).
/// </summary>
[Message(MaxSize = 255, Owned = true)]
public readonly ref partial struct DnsName
{
    /// <summary>The labels, the root's empty one the last.</summary>
    [RepeatUntil(nameof(DnsLabel.IsRoot)), MaxLength(128)]
    public partial Seq<DnsLabel> Labels { get; init; }
}

/// <summary>A label, or the offset of the labels that follow (RFC 1035, sections 3.1 and 4.1.4).</summary>
[Message(MaxSize = 64, Tag = nameof(Kind), Owned = true)]
public readonly ref partial struct DnsLabel
{
    /// <summary>0 for a label, 3 for an offset; 1 and 2 are reserved (RFC 6891, section 5).</summary>
    [Bits(2)]
    public partial byte Kind { get; }

    /// <summary>The bytes of the label; none for the root.</summary>
    [Case(0), Bits(6)]
    public partial byte Length { get; }

    /// <summary>The label.</summary>
    [Case(0), Size(nameof(Length))]
    public partial ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Where the name goes on.</summary>
    [Case(3), Bits(14), At(MaxHops = 16)]
    public partial ushort Offset { get; init; }

    /// <summary>Whether it ends the name.</summary>
    public bool IsRoot => Kind == 0 && Length == 0;
}
