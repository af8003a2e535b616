using Microsoft.CodeAnalysis;

namespace Analyzers.Tests;

public sealed class DeclarationAnalyzerTests
{
    public static IEnumerable<object[]> Triggers { get; } = RuleCases.Triggers.Select(static c => new object[] { c.Id, c.Name });

    public static IEnumerable<object[]> Quiet { get; } = RuleCases.Quiet.Select(static c => new object[] { c.Id, c.Name });

    [Theory]
    [MemberData(nameof(Triggers))]
    public async Task ReportsOnceAtTheMarkedPlace(string id, string name)
    {
        RuleCase rule = RuleCases.Triggers.Single(c => c.Id == id && c.Name == name);
        string marked = Analysis.Usings + rule.Source;
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        string text = marked[(start + 2)..marked.IndexOf("|]", StringComparison.Ordinal)];
        Diagnostic[] found = await Analysis.RunAsync(marked.Replace("[|", "").Replace("|]", ""), rule.Version);

        Diagnostic diagnostic = Assert.Single(found);
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(text, Analysis.Text(diagnostic));
        Assert.Equal(start, diagnostic.Location.SourceSpan.Start);
        Assert.Contains(rule.Says, diagnostic.GetMessage(null));
        Assert.DoesNotContain("{", diagnostic.GetMessage(null));
    }

    [Theory]
    [MemberData(nameof(Quiet))]
    public async Task SaysNothingOfWhatIsRight(string id, string name)
    {
        RuleCase rule = RuleCases.Quiet.Single(c => c.Id == id && c.Name == name);
        Assert.Empty(await Analysis.RunAsync(Analysis.Usings + rule.Source, rule.Version));
    }

    [Fact]
    public async Task EqualProblemsAreReportedAtTheirOwnPlaces()
    {
        Diagnostic[] found = await Analysis.RunAsync(
            Analysis.Usings + "[Server] [Listen<Resp>(70000)] [Listen<Resp>(70000, Name = \"b\")] [Listen<Resp>(1, Name = \"c\")] public partial class S { }");

        Assert.Equal(["Listen<Resp>(70000)", "Listen<Resp>(70000, Name = \"b\")"], found.Where(static d => d.GetMessage(null).Contains("0 to 65535")).Select(Analysis.Text));
    }

    [Fact]
    public async Task ReportsInThePartThatCarriesTheAttribute()
    {
        Diagnostic[] found = await Analysis.RunAsync(
            Analysis.Usings + "partial struct M { } /* here */ [Message(MaxSize = 9)] readonly partial struct M { public partial int A { get; } } partial struct M { }");

        Diagnostic diagnostic = Assert.Single(found);
        string before = diagnostic.Location.SourceTree!.ToString()[..diagnostic.Location.SourceSpan.Start];
        Assert.Contains("/* here */", before);
        Assert.EndsWith("readonly partial struct ", before);
    }

    [Fact]
    public async Task ServerDoesNotRepeatWhatIsWrongWithAMessage()
    {
        Diagnostic[] found = await Analysis.RunAsync(Analysis.Usings + """
            [Message] public readonly ref partial struct Line { public partial Words Words { get; } }
            [Message(MaxSize = 9)] public readonly ref partial struct Reply { public partial byte A { get; } }
            [Protocol, Request<Line>("Words")] public sealed class P : IProtocol<Reply> { public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<Reply> reply) { } }
            [Server, Listen<P>(1)] public partial class S { [Command("A")] public Reply A() => default; }
            """);

        Assert.Equal(["DS1002", "DS1006"], found.Select(static d => d.Id));
    }

    [Fact]
    public async Task WithoutTheRuntimeNothingIsLookedAt() =>
        Assert.Empty(await Analysis.RunAsync(Analysis.Usings + "[Message] public struct M { } [Server] public class S { }", withRuntime: false));
}
