using System.Globalization;
using System.Text;
using DeclServer;

namespace Mail;

/// <summary>
/// A mail server that takes mail for its own domains and keeps it in a Maildir. A mail is on the disk before its 250 is sent: fsync holds the
/// loop meanwhile, so that other clients wait for the disk too.
/// </summary>
[Server]
[Listen<Smtp>(2525)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 64, QueueLength = 256)]
[Concurrency(ConcurrencyModel.ThreadPerConnection)]
[Concurrency(ConcurrencyModel.ProcessPerConnection)]
// A person at a keyboard may be slow: RFC 5321, section 4.5.3.2, gives a client minutes, not a rate.
[Limits(MaxConnections = 1_000, FirstByteTimeoutSeconds = 300, IdleTimeoutSeconds = 300, RequestTimeoutSeconds = 180, MinBytesPerSecond = 0)]
internal sealed partial class MailServer
{
    private const int MaxRecipients = 100;

    private Maildir _maildir = null!;
    private HashSet<string> _domains = [];
    private byte[] _hostname = [];
    private byte[] _greeting = [];
    private byte[] _size = [];

    /// <summary>Where the mail goes.</summary>
    [Setting(Help = "the Maildir; what is missing is made")]
    public string Maildir { get; set; } = "Maildir";

    /// <summary>What the server calls itself.</summary>
    [Setting(Help = "the name the server greets with")]
    public string Hostname { get; set; } = Environment.MachineName;

    /// <summary>The domains it takes mail for; mail for any other is refused, since relaying needs authentication.</summary>
    [Setting(Help = "the domains whose mail is taken, separated by commas")]
    public string Domains { get; set; } = "localhost";

    /// <summary>The most bytes of a mail.</summary>
    [Setting(Help = "bytes of the longest mail"), System.ComponentModel.DataAnnotations.Range(65_536, 1_073_741_824)]
    public int MaxMessageSize { get; set; } = 25 << 20;

    /// <summary>How many mails one connection may give.</summary>
    [Setting(Help = "mails that one connection may give"), System.ComponentModel.DataAnnotations.Range(1, 1_000_000)]
    public int MaxMessages { get; set; } = 1_000;

    internal static SmtpReplyLine TooLarge => SmtpReplyLine.Of(552, "5.3.4 the mail is too large"u8);

    private static SmtpReplyLine Ok => SmtpReplyLine.Of(250, "2.0.0 ok"u8);

