using System.Text;
using DeclServer;
using DeclServer.Transport;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace Mail.Tests;

/// <summary>Sessions as the standard has them and as they must not be; the whole suite runs in every concurrency model on both transports.</summary>
public abstract class SessionTests(Service service)
{
    private const string Mail = "EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nRCPT TO:<Green@localhost>\r\nDATA\r\n"
        + "Blah blah\r\n..\r\n..dot\r\n...etc.\r\n.\r\nQUIT\r\n";

    /// <summary>RFC 5321, appendix D.1, sent as one piece.</summary>
    [Fact]
    public void A_mail_is_delivered_once_to_all_its_recipients()
    {
        using Served served = new(service);
        Assert.Equal("220 250 250 250 250 354 250 221", served.Codes(Mail));
        string mail = Assert.Single(served.Mails);
        Assert.StartsWith("Return-Path: <Smith@bar.com>\r\nDelivered-To: Jones@foo.com\r\nDelivered-To: Green@localhost\r\nReceived: from bar.com ([127.0.0.1])", mail);
        Assert.EndsWith("+0000\r\nBlah blah\r\n.\r\n.dot\r\n..etc.\r\n", mail);
        Assert.Equal(0, served.Unfinished);
    }

    [Fact]
    public void A_session_cut_at_any_byte_is_the_same_session()
    {
        using Served served = new(service);
        string whole = served.Say(Mail);
        for (int cut = 1; cut < Mail.Length; cut++)
        {
            Assert.Equal(whole, served.Say(Mail[..cut], Mail[cut..]));
        }

        Assert.Equal(whole, served.Say([.. Mail.Select(static c => c.ToString())]));
        string[] bodies = [.. served.Mails.Select(static m => m[m.IndexOf("Blah", StringComparison.Ordinal)..])];
        Assert.Equal(Mail.Length + 1, bodies.Length);
        Assert.Single(bodies.Distinct());
    }

    /// <summary>RFC 5321, 3.8 and 4.5.3.2: a server says 421 before it closes, whatever the reason and wherever in the session.</summary>
    [Theory]
    [InlineData("", "421 4.4.2 timeout, closing connection")]
    [InlineData("EHLO bar.com\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\nhalf a mail\r\n", "421 4.4.2 timeout, closing connection")]
    public void A_client_that_is_silent_for_too_long_is_told(string said, string last)
    {
        using Served served = new(service, limit: static s => s.FirstByteTimeoutSeconds = s.IdleTimeoutSeconds = s.RequestTimeoutSeconds = 1);
        Assert.EndsWith(last + "\r\n", served.SayAndWait(said));
        Assert.Empty(served.Mails);
        Assert.Equal(0, served.Unfinished);
    }

    [Fact]
    public void A_session_that_lasts_too_long_ends_with_a_goodbye()
    {
        using Served served = new(service, limit: static s => s.MaxLifetimeSeconds = 1);
        Assert.EndsWith("421 4.7.0 closing connection, it may ask no more\r\n", served.SayAndWait(""));
    }

    [Fact]
    public void A_session_of_too_many_commands_ends_with_a_goodbye()
    {
        using Served served = new(service, limit: static s => s.MaxRequestsPerConnection = 4);
        Assert.Equal("220 250 250 250 354 250 421", served.Codes("EHLO bar.com\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\na mail\r\n.\r\nNOOP\r\n"));
        Assert.Single(served.Mails);
    }

    /// <summary>RFC 5321, appendix D.2: an aborted transaction.</summary>
    [Fact]
    public void A_reset_forgets_the_mail()
    {
        using Served served = new(service);
        Assert.Equal("220 250 250 250 250 503 250 503 221", served.Codes("EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nRSET\r\nDATA\r\nMAIL FROM:<a@b.c>\r\nDATA\r\nQUIT\r\n"));
        Assert.Empty(served.Mails);
    }

