using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>FTP's control connection (RFC 959): commands with a path, numbers between commas, replies of several lines.</summary>
public sealed class FtpTests
{
    [Theory]
    [InlineData("USER Waldo\r\n")] // section 7's scenario
    [InlineData("PASS ftp@example.com\r\n")] // captured from curl 7.88.1, as the next three
    [InlineData("PWD\r\n")]
    [InlineData("SIZE a b.txt\r\n")]
    [InlineData("TYPE I\r\n")]
    [InlineData("RETR test pl1\r\n")] // a name with a space
    [InlineData("QUIT\r\n")]
    [InlineData("PORT 127,0,0,1,4,1\r\n")]
    public void ReadsAndWritesCommands(string text) => MessageTest<FtpCommand>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("PORT 127,0,0,1,4,1\r\n")]
    [InlineData("PORT 127,0,0,1,181,47\r\n")] // captured from curl 7.88.1
    [InlineData("PORT 255,255,255,255,255,255\r\n")]
    public void ReadsAndWritesPorts(string text) => MessageTest<FtpPort>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("PORT 127,0,0,1,4\r\n", ErrorCode.UnexpectedByte, "FtpPort.P2")]
    [InlineData("PORT 127,0,0,256,4,1\r\n", ErrorCode.OutOfRange, "FtpPort.H4")]
    [InlineData("PORT 127,0,0,1,4,1,\r\n", ErrorCode.TrailingBytes, "FtpPort.P2")]
    [InlineData("PORT 127,,0,1,4,1\r\n", ErrorCode.NotANumber, "FtpPort.H2")]
    public void RefusesPorts(string text, ErrorCode code, string field) => MessageTest<FtpPort>.Invalid(Wire.Bytes(text), code, field);

    [Theory]
    [InlineData("220 Service ready\r\n")]
    [InlineData("123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n123 The last line\r\n")] // section 4.2
    [InlineData("226\r\n")]
    public void ReadsAndWritesReplies(string text) => MessageTest<FtpReply>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("220 a\r\n", true)]
    [InlineData("123-a\r\nb\r\n123 c\r\n", true)]
    [InlineData("123-a\r\n124 b\r\n", false)]
    [InlineData("abc\r\n124 b\r\n", false)]
    public void TellsWhetherAReplyIsFramed(string text, bool isFramed)
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, FtpReply.TryParse(Wire.Bytes(text), ref state, out FtpReply reply, out _, out _));
        Assert.Equal(isFramed, reply.IsFramed);
    }

    [Fact]
    public void RefusesANullInAPath() => MessageTest<FtpCommand>.Invalid("RETR a\0b\r\n"u8, ErrorCode.BadCharacter, "FtpCommand.Argument");
}
