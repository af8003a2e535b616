using System.Text;

namespace Dns.Zones;

/// <summary>
/// Reads a master file (RFC 1035 §5, $TTL of RFC 2308 §4) into records. It stops at the first fault and never throws for
/// what a file holds.
/// </summary>
internal sealed partial class MasterFileParser
{
    /// <summary>Files within files, so that one that includes itself ends.</summary>
    internal const int MaxIncludeDepth = 8;

    /// <summary>Files in all, so that files that include each other many times end soon.</summary>
    internal const int MaxFiles = 1_000;

    private readonly Func<string, byte[]?> _read;
    private readonly List<Record> _records = [];
    private readonly byte[] _name = new byte[WireName.MaxName];
    private byte[]? _origin;
    private byte[]? _owner;

    /// <summary>Of $TTL, which is for the records that say none.</summary>
    private uint? _defaultTtl;

    /// <summary>Without $TTL the last stated time holds on (RFC 1035 §5.1).</summary>
    private uint? _lastTtl;

    private int _files;
    private string _file = "";
    private MasterFileLexer _lexer = new([]);
    private ZoneFault? _fault;

    private MasterFileParser(Func<string, byte[]?> read, byte[]? origin)
    {
        _read = read;
        _origin = origin;
    }

    /// <param name="path">What faults call the file, and what the paths of $INCLUDE are relative to.</param>
    /// <param name="origin">The origin until the file states one; null if only the file can.</param>
    /// <param name="read">Gives a file's octets, null if it cannot be read.</param>
    internal static bool TryParse(string path, byte[]? origin, Func<string, byte[]?> read, out List<Record> records, out ZoneFault fault)
    {
        MasterFileParser parser = new(read, origin);
        bool good = parser.ParseFile(path, depth: 0);
        records = parser._records;
        fault = parser._fault ?? default;
        return good;
    }

    private bool ParseFile(string path, int depth)
    {
        byte[]? text = _read(path);
        if (text is null)
        {
            _fault ??= new ZoneFault(depth == 0 ? path : _file, depth == 0 ? 0 : _lexer.Line, true, $"{path} cannot be read: name a file that is there and may be read");
            return false;
        }

        _file = path;
        _lexer = new MasterFileLexer(text);
        _files++;
        while (true)
        {
            Token token = _lexer.Next();
            switch (token.Kind)
            {
                case TokenKind.FileEnd:
                    return true;
                case TokenKind.LineEnd:
                    continue;
                case TokenKind.Fault:
                    return Fail(_lexer.Fault);
                case TokenKind.Quoted:
                    return Fail("an entry cannot begin with a quoted string: begin with the owner, a space or a directive");
                default:
                    bool good = token.Leads && _lexer.Octets(token)[0] == (byte)'$' ? Directive(token, depth) : Entry(token);
                    if (!good)
                    {
                        return false;
                    }

                    break;
            }
        }
    }

    private bool Directive(Token token, int depth) => Text(token).ToUpperInvariant() switch
    {
        "$ORIGIN" => OriginDirective(),
        "$TTL" => TtlDirective(),
        "$INCLUDE" => IncludeDirective(depth),
        _ => Fail($"{Text(token)} is no directive: there are $ORIGIN, $TTL and $INCLUDE"),
    };

    private bool OriginDirective()
    {
        if (!Field("$ORIGIN", "a name", out Token field) || !Name(field, out byte[] name) || !EndOfEntry("$ORIGIN"))
        {
            return false;
        }

        _origin = name;
        return true;
    }

    private bool TtlDirective()
    {
        if (!Field("$TTL", "a time", out Token field) || !Time(field, out uint ttl) || !EndOfEntry("$TTL"))
        {
            return false;
        }

        _defaultTtl = ttl;
        return true;
    }

    private bool IncludeDirective(int depth)
    {
        if (!Field("$INCLUDE", "a file", out Token field))
        {
            return false;
        }

        string path = Encoding.UTF8.GetString(_lexer.Octets(field));
        byte[]? origin = _origin;
        Token next = _lexer.Next();
        if (next.Kind == TokenKind.Word)
        {
            if (!Name(next, out origin))
            {
                return false;
            }

            next = _lexer.Next();
        }

        if (!IsEndOfEntry(next, "$INCLUDE"))
        {
            return false;
        }

        if (path.Length == 0 || path.Contains('\0'))
        {
            return Fail("$INCLUDE wants the path of a file");
        }

        if (depth == MaxIncludeDepth)
        {
            return Fail($"files are included more than {MaxIncludeDepth} deep: does one include itself?");
        }

        if (_files == MaxFiles)
        {
            return Fail($"more than {MaxFiles} files are included: join some");
        }

        // The rest of this file goes on with its own origin and owner (RFC 1035 §5.1).
        (byte[]? Origin, byte[]? Owner, string File, MasterFileLexer Lexer) outer = (_origin, _owner, _file, _lexer);
        _origin = origin;
        if (!ParseFile(Path.Combine(Path.GetDirectoryName(_file) ?? "", path), depth + 1))
        {
            return false;
        }

        (_origin, _owner, _file, _lexer) = outer;
        return true;
    }

