using Xunit.Abstractions;

namespace Generator.Tests;

/// <summary>
/// <c>ReadAt</c> reads again, without checks, what <c>TryParseAt</c> has accepted. It is the same code without them: the same effects on position, input and message, in the same order.
/// So where the ledger proves that each of them is in bounds, it is so in both.
/// </summary>
public sealed class ReadAgainTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("runtime/Protocols")]
    [InlineData("tests/Messages.Tests/Families")]
    public void DoesWhatTheParserDoes(string folder) => Same(Emitted.Declared(folder));

    [Fact]
    public void DoesSoForRandomDeclarations()
    {
        string[] declared = [.. Enumerable.Range(0, 100).Select(static i => $"\nnamespace N{i} {{\n{new RandomDeclaration(new Random(700_000 + i)).Next()}}}\n")];
        Same(Emitted.Messages(Generation.Usings + string.Concat(declared)));
    }

    /// <summary>What does differ is seen.</summary>
    [Theory]
    [InlineData("position += 2;", "position += 3;")]
    [InlineData("int argumentsLeft = argumentsCount;", "int argumentsLeft = argumentsCount + 1;")]
    [InlineData("while (argumentsLeft > 0)", "while (argumentsLeft >= 0)")]
    [InlineData("position = elementStart;", "")]
    public void SeesADifference(string code, string other)
    {
        string source = Emitted.Protocols["DeclServer.RespCommand.Message.g.cs"];
        int reader = source.IndexOf("public static void ReadAt(", StringComparison.Ordinal);
        int at = source.IndexOf(code, reader, StringComparison.Ordinal);
        Assert.True(at > 0);
        string changed = source[..at] + other + source[(at + code.Length)..];
        Assert.Equal(Effects.Of(source, "TryParseAt"), Effects.Of(source, "ReadAt"));
        Assert.NotEqual(Effects.Of(changed, "TryParseAt"), Effects.Of(changed, "ReadAt"));
    }

    private void Same(Dictionary<string, string> messages)
    {
        List<string> different = [];
        foreach ((string name, string source) in messages.OrderBy(static m => m.Key, StringComparer.Ordinal).Where(static m => !m.Value.Contains("The declaration has errors", StringComparison.Ordinal)))
        {
            string[] parser = [.. Effects.Of(source, "TryParseAt")];
            string[] reader = [.. Effects.Of(source, "ReadAt")];
            int at = parser.Zip(reader).TakeWhile(static p => p.First == p.Second).Count();
            if (at < parser.Length || at < reader.Length)
            {
                different.Add($"{name}, {at}:\n    {string.Join("\n    ", parser.Skip(at).Take(2))}\n  --\n    {string.Join("\n    ", reader.Skip(at).Take(2))}");
            }
        }

        output.WriteLine($"{messages.Count} messages, {different.Count} different\n{string.Join('\n', different)}");
        Assert.Empty(different);
    }
}
