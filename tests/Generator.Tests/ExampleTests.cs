using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Generator.Tests;

/// <summary>The examples, and the message in the README, as their readers have them.</summary>
public sealed class ExampleTests
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    [Theory]
    [InlineData("Cache", true)]
    [InlineData("Dns", false)]
    public void Example(string name, bool isUnsafe)
    {
        string directory = Path.Combine(Generation.Root, "examples", name);
        IEnumerable<SyntaxTree> trees = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(directory, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(static f => Generation.Tree(f, File.ReadAllText(f)))
            .Append(Generation.Tree("/src/Usings.cs", ImplicitUsings));
        CSharpCompilation compilation = Generation.Compile(trees, OutputKind.ConsoleApplication);
        Generates(compilation.WithOptions(compilation.Options.WithAllowUnsafe(isUnsafe)));
    }

    [Fact]
    public void TheMessageOfTheReadme()
    {
        const string Fence = "```csharp\n";
        string readme = File.ReadAllText(Path.Combine(Generation.Root, "README.md")).ReplaceLineEndings("\n");
        string[] blocks = [.. readme.Split(Fence).Skip(1).Select(static b => b[..b.IndexOf("```", StringComparison.Ordinal)])];
        string message = Assert.Single(blocks, static b => b.StartsWith("[Message", StringComparison.Ordinal));
        Generates(Generation.Compile([Generation.Tree("/src/Message.cs", "using System; using System.ComponentModel.DataAnnotations; using DeclServer; " + message)]));
    }

    private static void Generates(CSharpCompilation compilation)
    {
        Generated generated = Generation.Run(compilation);
        generated.AssertNotThrown();
        Assert.NotEmpty(generated.Result.GeneratedSources);
        Generated.AssertNone(generated.Compiler(DiagnosticSeverity.Error));
    }
}
