using System.Reflection;
using DeclServer.Generator;
using DeclServer.Generator.Verification;
using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>Each emitted parser is proved, what cannot be read is a gap, and the ledger reads as its golden files do.</summary>
public sealed class LedgerTests
{
    private const string Command = "DeclServer.RespCommand.Message.g.cs";

    [Theory]
    [InlineData("runtime/Protocols", 20)]
    [InlineData("tests/Messages.Tests/Families", 15)]
    public void ProvesWhatIsDeclared(string folder, int least)
    {
        Dictionary<string, string> messages = Emitted.Declared(folder);
        Assert.True(messages.Count >= least);
        Assert.All(messages, static m => Assert.Empty(BoundsVerifier.Verify(m.Value).Gaps));
        Assert.All(messages, static m => Assert.True(BoundsVerifier.Verify(m.Value).Count > 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ProvesRandomDeclarations(int seed)
    {
        string[] declared = [.. Enumerable.Range(0, 100).Select(i => $"\nnamespace N{i} {{\n{new RandomDeclaration(new Random((seed * 100_000) + i)).Next()}}}\n")];
        Dictionary<string, string> messages = Emitted.Messages(Generation.Usings + string.Concat(declared));
        Assert.Equal(3 * declared.Length, messages.Count);
        Assert.All(messages, static m => Assert.Empty(BoundsVerifier.Verify(m.Value).Gaps));
    }

    /// <summary>Statements and calls that the verifier has no rule for: it must say so, whatever they do.</summary>
    [Theory]
    [InlineData("do { } while (false);")]
    [InlineData("for (int i = 0; i < 3; i++) { }")]
    [InlineData("try { } finally { }")]
    [InlineData("Elsewhere.Call(input);")]
    [InlineData("Elsewhere.Call(ref position);")]
    [InlineData("Elsewhere.Call();")]
    [InlineData("global::DeclServer.Messages.Grammar.Unheard(input, ref position);")]
    [InlineData("input = input[1..];")]
    [InlineData("input = default;")]
    [InlineData("position *= 2;")]
    [InlineData("position++;")]
    [InlineData("int first = input.GetHashCode();")]
    [InlineData("int first = input is [var one, ..] ? 1 : 0;")]
    [InlineData("byte first = unknown[0];")]
    [InlineData("int first = new int[4][position];")]
    [InlineData("global::System.ReadOnlySpan<byte> copy = input.ToArray();")]
    [InlineData("(int a, int b) = (1, 2);")]
    [InlineData("int first = 1, second = 2;")]
    [InlineData("void Inner() { }")]
    [InlineData("state = Elsewhere.State(input);")]
    [InlineData("int first = input[^1];")]
    [InlineData("lock (table) { }")]
    [InlineData("throw null;")]
    [InlineData("goto Unheard;")]
    public void WhatIsNotUnderstoodIsAGap(string statement)
    {
        const string Before = "        // ArgumentCount:";
        string source = Emitted.Protocols[Command];
        Assert.Contains(Before, source);
        Assert.NotEmpty(BoundsVerifier.Verify(source.Replace(Before, "        " + statement + "\n" + Before)).Gaps);
    }

    [Fact]
    public void NoParserIsAGap() => Assert.NotEmpty(BoundsVerifier.Verify("class Nothing { }").Gaps);

    /// <summary>What a build says when the emitter is wrong: an error that names the message, the code and its line.</summary>
    [Fact]
    public void AGapIsAnInternalError()
    {
        string source = Emitted.Protocols[Command].Replace("(int)arguments_length + 2)", "(int)arguments_length - 2)");
        Type verifier = typeof(ServerGenerator).Assembly.GetType("DeclServer.Generator.Verification.BoundsVerifier", throwOnError: true)!;
        Type unproved = typeof(ServerGenerator).Assembly.GetType("DeclServer.Generator.Verification.UnprovedAccess", throwOnError: true)!;
        object ledger = verifier.GetMethod("Verify", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [source])!;
        Diagnostic[] errors = [.. (IEnumerable<Diagnostic>)unproved.GetMethod("Of", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, ["RespCommand", ledger])!];
        Assert.NotEmpty(errors);
        Assert.All(errors, static e => Assert.Equal(("DS0001", DiagnosticSeverity.Error), (e.Id, e.Severity)));
        Assert.Contains(errors, static e => e.GetMessage().StartsWith("Internal error: the parser of 'RespCommand' is not proved at position += (int)arguments_length (line ", StringComparison.Ordinal));
    }

    [Fact]
    public void ReadsAsItsGoldenFiles()
    {
        string directory = Path.Combine(Generation.Root, "tests", "Generator.Tests", "Golden", "Ledger");
        Dictionary<string, string> protocols = Emitted.Protocols;
        Dictionary<string, string> ledgers = new[] { "RespCommand", "DnsName", "HttpHeader" }.ToDictionary(static n => n + ".txt", n => BoundsVerifier.Verify(protocols[$"DeclServer.{n}.Message.g.cs"]).ToString());
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(directory);
            foreach ((string name, string text) in ledgers)
            {
                File.WriteAllText(Path.Combine(directory, name), text);
            }

            Assert.Fail("The golden files are written: look at them, then run without UPDATE_GOLDEN.");
        }

        Assert.All(ledgers, l => Assert.Equal(File.ReadAllText(Path.Combine(directory, l.Key)).ReplaceLineEndings("\n"), l.Value));
    }
}
