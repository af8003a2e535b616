using DeclServer;
using DeclServer.Messages;
using Xunit;

namespace Messages.Tests;

/// <summary>X.690, 8.3: a number in two's complement, and the bytes it takes.</summary>
public sealed class BerTests
{
    [Theory]
    [InlineData(0, "01 00")]
    [InlineData(127, "01 7f")]
    [InlineData(128, "02 0080")]
    [InlineData(256, "02 0100")]
    [InlineData(-1, "01 ff")]
    [InlineData(-128, "01 80")]
    [InlineData(-129, "02 ff7f")]
    [InlineData(-32769, "03 ff7fff")]
    [InlineData(int.MaxValue, "04 7fffffff")]
    [InlineData(long.MaxValue, "08 7fffffffffffffff")]
    [InlineData(long.MinValue, "08 8000000000000000")]
    public void ReadsAndWrites(long number, string hex)
    {
        byte[] bytes = Hex.Bytes(hex);
        byte[] written = new byte[Varint.BerIntegerSize(number)];
        int at = 0;
        Varint.WriteBerInteger(written, ref at, number);
        Assert.Equal(bytes, written);
        at = 0;
        Assert.Equal(ErrorCode.None, Varint.BerInteger(bytes, ref at, 10, long.MinValue, long.MaxValue, out long read));
        Assert.Equal((number, bytes.Length), (read, at));
        for (int length = 0; length < bytes.Length; length++)
        {
            at = 0;
            Assert.Equal(ErrorCode.Incomplete, Varint.BerInteger(bytes.AsSpan(0, length), ref at, 10, long.MinValue, long.MaxValue, out _));
        }
    }

    /// <summary>Every content of up to two bytes: read only where it is the shortest, and then written as it was.</summary>
    [Fact]
    public void HasOneSpelling()
    {
        HashSet<long> seen = [];
        for (int content = 0; content < 0x10100; content++)
        {
            byte[] bytes = content < 0x100 ? [1, (byte)content] : [2, (byte)((content - 0x100) >> 8), (byte)content];
            int at = 0;
            if (Varint.BerInteger(bytes, ref at, 9, long.MinValue, long.MaxValue, out long number) != ErrorCode.None)
            {
                continue;
            }

            Assert.True(seen.Add(number), $"{number} twice");
            byte[] written = new byte[Varint.BerIntegerSize(number)];
            at = 0;
            Varint.WriteBerInteger(written, ref at, number);
            Assert.Equal(bytes, written);
        }

        Assert.Equal(Enumerable.Range(short.MinValue, 0x10000).Select(static n => (long)n), seen.Order());
    }

    [Theory]
    [InlineData("01 00", ErrorCode.None)]
    [InlineData("01 ff", ErrorCode.None)]
    [InlineData("01 01", ErrorCode.NotCanonical)]
    [InlineData("00", ErrorCode.UnexpectedByte)]
    [InlineData("02 0000", ErrorCode.UnexpectedByte)]
    [InlineData("01", ErrorCode.Incomplete)]
    [InlineData("", ErrorCode.Incomplete)]
    public void ReadsTruths(string hex, ErrorCode code)
    {
        int at = 0;
        Assert.Equal(code, Varint.BerBoolean(Hex.Bytes(hex), ref at, 2, 1, out _));
    }
}