    public static TheoryData<string, string> Table()
    {
        string[] states = ["", "EHLO a\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\n", "EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nBDAT 1\r\nx"];
        (string Command, string Codes)[] commands =
        [
            ("EHLO a", "250 250 250 250 250"),
            ("HELO a", "250 250 250 250 250"),
            ("MAIL FROM:<a@b.c>", "503 250 503 503 503"),
            ("RCPT TO:<a@foo.com>", "503 503 250 250 503"),
            ("DATA\r\n.", "503 503 503 354 503"),
            ("BDAT 4 LAST\r\nQUIT", "503 503 503 250 250"),
            ("RSET", "250 250 250 250 250"),
            ("NOOP", "250 250 250 250 250"),
            ("VRFY a", "252 252 252 252 252"),
            ("HELP", "214 214 214 214 214"),
            ("QUIT", "221 221 221 221 221"),
            ("WHAT", "500 500 500 500 500"),
        ];
        TheoryData<string, string> data = [];
        for (int i = 0; i < states.Length; i++)
        {
            foreach ((string command, string codes) in commands)
            {
                data.Add(states[i] + command + "\r\n", codes.Split(' ')[i]);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_command_is_answered_in_every_state_as_the_table_says(string session, string code)
    {
        using Served served = new(service);
        string before = session[..(session.TrimEnd().LastIndexOf("\r\n", StringComparison.Ordinal) + 2)];
        bool hasBody = session.Contains("DATA\r\n.", StringComparison.Ordinal) || session.Contains("LAST", StringComparison.Ordinal);
        int skipped = 1 + before.Split("\r\n").Length - 1 - (hasBody ? 1 : 0);
        Assert.Equal(code, served.Codes(session).Split(' ')[skipped]);
    }

    [Fact]
    public void Chunks_make_one_mail_and_are_never_read_as_commands()
    {
        using Served served = new(service);
        Assert.Equal(
            "220 250 503 250 250 250 250 250 221",
            served.Codes("EHLO a\r\nBDAT 6\r\nQUIT\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nBDAT 6\r\n.\r\n.\r\nBDAT 0\r\nBDAT 5 LAST\r\nlast\nQUIT\r\n"));
        Assert.EndsWith("+0000\r\n.\r\n.\r\nlast\n", Assert.Single(served.Mails));
    }

    [Theory]
    [InlineData("a\n.\nb")]
    [InlineData("a\n.\r\nb")]
    [InlineData("a\r.\rb")]
    [InlineData("a\r\n.\nb")]
    [InlineData("a\r\n.\rb")]
    [InlineData("a\r.\r\nb")]
    [InlineData("a\nb")]
    public void A_line_that_other_servers_end_elsewhere_is_refused_and_the_connection_closed(string body)
    {
        using Served served = new(service);
        string session = $"EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\n{body}\r\nMAIL FROM:<evil@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
        Assert.Equal("220 250 250 250 354 550", served.Codes(session));
        Assert.Empty(served.Mails);
        Assert.Equal(0, served.Unfinished);
    }

    [Theory]
    [InlineData("a@elsewhere.org", "550")]
    [InlineData("a%elsewhere.org@foo.com", "250")]
    [InlineData("a@elsewhere.org@foo.com", "501")]
    [InlineData("@foo.com:a@elsewhere.org", "501")]
    [InlineData("../../etc@foo.com", "250")]
    [InlineData("postmaster", "250")]
    public void Mail_for_others_is_not_relayed(string recipient, string code)
    {
        using Served served = new(service);
        Assert.Equal($"220 250 250 {code}", served.Codes($"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<{recipient}>\r\n"));
    }

    [Fact]
    public void Limits_are_told_and_the_session_goes_on()
    {
        using Served served = new(service, static s => { s.MaxMessageSize = 65_536; s.MaxMessages = 1; });
        string large = string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 70));
        string many = string.Concat(Enumerable.Repeat("RCPT TO:<a@foo.com>\r\n", 101));
        Assert.Equal("220 250 552 555 250 250 354 552 452 221", served.Codes(
            $"EHLO a\r\nMAIL FROM:<a@b.c> SIZE=65537\r\nMAIL FROM:<a@b.c> RET=HDRS\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\n{large}.\r\nMAIL FROM:<a@b.c>\r\nQUIT\r\n"));
        Assert.EndsWith("250 452", served.Codes($"EHLO a\r\nMAIL FROM:<a@b.c>\r\n{many}"));
        Assert.Empty(served.Mails);
        Assert.Equal(0, served.Unfinished);
    }

    /// <summary>MailKit, which pipelines and sends by CHUNKING where it is told that it may: what it has sent is what stands in the Maildir.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void MailKit_delivers_what_it_sends_and_is_told_what_it_may_not(int attached)
    {
        using Served served = new(service);
        using MimeMessage mail = new();
        mail.From.Add(new MailboxAddress("Smith", "Smith@bar.com"));
        mail.To.Add(new MailboxAddress("Jones", "Jones@foo.com"));
        mail.Cc.Add(new MailboxAddress("Green", "Green@localhost"));
        mail.Subject = "dots and \u00fcmlauts";
        byte[] attachment = new byte[attached];
        new Random(1).NextBytes(attachment);
        BodyBuilder body = new() { TextBody = ".\n..\n.leading dots\n\u00fc\n" };
        if (attached > 0)
        {
            body.Attachments.Add("data.bin", attachment);
        }

        mail.Body = body.ToMessageBody();
        using (SmtpClient client = new())
        {
            client.Connect("127.0.0.1", served.Port, SecureSocketOptions.None);
            Assert.True(client.Capabilities.HasFlag(SmtpCapabilities.Pipelining | SmtpCapabilities.Chunking | SmtpCapabilities.EightBitMime | SmtpCapabilities.Size));
            Assert.Contains("delivered", client.Send(mail), StringComparison.Ordinal);
            SmtpCommandException refused = Assert.Throws<SmtpCommandException>(() =>
                client.Send(mail, new MailboxAddress("", "Smith@bar.com"), [new MailboxAddress("", "somebody@elsewhere.org")]));
            Assert.Equal(SmtpErrorCode.RecipientNotAccepted, refused.ErrorCode);
            client.Send(mail);
            client.Disconnect(quit: true);
        }

        string[] mails = served.Mails;
        Assert.Equal(2, mails.Length);
        foreach (string delivered in mails)
        {
            using MimeMessage read = MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(delivered)));
            Assert.Equal(mail.Subject, read.Subject);
            Assert.Equal(mail.TextBody, read.TextBody!.ReplaceLineEndings("\n"));
            foreach (MimePart part in read.Attachments.Cast<MimePart>())
            {
                using MemoryStream content = new();
                part.Content!.DecodeTo(content);
                Assert.Equal(attachment, content.ToArray());
            }

            Assert.Equal(attached > 0 ? 1 : 0, read.Attachments.Count());
        }

