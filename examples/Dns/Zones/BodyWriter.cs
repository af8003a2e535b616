using System.Buffers.Binary;

namespace Dns.Zones;

/// <summary>
/// Writes what follows the question, as it will stand in the message, with names compressed (RFC 1035 §4.1.4) against the
/// question and each other. It notes what must change when the question's name is longer than the one given to
/// <see cref="Begin"/>.
/// </summary>
internal sealed class BodyWriter
{
    /// <summary>Suffixes that later names are compared with. More would compress a little better and load slower.</summary>
    private const int MaxKnown = 96;

    /// <summary>Pointers must still be pointers when the question's name is the longest.</summary>
    private const int MaxPointed = MessageHeader.PointerMax - WireName.MaxName;

    /// <summary>Header, question and body, so that positions are those of the message.</summary>
    private readonly byte[] _message = new byte[MessageHeader.MaxTcp];

    private readonly List<int> _known = [];
    private readonly List<int> _patches = [];
    private readonly List<int> _additional = [];
    private int _start;
    private int _position;
    private int _answerEnd;
    private int _authorityEnd;
    private int _requiredEnd;
    private int _answerCount;
    private int _authorityCount;
    private int _additionalCount;
    private byte _questionLength;

    /// <summary>A set that must be there had no room in any message: TC, and nothing more is written.</summary>
    private bool _overflow;

    /// <param name="question">The shortest name that the body is for.</param>
    /// <param name="wildcard">The question's first label stands for any labels, so nothing may be compressed against it.</param>
    internal void Begin(ReadOnlySpan<byte> question, bool wildcard)
    {
        _known.Clear();
        _patches.Clear();
        _additional.Clear();
        _answerCount = _authorityCount = _additionalCount = 0;
        _overflow = false;
        _questionLength = (byte)question.Length;
        question.CopyTo(_message.AsSpan(MessageHeader.Length));
        for (int at = 0; question[at] != 0; at += question[at] + 1)
        {
            if (at > 0 || !wildcard)
            {
                Know(MessageHeader.Length + at);
            }
        }

        _start = _position = MessageHeader.Length + question.Length + MessageHeader.QuestionTail;
        _answerEnd = _authorityEnd = _requiredEnd = _position;
    }

    /// <summary>The set whose owner is the question's name.</summary>
    internal void AnswerOfQuestion(Rrset set)
    {
        int before = _position;
        foreach (byte[] data in set.Data)
        {
            if (!HasRoom(2 + Rrset.FixedFields + data.Length))
            {
                Undo(before);
                _overflow = true;
                return;
            }

            Write16(MessageHeader.PointerToQuestion);
            WriteRecord(set.Type, set.Ttl, data);
        }

        _answerCount += set.Data.Count;
        _answerEnd = _authorityEnd = _requiredEnd = _position;
    }

    internal void Answer(byte[] owner, Rrset set)
    {
        if (_overflow || !TryWriteSet(owner, set, set.Ttl))
        {
            _overflow = true;
            return;
        }

        _answerCount += set.Data.Count;
        _answerEnd = _authorityEnd = _requiredEnd = _position;
    }

    internal void Authority(byte[] owner, Rrset set, uint ttl)
    {
        if (_overflow || !TryWriteSet(owner, set, ttl))
        {
            _overflow = true;
            return;
        }

        _authorityCount += set.Data.Count;
        _authorityEnd = _requiredEnd = _position;
    }

    /// <param name="required">All required sets come before all others.</param>
    internal void Additional(byte[] owner, Rrset set, bool required)
    {
        if (_overflow || !TryWriteSet(owner, set, set.Ttl))
        {
            _overflow |= required;
            return;
        }

        _additionalCount += set.Data.Count;
        _additional.Add(_position - _start);
        _additional.Add(set.Data.Count);
        _requiredEnd = required ? _position : _requiredEnd;
    }

