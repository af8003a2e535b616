using System.ComponentModel;
using System.Reflection;
using System.Text.RegularExpressions;
using DeclServer;
using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>docs/language.md: each attribute is in an example, and each example is a declaration that generates what compiles.</summary>
public sealed partial class LanguagePageTests
{
    private static readonly string[] s_blocks =
    [
        .. Block().Matches(File.ReadAllText(Path.Combine(Generation.Root, "docs", "language.md")).ReplaceLineEndings("\n")).Select(static m => m.Groups[1].Value),
    ];

    public static TheoryData<string> Examples => [.. s_blocks];

    public static TheoryData<string> Attributes =>
    [
        .. typeof(MessageAttribute).Assembly.GetExportedTypes()
            .Where(static t => t.IsSubclassOf(typeof(Attribute)) && t.GetCustomAttribute<EditorBrowsableAttribute>() is null)
            .Select(static t => t.Name.Split('`')[0][..^"Attribute".Length].Replace("Attribute", "", StringComparison.Ordinal))
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void ExampleCompiles(string example)
    {
        string usings = example.StartsWith("using", StringComparison.Ordinal) ? "" : Generation.Usings;
        Generated generated = Generation.Run("global using System;\n" + usings + example);
        generated.AssertNotThrown();
        Assert.NotEmpty(generated.Result.GeneratedSources);
        Assert.DoesNotContain(generated.Result.GeneratedSources, static s => s.SourceText.ToString().Contains("declaration has errors", StringComparison.Ordinal));
        Generated.AssertNone(generated.Compiler(DiagnosticSeverity.Error));
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    public void AttributeHasAnExample(string name) =>
        Assert.Contains(s_blocks, b => Regex.IsMatch(b, $@"[\[,]\s*{name}\b"));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
