using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>A cold run over the example, however long it takes.</summary>
public sealed class ExampleTests
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void Cache()
    {
        string directory = Path.Combine(Generation.Root, "examples", "Cache");
        IEnumerable<SyntaxTree> trees = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(directory, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(static f => Generation.Tree(f, File.ReadAllText(f)))
            .Append(Generation.Tree("/src/Usings.cs", ImplicitUsings));
        Generated generated = Generation.Run(Generation.Compile(trees, OutputKind.ConsoleApplication));
        generated.AssertNotThrown();
        Assert.NotEmpty(generated.Result.GeneratedSources);
        Generated.AssertNone(generated.Compiler(DiagnosticSeverity.Error));
    }
}
