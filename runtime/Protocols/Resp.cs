#pragma warning disable IL2026 // MaxLength and Length reflect when they validate objects; here they are only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>
/// The Redis serialization protocol: RESP2 requests and replies, and the RESP3 replies that differ
/// (https://redis.io/docs/latest/develop/reference/protocol-spec/). Error texts are those of redis 7.0.
/// </summary>
[Protocol(IgnoreCase = true)]
[Request<RespCommand>(nameof(RespCommand.Arguments))]
[Request<RespInline>(nameof(RespInline.Arguments))]
public sealed class Resp : IProtocol<RespReply>
{
    /// <summary>The most bytes of one argument: 1 MiB, where redis takes 512 MiB (proto-max-bulk-len).</summary>
    public const int MaxBulkLength = 1 << 20;

    /// <summary>The most arguments of one request, where redis takes 1,048,576.</summary>
    public const int MaxArguments = 1 << 16;

    /// <summary>The most bytes of one request: 4 MiB.</summary>
    public const int MaxRequestSize = 4 << 20;

    /// <summary>The most bytes of an inline request: 64 KiB, as redis's PROTO_INLINE_MAX_SIZE.</summary>
    public const int MaxInlineSize = 64 << 10;

    /// <summary>How much of a client's words an error repeats: 128 bytes, as redis does of an unknown command's name, and of its arguments.</summary>
    public const int MaxEcho = 128;

    private Resp()
    {
    }

    /// <inheritdoc/>
    public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<RespReply> reply)
    {
        Span<byte> buffer = stackalloc byte[1024];
        TextBuilder text = new(buffer);
        switch (refusal.Reason)
        {
            case RefusalReason.Malformed:
                text.Add("ERR Protocol error: "u8);
                Malformed(refusal, ref text);
                break;
            case RefusalReason.UnknownCommand when refusal.Arguments.Count == 0:
                // An empty request is no request (networking.c, processMultibulkBuffer).
                return;
            case RefusalReason.UnknownCommand:
                text.Add("ERR unknown command '"u8);
                text.AddPrintable(Head(refusal.Arguments[0], MaxEcho));
                text.Add("', with args beginning with: "u8);
                AddArguments(refusal.Arguments[1..], ref text);
                break;
            case RefusalReason.UnknownSubcommand when refusal.Arguments.Count < 2:
                text.Add("ERR wrong number of arguments for '"u8);
                text.AddLower(Head(refusal.Arguments[0], MaxEcho));
                text.Add("' command"u8);
                break;
            case RefusalReason.UnknownSubcommand:
                text.Add("ERR unknown subcommand '"u8);
                text.AddPrintable(Head(refusal.Arguments[1], MaxEcho));
                text.Add("'. Try "u8);
                text.AddUpper(Head(refusal.Arguments[0], MaxEcho));
                text.Add(" HELP."u8);
                break;
            case RefusalReason.WrongArgumentCount:
                text.Add("ERR wrong number of arguments for '"u8);
                text.AddLower(refusal.Command);
                text.Add("' command"u8);
                break;
            case RefusalReason.UnknownOption:
                text.Add("ERR syntax error"u8);
                break;
            case RefusalReason.BadArgument when !refusal.Message.IsEmpty:
                text.Add("ERR "u8);
                text.Add(refusal.Message);
                break;
            case RefusalReason.BadArgument:
                text.Add(refusal.Error.Code switch
                {
                    ErrorCode.NotANumber or ErrorCode.OutOfRange => "ERR value is not an integer or out of range"u8,
                    ErrorCode.BadFormat => "ERR value is not a valid float"u8,
                    ErrorCode.TooLong => "ERR value is too long"u8,
                    ErrorCode.TooShort => "ERR value is too short"u8,
                    ErrorCode.NotAllowed => "ERR syntax error"u8,
                    _ => "ERR value has a byte that is not allowed"u8,
                });
                break;
            case RefusalReason.TooManyConnections:
                text.Add("ERR max number of clients reached"u8);
                break;
            default:
                text.Add("ERR internal error"u8);
                break;
        }

        reply.Write(RespReply.Error(text.Written));
    }

    /// <summary>The words of networking.c, processMultibulkBuffer and processInlineBuffer.</summary>
    private static void Malformed(scoped in Refusal refusal, scoped ref TextBuilder text)
    {
        ParseError error = refusal.Error;
        switch (error.Field)
        {
            case "RespCommand.ArgumentCount":
                text.Add("invalid multibulk length"u8);
                break;
            case "RespArgument.Length" when error.Code == ErrorCode.UnexpectedByte && IsFirstOfLine(refusal):
                text.Add("expected '$', got '"u8);
                text.AddPrintable(refusal.Received.Slice(error.Offset, 1));
                text.Add("'"u8);
                break;
            case "RespArgument.Length":
                text.Add("invalid bulk length"u8);
                break;
            case "RespArgument.Value":
                text.Add("expected CR LF behind the bulk"u8);
                break;
            case "RespInline.Arguments" when error.Code == ErrorCode.BadQuotes:
                text.Add("unbalanced quotes in request"u8);
                break;
            case "RespInline.Arguments":
                text.Add("too big inline request"u8);
                break;
            default:
                text.Add("too big request"u8);
                break;
        }
    }

    private static bool IsFirstOfLine(scoped in Refusal refusal) =>
        refusal.Error.Offset > 0 && refusal.Error.Offset < refusal.Received.Length && refusal.Received[refusal.Error.Offset - 1] == (byte)'\n';

    private static void AddArguments(scoped in Arguments arguments, scoped ref TextBuilder text)
    {
        int start = text.Written.Length;
        foreach (ReadOnlySpan<byte> argument in arguments)
        {
            int left = MaxEcho - (text.Written.Length - start);
            if (left <= 0)
            {
                break;
            }

            text.Add("'"u8);
            text.AddPrintable(Head(argument, left));
            text.Add("' "u8);
        }
    }

    /// <summary>The text's beginning as C prints it: up to a NUL.</summary>
    private static ReadOnlySpan<byte> Head(ReadOnlySpan<byte> text, int length)
    {
        ReadOnlySpan<byte> head = text[..Math.Min(text.Length, length)];
        int end = head.IndexOf((byte)0);
        return end < 0 ? head : head[..end];
    }
}

