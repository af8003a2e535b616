using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>SMTP (RFC 5321): command lines whose letters stand in any case, and replies whose last line says that it is.</summary>
public sealed class SmtpTests
{
    [Theory]
    [InlineData("MAIL FROM:<Smith@bar.com>\r\n")] // appendix D.1
    [InlineData("MAIL FROM:<a@example.org> SIZE=3\r\n")] // captured from curl 7.88.1
    [InlineData("MAIL FROM:<>\r\n")] // a notice of a failure
    [InlineData("MAIL FROM:<userx@y.foo.org> SIZE=1000000 BODY=8BITMIME\r\n")]
    [InlineData("MAIL FROM:<@hosta.int,@jkl.org:userc@d.bar.org>\r\n")] // appendix C's source route
    public void ReadsAndWritesMail(string text) => MessageTest<SmtpMail>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("RCPT TO:<Jones@foo.com>\r\n")]
    [InlineData("RCPT TO:<postmaster> NOTIFY=NEVER\r\n")]
    public void ReadsAndWritesRecipients(string text) => MessageTest<SmtpRecipient>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("EHLO bar.com\r\n")]
    [InlineData("EHLO client.example\r\n")] // captured from curl 7.88.1
    [InlineData("DATA\r\n")]
    [InlineData("quit\r\n")]
    [InlineData("VRFY Crispin Sam\r\n")]
    [InlineData("MAIL FROM:<a@b> X=1\r\n")]
    public void ReadsAndWritesCommands(string text) => MessageTest<SmtpCommand>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("250 OK\r\n")]
    [InlineData("220 \r\n")]
    [InlineData("250-foo.com greets bar.com\r\n250-8BITMIME\r\n250-SIZE\r\n250-DSN\r\n250 HELP\r\n")] // appendix D.1
    [InlineData("550 No such user here\r\n")]
    public void ReadsAndWritesReplies(string text) => MessageTest<SmtpReply>.Valid(Wire.Bytes(text));

    [Fact]
    public void ReadsMailInAnyCase()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, SmtpMail.TryParse("mail From:<a@B.example> size=10 BODY=8BITMIME\r\n"u8, ref state, out SmtpMail mail, out _, out _));
        Assert.Equal("a@B.example", Wire.Text(mail.ReversePath));
        List<string> parameters = [];
        foreach (ReadOnlySpan<byte> parameter in mail.Parameters)
        {
            parameters.Add(Wire.Text(parameter));
        }

        Assert.Equal(["size=10", "BODY=8BITMIME"], parameters);
    }

    [Theory]
    [InlineData("MAIL FROM:a@b\r\n", ErrorCode.UnexpectedByte, "SmtpMail.ReversePath")]
    [InlineData("MAIL FROM: <a@b>\r\n", ErrorCode.UnexpectedByte, "SmtpMail.ReversePath")]
    [InlineData("MAIL FROM:<a@b\r\n", ErrorCode.UnexpectedByte, "SmtpMail.ReversePath")]
    [InlineData("MAIL FROM:<a b>\r\n", ErrorCode.BadCharacter, "SmtpMail.ReversePath")]
    [InlineData("MAIL FROM:<a@b>SIZE=1\r\n", ErrorCode.UnexpectedByte, "SmtpMail.Parameters")]
    [InlineData("MAIL FROM:<a@b> \r\n", ErrorCode.TooShort, "SmtpMail.Parameters")]
    [InlineData("MAIL FROM:<a@b>\n", ErrorCode.UnexpectedByte, "SmtpMail.ReversePath")]
    [InlineData("RCPT TO:<a@b>\r\n", ErrorCode.UnexpectedByte, "SmtpMail.ReversePath")]
    public void RefusesMail(string text, ErrorCode code, string field) => MessageTest<SmtpMail>.Invalid(Wire.Bytes(text), code, field);

    [Theory]
    [InlineData("250-a\r\n250 b\r\n", true)]
    [InlineData("250-a\r\n251 b\r\n", false)]
    public void TellsWhetherAReplyHasOneCode(string text, bool has)
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, SmtpReply.TryParse(Wire.Bytes(text), ref state, out SmtpReply reply, out _, out _));
        Assert.Equal(250, reply.Code);
        Assert.Equal(has, reply.HasOneCode);
    }

    [Fact]
    public void RefusesARecipientWithoutName() => MessageTest<SmtpRecipient>.Invalid("RCPT TO:<>\r\n"u8, ErrorCode.TooShort, "SmtpRecipient.ForwardPath");

    [Theory]
    [InlineData("25 OK\r\n", ErrorCode.NotANumber, "SmtpReplyLine.Code")]
    [InlineData("999 OK\r\n", ErrorCode.OutOfRange, "SmtpReplyLine.Code")]
    [InlineData("250+OK\r\n", ErrorCode.NotAllowed, "SmtpReplyLine.Mark")]
    [InlineData("250+a\r\n250-b\r\n250 c\r\n", ErrorCode.NotAllowed, "SmtpReplyLine.Mark")] // the refused line is before the last split
    public void RefusesReplies(string text, ErrorCode code, string field) => MessageTest<SmtpReply>.Invalid(Wire.Bytes(text), code, field);
}