    partial void OnStarting()
    {
        _maildir = new Maildir(Maildir);
        _domains = new HashSet<string>(Domains.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
        _hostname = Encoding.ASCII.GetBytes(Hostname);
        _greeting = [.. _hostname, .. " ESMTP"u8];
        _size = Encoding.ASCII.GetBytes($"SIZE {MaxMessageSize}");
    }

    partial void OnDisconnected(Session session, Connection connection) => session.Reset();

    /// <summary>Ends a mail: it is durable, or the client is told to try again.</summary>
    internal static SmtpReplyLine Finish(Delivery delivery) =>
        delivery.TryDeliver() ? SmtpReplyLine.Of(250, "2.0.0 delivered"u8) : SmtpReplyLine.Of(452, "4.3.1 insufficient system storage"u8);

    [Greeting]
    private SmtpReplyLine Greet() => SmtpReplyLine.Of(220, _greeting);

    [Command("EHLO")]
    private void Ehlo(ReadOnlySpan<byte> name, Session session, ReplyWriter<SmtpReplyLine> reply)
    {
        Begin(session, name, isExtended: true);
        reply.Write(SmtpReplyLine.More(250, _hostname));
        reply.Write(SmtpReplyLine.More(250, "PIPELINING"u8));
        reply.Write(SmtpReplyLine.More(250, "8BITMIME"u8));
        reply.Write(SmtpReplyLine.More(250, "SMTPUTF8"u8));
        reply.Write(SmtpReplyLine.More(250, "CHUNKING"u8));
        reply.Write(SmtpReplyLine.More(250, "ENHANCEDSTATUSCODES"u8));
        reply.Write(SmtpReplyLine.Of(250, _size));
    }

    [Command("HELO")]
    private SmtpReplyLine Helo(ReadOnlySpan<byte> name, Session session)
    {
        Begin(session, name, isExtended: false);
        return SmtpReplyLine.Of(250, _hostname);
    }

    [Command("MAIL", When = SmtpState.Ready, Next = SmtpState.Sender)]
    private SmtpReplyLine From(ReadOnlySpan<byte> path, Arguments parameters, Session session)
    {
        if (!Address.TryPath(path, "FROM:<"u8, out ReadOnlySpan<byte> sender) || (sender.Length > 0 && !Address.IsMailbox(sender)))
        {
            return SmtpReplyLine.Of(501, "5.1.7 say MAIL FROM:<mailbox>"u8);
        }

        if (session.Mails >= MaxMessages)
        {
            return SmtpReplyLine.Of(452, "4.5.3 too many mails in one connection"u8);
        }

        foreach (ReadOnlySpan<byte> parameter in parameters)
        {
            if (parameter.Length > 5 && Ascii.EqualsIgnoreCase(parameter[..5], "SIZE="u8))
            {
                if (!long.TryParse(parameter[5..], NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                {
                    return SmtpReplyLine.Of(501, "5.5.4 SIZE is a number"u8);
                }

                if (size > MaxMessageSize)
                {
                    return TooLarge;
                }
            }
            else if (!(Ascii.EqualsIgnoreCase(parameter, "BODY=7BIT"u8) || Ascii.EqualsIgnoreCase(parameter, "BODY=8BITMIME"u8) || Ascii.EqualsIgnoreCase(parameter, "SMTPUTF8"u8)))
            {
                return SmtpReplyLine.Of(555, "5.5.4 parameter not supported"u8);
            }
        }

        session.Sender = sender.ToArray();
        session.Mails++;
        return SmtpReplyLine.Of(250, "2.1.0 ok"u8);
    }

    [Command("RCPT", When = SmtpState.Sender | SmtpState.Recipients, Next = SmtpState.Recipients)]
    private SmtpReplyLine To(ReadOnlySpan<byte> path, Arguments parameters, Session session)
    {
        if (!Address.TryPath(path, "TO:<"u8, out ReadOnlySpan<byte> recipient) || !(Address.IsMailbox(recipient) || Ascii.EqualsIgnoreCase(recipient, "postmaster"u8)))
        {
            return SmtpReplyLine.Of(501, "5.1.3 say RCPT TO:<mailbox>"u8);
        }

        if (parameters.Count > 0)
        {
            return SmtpReplyLine.Of(555, "5.5.4 parameter not supported"u8);
        }

        int at = recipient.LastIndexOf((byte)'@');
        if (at >= 0 && !_domains.Contains(Encoding.UTF8.GetString(recipient[(at + 1)..])))
        {
            return SmtpReplyLine.Of(550, "5.7.1 relaying denied"u8);
        }

        if (session.Recipients.Count >= MaxRecipients)
        {
            return SmtpReplyLine.Of(452, "4.5.3 too many recipients"u8);
        }

        session.Recipients.Add(recipient.ToArray());
        return SmtpReplyLine.Of(250, "2.1.5 ok"u8);
    }

    [Command("DATA", When = SmtpState.Recipients)]
    private SmtpReplyLine Data(Session session, Connection connection)
    {
        if (Open(session, connection) is not { } delivery)
        {
            return SmtpReplyLine.Of(452, "4.3.1 insufficient system storage"u8);
        }

        connection.Receive(new MailBody(this, session, connection, delivery));
        return SmtpReplyLine.Of(354, "end with a single dot"u8);
    }

    /// <summary>Its chunk follows whatever the answer, so it is taken in every state: bytes of a mail must never be read as commands.</summary>
    [Command("BDAT")]
    private void Chunk(Arguments arguments, Session session, Connection connection, ReplyWriter<SmtpReplyLine> reply)
    {
        bool isLast = arguments.Count == 2 && Ascii.EqualsIgnoreCase(arguments[1], "LAST"u8);
        if (arguments.Count is not (1 or 2) || (arguments.Count == 2 && !isLast) || !long.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out long size))
        {
            reply.Write(SmtpReplyLine.Of(501, "5.5.4 say BDAT size or BDAT size LAST"u8));
            connection.Close();
            return;
        }

        string? refusal = null;
        if (session.State is not (SmtpState.Recipients or SmtpState.Chunks))
        {
            refusal = "503 5.5.1 bad sequence of commands";
        }
        else if (size > MaxMessageSize - (session.Delivery?.Size ?? 0))
        {
            session.Reset();
            refusal = "552 5.3.4 the mail is too large";
        }
        else if ((session.Delivery ??= Open(session, connection)) is null)
        {
            session.Reset();
            refusal = "452 4.3.1 insufficient system storage";
        }

        connection.Receive(new ChunkBody(session, session.Delivery, size, isLast, MaxMessageSize, refusal));
    }

    [Command("RSET")]
    private static SmtpReplyLine Reset(Session session)
    {
        session.Reset();
        return Ok;
    }

    [Command("NOOP")]
    private static SmtpReplyLine Noop(Arguments ignored) => Ok;

    /// <summary>Whether a mailbox exists is nobody's business (RFC 5321, 7.3).</summary>
    [Command("VRFY")]
    private static SmtpReplyLine Verify([System.ComponentModel.DataAnnotations.MinLength(1)] Arguments user) => SmtpReplyLine.Of(252, "2.1.5 send some mail, it will be tried"u8);

    [Command("HELP")]
    private static SmtpReplyLine Help(Arguments topic) => SmtpReplyLine.Of(214, "2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT, see RFC 5321"u8);

    [Command("QUIT")]
    private static SmtpReplyLine Quit(Connection connection)
    {
        connection.Close();
        return SmtpReplyLine.Of(221, "2.0.0 bye"u8);
    }

    private static void Begin(Session session, ReadOnlySpan<byte> name, bool isExtended)
    {
        session.State = SmtpState.Ready;
        session.Reset();
        session.Name = Encoding.UTF8.GetString(name[..Math.Min(name.Length, 255)]);
        session.IsExtended = isExtended;
    }

    /// <summary>Begins the file with its trace headers (RFC 5321, 4.4); null when there is no room.</summary>
    private Delivery? Open(Session session, Connection connection)
    {
        Delivery delivery;
        try
        {
            delivery = _maildir.Begin();
        }
        catch (IOException)
        {
            return null;
        }

        StringBuilder trace = new();
        trace.Append("Return-Path: <").Append(Encoding.UTF8.GetString(session.Sender)).Append(">\r\n");
        foreach (byte[] recipient in session.Recipients)
        {
            trace.Append("Delivered-To: ").Append(Encoding.UTF8.GetString(recipient)).Append("\r\n");
        }

        trace.Append("Received: from ").Append(session.Name).Append(" ([").Append(connection.RemoteEndPoint?.Address).Append("])\r\n\tby ")
            .Append(Hostname).Append(" with ").Append(session.IsExtended ? "ESMTP" : "SMTP").Append(";\r\n\t")
            .Append(DateTimeOffset.UtcNow.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)).Append("\r\n");
        delivery.Write(Encoding.UTF8.GetBytes(trace.ToString()), isHeader: true);
        return delivery;
    }
}