/// <summary>A request as clients send it: <c>*2 CR LF $3 CR LF GET CR LF $3 CR LF key CR LF</c>.</summary>
[Message(MaxSize = Resp.MaxRequestSize)]
public readonly ref partial struct RespCommand
{
    /// <summary>How many arguments follow; none, where it is not positive.</summary>
    [Literal(Before = "*"), Ascii, Until("\r\n"), Range(int.MinValue, Resp.MaxArguments)]
    public partial int ArgumentCount { get; }

    /// <summary>The command's name and its arguments.</summary>
    [Count(nameof(ArgumentCount))]
    public partial Seq<RespArgument> Arguments { get; init; }
}

/// <summary>An argument of a request: a bulk string that is there.</summary>
[Message(MaxSize = Resp.MaxBulkLength + 16)]
public readonly ref partial struct RespArgument
{
    /// <summary>The argument's length in bytes.</summary>
    [Literal(Before = "$"), Ascii, Until("\r\n"), Range(0, Resp.MaxBulkLength)]
    public partial int Length { get; }

    /// <summary>The argument.</summary>
    [Size(nameof(Length)), Literal(After = "\r\n")]
    public partial ReadOnlySpan<byte> Value { get; init; }
}

/// <summary>
/// A request as a person types it: words in a line, told apart as sds.c's sdssplitargs does. It skips what isspace(3) calls a space, but a
/// vertical tab or form feed inside a word is a part of it.
/// </summary>
[Message(MaxSize = Resp.MaxInlineSize)]
[Text(Separator = " \t\r", Blank = "\v\f", LineEnd = LineEnd.CrLfOrLf, Quotes = true, Escapes = true)]
public readonly ref partial struct RespInline
{
    /// <summary>The command's name and its arguments.</summary>
    public partial Words Arguments { get; init; }
}

