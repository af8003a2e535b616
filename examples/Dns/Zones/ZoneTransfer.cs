using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>
/// One zone as the messages of a transfer (RFC 5936 §2.2): the SOA, all other records, the SOA again. The transfer keeps its
/// zone, whatever is loaded meanwhile.
/// </summary>
internal sealed class ZoneTransfer
{
    /// <summary>A pointer takes two octets, so a shorter apex is written out.</summary>
    private const int ShortestPointed = 3;

    private readonly Zone _zone;
    private readonly ushort _id;
    private readonly ushort _flags;
    private readonly byte[] _question;
    private readonly Edns _edns;
    private readonly ushort _payloadSize;
    private Phase _phase;
    private int _node;
    private int _set;
    private int _data;

    /// <param name="query">The request, for the zone's apex; it is copied.</param>
    internal ZoneTransfer(Zone zone, in Query query)
    {
        _zone = zone;
        _id = query.Id;
        _flags = (ushort)(MessageHeader.Response | MessageHeader.Authoritative | (query.Flags & MessageHeader.RecursionDesired));
        _question = query.Name.ToArray();
        _edns = query.Edns;
        _payloadSize = query.PayloadSize;
    }

    private enum Phase : byte
    {
        Opening,
        Records,
        Closing,
        Ended,
    }

    internal bool Ended => _phase == Phase.Ended;

    /// <summary>Writes the next message, with as many records as come into <paramref name="bound"/> octets, but at least one.</summary>
    /// <param name="message">Room for the longest message, as a single record may need it.</param>
    /// <returns>The message's length; 0 if the transfer has ended.</returns>
    internal int WriteNext(Span<byte> message, int bound)
    {
        if (Ended)
        {
            return 0;
        }

        // The question is in each message, so that owners can point to the apex in it.
        _question.CopyTo(message[MessageHeader.Length..]);
        int end = MessageHeader.Length + _question.Length;
        BinaryPrimitives.WriteUInt16BigEndian(message[end..], (ushort)RecordType.Axfr);
        BinaryPrimitives.WriteUInt16BigEndian(message[(end + 2)..], MessageHeader.ClassIn);
        end += MessageHeader.QuestionTail;
        int reserved = _edns.Present ? Edns.OptLength : 0;
        int records = 0;
        while (!Ended)
        {
            Rrset soa = _zone.Top.Get(RecordType.Soa)!;
            bool inner = _phase == Phase.Records;
            ZoneNode node = inner ? _zone.Nodes[_node] : _zone.Top;
            Rrset set = inner ? node.Sets[_set] : soa;
            byte[] data = inner ? set.Data[_data] : soa.Data[0];
            int room = (records == 0 ? MessageHeader.MaxTcp : bound) - reserved - end;
            if (node.Name.Length + Rrset.FixedFields + data.Length > room)
            {
                break;
            }

            end += WriteRecord(node.Name, set, data, message[end..]);
            records++;
            Advance();
        }

        BinaryPrimitives.WriteUInt16BigEndian(message, _id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], _flags);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], (ushort)records);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], (ushort)(_edns.Present ? 1 : 0));
        if (_edns.Present)
        {
            _edns.WriteOpt(message[end..], _payloadSize, ResponseCode.NoError);
            end += Edns.OptLength;
        }

        return end;
    }

    private int WriteRecord(byte[] owner, Rrset set, byte[] data, Span<byte> to)
    {
        int prefix = owner.Length - _question.Length;
        int at;
        if (_question.Length >= ShortestPointed)
        {
            owner.AsSpan(0, prefix).CopyTo(to);
            BinaryPrimitives.WriteUInt16BigEndian(to[prefix..], MessageHeader.PointerToQuestion);
            at = prefix + 2;
        }
        else
        {
            owner.CopyTo(to);
            at = owner.Length;
        }

        BinaryPrimitives.WriteUInt16BigEndian(to[at..], (ushort)set.Type);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 2)..], MessageHeader.ClassIn);
        BinaryPrimitives.WriteUInt32BigEndian(to[(at + 4)..], set.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(to[(at + 8)..], (ushort)data.Length);
        data.CopyTo(to[(at + Rrset.FixedFields)..]);
        return at + Rrset.FixedFields + data.Length;
    }

    private void Advance()
    {
        if (_phase != Phase.Records)
        {
            _phase++;
        }
        else
        {
            _data++;
        }

        // Onto the next record, past the ends of sets and nodes and past the SOA, which has its own places.
        while (_phase == Phase.Records)
        {
            if (_node == _zone.Nodes.Count)
            {
                _phase = Phase.Closing;
            }
            else if (_set == _zone.Nodes[_node].Sets.Count)
            {
                (_node, _set, _data) = (_node + 1, 0, 0);
            }
            else if (_data == _zone.Nodes[_node].Sets[_set].Data.Count || _zone.Nodes[_node].Sets[_set].Type == RecordType.Soa)
            {
                (_set, _data) = (_set + 1, 0);
            }
            else
            {
                return;
            }
        }
    }
}
