using System.Text;

namespace Runtime.Tests.Messages;

/// <summary>
/// Inputs that look like messages: most are valid in structure, then often broken in one place that a parser decides on, such as a length,
/// a line end or the number of elements. The same seed gives the same inputs.
/// </summary>
internal sealed class RandomInput(int seed)
{
    private static readonly string[] s_numbers =
    [
        "-1", "-0", "0", "00", "01", "+1", " 1", "1 ", "", "-", "9", "10", "250", "251", "1024", "65535", "65536", "65537", "1048576", "1048577", "1073741824", "2147483647",
        "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551615", "18446744073709551616", "99999999999999999999999999",
    ];

    private static readonly string[] s_names = ["GET", "SET", "set", "PING", "get", "gets", "cas", "incr", "touch", "delete", "HSET", "LRANGE", "", "EXPIRE"];

    private readonly Random _random = new(seed);
    private readonly byte[] _bytes = new byte[2_048];
    private int _length;

    /// <summary>The next input, valid until the one after it, and the message to read it as.</summary>
    public ReadOnlySpan<byte> Next(out MessageKind kind)
    {
        _length = 0;
        kind = (MessageKind)_random.Next(8);
        int messages = Chance(4) ? 2 : 1;
        for (int i = 0; i < messages; i++)
        {
            Message(kind);
        }

        if (Chance(2))
        {
            BreakBytes();
        }

        return _bytes.AsSpan(0, _length);
    }

    /// <summary>A place to cut an input of this length.</summary>
    public int Cut(int length) => _random.Next(length + 1);

    private void Message(MessageKind kind)
    {
        switch (kind)
        {
            case MessageKind.Command:
                int count = _random.Next(6);
                Add("*");
                Number(Chance(20) ? count + _random.Next(-1, 2) : count);
                LineEnd();
                for (int i = 0; i < count; i++)
                {
                    Bulk("$", _random.Next(16));
                }

                break;
            case MessageKind.Argument:
                Bulk("$", _random.Next(40));
                break;
            case MessageKind.Inline or MessageKind.Line:
                Words();
                break;
            case MessageKind.Reply:
                Reply();
                break;
            case MessageKind.Value or MessageKind.UniqueValue:
                int length = _random.Next(30);
                Add("VALUE ");
                Blob(Chance(30) ? 250 + _random.Next(3) : _random.Next(1, 20), 0x21, 0x100);
                Add(" ");
                Number(_random.Next());
                Add(" ");
                Number(length);
                if (kind == MessageKind.UniqueValue)
                {
                    Add(" ");
                    Number(_random.Next());
                }

                LineEnd();
                Blob(length, 0, 256);
                LineEnd();
                break;
            default:
                Add("STAT ");
                Blob(_random.Next(20), 0x21, 0x7F);
                Add(" ");
                Blob(_random.Next(20), 0x20, 0x7F);
                LineEnd();
                break;
        }
    }

    private void Reply()
    {
        switch (_random.Next(10))
        {
            case 0:
                Add("+");
                Blob(_random.Next(20), 0x20, 0x7F);
                LineEnd();
                break;
            case 1:
                Add("-ERR ");
                Blob(_random.Next(20), 0x20, 0x7F);
                LineEnd();
                break;
            case 2 or 3:
                Add(":");
                Number(_random.Next(int.MinValue, int.MaxValue));
                LineEnd();
                break;
            case 4 or 5:
                Bulk("$", _random.Next(30));
                break;
            case 6:
                Add("*");
                Number(_random.Next(-2, 10));
                LineEnd();
                break;
            case 7:
                Add("%");
                Number(_random.Next(-1, 10));
                LineEnd();
                break;
            case 8:
                Add(Chance(2) ? "_" : ",1.5");
                LineEnd();
                break;
            default:
                Bulk("=", _random.Next(3, 20));
                break;
        }
    }

    private void Words()
    {
        Add(s_names[_random.Next(s_names.Length)]);
        for (int words = _random.Next(6); words > 0; words--)
        {
            Add(_random.Next(10) switch { 0 => "  ", 1 => "\t", 2 => "", _ => " " });
            switch (_random.Next(6))
            {
                case 0:
                    Quoted("\"");
                    break;
                case 1:
                    Quoted("'");
                    break;
                case 2:
                    Number(_random.Next());
                    break;
                case 3:
                    Add("noreply");
                    break;
                default:
                    Blob(_random.Next(12), 0x21, 0x7F);
                    break;
            }
        }

        LineEnd();
    }

    private void Quoted(string quote)
    {
        Add(quote);
        for (int parts = _random.Next(4); parts > 0; parts--)
        {
            Blob(_random.Next(4), 0x20, 0x7F);
            Add(_random.Next(6) switch { 0 => "\\n", 1 => "\\x41", 2 => "\\x4", 3 => "\\\"", 4 => "\\'", _ => "\\\\" });
        }

        Add(Chance(20) ? "" : quote);
    }

    private void Bulk(string mark, int length)
    {
        Add(mark);
        Number(length);
        LineEnd();
        Blob(length, 0, 256);
        LineEnd();
    }

    /// <summary>The number, or now and then one at a bound or in a wrong spelling.</summary>
    private void Number(int value)
    {
        if (Chance(24))
        {
            Add(s_numbers[_random.Next(s_numbers.Length)]);
        }
        else if (value.TryFormat(_bytes.AsSpan(_length), out int written, default, System.Globalization.CultureInfo.InvariantCulture))
        {
            _length += written;
        }
    }

    private void LineEnd() => Add(_random.Next(40) switch { 0 => "\n", 1 => "\r", 2 => "", 3 => "\n\r", 4 => "\r\r\n", _ => "\r\n" });

    private void Blob(int length, int from, int to)
    {
        for (; length > 0 && _length < _bytes.Length; length--)
        {
            _bytes[_length++] = (byte)_random.Next(from, to);
        }
    }

    private void Add(string text)
    {
        if (text.Length <= _bytes.Length - _length)
        {
            _length += Encoding.Latin1.GetBytes(text, _bytes.AsSpan(_length));
        }
    }

    /// <summary>Changes, removes, repeats or cuts off bytes anywhere.</summary>
    private void BreakBytes()
    {
        for (int times = _random.Next(1, 4); times > 0 && _length > 1 && _length < _bytes.Length - 16; times--)
        {
            int at = _random.Next(_length);
            switch (_random.Next(6))
            {
                case 0:
                    _bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    _bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2:
                    _bytes.AsSpan(at + 1, --_length - at).CopyTo(_bytes.AsSpan(at));
                    break;
                case 3:
                    int length = Math.Min(_random.Next(1, 9), _length - at);
                    _bytes.AsSpan(at, _length - at).CopyTo(_bytes.AsSpan(at + length));
                    _length += length;
                    break;
                case 4:
                    _bytes[at] = "*$+-:\r\n0123456789 \"'\\="u8[_random.Next(22)];
                    break;
                default:
                    _length = at + 1;
                    break;
            }
        }
    }

    private bool Chance(int one) => _random.Next(one) == 0;
}
