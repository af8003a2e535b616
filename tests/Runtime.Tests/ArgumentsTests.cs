using System.Text;
using DeclServer;

namespace Runtime.Tests;

/// <summary>The table of where a request's arguments lie.</summary>
public sealed class ArgumentsTests
{
    [Fact]
    public void AreViewsOfTheInputInTheirOrder()
    {
        ArgumentTable table = new();
        ReadOnlySpan<byte> input = "set key value"u8;
        Fill(table, input);
        Arguments arguments = table.Of(input);
        Assert.Equal(3, arguments.Count);
        Assert.Equal("key"u8, arguments[1]);
        Assert.Equal(2, arguments[1..].Count);
        Assert.Equal("value"u8, arguments[1..][1]);
        Assert.Equal("set|key|value", Join(arguments));
        table.Clear();
        Assert.Equal(0, table.Of(input).Count);
    }

    [Fact]
    public void AreAsManyAsARequestMayHave()
    {
        ArgumentTable table = new();
        byte[] input = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, Resp.MaxArguments)));
        for (int round = 0; round < 2; round++)
        {
            Fill(table, input);
            Arguments arguments = table.Of(input);
            Assert.Equal(Resp.MaxArguments, arguments.Count);
            Assert.Equal("65535"u8, arguments[^1]);
            table.Clear();
        }
    }

    private static void Fill(ArgumentTable table, ReadOnlySpan<byte> input)
    {
        foreach (ReadOnlySpan<byte> word in new Words(input, (byte)' '))
        {
            table.Add(input, word);
        }
    }

    private static string Join(Arguments arguments)
    {
        List<string> all = [];
        foreach (ReadOnlySpan<byte> argument in arguments)
        {
            all.Add(Encoding.ASCII.GetString(argument));
        }

        return string.Join('|', all);
    }
}
