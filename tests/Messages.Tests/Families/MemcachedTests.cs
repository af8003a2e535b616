using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>memcached's <c>set</c> (doc/protocol.txt): a line of fields and an optional word, and a block as long as one of them says.</summary>
public sealed class MemcachedTests
{
    [Theory]
    [InlineData("set greeting 0 0 5\r\nhello\r\n")]
    [InlineData("set k 4294967295 -1 0 noreply\r\n\r\n")]
    [InlineData("set xyzkey 0 0 6\r\nabcdef\r\n")] // doc/protocol.txt's key and the block of libmemcached's memslap
    [InlineData("set b 1 2592000 4\r\n\r\n\r\n\r\n")] // a block of line ends
    public void ReadsAndWrites(string text) => MessageTest<MemcachedSet>.Valid(Wire.Bytes(text));

    [Fact]
    public void ReadsFields()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, MemcachedSet.TryParse("set greeting 7 -60 5 noreply\r\nhello\r\n"u8, ref state, out MemcachedSet set, out int length, out _));
        Assert.Equal(37, length);
        Assert.Equal("greeting", Wire.Text(set.Key));
        Assert.Equal(7u, set.Flags);
        Assert.Equal(-60, set.Exptime);
        Assert.Equal(5, set.Bytes);
        Assert.True(set.NoReply);
        Assert.Equal("hello", Wire.Text(set.Data));
    }

    [Fact]
    public void WritesTheLengthItself()
    {
        MemcachedSet set = new() { Key = "k"u8, Flags = 1, NoReply = true, Data = "abc"u8 };
        Span<byte> written = stackalloc byte[set.GetSize()];
        Assert.True(set.TryWrite(written, out _));
        Assert.Equal("set k 1 0 3 noreply\r\nabc\r\n", Wire.Text(written));
    }

    [Theory]
    [InlineData("set  k 0 0 0\r\n\r\n", ErrorCode.TooShort, "MemcachedSet.Key")]
    [InlineData("set k  0 0 0\r\n\r\n", ErrorCode.NotANumber, "MemcachedSet.Flags")] // two separators
    [InlineData("set k 0 0\r\n\r\n", ErrorCode.UnexpectedByte, "MemcachedSet.Bytes")]
    [InlineData("set k 0 0 1 \r\na\r\n", ErrorCode.TrailingBytes, "MemcachedSet.NoReply")]
    [InlineData("set k 0 0 1 noreplyx\r\na\r\n", ErrorCode.TrailingBytes, "MemcachedSet.NoReply")]
    [InlineData("set k 0 0 1 NOREPLY\r\na\r\n", ErrorCode.TrailingBytes, "MemcachedSet.NoReply")]
    [InlineData("SET k 0 0 1\r\na\r\n", ErrorCode.UnexpectedByte, "MemcachedSet.Key")]
    [InlineData("set k 4294967296 0 1\r\na\r\n", ErrorCode.OutOfRange, "MemcachedSet.Flags")]
    [InlineData("set k 0 9223372036854775808 1\r\na\r\n", ErrorCode.OutOfRange, "MemcachedSet.Exptime")]
    [InlineData("set k 0 0 01\r\na\r\n", ErrorCode.NotANumber, "MemcachedSet.Bytes")]
    [InlineData("set k 0 0 -1\r\n", ErrorCode.OutOfRange, "MemcachedSet.Bytes")]
    [InlineData("set k 0 0 1048577\r\n", ErrorCode.OutOfRange, "MemcachedSet.Bytes")]
    [InlineData("set k 0 0 1\na\r\n", ErrorCode.UnexpectedByte, "MemcachedSet.Key")] // a lone LF
    [InlineData("set k 0 0 1\r\nab\r\n", ErrorCode.UnexpectedByte, "MemcachedSet.Data")]
    [InlineData("set k\t 0 0 1\r\na\r\n", ErrorCode.BadCharacter, "MemcachedSet.Key")]
    public void Refuses(string text, ErrorCode code, string field) => MessageTest<MemcachedSet>.Invalid(Wire.Bytes(text), code, field);

    [Fact]
    public void RefusesALongKeyAndSkipsIt()
    {
        ParseState state = default;
        byte[] bytes = Wire.Bytes($"set {new string('k', 251)} 0 0 2\r\nab\r\n");
        Assert.Equal(ParseStatus.Refused, MemcachedSet.TryParse(bytes, ref state, out _, out int length, out ParseError error));
        Assert.Equal(bytes.Length, length);
        Assert.Equal(new ParseError(ErrorCode.TooLong, 254, "MemcachedSet.Key"), error);
    }

    [Fact]
    public void RefusesALineWithoutEnd() => MessageTest<MemcachedSet>.Invalid(Wire.Bytes("set " + new string('k', 400)), ErrorCode.TooLong, "MemcachedSet.Key");
}
