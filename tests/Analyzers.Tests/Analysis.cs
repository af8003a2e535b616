using System.Collections.Immutable;
using DeclServer.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Analyzers.Tests;

/// <summary>Runs the analyzer over one file. The generator does not run: errors of the compiler are not looked at.</summary>
internal static class Analysis
{
    public const string Usings = "using System; using System.ComponentModel.DataAnnotations; using DeclServer; namespace Sample;\n";

    /// <summary>Every diagnostic of DeclServer, and AD0001 where the analyzer threw, in the order of the source.</summary>
    public static async Task<Diagnostic[]> RunAsync(string source, LanguageVersion version = LanguageVersion.CSharp13, bool withRuntime = true)
    {
        ImmutableArray<Diagnostic> found = await Compile(source, version, withRuntime)
            .WithAnalyzers([new DeclarationAnalyzer(), new SharedStateAnalyzer()], new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false))
            .GetAnalyzerDiagnosticsAsync();
        return [.. found.OrderBy(static d => d.Location.SourceSpan.Start).ThenBy(static d => d.Id)];
    }

    public static CSharpCompilation Compile(string source, LanguageVersion version = LanguageVersion.CSharp13, bool withRuntime = true) =>
        CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(version), path: "Sample.cs")],
            References.Where(r => withRuntime || !r.Display!.EndsWith("DeclServer.dll", StringComparison.Ordinal)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

    public static MetadataReference[] References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is "DeclServer.dll" or "netstandard.dll" or "mscorlib.dll" || Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
            .Select(static p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>The text under a diagnostic.</summary>
    public static string Text(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);
}
