using System.Reflection;
using System.Runtime.CompilerServices;
using DeclServer.Analyzers;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace Analyzers.Tests;

/// <summary>A rule is five things: a descriptor, a release row, a page, a test that triggers it, a test that must not.</summary>
public sealed class WholenessTests
{
    private static readonly string s_root = Root();

    private static readonly string[] s_ids =
    [
        .. typeof(ProblemId).GetFields(BindingFlags.Public | BindingFlags.Static).Where(static f => f.IsLiteral).Select(static f => (string)f.GetRawConstantValue()!),
    ];

    public static IEnumerable<object[]> Ids { get; } = s_ids.Select(static id => new object[] { id });

    [Theory]
    [MemberData(nameof(Ids))]
    public void EachRuleIsWhole(string id)
    {
        DiagnosticDescriptor descriptor = Assert.Single(Descriptors.All, d => d.Id == id);
        Assert.EndsWith($"/docs/rules/{id}.md", descriptor.HelpLinkUri);
        DiagnosticSeverity severity = id == ProblemId.Unguarded ? DiagnosticSeverity.Warning : DiagnosticSeverity.Error;
        Assert.Equal(severity, descriptor.DefaultSeverity);

        string releases = File.ReadAllText(Path.Combine(s_root, "analyzers/DeclServer.Analyzers/AnalyzerReleases.Shipped.md"))
            + File.ReadAllText(Path.Combine(s_root, "analyzers/DeclServer.Analyzers/AnalyzerReleases.Unshipped.md"));
        Assert.Contains($"{id} | {descriptor.Category} | {severity} | {descriptor.Title}", releases);

        string page = File.ReadAllText(Path.Combine(s_root, $"docs/rules/{id}.md"));
        Assert.StartsWith($"# {id}: {descriptor.Title}\n", page);
        foreach (string heading in (string[])["## What is flagged", "## Bad", "## Good", "## How to configure"])
        {
            Assert.Contains($"\n{heading}\n", page);
        }

        Assert.Contains($"[{id}]({id}.md) | {descriptor.Title}", File.ReadAllText(Path.Combine(s_root, "docs/rules/README.md")));
        Assert.Contains(RuleCases.Triggers, c => c.Id == id);
        Assert.Contains(RuleCases.Quiet, c => c.Id == id);
    }

    [Fact]
    public void NothingIsLeftOver()
    {
        Assert.Equal(s_ids.Order(), Descriptors.All.Select(static d => d.Id).Order());
        Assert.Equal(
            s_ids.Order(),
            Directory.EnumerateFiles(Path.Combine(s_root, "docs/rules"), "DS*.md")
                .Select(static f => Path.GetFileNameWithoutExtension(f)).Order());
    }

    /// <summary>The pages' examples are compiled: the bad one gives the rule, the good one nothing.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public async Task PagesSayWhatIs(string id)
    {
        string page = File.ReadAllText(Path.Combine(s_root, $"docs/rules/{id}.md"));
        Microsoft.CodeAnalysis.CSharp.LanguageVersion version =
            id == ProblemId.Language ? Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp12 : Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp13;
        Assert.All(await Analysis.RunAsync(Analysis.Usings + Example(page, "## Bad"), version), d => Assert.Equal(id, d.Id));
        Assert.NotEmpty(await Analysis.RunAsync(Analysis.Usings + Example(page, "## Bad"), version));
        Assert.Empty(await Analysis.RunAsync(Analysis.Usings + Example(page, "## Good")));
    }

    private static string Example(string page, string heading)
    {
        string section = page[page.IndexOf("\n" + heading + "\n", StringComparison.Ordinal)..];
        int start = section.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        return section[start..section.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));
}
