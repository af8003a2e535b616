using System.Buffers.Binary;
using System.Globalization;
using Dns.Zones;

namespace Dns.Tests;

/// <summary>
/// A message taken apart for comparison, records as text "owner ttl TYPE data", names in lower case. Reading is strict: a
/// pointer must point back, and nothing may be left over.
/// </summary>
internal sealed class Message
{
    private readonly byte[] _octets;
    private int _position;

    internal Message(ReadOnlySpan<byte> octets)
    {
        _octets = octets.ToArray();
        Id = Read16();
        Flags = Read16();
        int questions = Read16();
        int answers = Read16();
        int authorities = Read16();
        int additional = Read16();
        if (questions > 1)
        {
            throw new FormatException("more than one question");
        }

        if (questions == 1)
        {
            int start = _position;
            Name();
            QuestionName = _octets[start.._position];
            QuestionType = (RecordType)Read16();
            Read16();
        }

        Answers = Section(answers);
        Authorities = Section(authorities);
        Additional = Section(additional);
        if (_position != _octets.Length)
        {
            throw new FormatException($"{_octets.Length - _position} octets are left over");
        }
    }

    internal ushort Id { get; }

    internal ushort Flags { get; }

    internal byte[] QuestionName { get; } = [];

    internal RecordType QuestionType { get; }

    internal List<string> Answers { get; }

    internal List<string> Authorities { get; }

    /// <summary>Without OPT.</summary>
    internal List<string> Additional { get; }

    /// <summary>"size ext-rcode version flags", null if there is no OPT.</summary>
    internal string? Opt { get; private set; }

    internal int Code => Flags & 0xF;

    internal bool Authoritative => (Flags & MessageHeader.Authoritative) != 0;

    internal bool Truncated => (Flags & MessageHeader.Truncated) != 0;

    /// <summary>All that two servers should agree on; the order within a section is free.</summary>
    internal string Canonical(bool additional = true)
    {
        static string Set(List<string> section) => string.Concat(section.Order(StringComparer.Ordinal).Select(static record => $"\n    {record}"));
        return $"rcode {Code} aa {Authoritative} tc {Truncated}\n  answer{Set(Answers)}\n  authority{Set(Authorities)}{(additional ? $"\n  additional{Set(Additional)}" : "")}";
    }

    private List<string> Section(int count)
    {
        List<string> records = [];
        for (int i = 0; i < count; i++)
        {
            string owner = Name();
            RecordType type = (RecordType)Read16();
            ushort classOrSize = Read16();
            uint ttl = BinaryPrimitives.ReadUInt32BigEndian(_octets.AsSpan(_position));
            _position += 4;
            int length = Read16();
            int end = _position + length;
            if (type == RecordType.Opt)
            {
                Opt = $"{classOrSize} {ttl >> 24} {(ttl >> 16) & 0xFF} {ttl & 0xFFFF:x4}";
                _position = end;
                continue;
            }

            records.Add($"{owner} {ttl.ToString(CultureInfo.InvariantCulture)} {RecordTypeText.Of(type)} {Data(type, end)}");
            if (_position != end)
            {
                throw new FormatException($"RDLENGTH of {records[^1]}");
            }
        }

        return records;
    }

    private string Data(RecordType type, int end)
    {
        RdataLayout layout = RdataLayout.Of(type);
        List<string> parts = [];
        Hex(parts, layout.NameOffset);
        for (int i = 0; i < layout.NameCount; i++)
        {
            parts.Add(Name());
        }

        Hex(parts, end - _position);
        return string.Join(' ', parts);
    }

    private void Hex(List<string> parts, int length)
    {
        if (length > 0)
        {
            parts.Add(Convert.ToHexStringLower(_octets.AsSpan(_position, length)));
            _position += length;
        }
    }

    private string Name()
    {
        List<byte> name = [];
        int at = _position;
        int lowest = _position;
        bool jumped = false;
        while (true)
        {
            byte label = _octets[at];
            if (label >= 0xC0)
            {
                int target = BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(at)) & MessageHeader.PointerMax;
                _position = jumped ? _position : at + 2;
                jumped = true;
                if (target >= lowest || target < MessageHeader.Length)
                {
                    throw new FormatException($"a pointer at {at} to {target}");
                }

                at = lowest = target;
                continue;
            }

            if (label > WireName.MaxLabel)
            {
                throw new FormatException($"a label of type {label >> 6}");
            }

            name.AddRange(_octets.AsSpan(at, label + 1));
            at += label + 1;
            if (label == 0)
            {
                break;
            }
        }

        _position = jumped ? _position : at;
        return WireName.ToText(WireName.ToLower(name.ToArray()));
    }

    private ushort Read16()
    {
        ushort value = BinaryPrimitives.ReadUInt16BigEndian(_octets.AsSpan(_position));
        _position += 2;
        return value;
    }
}
