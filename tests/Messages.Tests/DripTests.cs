using DeclServer;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>One byte at a time costs work linear in the bytes: each byte is looked at once for the line's end, and once when that has come.</summary>
public sealed class DripTests
{
    [Fact]
    public void Lines() => Drip<SmtpCommand>("NOOP " + new string('x', 1000) + "\r\n");

    [Fact]
    public void LinesAndABlock() => Drip<MemcachedSet>($"set k 0 0 100000\r\n{new string('x', 100_000)}\r\n");

    [Fact]
    public void Heads() => Drip<HttpRequestHead>(
        $"GET /{new string('x', 8000)} HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 99).Select(static i => $"header-{i}: {new string('y', 200)}\r\n"))}\r\n");

    [Fact]
    public void Replies() => Drip<SmtpReply>(string.Concat(Enumerable.Range(0, 99).Select(static i => $"250-{new string('z', 500)}\r\n")) + "250 ok\r\n");

    [Fact]
    public void FreeReplies() => Drip<FtpReply>("220-a\r\n" + string.Concat(Enumerable.Range(0, 150).Select(static i => $"{new string('z', 400)}\r\n")) + "220 ok\r\n");

    /// <summary>Counts the bytes that each call may look at: those behind what the state says is done, and all of them in the call that is the last.</summary>
    private static void Drip<T>(string text)
        where T : IMessage<T>, allows ref struct
    {
        byte[] bytes = Wire.Bytes(text);
        ParseState state = default;
        long looked = 0;
        ParseStatus status = ParseStatus.NeedMore;
        for (int length = 1; length <= bytes.Length; length++)
        {
            // Input shorter than what is needed is not looked at.
            long done = length < state.Needed ? length : Math.Max(state.Offset, state.Scanned);
            status = T.TryParse(bytes.AsSpan(0, length), ref state, out _, out int consumed, out ParseError error);
            Assert.True(status == (length == bytes.Length ? ParseStatus.Done : ParseStatus.NeedMore), $"{status} at {length}: {error}");
            looked += status == ParseStatus.Done ? length : length - done;
        }

        Assert.Equal(ParseStatus.Done, status);
        Assert.InRange(looked, bytes.Length, 4L * bytes.Length);
    }
}
