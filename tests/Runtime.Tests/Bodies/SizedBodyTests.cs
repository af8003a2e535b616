using DeclServer;

namespace Runtime.Tests.Bodies;

/// <summary>Bodies of a known size.</summary>
public sealed class SizedBodyTests
{
    [Theory]
    [InlineData(0, "", "")]
    [InlineData(5, "hello", "hello")]
    [InlineData(5, "helloGET /", "hello")]
    public void Accepted(int size, string text, string data)
    {
        byte[] input = BodyReading.Latin(text);
        SizedBodyReader Make() => new(size, 5);
        Assert.Equal(new BodyVerdict(ParseStatus.Done, data, size, default, 0), BodyReading.AtEverySplit(Make, input));
        BodyReading.AllocatesNothing(Make, input);
        BodyReading.IsLinear(Make, input, 2);
    }

    [Theory]
    [InlineData(6, ErrorCode.TooLong)]
    [InlineData(long.MaxValue, ErrorCode.TooLong)]
    [InlineData(-1, ErrorCode.OutOfRange)]
    [InlineData(long.MinValue, ErrorCode.OutOfRange)]
    public void RefusedBeforeItsFirstByte(long size, ErrorCode code) =>
        Assert.Equal(new BodyVerdict(ParseStatus.Malformed, "", 0, code, 0), BodyReading.AtEverySplit(() => new SizedBodyReader(size, 5), "hello!"u8.ToArray()));

    [Fact]
    public void WaitsForTheRest() =>
        Assert.Equal(new BodyVerdict(ParseStatus.NeedMore, "hell", 4, default, 0), BodyReading.AtEverySplit(static () => new SizedBodyReader(5, 5), "hell"u8.ToArray()));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void WritesWhatWasAnnounced(int room)
    {
        Assert.Equal("hello", BodyReading.Written(new SizedBodyWriter(5), "hello"u8.ToArray(), room));
        SizedBodyWriter writer = new(3);
        Assert.Equal(ErrorCode.TooLong, writer.Write("hello"u8, new byte[9], out int consumed, out _));
        Assert.Equal(3, consumed);
        writer = new(9);
        Assert.Equal(ErrorCode.None, writer.Write("hello"u8, new byte[9], out _, out _));
        Assert.Equal(ErrorCode.TooShort, writer.Finish([], out _));
    }
}
