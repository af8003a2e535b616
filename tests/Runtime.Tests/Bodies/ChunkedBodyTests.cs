using DeclServer;

namespace Runtime.Tests.Bodies;

/// <summary>The chunked coding of RFC 9112, section 7.1, and the shapes that smuggle requests through it.</summary>
public sealed class ChunkedBodyTests
{
    private static ChunkedBodyReader Strict() => new(1 << 20);

    private static ChunkedBodyReader Lenient() => new(1 << 20, allowExtensions: true);

    // The body of RFC 9112, section 7.1, in the shape of its grammar: chunks, last chunk, trailers.
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n", "Wikipedia")]
    [InlineData("A\r\n0123456789\r\na\r\nabcdefghij\r\n000\r\n\r\n", "0123456789abcdefghij")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    [InlineData("0000000000000003\r\nabc\r\n0\r\nExpires: Wed, 21 Oct 2026 07:28:00 GMT\r\nX-Y:\r\nZ: \u00E9\t\r\n\r\n", "abc")]
    public void Accepted(string text, string data)
    {
        byte[] input = BodyReading.Latin(text);
        Assert.Equal(new BodyVerdict(ParseStatus.Done, data, input.Length, default, 0), BodyReading.AtEverySplit(Strict, input));
        Assert.Equal(new BodyVerdict(ParseStatus.Done, data, input.Length, default, 0), BodyReading.Read(Strict, [.. input, .. "GET / HTTP/1.1"u8]));
        BodyReading.EveryMutation(Strict, input);
        BodyReading.AllocatesNothing(Strict, input);
        BodyReading.IsLinear(Strict, input, 2);
        for (int length = 0; length < input.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedMore, BodyReading.Read(Strict, input[..length]).Status);
        }
    }

    [Theory]
    [InlineData("\r\n0\r\n\r\n", 0, ErrorCode.NotANumber)] // no size
    [InlineData("-1\r\n", 0, ErrorCode.NotANumber)]
    [InlineData("+1\r\na\r\n", 0, ErrorCode.NotANumber)]
    [InlineData("0x1\r\na\r\n", 1, ErrorCode.UnexpectedByte)]
    [InlineData(" 1\r\na\r\n", 0, ErrorCode.NotANumber)]
    [InlineData("1 \r\na\r\n", 1, ErrorCode.UnexpectedByte)] // space behind the size
    [InlineData("1\t\r\na\r\n", 1, ErrorCode.UnexpectedByte)]
    [InlineData("1\na\n0\n\n", 1, ErrorCode.UnexpectedByte)] // bare LF
    [InlineData("1\r\na\n0\r\n\r\n", 4, ErrorCode.UnexpectedByte)]
    [InlineData("1\r\na\r\r\n", 5, ErrorCode.UnexpectedByte)]
    [InlineData("1\r\r\na", 2, ErrorCode.UnexpectedByte)] // bare CR
    [InlineData("1\r\nab\r\n", 4, ErrorCode.UnexpectedByte)] // longer than it says
    [InlineData("2\r\na\r\n0\r\n\r\n", 5, ErrorCode.UnexpectedByte)] // shorter than it says
    [InlineData("1;a=b\r\na\r\n", 1, ErrorCode.UnexpectedByte)] // extension
    [InlineData("1;\n5\r\n", 1, ErrorCode.UnexpectedByte)]
    [InlineData("FFFFFFFFFFFFFFFF\r\n", 5, ErrorCode.TooLong)] // the size passes the limit, then 64 bits
    [InlineData("10000000000000001\r\n", 6, ErrorCode.TooLong)]
    [InlineData("00000000000000001\r\na", 16, ErrorCode.TooLong)] // too many zeros
    [InlineData("100001\r\n", 5, ErrorCode.TooLong)]
    [InlineData("0\r\n\n", 3, ErrorCode.UnexpectedByte)]
    [InlineData("0\r\n a: b\r\n\r\n", 3, ErrorCode.UnexpectedByte)] // obs-fold first
    [InlineData("0\r\na: b\r\n c\r\n\r\n", 9, ErrorCode.UnexpectedByte)] // obs-fold
    [InlineData("0\r\na : b\r\n\r\n", 4, ErrorCode.UnexpectedByte)] // space before the colon
    [InlineData("0\r\n: b\r\n\r\n", 3, ErrorCode.UnexpectedByte)]
    [InlineData("0\r\na\r\n\r\n", 4, ErrorCode.UnexpectedByte)] // no colon
    [InlineData("0\r\na: b\n\r\n", 7, ErrorCode.UnexpectedByte)]
    [InlineData("0\r\na: \0\r\n\r\n", 6, ErrorCode.UnexpectedByte)]
    [InlineData("0\r\n\rX", 4, ErrorCode.UnexpectedByte)]
    public void Refused(string text, int offset, ErrorCode code)
    {
        BodyVerdict verdict = BodyReading.AtEverySplit(Strict, BodyReading.Latin(text));
        Assert.Equal((ParseStatus.Malformed, offset, code), (verdict.Status, verdict.Offset, verdict.Code));
        Assert.Equal(offset, verdict.Consumed);
        BodyReading.AllocatesNothing(Strict, BodyReading.Latin(text));
    }

