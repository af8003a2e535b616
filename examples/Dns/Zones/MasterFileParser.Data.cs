using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dns.Zones;

/// <summary>The data fields of each record type, from text to wire form.</summary>
internal sealed partial class MasterFileParser
{
    private readonly byte[] _data = new byte[Rdata.MaxLength];
    private int _dataLength;

    private bool Data(RecordType type, out byte[] data)
    {
        _dataLength = 0;
        data = [];
        string entry = RecordTypeText.Of(type);
        if (!Field(entry, "its data", out Token field))
        {
            return false;
        }

        bool good;
        if (field.Kind == TokenKind.Word && _lexer.Octets(field).SequenceEqual("\\#"u8))
        {
            good = Opaque(entry, type);
        }
        else
        {
            good = type switch
            {
                RecordType.A => Address4(field) && EndOfEntry(entry),
                RecordType.Aaaa => Address6(field) && EndOfEntry(entry),
                RecordType.Ns or RecordType.Cname or RecordType.Ptr => AppendName(field) && EndOfEntry(entry),
                RecordType.Mx => Number16(field, "the preference") && NextName(entry, "the exchange") && EndOfEntry(entry),
                RecordType.Soa => SoaData(entry, field),
                RecordType.Srv => SrvData(entry, field),
                RecordType.Txt => Strings(field),
                RecordType.Caa => CaaData(entry, field),
                _ => Fail($"the text form of {entry} is not known here: write \\# length hex (RFC 3597 §5)"),
            };
        }

        data = good ? _data.AsSpan(0, _dataLength).ToArray() : data;
        return good;
    }

    /// <summary>MNAME RNAME SERIAL REFRESH RETRY EXPIRE MINIMUM, RFC 1035 §3.3.13.</summary>
    private bool SoaData(string entry, Token field)
    {
        if (!AppendName(field) || !NextName(entry, "the mailbox of who is responsible") ||
            !Field(entry, "the serial", out Token serial) || !Number(serial, "the serial", uint.MaxValue, out uint number) || !Append32(number))
        {
            return false;
        }

        foreach (string wanted in (ReadOnlySpan<string>)["the refresh time", "the retry time", "the expire time", "the minimum"])
        {
            if (!Field(entry, wanted, out Token time) || !Time(time, out uint seconds) || !Append32(seconds))
            {
                return false;
            }
        }

        return EndOfEntry(entry);
    }

    /// <summary>Priority, weight, port, target, RFC 2782.</summary>
    private bool SrvData(string entry, Token field) =>
        Number16(field, "the priority") &&
        Field(entry, "the weight", out Token weight) && Number16(weight, "the weight") &&
        Field(entry, "the port", out Token port) && Number16(port, "the port") &&
        NextName(entry, "the target") && EndOfEntry(entry);

    /// <summary>Flags, tag, value, RFC 8659 §4.1.1.</summary>
    private bool CaaData(string entry, Token field)
    {
        if (!Number(field, "the flags", byte.MaxValue, out uint flags) || !Append((byte)flags) || !Field(entry, "the tag", out Token tag))
        {
            return false;
        }

        ReadOnlySpan<byte> octets = _lexer.Octets(tag);
        if (octets.Length is 0 or > Rdata.MaxString || octets.ContainsAnyExcept(s_tagOctets))
        {
            return Fail($"{Text(tag)} is no CAA tag: write letters and digits, as in issue (RFC 8659 §4.1)");
        }

        if (!Append((byte)octets.Length))
        {
            return false;
        }

        foreach (byte octet in octets)
        {
            if (!Append(octet))
            {
                return false;
            }
        }

        return Field(entry, "the value", out Token value) && AppendDecoded(value) && EndOfEntry(entry);
    }

    private static readonly System.Buffers.SearchValues<byte> s_tagOctets =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>One or more character-strings up to the end of the entry, RFC 1035 §3.3.14.</summary>
    private bool Strings(Token field)
    {
        while (true)
        {
            int lengthAt = _dataLength;
            if (!Append(0) || !AppendDecoded(field))
            {
                return false;
            }

            int length = _dataLength - lengthAt - 1;
            if (length > Rdata.MaxString)
            {
                return Fail($"a string is longer than {Rdata.MaxString} octets (RFC 1035 §3.3): split it into several strings");
            }

            _data[lengthAt] = (byte)length;
            field = _lexer.Next();
            if (field.Kind is not (TokenKind.Word or TokenKind.Quoted))
            {
                return IsEndOfEntry(field, "TXT");
            }
        }
    }