    /// <summary>Adds the body to the octets and marks of a set.</summary>
    /// <param name="fixedQuestion">The question is always the one given to <see cref="Begin"/>, so there is nothing to patch.</param>
    internal CompiledAnswer Finish(ByteBuilder octets, List<int> marks, ReplyKind kind, ushort flags, bool fixedQuestion)
    {
        CompiledAnswer answer = new()
        {
            Start = octets.Length,
            Length = _position - _start,
            AnswerEnd = _answerEnd - _start,
            AuthorityEnd = _authorityEnd - _start,
            RequiredEnd = _requiredEnd - _start,
            Marks = marks.Count,
            PatchCount = (ushort)(fixedQuestion ? 0 : _patches.Count),
            AdditionalSets = (ushort)(_additional.Count / 2),
            AnswerCount = (ushort)_answerCount,
            AuthorityCount = (ushort)_authorityCount,
            AdditionalCount = (ushort)_additionalCount,
            Flags = (ushort)(flags | (_overflow ? MessageHeader.Truncated : 0)),
            ReferenceLength = _questionLength,
            Kind = kind,
        };
        octets.Append(_message.AsSpan(_start, _position - _start));
        if (!fixedQuestion)
        {
            marks.AddRange(_patches);
        }

        marks.AddRange(_additional);
        return answer;
    }

    private bool TryWriteSet(byte[] owner, Rrset set, uint ttl)
    {
        int before = _position;
        foreach (byte[] data in set.Data)
        {
            if (!HasRoom(owner.Length + Rrset.FixedFields + data.Length))
            {
                Undo(before);
                return false;
            }

            WriteName(owner, compress: true);
            WriteRecord(set.Type, ttl, data);
        }

        return true;
    }

    private void WriteRecord(RecordType type, uint ttl, byte[] data)
    {
        Write16((ushort)type);
        Write16(MessageHeader.ClassIn);
        BinaryPrimitives.WriteUInt32BigEndian(_message.AsSpan(_position), ttl);
        _position += 4;
        int lengthAt = _position;
        _position += 2;

        RdataLayout layout = RdataLayout.Of(type);
        WriteOctets(data.AsSpan(0, layout.NameOffset));
        int at = layout.NameOffset;
        for (int i = 0; i < layout.NameCount; i++)
        {
            WireName.TryMeasure(data.AsSpan(at), out int length);
            WriteName(data.AsSpan(at, length), layout.Compressible);
            at += length;
        }

        WriteOctets(data.AsSpan(at));
        BinaryPrimitives.WriteUInt16BigEndian(_message.AsSpan(lengthAt), (ushort)(_position - lengthAt - 2));
    }

    private void WriteName(ReadOnlySpan<byte> name, bool compress)
    {
        int start = _position;
        int at = 0;
        bool pointed = false;
        for (; name[at] != 0; at += name[at] + 1)
        {
            if (compress && TryFind(name[at..], out int known))
            {
                _patches.Add(_position - _start);
                Write16((ushort)(MessageHeader.PointerTag | known));
                pointed = true;
                break;
            }

            WriteOctets(name.Slice(at, name[at] + 1));
        }

        if (!pointed)
        {
            _message[_position++] = 0;
        }

        for (int label = 0; label < at; label += name[label] + 1)
        {
            Know(start + label);
        }
    }

    private void Know(int position)
    {
        if (_known.Count < MaxKnown && position <= MaxPointed)
        {
            _known.Add(position);
        }
    }

    private bool TryFind(ReadOnlySpan<byte> name, out int position)
    {
        foreach (int known in _known)
        {
            if (IsAt(known, name))
            {
                position = known;
                return true;
            }
        }

        position = 0;
        return false;
    }

    private bool IsAt(int position, ReadOnlySpan<byte> name)
    {
        while (true)
        {
            int label = _message[position];
            if (label > WireName.MaxLabel)
            {
                position = BinaryPrimitives.ReadUInt16BigEndian(_message.AsSpan(position)) & MessageHeader.PointerMax;
                continue;
            }

            if (label != name[0] || !WireName.Equal(_message.AsSpan(position, label + 1), name[..(label + 1)]))
            {
                return false;
            }

            if (label == 0)
            {
                return true;
            }

            position += label + 1;
            name = name[(label + 1)..];
        }
    }

    private bool HasRoom(int octets) => _position - _start + octets <= Rrset.MaxWire;

    /// <summary>Takes back a set that had no room in full, and all that points into it.</summary>
    private void Undo(int position)
    {
        _position = position;
        _known.RemoveAll(known => known >= position);
        _patches.RemoveAll(patch => patch >= position - _start);
    }

    private void WriteOctets(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(_message.AsSpan(_position));
        _position += octets.Length;
    }

    private void Write16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_message.AsSpan(_position), value);
        _position += 2;
    }
}
