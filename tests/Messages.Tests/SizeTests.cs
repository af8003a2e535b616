using System.ComponentModel.DataAnnotations;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests;

/// <summary>The fewest bytes of a message, and lengths that are read back from a message before it is written.</summary>
public sealed class SizeTests
{
    [Fact]
    public void TheFewestBytesAreThoseOfTheSmallestCase()
    {
        Assert.Equal(7, Three.MinSize);
        Assert.Equal(1 + 7, Choice.MinSize); // of 8, 7 and 12
        Assert.Equal(1 + 3, Plain.MinSize); // a case without messages, of 3, is smaller
        Assert.Equal(1 + 0, Empty.MinSize);
        MessageTest<Choice>.Valid([2, 1, 2, 3, 4, 5, 6, 7]);
        MessageTest<Plain>.Valid([1, 1, 2, 3]);
        MessageTest<Empty>.Valid([2]);
        Assert.Equal(100, MessageTest<Choice>.Random(1, 1000).Valid);
        Assert.Equal(100, MessageTest<Plain>.Random(2, 1000).Valid);
    }

    /// <summary>What a writer derives, a message that was made shows as one that was read does.</summary>
    [Fact]
    public void LengthsReadBackAreThoseThatAreWritten()
    {
        Made made = new() { Table = [1, 2, 3, 4, 5, 6, 7, 8], Data = "ab"u8 };
        byte[] written = new byte[made.GetSize()];
        Assert.True(made.TryWrite(written, out _));
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, Made.TryParse(written, ref state, out Made read, out _, out _));
        Assert.Equal((read.Length, read.Words), (made.Length, made.Words));
        Assert.Equal((13, 2), (made.Length, (int)made.Words));
        MessageTest<Made>.Valid(written);
        Assert.Equal(3, new Made().Length);
    }
}

/// <summary>7 bytes.</summary>
[Message(MaxSize = 7)]
public readonly ref partial struct Three
{
    public partial int A { get; init; }

    public partial ushort B { get; init; }

    public partial byte C { get; init; }
}

/// <summary>A message in each case.</summary>
[Message(MaxSize = 64, Tag = nameof(Kind))]
public readonly ref partial struct Choice
{
    public partial byte Kind { get; init; }

    [Case(1)] public partial Three One { get; init; }

    [Case(1)] public partial byte Last { get; init; }

    [Case(2)] public partial Three Other { get; init; }

    [Case(3)] public partial int First { get; init; }

    [Case(3), LengthPrefix(typeof(byte))] public partial Three Behind { get; init; }
}

/// <summary>A case without a message is the smallest.</summary>
[Message(MaxSize = 64, Tag = nameof(Kind))]
public readonly ref partial struct Plain
{
    public partial byte Kind { get; init; }

    [Case(1), Size(3)] public partial ReadOnlySpan<byte> Text { get; init; }

    [Case(2)] public partial Three One { get; init; }

    [Case(3)] public partial Choice Two { get; init; }
}

/// <summary>A case may be empty.</summary>
[Message(MaxSize = 64, Tag = nameof(Kind))]
public readonly ref partial struct Empty
{
    public partial byte Kind { get; init; }

    [Case(1)] public partial Three One { get; init; }

    [Case(2), When(nameof(IsThere))] public partial Three Never { get; init; }

    public bool IsThere => Kind == 1;
}

/// <summary>Lengths in units and with what they count besides.</summary>
[Message(MaxSize = 512), Frame(nameof(Length), Bias = -2)]
public readonly ref partial struct Made
{
    [Range(2, 500)] public partial ushort Length { get; }

    [Range(0, 9)] public partial byte Words { get; }

    [Size(nameof(Words), Scale = 4)] public partial ReadOnlySpan<byte> Table { get; init; }

    [Rest] public partial ReadOnlySpan<byte> Data { get; init; }
}
