using System.ComponentModel.DataAnnotations;
using System.Text;
using DeclServer;
using Xunit;

namespace Messages.Tests;

/// <summary>Counted sequences at the edges: their rules hold with a table as without, and no count makes anything throw.</summary>
public sealed class CountedTests
{
    [Theory]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RulesOnTheCountHoldWithATable(int count)
    {
        byte[] bytes = Encoding.ASCII.GetBytes($"*{count}\r\n" + string.Concat(Enumerable.Repeat("\u0002ab", Math.Max(count, 0))));
        ParseState state = default;
        ParseStatus expected = Ruled.TryParse(bytes, ref state, out _, out int length, out ParseError error);
        Assert.Equal(count is 2 or 3 ? ParseStatus.Done : ParseStatus.Refused, expected);

        ArgumentTable table = new();
        ParseStatus status = Ruled.TryParse(bytes, ref state, table, out int taken, out ParseError found);
        Assert.Equal((expected, length, error), (status, taken, found));
    }

    [Theory]
    [InlineData("*0\r\n", 0)]
    [InlineData("*2\r\n\u0001a\0", 2)]
    public void ThereIsNoElementBeforeOneIsRead(string text, int count)
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, Free.TryParse(Encoding.Latin1.GetBytes(text), ref state, out Free message, out _, out _));
        Seq<CountedPart>.Enumerator parts = message.Parts.GetEnumerator();
        bool threw = false;
        try
        {
            _ = parts.Current;
        }
        catch (InvalidOperationException)
        {
            threw = true;
        }

        Assert.True(threw);
        for (int i = 0; i < count; i++)
        {
            Assert.True(parts.MoveNext());
            _ = parts.Current;
        }

        Assert.False(parts.MoveNext());
    }

    [Theory]
    [InlineData("*-5\r\n", 0)]
    [InlineData("*0\r\n", 0)]
    [InlineData("*2\r\n\u0001a\0", 2)]
    public void ACopyHasAnyCount(string text, int count)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, Free.TryParse(bytes, ref state, out Free message, out _, out _));
        Free.Owned copy = message.ToOwned();
        Assert.Equal(count, copy.Parts.Count);
        Assert.Equal(count, copy.Parts.Count());
        byte[] written = new byte[copy.GetSize()];
        Assert.True(copy.TryWrite(written, out _));
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void ABuilderTakesValidElementsOnly()
    {
        Seq<CountedPart>.Builder parts = new(new byte[64]);
        Assert.False(parts.TryAdd(new CountedPart { Value = "tenletters"u8 }));
        Assert.True(parts.TryAdd(new CountedPart { Value = "nine...."u8 }));
        Assert.Equal(1, parts.ToSeq().Count);
    }
}

[Message(MaxSize = 16, Owned = true)]
internal readonly ref partial struct CountedPart
{
    [LengthPrefix(typeof(byte)), MaxLength(9)] public partial ReadOnlySpan<byte> Value { get; init; }
}

[Message(MaxSize = 400)]
internal readonly ref partial struct Ruled
{
    [Literal(Before = "*"), Ascii, Until("\r\n"), Range(-5, 8)] public partial int Count { get; }

    [Count(nameof(Count)), MinLength(2), MaxLength(3)] public partial Seq<CountedPart> Parts { get; init; }
}

[Message(MaxSize = 400, Owned = true)]
internal readonly ref partial struct Free
{
    [Literal(Before = "*"), Ascii, Until("\r\n"), Range(-5, 8)] public partial int Count { get; }

    [Count(nameof(Count))] public partial Seq<CountedPart> Parts { get; init; }
}
