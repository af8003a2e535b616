using System.ComponentModel.DataAnnotations;
using DeclServer;
using DeclServer.Testing;
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

    /// <summary>An element that was refused is not read again, nor what stands behind it.</summary>
    [Fact]
    public void RefusedElements()
    {
        Drip<DripRows>([1, 0x2C, .. Rows()], ParseStatus.Refused);
        MessageTest<DripRows>.Invalid("\0\x03\x01a;\0b;\x0Cc;"u8, ErrorCode.OutOfRange, "DripRow.Kind");
    }

    [Fact]
    public void RefusedElementsThatAreCalled()
    {
        Drip<DripCalledRows>([1, 0x2C, .. Rows()], ParseStatus.Refused);
        MessageTest<DripCalledRows>.Invalid("\0\x03\x01a;\0b;\0c;"u8, ErrorCode.Required, "DripCalledRow.HasKind");
    }

    /// <summary>What stands before a field whose end is looked for is read again at each resume, so it is at most 256 bytes: a method counts them.</summary>
    [Fact]
    public void WhatStandsBeforeAScannedField()
    {
        DripNames.Counted = 0;
        byte[] bytes = [100, .. new byte[100].Select(static _ => (byte)'a'), .. new byte[5_000].Select(static _ => (byte)'b'), 0];
        Drip<DripNames>(bytes);
        Assert.InRange(DripNames.Counted, 101L * 5_000, 256L * bytes.Length);
    }

    /// <summary>300 rows of 40 bytes, of which the second breaks a rule.</summary>
    private static byte[] Rows() => [.. Enumerable.Range(0, 300).SelectMany(static i => (byte[])[(byte)(i == 1 ? 0 : 1), .. new byte[38].Select(static _ => (byte)'x'), (byte)';'])];

    private static void Drip<T>(string text)
        where T : IMessage<T>, allows ref struct => Drip<T>(Wire.Bytes(text));

    /// <summary>Counts the bytes that each call may look at: those behind what the state says is done, and all of them in the call that is the last.</summary>
    private static void Drip<T>(byte[] bytes, ParseStatus expected = ParseStatus.Done)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        long looked = 0;
        ParseStatus status = ParseStatus.NeedMore;
        for (int length = 1; length <= bytes.Length; length++)
        {
            // Input shorter than what is needed is not looked at.
            long done = length < state.Needed ? length : Math.Max(state.Offset, state.Scanned);
            status = T.TryParse(bytes.AsSpan(0, length), ref state, out _, out int consumed, out ParseError error);
            Assert.True(status == (length == bytes.Length ? expected : ParseStatus.NeedMore), $"{status} at {length}: {error}");
            looked += status == expected ? length : length - done;
        }

        Assert.Equal(expected, status);
        Assert.InRange(looked, bytes.Length, 4L * bytes.Length);
    }
}

/// <summary>Rows that are read in place.</summary>
[Message(MaxSize = 1 << 16)]
public readonly ref partial struct DripRows
{
    [Range(0, 500)] public partial ushort Count { get; }

    [Count(nameof(Count))] public partial Seq<DripRow> Rows { get; init; }
}

/// <summary>Rows that are called.</summary>
[Message(MaxSize = 1 << 16)]
public readonly ref partial struct DripCalledRows
{
    [Range(0, 500)] public partial ushort Count { get; }

    [Count(nameof(Count))] public partial Seq<DripCalledRow> Rows { get; init; }
}

/// <summary>A row.</summary>
[Message(MaxSize = 80)]
public readonly ref partial struct DripRow
{
    [Range(1, 9)] public partial byte Kind { get; init; }

    [Until(";"), MaxLength(60)] public partial ReadOnlySpan<byte> Text { get; init; }
}

/// <summary>A row with a rule of its own as a whole.</summary>
[Message(MaxSize = 80)]
public readonly ref partial struct DripCalledRow
{
    public partial byte Kind { get; init; }

    [Until(";"), MaxLength(60)] public partial ReadOnlySpan<byte> Text { get; init; }

    [Require] public bool HasKind => Kind > 0;
}

/// <summary>A field whose method counts the bytes it is given, before a long one whose end is looked for.</summary>
[Message(MaxSize = 6_000)]
public readonly ref partial struct DripNames
{
    public static long Counted { get; set; }

    [Parser(nameof(Read)), MaxLength(250)] public partial ReadOnlySpan<byte> First { get; init; }

    [Until("\0"), MaxLength(5_000)] public partial ReadOnlySpan<byte> Second { get; init; }

    private static bool Read(ref FieldReader reader)
    {
        bool isRead = reader.TryTake(out byte count) && reader.TryTake(count, out _);
        Counted += reader.Taken;
        return isRead;
    }
}