    /// <summary>\# length hex…, RFC 3597 §5, of any type; of a type that is known it must be right (§5, last paragraph).</summary>
    private bool Opaque(string entry, RecordType type)
    {
        if (!Field(entry, "the length behind \\#", out Token field) || !Number(field, "the length", Rdata.MaxLength, out uint length))
        {
            return false;
        }

        int high = -1;
        while (true)
        {
            field = _lexer.Next();
            if (field.Kind != TokenKind.Word)
            {
                break;
            }

            foreach (byte octet in _lexer.Octets(field))
            {
                int digit = HexDigit(octet);
                if (digit < 0)
                {
                    return Fail($"{Text(field)} is not hexadecimal");
                }

                if (high < 0)
                {
                    high = digit;
                }
                else if (!Append((byte)((high << 4) | digit)))
                {
                    return false;
                }
                else
                {
                    high = -1;
                }
            }
        }

        if (!IsEndOfEntry(field, entry))
        {
            return false;
        }

        if (high >= 0 || _dataLength != length)
        {
            return Fail($"\\# says {length} octets and {_dataLength}{(high >= 0 ? " and a half" : "")} follow: mend the length or the data");
        }

        return Rdata.IsValid(type, _data.AsSpan(0, _dataLength)) || Fail($"the octets are no data of {entry}");
    }

    private bool Address4(Token field)
    {
        // Strictly four decimal numbers: leading zeros are octal elsewhere, and so would mean two things.
        ReadOnlySpan<byte> text = _lexer.Octets(field);
        int parts = 0;
        int number = 0;
        int digits = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || text[at] == (byte)'.')
            {
                if (digits == 0 || ++parts > 4 || !Append((byte)number))
                {
                    return NoAddress(field, "192.0.2.1");
                }

                number = 0;
                digits = 0;
            }
            else if (text[at] is >= (byte)'0' and <= (byte)'9' && !(digits > 0 && number == 0))
            {
                number = (number * 10) + (text[at] - '0');
                digits++;
                if (number > byte.MaxValue)
                {
                    return NoAddress(field, "192.0.2.1");
                }
            }
            else
            {
                return NoAddress(field, "192.0.2.1");
            }
        }

        return parts == 4 || NoAddress(field, "192.0.2.1");
    }

    private bool Address6(Token field)
    {
        // IPAddress knows more forms (brackets, scopes) than RFC 4291 §2.2 has.
        ReadOnlySpan<byte> text = _lexer.Octets(field);
        if (text.ContainsAnyExcept("0123456789abcdefABCDEF:."u8) ||
            !IPAddress.TryParse(Encoding.ASCII.GetString(text), out IPAddress? address) ||
            address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return NoAddress(field, "2001:db8::1");
        }

        foreach (byte octet in address.GetAddressBytes())
        {
            if (!Append(octet))
            {
                return false;
            }
        }

        return true;
    }

    private bool NoAddress(Token field, string example) => Fail($"{Text(field)} is no address of this type: write one like {example}");

    private bool NextName(string entry, string wanted) => Field(entry, wanted, out Token field) && AppendName(field);

    private bool AppendName(Token field)
    {
        if (!Name(field, out byte[] name))
        {
            return false;
        }

        foreach (byte octet in name)
        {
            if (!Append(octet))
            {
                return false;
            }
        }

        return true;
    }

    private bool AppendDecoded(Token field)
    {
        ReadOnlySpan<byte> text = _lexer.Octets(field);
        int at = 0;
        while (at < text.Length)
        {
            if (!Escapes.TryRead(text, ref at, out byte octet, out _))
            {
                return Fail("\\ before a digit wants three digits, 000 to 255");
            }

            if (!Append(octet))
            {
                return false;
            }
        }

        return true;
    }

    private bool Number16(Token field, string what)
    {
        if (!Number(field, what, ushort.MaxValue, out uint number))
        {
            return false;
        }

        return Append((byte)(number >> 8)) && Append((byte)number);
    }

    private bool Number(Token field, string what, uint max, out uint number) =>
        (uint.TryParse(_lexer.Octets(field), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= max) ||
        Fail($"{Text(field)} cannot be {what}: write a number from 0 to {max}");

    private bool Append32(uint number)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        return Append(octets[0]) && Append(octets[1]) && Append(octets[2]) && Append(octets[3]);
    }

    private bool Append(byte octet)
    {
        if (_dataLength == Rdata.MaxLength)
        {
            return Fail($"the data is longer than {Rdata.MaxLength} octets (RFC 1035 §3.2.1): split the record");
        }

        _data[_dataLength++] = octet;
        return true;
    }

    private static int HexDigit(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        _ => -1,
    };
}
