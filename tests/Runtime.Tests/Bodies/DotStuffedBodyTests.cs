using DeclServer;

namespace Runtime.Tests.Bodies;

/// <summary>The transparency of RFC 5321, section 4.5.2, and the ends of data that servers were made to see where there are none.</summary>
public sealed class DotStuffedBodyTests
{
    private static DotStuffedBodyReader Reader() => new(1 << 20);

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]

    // RFC 5321, appendix D.1, its message.
    [InlineData("Blah blah blah...\r\n...etc. etc. etc.\r\n.\r\n", "Blah blah blah...\r\n..etc. etc. etc.\r\n")]
    [InlineData("a\r\n..\r\n...b\r\n.\r\n", "a\r\n.\r\n..b\r\n")]

    // A dot that was not doubled goes too: "if the first character is a period and there are other characters on the line".
    [InlineData(".a\r\n.\r\n", "a\r\n")]
    [InlineData("a.\r\nb.c\r\n.\r\n", "a.\r\nb.c\r\n")]
    [InlineData("\0\u00FF\r\n.\r\n", "\0\u00FF\r\n")]
    public void Accepted(string text, string data)
    {
        byte[] input = BodyReading.Latin(text);
        Assert.Equal(new BodyVerdict(ParseStatus.Done, data, input.Length, default, 0), BodyReading.AtEverySplit(Reader, input));
        Assert.Equal(new BodyVerdict(ParseStatus.Done, data, input.Length, default, 0), BodyReading.Read(Reader, [.. input, .. "QUIT\r\n"u8]));
        BodyReading.EveryMutation(Reader, input);
        BodyReading.AllocatesNothing(Reader, input);
        BodyReading.IsLinear(Reader, input, 2);
        for (int length = 0; length < input.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedMore, BodyReading.Read(Reader, input[..length]).Status);
        }
    }

    // SMTP smuggling: each of these ends the data for some servers and not for others.
    [Theory]
    [InlineData("a\n.\nMAIL FROM:<x>\r\n", 1)]
    [InlineData("a\n.\r\nMAIL FROM:<x>\r\n", 1)]
    [InlineData("a\r\n.\nMAIL FROM:<x>\r\n", 4)]
    [InlineData("a\r.\rMAIL FROM:<x>\r\n", 2)]
    [InlineData("a\r.\r\nMAIL FROM:<x>\r\n", 2)]
    [InlineData("a\r\n.\rMAIL FROM:<x>\r\n", 5)]
    [InlineData("a\r\r\n.\r\n", 2)]
    [InlineData("a\n\r\n.\r\n", 1)]
    [InlineData("a\r\n.\r\r\n", 5)]
    [InlineData(".\n", 1)]
    [InlineData("\n", 0)]
    public void Refused(string text, int offset)
    {
        BodyVerdict verdict = BodyReading.AtEverySplit(Reader, BodyReading.Latin(text));
        Assert.Equal((ParseStatus.Malformed, ErrorCode.UnexpectedByte, offset), (verdict.Status, verdict.Code, verdict.Offset));
        BodyReading.AllocatesNothing(Reader, BodyReading.Latin(text));
    }

    [Fact]
    public void TooMuchIsRefusedAtItsEnd()
    {
        byte[] input = BodyReading.Latin("abc\r\n..d\r\n..e\r\n.\r\n");
        Assert.Equal(new BodyVerdict(ParseStatus.Done, "abc\r\n.d\r\n.e\r\n", input.Length, default, 0), BodyReading.AtEverySplit(static () => new DotStuffedBodyReader(13), input));
        foreach ((int limit, string data, int offset) in new[] { (12, "abc\r\n.d\r\n.e\r", 14), (7, "abc\r\n.d", 8), (5, "abc\r\n", 6), (0, "", 0) })
        {
            Assert.Equal(new BodyVerdict(ParseStatus.Refused, data, input.Length, ErrorCode.TooLong, offset), BodyReading.AtEverySplit(() => new DotStuffedBodyReader(limit), input));
        }
    }

    [Fact]
    public void RandomInputHasOneVerdict()
    {
        Random random = new(5321);
        string[] pieces = ["\r\n", "\r\n", "\r", "\n", ".", "..", "a", "bc", ".\r\n", "\r\n.\r\n"];
        for (int i = 0; i < 5_000; i++)
        {
            int limit = random.Next(3) == 0 ? random.Next(12) : 1000;
            byte[] input = BodyReading.Latin(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])));
            BodyReading.AtEverySplit(() => new DotStuffedBodyReader(limit), input, threeWay: false);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(17)]
    [InlineData(400)]
    public void WhatIsWrittenIsRead(int room)
    {
        Random random = new(room);
        string[] pieces = ["\r\n", ".", "..", "a", "bcd", "\r\n.\r\n", "\0\u00E9"];
        for (int i = 0; i < 500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] encoded = BodyReading.Latin(BodyReading.Written(default(DotStuffedBodyWriter), BodyReading.Latin(text), room));
            string whole = text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text + "\r\n";
            Assert.Equal(new BodyVerdict(ParseStatus.Done, whole, encoded.Length, default, 0), BodyReading.Read(Reader, encoded));
        }
    }

    [Theory]
    [InlineData("a\nb", 1)]
    [InlineData("a\rb", 2)]
    [InlineData("\n", 0)]
    [InlineData("a\r\r\n", 2)]
    public void TheWriterPassesOnNoLoneLineEnd(string text, int consumed)
    {
        DotStuffedBodyWriter writer = default;
        Assert.Equal(ErrorCode.UnexpectedByte, writer.Write(BodyReading.Latin(text), new byte[32], out int taken, out _));
        Assert.Equal(consumed, taken);
    }

    [Fact]
    public void TheWriterDoesNotEndBehindALoneCr()
    {
        DotStuffedBodyWriter writer = default;
        byte[] room = new byte[8];
        Assert.Equal(ErrorCode.None, writer.Write("a\r"u8, room, out _, out _));
        Assert.Equal(ErrorCode.UnexpectedByte, writer.Finish(room, out _));
        Assert.Equal(ErrorCode.None, writer.Write("\n"u8, room, out _, out _));
        Assert.Equal(ErrorCode.Incomplete, writer.Finish(room.AsSpan(0, 2), out _));
        Assert.Equal(ErrorCode.None, writer.Finish(room, out int written));
        Assert.Equal(3, written);
        Assert.Equal(ErrorCode.TooLong, writer.Write("b"u8, room, out _, out _));
    }
}
