using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DeclServer.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Generator.Tests;

/// <summary>Runs the generator over sources, with the runtime referenced.</summary>
internal static class Generation
{
    public const string Usings = "using System; using System.ComponentModel.DataAnnotations; using DeclServer;\n";

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is "DeclServer.dll" or "netstandard.dll" or "mscorlib.dll" || Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(p).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            .Select(static p => MetadataReference.CreateFromFile(p)),
    ];

    public static string Root { get; } = FindRoot();

    public static CSharpParseOptions Options(LanguageVersion version = LanguageVersion.Preview) => new(version, DocumentationMode.Diagnose);

    public static SyntaxTree Tree(string path, string source, LanguageVersion version = LanguageVersion.Preview) =>
        CSharpSyntaxTree.ParseText(source, Options(version), path, System.Text.Encoding.UTF8);

    public static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees, OutputKind kind = OutputKind.DynamicallyLinkedLibrary) =>
        CSharpCompilation.Create("Sample", trees, s_references, new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false));

    public static GeneratorDriver Driver(LanguageVersion version = LanguageVersion.Preview) => CSharpGeneratorDriver.Create(
        [new ServerGenerator().AsSourceGenerator()],
        parseOptions: Options(version),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static Generated Run(params string[] sources) => Run(LanguageVersion.Preview, sources);

    public static Generated Run(LanguageVersion version, params string[] sources) =>
        Run(Compile(sources.Select((s, i) => Tree($"/src/File{i}.cs", s, version))), version);

    public static Generated Run(CSharpCompilation compilation, LanguageVersion version = LanguageVersion.Preview)
    {
        GeneratorDriver driver = Driver(version).RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics);
        return new Generated(driver.GetRunResult().Results.Single(), output, diagnostics);
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        DirectoryInfo? directory = new(Path.GetDirectoryName(here)!);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "DeclServer.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("No DeclServer.sln above " + here);
    }
}

/// <summary>What one run made.</summary>
internal sealed record Generated(GeneratorRunResult Result, Compilation Output, ImmutableArray<Diagnostic> Diagnostics)
{
    public IEnumerable<Diagnostic> Compiler(DiagnosticSeverity least) => Output.GetDiagnostics().Where(d => d.Severity >= least);

    public void AssertClean()
    {
        AssertNotThrown();
        Assert.NotEmpty(Result.GeneratedSources);
        AssertNone(Compiler(DiagnosticSeverity.Warning));
    }

    public void AssertNotThrown()
    {
        Assert.Null(Result.Exception);
        AssertNone(Diagnostics);
    }

    public static void AssertNone(IEnumerable<Diagnostic> diagnostics)
    {
        string[] lines = [.. diagnostics.Select(static d => d + "    >> " + Line(d))];
        Assert.True(lines.Length == 0, string.Join("\n", lines.Take(20)));
    }

    private static string Line(Diagnostic d) =>
        d.Location.SourceTree is { } tree ? tree.GetText().Lines[d.Location.GetLineSpan().StartLinePosition.Line].ToString().Trim() : "";
}