    [Fact]
    public void ExtensionsAreSkippedWhereThatIsDeclared()
    {
        byte[] input = BodyReading.Latin("4;a=b;c=\"d e\"\r\nWiki\r\n0;x\r\n\r\n");
        Assert.Equal(new BodyVerdict(ParseStatus.Done, "Wiki", input.Length, default, 0), BodyReading.AtEverySplit(Lenient, input));
        BodyReading.EveryMutation(Lenient, input);

        // A lone LF ends no extension.
        Assert.Equal(ParseStatus.Malformed, BodyReading.Read(Lenient, BodyReading.Latin("4;a\nWiki\r\n")).Status);
        string many = string.Concat(Enumerable.Repeat("1;" + new string('x', 99) + "\r\na\r\n", 60));
        Assert.Equal(ErrorCode.TooLong, BodyReading.Read(Lenient, BodyReading.Latin(many)).Code);
    }

    [Fact]
    public void TheLimitsAreExact()
    {
        byte[] ten = BodyReading.Latin("5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n");
        Assert.Equal(ParseStatus.Done, BodyReading.AtEverySplit(static () => new ChunkedBodyReader(10), ten).Status);
        Assert.Equal((ErrorCode.TooLong, 10, "abcde"), Short(BodyReading.AtEverySplit(static () => new ChunkedBodyReader(9), ten)));
        byte[] trailers = BodyReading.Latin("0\r\na:1\r\nb:2\r\n\r\n");
        Assert.Equal(ParseStatus.Done, BodyReading.AtEverySplit(static () => new ChunkedBodyReader(0, 2, 10), trailers).Status);
        Assert.Equal((ErrorCode.TooLong, 8, ""), Short(BodyReading.AtEverySplit(static () => new ChunkedBodyReader(0, 1, 10), trailers)));
        Assert.Equal((ErrorCode.TooLong, 12, ""), Short(BodyReading.AtEverySplit(static () => new ChunkedBodyReader(0, 2, 9), trailers)));
        Assert.Equal((ErrorCode.TooLong, 0, ""), Short(BodyReading.AtEverySplit(static () => default(ChunkedBodyReader), ten)));
        byte[] largest = BodyReading.Latin("7FFFFFFFFFFFFFFF\r\nx");
        Assert.Equal(new BodyVerdict(ParseStatus.NeedMore, "x", largest.Length, default, 0), BodyReading.Read(static () => new ChunkedBodyReader(long.MaxValue), largest));
        Assert.Equal((ErrorCode.TooLong, 15, ""), Short(BodyReading.Read(static () => new ChunkedBodyReader(long.MaxValue), BodyReading.Latin("8000000000000000\r\n"))));
    }

    [Fact]
    public void RandomInputHasOneVerdict()
    {
        Random random = new(9112);
        string[] pieces = ["\r\n", "\r", "\n", "0", "1", "5", "a", "F", ";", ":", " ", "abcde", "x: y", "\0", "\r\n\r\n"];
        for (int i = 0; i < 5_000; i++)
        {
            byte[] input = BodyReading.Latin(string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)])));
            BodyReading.AtEverySplit<ChunkedBodyReader>(i % 2 == 0 ? Strict : Lenient, input, threeWay: false);
        }
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(300)]
    [InlineData(5_000)]
    public void WhatIsWrittenIsRead(int room)
    {
        byte[] data = [.. Enumerable.Range(0, 2_000).Select(static i => (byte)i)];
        byte[] encoded = BodyReading.Latin(BodyReading.Written(default(ChunkedBodyWriter), data, room));
        BodyVerdict read = BodyReading.Read(Strict, encoded);
        Assert.Equal((ParseStatus.Done, encoded.Length), (read.Status, read.Consumed));
        Assert.Equal(data, BodyReading.Latin(read.Data));
    }

    [Fact]
    public void TheWriterNeverEndsByChance()
    {
        ChunkedBodyWriter writer = default;
        byte[] room = new byte[32];
        Assert.Equal(ErrorCode.None, writer.Write([], room, out _, out int written));
        Assert.Equal(0, written);
        Assert.Equal(ErrorCode.None, writer.Write("abc"u8, room.AsSpan(0, 5), out int consumed, out written));
        Assert.Equal((0, 0), (consumed, written));
        Assert.Equal(ErrorCode.Incomplete, writer.Finish(room.AsSpan(0, 4), out written));
        Assert.Equal(ErrorCode.None, writer.Finish(room, out written));
        Assert.Equal(5, written);
        Assert.Equal(ErrorCode.TooLong, writer.Write("abc"u8, room, out _, out _));
    }

    private static (ErrorCode Code, int Offset, string Data) Short(BodyVerdict verdict) => (verdict.Code, verdict.Offset, verdict.Data);
}
