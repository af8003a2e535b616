using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>Serving: one look-up for a name that exists, then a copy. Nothing here allocates.</summary>
internal sealed partial class ZoneSet
{
    /// <summary>Writes the reply to a standard query: header, the question as it came, what was compiled, OPT if the request had one.</summary>
    /// <param name="query">A valid request.</param>
    /// <param name="reply">At least as long as the query's limit.</param>
    internal Reply Answer(in Query query, Span<byte> reply)
    {
        if (query.Edns.Present && query.Edns.Version > Edns.KnownVersion)
        {
            return Error(query, ResponseCode.BadVersion, reply);
        }

        if (query.Class != MessageHeader.ClassIn)
        {
            return Error(query, ResponseCode.Refused, reply);
        }

        int source = Find(query.Name);
        if (source < 0)
        {
            return Error(query, ResponseCode.Refused, reply);
        }

        // A transfer is a conversation over TCP, and not this method's (RFC 5936 §4.2 leaves UDP undefined).
        if (query.Type == RecordType.Axfr)
        {
            return Error(query, ResponseCode.Refused, reply);
        }

        ref readonly CompiledAnswer answer = ref _compiled.Answers[Select(in _compiled.Nodes[source], query.Type)];
        int bodyAt = MessageHeader.Length + query.Name.Length + MessageHeader.QuestionTail;
        int room = query.Limit - bodyAt - (query.Edns.Present ? Edns.OptLength : 0);
        int length = answer.Length;
        int flags = answer.Flags;
        int answers = answer.AnswerCount;
        int authorities = answer.AuthorityCount;
        int additional = answer.AdditionalCount;
        if (length > room)
        {
            Shorten(in answer, room, ref length, ref flags, ref answers, ref authorities, ref additional);
        }

        _compiled.Octets.AsSpan(answer.Start, length).CopyTo(reply[bodyAt..]);
        int moved = query.Name.Length - answer.ReferenceLength;
        if (moved != 0)
        {
            Patch(in answer, reply.Slice(bodyAt, length), moved);
        }

        WriteStart(query, flags, reply);
        BinaryPrimitives.WriteUInt16BigEndian(reply[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(reply[8..], (ushort)authorities);
        int end = bodyAt + length;
        if (query.Edns.Present)
        {
            query.Edns.WriteOpt(reply[end..], query.PayloadSize, ResponseCode.NoError);
            additional++;
            end += Edns.OptLength;
        }

        BinaryPrimitives.WriteUInt16BigEndian(reply[10..], (ushort)additional);
        return new Reply(end, answer.Kind, (ResponseCode)(flags & 0xF), source);
    }

    /// <summary>A reply that only says why there is no answer. The question is echoed.</summary>
    internal static Reply Error(in Query query, ResponseCode code, Span<byte> reply)
    {
        WriteStart(query, (int)code & 0xF, reply);
        int end = MessageHeader.Length + query.Name.Length + MessageHeader.QuestionTail;
        reply[6..MessageHeader.Length].Clear();
        if (query.Edns.Present)
        {
            query.Edns.WriteOpt(reply[end..], query.PayloadSize, code);
            reply[11] = 1;
            end += Edns.OptLength;
        }

        return new Reply(end, ReplyKind.Error, code, -1);
    }

    /// <summary>The reply without any record but OPT, and TC: what a limited client gets now and then, to come again over TCP.</summary>
    internal static Reply Truncated(in Query query, Span<byte> reply)
    {
        Reply empty = Error(query, ResponseCode.NoError, reply);
        reply[2] |= MessageHeader.Truncated >> 8;
        return empty;
    }

    private static void WriteStart(in Query query, int flags, Span<byte> reply)
    {
        int kept = query.Flags & (MessageHeader.OpcodeMask | MessageHeader.RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(reply, query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(reply[2..], (ushort)(MessageHeader.Response | kept | flags));
        BinaryPrimitives.WriteUInt16BigEndian(reply[4..], 1);
        query.Name.CopyTo(reply[MessageHeader.Length..]);
        Span<byte> tail = reply.Slice(MessageHeader.Length + query.Name.Length, MessageHeader.QuestionTail);
        BinaryPrimitives.WriteUInt16BigEndian(tail, (ushort)query.Type);
        BinaryPrimitives.WriteUInt16BigEndian(tail[2..], query.Class);
    }

    /// <summary>The node that answers for the name, -1 if it is in no served zone.</summary>
    private int Find(ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[NameHash.BufferSize];
        uint hash = NameHash.Lower(name, buffer);
        ReadOnlySpan<byte> lower = buffer[..name.Length];
        int node = Lookup(lower, hash);
        return node >= 0 ? node : FindAbove(lower);
    }

    /// <summary>The name is not in the table: what its closest encloser (RFC 4592 §3.3.1) says of names below itself.</summary>
    private int FindAbove(ReadOnlySpan<byte> lower)
    {
        Span<byte> starts = stackalloc byte[WireName.MaxLabels + 1];
        int labels = 0;
        int start = 0;
        while (lower[start] != 0)
        {
            starts[labels++] = (byte)start;
            start += lower[start] + 1;
        }

        // Suffixes of more labels than any name in the table has are skipped: the work is bounded by the zones' depth.
        starts[labels] = (byte)start;
        for (int at = Math.Max(1, labels - _compiled.MaxLabels); at <= labels; at++)
        {
            ReadOnlySpan<byte> suffix = lower[starts[at]..];
            int node = Lookup(suffix, NameHash.Of(suffix));
            if (node >= 0)
            {
                return _compiled.Nodes[node].Below;
            }
        }

        return -1;
    }

    private int Lookup(ReadOnlySpan<byte> lower, uint hash)
    {
        NameSlot[] slots = _compiled.Slots;
        uint mask = (uint)(slots.Length - 1);
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            NameSlot slot = slots[at];
            if (slot.Node == 0)
            {
                return -1;
            }

            if (slot.Hash == hash)
            {
                ref readonly CompiledNode node = ref _compiled.Nodes[slot.Node - 1];
                if (lower.SequenceEqual(_compiled.Octets.AsSpan(node.Name, node.NameLength)))
                {
                    return slot.Node - 1;
                }
            }
        }
    }

    private int Select(in CompiledNode node, RecordType type)
    {
        foreach (ref readonly TypeAnswer entry in _compiled.Types.AsSpan(node.Types, node.TypeCount))
        {
            if (entry.Type == type)
            {
                return entry.Answer;
            }
        }

        return node.Otherwise;
    }

    /// <summary>Moves the compression pointers that point behind the question's first labels.</summary>
    private void Patch(in CompiledAnswer answer, Span<byte> body, int moved)
    {
        foreach (int at in _compiled.Marks.AsSpan(answer.Marks, answer.PatchCount))
        {
            // The list is in order; a shortened body has lost the rest.
            if (at >= body.Length)
            {
                return;
            }

            Span<byte> pointer = body[at..];
            BinaryPrimitives.WriteUInt16BigEndian(pointer, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(pointer) + moved));
        }
    }

    /// <summary>
    /// What of an answer fits (RFC 2181 §9): sets of additional records are left out in silence, from the last; if an
    /// answer, an authority or needed glue must go, TC says so.
    /// </summary>
    private void Shorten(in CompiledAnswer answer, int room, ref int length, ref int flags, ref int answers, ref int authorities, ref int additional)
    {
        additional = 0;
        if (answer.AnswerEnd > room)
        {
            (length, answers, authorities) = (0, 0, 0);
            flags |= MessageHeader.Truncated;
            return;
        }

        if (answer.AuthorityEnd > room)
        {
            (length, authorities) = (answer.AnswerEnd, 0);
            flags |= MessageHeader.Truncated;
            return;
        }

        length = answer.AuthorityEnd;
        ReadOnlySpan<int> sets = _compiled.Marks.AsSpan(answer.Marks + answer.PatchCount, 2 * answer.AdditionalSets);
        for (int i = 0; i < sets.Length && sets[i] <= room; i += 2)
        {
            length = sets[i];
            additional += sets[i + 1];
        }

        if (length < answer.RequiredEnd)
        {
            flags |= MessageHeader.Truncated;
        }
    }
}
