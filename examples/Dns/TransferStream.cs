using DeclServer;
using Dns.Zones;

namespace Dns;

/// <summary>A zone on its way to a client, a message at a time (RFC 5936, section 2.2).</summary>
internal sealed class TransferStream(ZoneTransfer transfer) : IReplyStream
{
    /// <summary>Octets of a message unless one record needs more: fits what one send takes.</summary>
    private const int MessageBound = 16 * 1024;

    /// <summary>Each message stands behind its length in two bytes (RFC 1035, section 4.2.2).</summary>
    private const int Prefix = 2;

    public bool WriteNext(OutputBuffer output)
    {
        ReplyWriter<DnsMessage> reply = new(output, Prefix);
        int length = transfer.WriteNext(reply.GetSpan(MessageHeader.MaxTcp), MessageBound);
        if (length > 0)
        {
            reply.Advance(length);
        }

        return !transfer.Ended;
    }
}
