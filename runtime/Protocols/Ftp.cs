#pragma warning disable IL2026 // MaxLength reflects when it validates objects; here it is only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>What the lines of FTP's control connection are made of (RFC 959).</summary>
public static class Ftp
{
    /// <summary>The most bytes of a command line with its end: a path of 4,096 bytes, and a verb.</summary>
    public const int MaxCommandSize = 4096 + 8;

    /// <summary>The most bytes of a reply line with its end.</summary>
    public const int MaxReplyLineSize = 2048;

    /// <summary>The most lines of a reply.</summary>
    public const int MaxReplyLines = 200;
}

/// <summary>Any command (4.1): its verb, and a path or another argument in which spaces are bytes like others.</summary>
[Message(MaxSize = Ftp.MaxCommandSize), Text]
public readonly ref partial struct FtpCommand
{
    /// <summary>The verb; its case does not matter.</summary>
    [Chars("3*4ALPHA")] public partial ReadOnlySpan<byte> Verb { get; init; }

    /// <summary>What follows the verb; no NUL, CR or LF.</summary>
    [Rest(Optional = true), Chars("*(%x01-09 / %x0B-0C / %x0E-FF)")] public partial ReadOnlySpan<byte> Argument { get; init; }
}

/// <summary><c>PORT h1,h2,h3,h4,p1,p2</c>: where data is to be sent (4.1.2).</summary>
[Message(MaxSize = 64), Text(Separator = ",", IgnoreCase = true)]
public readonly ref partial struct FtpPort
{
    /// <summary>The address's first byte.</summary>
    [Literal(Before = "PORT "), Ascii] public partial byte H1 { get; init; }

    /// <summary>The address's second byte.</summary>
    [Ascii] public partial byte H2 { get; init; }

    /// <summary>The address's third byte.</summary>
    [Ascii] public partial byte H3 { get; init; }

    /// <summary>The address's last byte.</summary>
    [Ascii] public partial byte H4 { get; init; }

    /// <summary>The port's high byte.</summary>
    [Ascii] public partial byte P1 { get; init; }

    /// <summary>The port's low byte.</summary>
    [Ascii] public partial byte P2 { get; init; }
}

/// <summary>A line of a reply (4.2). The last one starts with the code and a space; a server lets no line before it start so.</summary>
[Message(MaxSize = Ftp.MaxReplyLineSize, Owned = true)]
public readonly ref partial struct FtpReplyLine
{
    /// <summary>The line without its end.</summary>
    [Until("\r\n"), MaxLength(Ftp.MaxReplyLineSize - 2)] public partial ReadOnlySpan<byte> Line { get; init; }

    /// <summary>The code that the line starts with; 0 where it starts with none.</summary>
    public int Code => Line.At(0) is >= '1' and <= '6' && Line.At(1) is >= '0' and <= '9' && Line.At(2) is >= '0' and <= '9'
        ? ((Line.At(0) - '0') * 100) + ((Line.At(1) - '0') * 10) + Line.At(2) - '0'
        : 0;

    /// <summary>Whether the reply ends with this line.</summary>
    public bool IsLast => Code > 0 && (Line.At(3) is ' ' or -1);
}

/// <summary>A reply of one or more lines (4.2).</summary>
[Message(MaxSize = 64 << 10)]
public readonly ref partial struct FtpReply
{
    /// <summary>The lines.</summary>
    [RepeatUntil(nameof(FtpReplyLine.IsLast)), MaxLength(Ftp.MaxReplyLines)] public partial Seq<FtpReplyLine> Lines { get; init; }

    /// <summary>The code of the first line.</summary>
    public int Code
    {
        get
        {
            foreach (FtpReplyLine line in Lines)
            {
                return line.Code;
            }

            return 0;
        }
    }

    /// <summary>Whether the first line, where more follow, says so with a hyphen, and the last one has its code again, as RFC 959 asks for.</summary>
    public bool IsFramed
    {
        get
        {
            int code = Code;
            int last = 0;
            int count = 0;
            foreach (FtpReplyLine line in Lines)
            {
                last = line.Code;
                if (count++ == 0 && (code == 0 || (!line.IsLast && line.Line.At(3) != '-')))
                {
                    return false;
                }
            }

            return last == code;
        }
    }
}
