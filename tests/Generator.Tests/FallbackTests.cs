using Analyzers.Tests;
using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>A broken declaration never throws, and the compiler says no more than it would of the user's own code.</summary>
public sealed class FallbackTests
{
    /// <summary>What the compiler itself says where there is nothing to emit into: partial things that nobody completes, a type that is not partial.</summary>
    private static readonly string[] s_inherent = ["CS0260", "CS0751", "CS9248", "CS0759", "CS8795", "CS0305", "CS0246", "CS8107", "CS9202", "CS8652", "CS1061", "CS0117", "CS0315", "CS0314", "CS0311", "CS9244"];

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (RuleCase rule in RuleCases.Triggers.Concat(RuleCases.Quiet))
            {
                data.Add($"{rule.Id} {rule.Name}", rule.Source.Replace("[|", "").Replace("|]", ""));
            }

            data.Add("string parameter", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A(string x) => default; }");
            data.Add("private message", "public partial class Outer { [Message] private readonly ref partial struct M { public partial int A { get; } } }");
            data.Add("Size of itself", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(nameof(A))] public partial ReadOnlySpan<byte> A { get; } }");
            data.Add("message in itself", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Range(0, 2)] public partial byte N { get; } [Count(nameof(N))] public partial Seq<M> A { get; } }");
            data.Add("huge MaxSize", "[Message(MaxSize = int.MaxValue)] public readonly ref partial struct M { [Range(0, int.MaxValue)] public partial int N { get; } [Size(nameof(N))] public partial ReadOnlySpan<byte> A { get; } }");
            data.Add("null arguments", "[Message(MaxSize = 9, Tag = null)] public readonly ref partial struct M { [Until(null!)] public partial ReadOnlySpan<byte> A { get; } [Literal(Before = null!)] public partial int B { get; } [Chars(null!), Size(2)] public partial ReadOnlySpan<byte> C { get; } }");
            data.Add("null command", "[Server, Listen<Resp>(1, Name = null!, Address = null!)] public partial class S { [Command(null!)] public RespReply A() => default; }");
            data.Add("empty command", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"\")] public RespReply A() => default; }");
            data.Add("huge Size", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(int.MaxValue)] public partial ReadOnlySpan<byte> A { get; } [Size(-1)] public partial ReadOnlySpan<byte> B { get; } }");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DoesNotThrow(string name, string source)
    {
        Assert.NotEmpty(name);
        Generated generated = Run(source);
        generated.AssertNotThrown();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoErrorsOfTheGenerator(string name, string source)
    {
        Assert.NotEmpty(name);
        Generated generated = Run(source);
        Generated.AssertNone(generated.Compiler(DiagnosticSeverity.Error).Where(d => (IsGenerated(d, generated) && d.Id != "CS0315") || !s_inherent.Contains(d.Id)));
    }

    /// <summary>Code that no compiler reads to its end: the generator lives with it as an editor shows it, half typed.</summary>
    [Theory]
    [InlineData(CompileTests.Message)]
    [InlineData(CompileTests.Server)]
    public void HalfTyped(string source)
    {
        for (int length = 0; length < source.Length; length += 3)
        {
            Generated generated = Run(source[..length]);
            Assert.True(generated.Result.Exception is null, source[..length] + "\n" + generated.Result.Exception);
        }
    }

    private static Generated Run(string source) => Generation.Run(Generation.Usings + "namespace Sample;\n" + source);

    private static bool IsGenerated(Diagnostic diagnostic, Generated generated) =>
        generated.Result.GeneratedSources.Any(s => s.SyntaxTree == diagnostic.Location.SourceTree);
}
