using System.Text;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>The emitted parsers and writers of the declared protocols, on every split and mutation of valid messages.</summary>
public sealed class MessageTests
{
    [Theory]
    [InlineData("*2\r\n$3\r\nGET\r\n$5\r\nkey:1\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n")]
    [InlineData("*0\r\n")]
    public void RespCommands(string text) => Check<RespCommand>(text);

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR wrong\r\n")]
    [InlineData(":-9223372036854775808\r\n")]
    [InlineData("$5\r\nhello\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*3\r\n")]
    [InlineData("%2\r\n")]
    [InlineData("_\r\n")]
    [InlineData("=8\r\ntxt:text\r\n")]
    public void RespReplies(string text) => Check<RespReply>(text);

    [Theory]
    [InlineData("PING\r\n")]
    [InlineData("set \"a key\" 'a value'\r\n")]
    [InlineData("set\ta\"\\n \\x00\" 'it\\'s'\r\n")]
    public void InlineCommands(string text) => Check<RespInline>(text);

    [Theory]
    [InlineData("VALUE k 4294967295 3\r\nabc\r\n")]
    [InlineData("VALUE key:1 0 0\r\n\r\n")]
    public void MemcachedValues(string text) => Check<MemcachedValue>(text);

    [Theory]
    [InlineData("VALUE k 7 3 18446744073709551615\r\nabc\r\n")]
    public void MemcachedUniqueValues(string text) => Check<MemcachedUniqueValue>(text);

    [Fact]
    public void AnAnnouncementIsRefusedAtOnceAndAllocatesNothing()
    {
        string[] announcements = ["*1\r\n$1073741824", "*1\r\n$9223372036854775808", "*1\r\n$-1\r\n", "*1\r\n$00", "*99999999999", "*+1", "*1\r\n$ 1"];
        foreach (string text in announcements)
        {
            byte[] input = Encoding.Latin1.GetBytes(text);
            Verdict(Parse<RespCommand>(input));
            long before = GC.GetAllocatedBytesForCurrentThread();
            ParseState state = default;
            ParseStatus status = RespCommand.TryParse(input, ref state, out _, out _, out ParseError error);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            Assert.Equal(ParseStatus.Malformed, status);
            Assert.NotNull(error.Field);
        }
    }

    [Fact]
    public void RandomInputHasOneVerdictAtEverySplit()
    {
        Random random = new(20261124);
        byte[] alphabet = Encoding.ASCII.GetBytes("*$+-:\r\n0123456789GET ");
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input = new byte[random.Next(1, 40)];
            for (int j = 0; j < input.Length; j++)
            {
                input[j] = alphabet[random.Next(alphabet.Length)];
            }

            input[0] = (byte)'*';
            Assert.Equal(Parse<RespCommand>(input), Drip<RespCommand>(input));
            Assert.Equal(Parse<RespReply>(input.AsSpan(1).ToArray()), Drip<RespReply>(input.AsSpan(1).ToArray()));
        }
    }

    private static void Check<T>(string text)
        where T : IMessage<T>, allows ref struct
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref state, out T message, out int consumed, out _));
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(bytes.Length, message.GetSize());
        byte[] written = new byte[bytes.Length];
        Assert.True(message.TryWrite(written, out int length));
        Assert.Equal(bytes.Length, length);
        Assert.Equal(bytes, written);
        Assert.False(message.TryWrite(new byte[bytes.Length - 1], out _));
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            ParseState prefix = default;
            Assert.Equal(ParseStatus.NeedMore, T.TryParse(bytes.AsSpan(0, cut), ref prefix, out _, out int none, out _));
            Assert.Equal(0, none);
            Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref prefix, out _, out consumed, out _));
            Assert.Equal(bytes.Length, consumed);
        }

        for (int at = 0; at < bytes.Length; at++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] mutant = [.. bytes];
                mutant[at] = (byte)value;
                Assert.Equal(Parse<T>(mutant), Drip<T>(mutant));
            }
        }
    }

    private static (ParseStatus Status, int Consumed, ParseError Error) Parse<T>(byte[] input)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        ParseStatus status = T.TryParse(input, ref state, out _, out int consumed, out ParseError error);
        return (status, consumed, error);
    }

    /// <summary>One byte more at a time, with the state kept; a verdict once given must be the one for the whole.</summary>
    private static (ParseStatus Status, int Consumed, ParseError Error) Drip<T>(byte[] input)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        for (int length = 1; length < input.Length; length++)
        {
            ParseStatus status = T.TryParse(input.AsSpan(0, length), ref state, out _, out int consumed, out ParseError error);
            if (status != ParseStatus.NeedMore)
            {
                return (status, consumed, error);
            }
        }

        ParseStatus last = T.TryParse(input, ref state, out _, out int all, out ParseError wrong);
        return (last, all, wrong);
    }

    private static void Verdict((ParseStatus Status, int Consumed, ParseError Error) verdict) => Assert.Equal(ParseStatus.Malformed, verdict.Status);
}
