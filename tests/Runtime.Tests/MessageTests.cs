using System.Text;
using DeclServer;

namespace Runtime.Tests;

/// <summary>The laws of emitted parsers: any split gives the same verdict, what is read is written back, nothing throws.</summary>
public sealed class MessageTests
{
    public static TheoryData<string, string> Corpus => new()
    {
        { "command", "*0\r\n" }, { "command", "*-1\r\n" }, { "command", "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n" }, { "command", "*1\r\n$0\r\n\r\n" },
        { "inline", "PING\r\n" }, { "inline", "SET \"a b\" 'c'\n" }, { "inline", "SET\tk\"\\x41\\\" \" 'it\\'s'\r\n" }, { "inline", "\r\n" },
        { "reply", "+OK\r\n" }, { "reply", "-ERR no\r\n" }, { "reply", ":-9223372036854775808\r\n" }, { "reply", "$-1\r\n" }, { "reply", "$2\r\nhi\r\n" },
        { "reply", "*3\r\n" }, { "reply", "*-1\r\n" }, { "reply", "%2\r\n" }, { "reply", "_\r\n" }, { "reply", ",1.5\r\n" }, { "reply", "=6\r\ntxt:hi\r\n" },
        { "line", "get a b\r\n" }, { "line", "quit\n" },
        { "value", "VALUE key 4294967295 2\r\nhi\r\n" }, { "unique", "VALUE key 0 2 18446744073709551615\r\nhi\r\n" },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public void AnySplitGivesTheSame(string kind, string text) => Run(kind, Latin(text), Law.Splits);

    [Theory]
    [MemberData(nameof(Corpus))]
    public void WritesBackWhatItRead(string kind, string text) => Run(kind, Latin(text), Law.RoundTrip);

    [Theory]
    [MemberData(nameof(Corpus))]
    public void EveryMutationHasOneVerdict(string kind, string text) => Run(kind, Latin(text), Law.Mutations);

    [Theory]
    [InlineData("*65537\r\n")]
    [InlineData("*+1\r\n")]
    [InlineData("*01\r\n")]
    [InlineData("*2147483648\r\n")]
    [InlineData("*9223372036854775808\r\n")]
    [InlineData("*1\r\n$-1\r\n")]
    [InlineData("*1\r\n$01\r\n")]
    [InlineData("*1\r\n$+1\r\n")]
    [InlineData("*1\r\n$1073741824\r\n")]
    [InlineData("*1\r\n$9223372036854775808\r\n")]
    public void BadLengthIsRefusedAtOnceWithoutAllocating(string text)
    {
        byte[] bytes = Latin(text);
        Assert.Equal(ParseStatus.Malformed, Whole<RespCommand>(bytes).Status);
        Assert.Equal(Whole<RespCommand>(bytes), Dripped<RespCommand>(bytes));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Whole<RespCommand>(bytes);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("$-99\r\n")]
    [InlineData("*-99\r\n")]
    public void NegativeNumberPastTheRangeHasOneVerdict(string text) =>
        Assert.Equal(Whole<RespReply>(Latin(text)), Dripped<RespReply>(Latin(text)));

    [Fact]
    public void RandomInputHasOneVerdict()
    {
        Random random = new(20_260);
        string[] pieces = ["*", "$", "\r\n", "\n", "1", "0", "-", "65536", "GET", "VALUE ", " ", "\"", "\\", "'", "\t", "\r", "+", "a", "=4", ":"];
        string[] kinds = ["command", "inline", "line", "value", "unique", "reply"];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input;
            if (i % 2 == 0)
            {
                input = new byte[random.Next(24)];
                random.NextBytes(input);
            }
            else
            {
                StringBuilder text = new();
                for (int n = random.Next(1, 12); n > 0; n--)
                {
                    text.Append(pieces[random.Next(pieces.Length)]);
                }

                input = Latin(text.ToString());
            }

            Run(kinds[i % kinds.Length], input, Law.OneVerdict);
            Run(kinds[random.Next(kinds.Length)], input, Law.OneVerdict);
        }
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private enum Law { Splits, RoundTrip, Mutations, OneVerdict }

    private readonly record struct Verdict(ParseStatus Status, int Consumed, ParseError Error);

    private static void Run(string kind, byte[] bytes, Law law)
    {
        switch (kind)
        {
            case "command": Check<RespCommand>(bytes, law); break;
            case "inline": Check<RespInline>(bytes, law); break;
            case "reply": Check<RespReply>(bytes, law); break;
            case "line": Check<MemcachedCommand>(bytes, law); break;
            case "value": Check<MemcachedValue>(bytes, law); break;
            default: Check<MemcachedUniqueValue>(bytes, law); break;
        }
    }

    private static Verdict Whole<T>(ReadOnlySpan<byte> bytes)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        ParseStatus status = T.TryParse(bytes, ref state, out _, out int consumed, out ParseError error);
        return new(status, consumed, error);
    }

    private static Verdict Dripped<T>(ReadOnlySpan<byte> bytes)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        Verdict verdict = default;
        for (int length = 0; length <= bytes.Length; length++)
        {
            ParseStatus status = T.TryParse(bytes[..length], ref state, out _, out int consumed, out ParseError error);
            verdict = new(status, consumed, error);
            if (status != ParseStatus.NeedMore)
            {
                break;
            }
        }

        return verdict;
    }

    private static void Check<T>(byte[] bytes, Law law)
        where T : IMessage<T>, allows ref struct
    {
        if (law == Law.OneVerdict)
        {
            Assert.Equal(Whole<T>(bytes), Dripped<T>(bytes));
        }
        else if (law == Law.Mutations)
        {
            for (int at = 0; at < bytes.Length; at++)
            {
                byte old = bytes[at];
                for (int value = 0; value < 256; value++)
                {
                    bytes[at] = (byte)value;
                    Assert.Equal(Whole<T>(bytes), Dripped<T>(bytes));
                }

                bytes[at] = old;
            }
        }
        else if (law == Law.RoundTrip)
        {
            ParseState state = default;
            Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref state, out T message, out int consumed, out _));
            Assert.Equal(bytes.Length, consumed);
            byte[] written = new byte[bytes.Length + 8];
            Assert.True(message.TryWrite(written, out int length));
            Assert.Equal(message.GetSize(), length);

            // A line that ended in a lone LF is written with CR LF.
            string want = Encoding.Latin1.GetString(bytes);
            want = want.EndsWith("\r\n", StringComparison.Ordinal) ? want : want[..^1] + "\r\n";
            Assert.Equal(want, Encoding.Latin1.GetString(written, 0, length));
        }
        else
        {
            Verdict whole = Whole<T>(bytes);
            Assert.Equal(new Verdict(ParseStatus.Done, bytes.Length, default), whole);
            Assert.Equal(whole, Dripped<T>(bytes));
            for (int split = 0; split < bytes.Length; split++)
            {
                ParseState state = default;
                Assert.Equal(ParseStatus.NeedMore, T.TryParse(bytes.AsSpan(0, split), ref state, out _, out int none, out _));
                Assert.Equal(0, none);
                Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref state, out _, out int consumed, out _));
                Assert.Equal(bytes.Length, consumed);
            }
        }
    }
}