    /// <summary>[owner] [TTL] [class] type data, or with class and TTL the other way round (RFC 1035 §5.1).</summary>
    private bool Entry(Token token)
    {
        if (token.Leads)
        {
            if (!Name(token, out byte[] owner))
            {
                return false;
            }

            // Records of one owner share its array.
            _owner = _owner is not null && owner.AsSpan().SequenceEqual(_owner) ? _owner : owner;
            token = _lexer.Next();
        }
        else if (_owner is null)
        {
            return Fail("the first record has no owner: begin its line with a name");
        }

        int line = _lexer.Line;
        uint? ttl = null;
        bool classed = false;
        RecordType type;
        while (true)
        {
            if (token.Kind == TokenKind.Fault)
            {
                return Fail(_lexer.Fault);
            }

            if (token.Kind != TokenKind.Word)
            {
                return Fail("the record has no type: write owner, TTL, class, type, data, as in www 3600 IN A 192.0.2.1");
            }

            ReadOnlySpan<byte> octets = _lexer.Octets(token);
            if (ttl is null && octets[0] is >= (byte)'0' and <= (byte)'9')
            {
                if (!Time(token, out uint stated))
                {
                    return false;
                }

                ttl = stated;
            }
            else if (!classed && Ascii.EqualsIgnoreCase(octets, "IN"u8))
            {
                classed = true;
            }
            else if (RecordTypeText.TryParse(octets, out type))
            {
                break;
            }
            else
            {
                return Fail(Text(token).ToUpperInvariant() is "CH" or "HS" or "CS"
                    ? $"class {Text(token)} is not served: only IN is"
                    : $"{Text(token)} is no record type that is known here: mend it, or write TYPEn \\# length hex (RFC 3597)");
            }

            token = _lexer.Next();
        }

        if (!RecordTypeText.IsData(type))
        {
            return Fail($"{RecordTypeText.Of(type)} is for messages, not for zones: take the record away");
        }

        if (type == RecordType.Dname)
        {
            return Fail("DNAME is not served: write CNAME records for the names that matter");
        }

        if (!Data(type, out byte[] data))
        {
            return false;
        }

        if (!TtlOf(type, data, ref ttl))
        {
            return false;
        }

        _records.Add(new Record(_owner!, type, ttl!.Value, data, _file, line));
        return true;
    }

    /// <summary>The stated time, or that of $TTL, or the last one stated, or for want of all the SOA's MINIMUM as RFC 1035 §5.1 had it.</summary>
    private bool TtlOf(RecordType type, byte[] data, ref uint? ttl)
    {
        if (ttl is not null)
        {
            _lastTtl = ttl;
            return true;
        }

        ttl = _defaultTtl ?? _lastTtl;
        if (ttl is null && type == RecordType.Soa)
        {
            ttl = _lastTtl = Math.Min(Soa.Minimum(data), TtlText.Max);
        }

        return ttl is not null || Fail("the record has no TTL and there is no default: put a line like $TTL 3600 above it");
    }

    private bool Name(Token token, out byte[] name)
    {
        string? fault = NameText.Parse(_lexer.Octets(token), _origin, _name, out int length);
        name = fault is null ? _name.AsSpan(0, length).ToArray() : [];
        return fault is null || Fail($"{fault} ({Text(token)})");
    }

    private bool Time(Token token, out uint seconds) =>
        TtlText.TryParse(_lexer.Octets(token), out seconds) ||
        Fail($"{Text(token)} is no time: write seconds up to {TtlText.Max} (RFC 2181 §8), or units as in 1h30m");

    /// <summary>The next field of an entry that must have one.</summary>
    private bool Field(string entry, string wanted, out Token field)
    {
        field = _lexer.Next();
        return field.Kind switch
        {
            TokenKind.Fault => Fail(_lexer.Fault),
            TokenKind.LineEnd or TokenKind.FileEnd => Fail($"{entry} ends too soon: {wanted} is missing"),
            _ => true,
        };
    }

    private bool EndOfEntry(string entry) => IsEndOfEntry(_lexer.Next(), entry);

    private bool IsEndOfEntry(Token token, string entry) => token.Kind switch
    {
        TokenKind.Fault => Fail(_lexer.Fault),
        TokenKind.LineEnd or TokenKind.FileEnd => true,
        _ => Fail($"{entry} has a field too many, {Text(token)}: take it away, or put a ; before it"),
    };

    /// <summary>A token as faults show it: printable, and not long.</summary>
    private string Text(Token token)
    {
        const int shown = 40;
        StringBuilder text = new();
        ReadOnlySpan<byte> octets = _lexer.Octets(token);
        foreach (byte octet in octets[..Math.Min(octets.Length, shown)])
        {
            if (octet is > 0x20 and < 0x7F)
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('\\').Append(octet.ToString("D3"));
            }
        }

        return text.Append(octets.Length > shown ? "…" : "").ToString();
    }

    private bool Fail(string message)
    {
        _fault ??= new ZoneFault(_file, _lexer.Line, true, message);
        return false;
    }
}