        Assert.Equal(0, served.Unfinished);
    }

    [Fact]
    public void A_mail_whose_client_goes_away_leaves_nothing()
    {
        using Served served = new(service);
        Assert.Equal("220 250 250 250 354", served.Codes("EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@foo.com>\r\nDATA\r\nhalf\r\n"));
        Assert.Empty(served.Mails);
        Assert.Equal(0, served.Unfinished);
    }
}

public sealed class EventLoopEpollSessionTests() : SessionTests(new Service(ConcurrencyModel.EventLoop, TransportKind.Epoll));

public sealed class EventLoopPortableSessionTests() : SessionTests(new Service(ConcurrencyModel.EventLoop, TransportKind.Portable));

public sealed class HybridEpollSessionTests() : SessionTests(new Service(ConcurrencyModel.Hybrid, TransportKind.Epoll));

public sealed class HybridPortableSessionTests() : SessionTests(new Service(ConcurrencyModel.Hybrid, TransportKind.Portable));

public sealed class ThreadPoolEpollSessionTests() : SessionTests(new Service(ConcurrencyModel.ThreadPool, TransportKind.Epoll));

public sealed class ThreadPoolPortableSessionTests() : SessionTests(new Service(ConcurrencyModel.ThreadPool, TransportKind.Portable));

public sealed class ThreadEpollSessionTests() : SessionTests(new Service(ConcurrencyModel.ThreadPerConnection, TransportKind.Epoll));

public sealed class ThreadPortableSessionTests() : SessionTests(new Service(ConcurrencyModel.ThreadPerConnection, TransportKind.Portable));

public sealed class ProcessEpollSessionTests() : SessionTests(new Service(ConcurrencyModel.ProcessPerConnection, TransportKind.Epoll));

public sealed class ProcessPortableSessionTests() : SessionTests(new Service(ConcurrencyModel.ProcessPerConnection, TransportKind.Portable));
