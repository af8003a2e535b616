#pragma warning disable IL2026 // MaxLength reflects when it validates objects; here it is only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>
/// SMTP (RFC 5321), told apart by verbs. Refusals carry enhanced status codes (RFC 3463). A client whose connection runs out of time, or is
/// cut by the end of a drain, is closed without the 421 of section 3.8: nothing is written then.
/// </summary>
[Protocol(IgnoreCase = true)]
[Request<SmtpRequest>(nameof(SmtpRequest.Words))]
public sealed class Smtp : IProtocol<SmtpReplyLine>
{
    private Smtp()
    {
    }

    /// <summary>The most bytes of a command line with its end (4.5.3.1.4), and as many again for the parameters of extensions.</summary>
    public const int MaxCommandSize = 1024;

    /// <summary>The most bytes of a reply line with its end (4.5.3.1.5).</summary>
    public const int MaxReplyLineSize = 512;

    /// <summary>The most lines of a reply.</summary>
    public const int MaxReplyLines = 100;

    /// <summary>A path between its angle brackets (4.5.3.1.3), in ABNF; a quoted local part holds neither brackets nor spaces.</summary>
    public const string Path = "*254(%x21-3B / %x3D / %x3F-7E / %x80-FF)";

    /// <inheritdoc/>
    public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<SmtpReplyLine> reply)
    {
        reply.Write(refusal.Reason switch
        {
            RefusalReason.UnknownCommand or RefusalReason.UnknownSubcommand => SmtpReplyLine.Of(500, "5.5.2 command not recognized"u8),
            RefusalReason.WrongArgumentCount => SmtpReplyLine.Of(501, "5.5.4 wrong number of arguments"u8),
            RefusalReason.UnknownOption or RefusalReason.BadArgument => SmtpReplyLine.Of(501, "5.5.4 syntax error in arguments"u8),
            RefusalReason.OutOfOrder => SmtpReplyLine.Of(503, "5.5.1 bad sequence of commands"u8),
            RefusalReason.TooManyConnections => SmtpReplyLine.Of(421, "4.3.2 too many connections, try again later"u8),
            RefusalReason.HandlerFailed => SmtpReplyLine.Of(451, "4.3.0 local error in processing"u8),
            _ => SmtpReplyLine.Of(500, "5.5.2 syntax error, closing connection"u8),
        });
    }

    /// <summary>RFC 5321, 3.8: a server that closes says 421 first. The enhanced codes are RFC 3463's.</summary>
    public static void SayGoodbye(GoodbyeReason reason, scoped ReplyWriter<SmtpReplyLine> reply) => reply.Write(reason switch
    {
        GoodbyeReason.TimedOut => SmtpReplyLine.Of(421, "4.4.2 timeout, closing connection"u8),
        GoodbyeReason.Retired => SmtpReplyLine.Of(421, "4.7.0 closing connection, it may ask no more"u8),
        _ => SmtpReplyLine.Of(421, "4.3.2 closing connection, try again later"u8),
    });
}

/// <summary>A command line as a server takes it: the verb and its arguments.</summary>
[Message(MaxSize = Smtp.MaxCommandSize), Text]
public readonly ref partial struct SmtpRequest
{
    /// <summary>The verb and what follows it.</summary>
    public partial Words Words { get; init; }
}

/// <summary>Any command (4.1.1): its verb and what follows it.</summary>
[Message(MaxSize = Smtp.MaxCommandSize), Text(IgnoreCase = true)]
public readonly ref partial struct SmtpCommand
{
    /// <summary>The verb; its case does not matter.</summary>
    [Chars("1*16ALPHA")] public partial ReadOnlySpan<byte> Verb { get; init; }

    /// <summary>What follows the verb.</summary>
    [Rest(Optional = true), Chars("*(%x20-7E / %x80-FF)")] public partial ReadOnlySpan<byte> Argument { get; init; }
}

/// <summary><c>MAIL FROM:&lt;path&gt;</c> with parameters (4.1.1.2).</summary>
[Message(MaxSize = Smtp.MaxCommandSize, Owned = true), Text(IgnoreCase = true)]
public readonly ref partial struct SmtpMail
{
    /// <summary>Whom to tell of failures; empty where nobody is to be told.</summary>
    [Literal(Before = "MAIL FROM:<"), Until(">"), Chars(Smtp.Path)] public partial ReadOnlySpan<byte> ReversePath { get; init; }

    /// <summary>The parameters, <c>SIZE=1000 BODY=8BITMIME</c>.</summary>
    public partial Words Parameters { get; init; }
}

/// <summary><c>RCPT TO:&lt;path&gt;</c> with parameters (4.1.1.3).</summary>
[Message(MaxSize = Smtp.MaxCommandSize), Text(IgnoreCase = true)]
public readonly ref partial struct SmtpRecipient
{
    /// <summary>The recipient.</summary>
    [Literal(Before = "RCPT TO:<"), Until(">"), Chars(Smtp.Path), MinLength(1)] public partial ReadOnlySpan<byte> ForwardPath { get; init; }

    /// <summary>The parameters.</summary>
    public partial Words Parameters { get; init; }
}

/// <summary>A line of a reply (4.2).</summary>
[Message(MaxSize = Smtp.MaxReplyLineSize, Owned = true)]
public readonly ref partial struct SmtpReplyLine : IReply
{
    /// <summary>The code.</summary>
    [Ascii(Digits = 3), Range(200, 599)] public partial short Code { get; init; }

    /// <summary>A space in the reply's last line, a hyphen in those before it.</summary>
    [AllowedValues((byte)' ', (byte)'-')] public partial byte Mark { get; init; }

    /// <summary>The text.</summary>
    [Until("\r\n"), Chars("*506(HTAB / %x20-7E / %x80-FF)")] public partial ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Whether the reply ends with this line.</summary>
    public bool IsLast => Mark == ' ';

    /// <summary>Whether it refuses, now (4yz) or for good (5yz).</summary>
    public bool IsRefusal => Code >= 400;

    /// <summary>The only or the last line of a reply.</summary>
    public static SmtpReplyLine Of(short code, ReadOnlySpan<byte> text) => new() { Code = code, Mark = (byte)' ', Text = text };

    /// <summary>A line of a reply that goes on.</summary>
    public static SmtpReplyLine More(short code, ReadOnlySpan<byte> text) => new() { Code = code, Mark = (byte)'-', Text = text };
}

/// <summary>A reply of one or more lines (4.2.1).</summary>
[Message(MaxSize = Smtp.MaxReplyLines * Smtp.MaxReplyLineSize)]
public readonly ref partial struct SmtpReply
{
    /// <summary>The lines.</summary>
    [RepeatUntil(nameof(SmtpReplyLine.IsLast)), MaxLength(Smtp.MaxReplyLines)] public partial Seq<SmtpReplyLine> Lines { get; init; }

    /// <summary>The code of the first line.</summary>
    public int Code
    {
        get
        {
            foreach (SmtpReplyLine line in Lines)
            {
                return line.Code;
            }

            return 0;
        }
    }

    /// <summary>Whether each line has the same code, as RFC 5321 asks for.</summary>
    public bool HasOneCode
    {
        get
        {
            int code = Code;
            foreach (SmtpReplyLine line in Lines)
            {
                if (line.Code != code)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