/// <summary>
/// One element of a reply. A reply that holds others is written as its head (<see cref="Array"/>, <see cref="Map"/>, <see cref="Set"/>) and then its elements,
/// one by one, so that none has to be held whole.
/// </summary>
[Message(MaxSize = Resp.MaxRequestSize, Tag = nameof(Kind), Owned = true)]
public readonly ref partial struct RespReply
{
    /// <summary>The byte that tells the element's type.</summary>
    public partial byte Kind { get; }

    /// <summary>A simple string.</summary>
    [Case('+'), Until("\r\n"), MaxLength(64 << 10)]
    public partial ReadOnlySpan<byte> Text { get; init; }

    /// <summary>An error: a code in capitals, then what is wrong.</summary>
    [Case('-'), Until("\r\n"), MaxLength(64 << 10)]
    public partial ReadOnlySpan<byte> ErrorText { get; init; }

    /// <summary>An integer.</summary>
    [Case(':'), Ascii, Until("\r\n")]
    public partial long Number { get; init; }

    /// <summary>The length of <see cref="Data"/>; -1 says that there is none.</summary>
    [Case('$'), Ascii, Until("\r\n"), Range(-1, Resp.MaxBulkLength)]
    public partial int Length { get; init; }

    /// <summary>A bulk string.</summary>
    [Case('$'), Size(nameof(Length), Null = -1), Literal(After = "\r\n")]
    public partial ReadOnlySpan<byte> Data { get; init; }

    /// <summary>How many elements of an array follow; -1 says that there is no array.</summary>
    [Case('*'), Ascii, Until("\r\n"), Range(-1, int.MaxValue)]
    public partial int Count { get; init; }

    /// <summary>How many pairs of a map follow (RESP3).</summary>
    [Case('%'), Ascii, Until("\r\n"), Range(0, int.MaxValue)]
    public partial int PairCount { get; init; }

    /// <summary>How many members of a set follow (RESP3).</summary>
    [Case('~'), Ascii, Until("\r\n"), Range(0, int.MaxValue)]
    public partial int MemberCount { get; init; }

    /// <summary>Nothing: RESP3's null.</summary>
    [Case('_'), Until("\r\n"), MaxLength(0)]
    public partial ReadOnlySpan<byte> Nothing { get; init; }

    /// <summary>A floating-point number in text (RESP3).</summary>
    [Case(','), Until("\r\n"), MaxLength(64)]
    public partial ReadOnlySpan<byte> DoubleText { get; init; }

    /// <summary>The length of <see cref="Verbatim"/> (RESP3).</summary>
    [Case('='), Ascii, Until("\r\n"), Range(4, Resp.MaxBulkLength)]
    public partial int VerbatimLength { get; }

    /// <summary>Text to be shown as it is, behind its format: <c>txt:</c> (RESP3).</summary>
    [Case('='), Size(nameof(VerbatimLength)), Literal(After = "\r\n")]
    public partial ReadOnlySpan<byte> Verbatim { get; init; }

    /// <summary><c>+OK</c>.</summary>
    public static RespReply Ok => Simple("OK"u8);

    /// <summary>RESP2's null bulk string.</summary>
    public static RespReply Null => new() { Length = -1 };

    /// <summary>RESP2's null array.</summary>
    public static RespReply NullArray => new() { Count = -1 };

    /// <summary>RESP3's null.</summary>
    public static RespReply Null3 => new() { Nothing = default };

    /// <summary>A simple string; it must hold no CR or LF, so give it constants, and clients' bytes to <see cref="Bulk"/>.</summary>
    public static RespReply Simple(ReadOnlySpan<byte> text) => new() { Text = text };

    /// <summary>An error; it must hold no CR or LF.</summary>
    public static RespReply Error(ReadOnlySpan<byte> text) => new() { ErrorText = text };

    /// <summary>An integer.</summary>
    public static RespReply Integer(long number) => new() { Number = number };

    /// <summary>A bulk string: any bytes.</summary>
    public static RespReply Bulk(ReadOnlySpan<byte> data) => new() { Data = data };

    /// <summary>The head of an array.</summary>
    public static RespReply Array(int count) => new() { Count = count };

    /// <summary>The head of a RESP3 map.</summary>
    public static RespReply Map(int pairs) => new() { PairCount = pairs };

    /// <summary>The head of a RESP3 set.</summary>
    public static RespReply Set(int members) => new() { MemberCount = members };
}
