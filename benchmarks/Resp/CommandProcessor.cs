using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DeclServer.Benchmarks.Resp;

/// <summary>
/// GET, SET, PING, CONFIG GET and COMMAND over one store: all that differs between the peer servers is how bytes reach this
/// class and leave it.
/// </summary>
public sealed class CommandProcessor
{
    /// <summary>The most arguments of a request, its name among them; no command here takes more than three.</summary>
    private const int MaxArguments = 16;

    /// <summary>Room for "$", the ten digits of an int, and two line ends.</summary>
    private const int BulkOverhead = 16;

    private readonly KeyValueStore _store = new();

    /// <summary>Answers every whole request in <paramref name="input"/>, in order.</summary>
    /// <returns>The bytes used up, and whether the connection may go on.</returns>
    public (int Consumed, bool Open) Process<TWriter>(ReadOnlySpan<byte> input, TWriter output)
        where TWriter : class, IBufferWriter<byte>
    {
        Span<Slice> arguments = stackalloc Slice[MaxArguments];
        int used = 0;
        while (used < input.Length)
        {
            ReadOnlySpan<byte> rest = input.Slice(used);
            switch (RequestParser.Parse(rest, arguments, out int count, out int consumed))
            {
                case ParseStatus.NeedMore:
                    return (used, true);
                case ParseStatus.Invalid:
                    output.Write("-ERR Protocol error\r\n"u8);
                    return (used, false);
                default:
                    Execute(rest, arguments.Slice(0, count), output);
                    used += consumed;
                    break;
            }
        }

        return (used, true);
    }

    private void Execute<TWriter>(ReadOnlySpan<byte> input, ReadOnlySpan<Slice> arguments, TWriter output)
        where TWriter : class, IBufferWriter<byte>
    {
        ReadOnlySpan<byte> name = arguments[0].Of(input);
        if (Ascii.EqualsIgnoreCase(name, "GET"u8))
        {
            if (arguments.Length != 2)
            {
                output.Write("-ERR wrong number of arguments for 'get' command\r\n"u8);
            }
            else if (_store.TryGet(arguments[1].Of(input), out byte[]? value))
            {
                WriteBulk(value, output);
            }
            else
            {
                output.Write("$-1\r\n"u8);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "SET"u8))
        {
            if (arguments.Length != 3)
            {
                output.Write("-ERR wrong number of arguments for 'set' command (no options here)\r\n"u8);
            }
            else
            {
                _store.Set(arguments[1].Of(input), arguments[2].Of(input));
                output.Write("+OK\r\n"u8);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "PING"u8))
        {
            if (arguments.Length == 1)
            {
                output.Write("+PONG\r\n"u8);
            }
            else
            {
                WriteBulk(arguments[1].Of(input), output);
            }
        }
        else if (Ascii.EqualsIgnoreCase(name, "CONFIG"u8) && arguments.Length == 3)
        {
            // CONFIG GET setting: redis-benchmark asks before it begins. Every setting is empty here.
            output.Write("*2\r\n"u8);
            WriteBulk(arguments[2].Of(input), output);
            output.Write("$0\r\n\r\n"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "COMMAND"u8))
        {
            output.Write("*0\r\n"u8);
        }
        else
        {
            output.Write("-ERR unknown command\r\n"u8);
        }
    }

    /// <summary>Writes <c>"$" size CRLF bytes CRLF</c>.</summary>
    private static void WriteBulk<TWriter>(ReadOnlySpan<byte> value, TWriter output)
        where TWriter : class, IBufferWriter<byte>
    {
        Span<byte> to = output.GetSpan(value.Length + BulkOverhead);
        to[0] = (byte)'$';
        Utf8Formatter.TryFormat(value.Length, to.Slice(1), out int digits);
        int at = 1 + digits;
        "\r\n"u8.CopyTo(to.Slice(at));
        value.CopyTo(to.Slice(at + 2));
        "\r\n"u8.CopyTo(to.Slice(at + 2 + value.Length));
        output.Advance(at + 2 + value.Length + 2);
    }
}
