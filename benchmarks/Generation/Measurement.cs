using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeclServer.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Benchmarks.Generation;

/// <summary>Runs the generator over sources as a compiler does: first cold, then again, then after an edit elsewhere, then after one of a message.</summary>
internal static class Measurement
{
    private const int Again = 10;

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>What each of the times is of.</summary>
    public static string[] Rows { get; } = ["first run in the process (cold)", "CPU of that first run, all threads", "a whole run again (warm)", "after an edit of another file (incremental)", "after an edit of one message (incremental)"];

    /// <summary>Milliseconds for each of <see cref="Rows"/>.</summary>
    /// <param name="messages">Whether the sources are messages alone, many of them; otherwise those of <c>examples/Cache</c>.</param>
    /// <param name="bindFirst">Whether the compiler binds the sources before, so that its own first-run cost is not in the first time.</param>
    public static double[] Run(bool messages, bool bindFirst)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview);
        CSharpCompilation compilation = Compile(messages ? ManyMessages.Sources(options) : Example(options));
        if (bindFirst)
        {
            compilation.GetDiagnostics();
        }

        TimeSpan before = Environment.CpuUsage.TotalTime;
        double cold = Time(compilation, New(options), out _);
        double processor = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        double warm = double.MaxValue;
        GeneratorDriver driver = New(options);
        for (int i = 0; i < Again; i++)
        {
            warm = Math.Min(warm, Time(compilation.Clone(), New(options), out driver));
        }

        double incremental = double.MaxValue;
        for (int i = 0; i < Again; i++)
        {
            compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText($"internal static class Elsewhere{i};", options));
            incremental = Math.Min(incremental, Time(compilation, driver, out driver));
        }

        return [cold, processor, warm, incremental, messages ? AfterEdits(compilation, driver) : double.NaN];
    }

    private static double AfterEdits(CSharpCompilation compilation, GeneratorDriver driver)
    {
        double least = double.MaxValue;
        for (int i = 0; i < Again; i++)
        {
            SyntaxTree edited = compilation.SyntaxTrees[i];
            compilation = compilation.ReplaceSyntaxTree(edited, ManyMessages.Edit(edited));
            least = Math.Min(least, Time(compilation, driver, out driver));
        }

        return least;
    }

    private static double Time(Compilation compilation, GeneratorDriver driver, out GeneratorDriver after)
    {
        long start = Stopwatch.GetTimestamp();
        after = driver.RunGenerators(compilation);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        GeneratorRunResult result = after.GetRunResult().Results.Single();
        return result.Exception is null && result.GeneratedSources.Length > 0 && !result.GeneratedSources.Any(static s => s.SourceText.ToString().Contains("declaration has errors", StringComparison.Ordinal)) ? milliseconds : throw new InvalidOperationException("Nothing was generated, or a stand-in.", result.Exception);
    }

    private static CSharpGeneratorDriver New(CSharpParseOptions options) => CSharpGeneratorDriver.Create([new ServerGenerator().AsSourceGenerator()], parseOptions: options);

    private static IEnumerable<SyntaxTree> Example(CSharpParseOptions options)
    {
        string directory = Path.Combine(Root(), "examples", "Cache");
        return Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(directory, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), options, f))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options, "Usings.cs"));
    }

    private static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees)
    {
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is "DeclServer.dll" or "netstandard.dll" || Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(p).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            .Select(static p => MetadataReference.CreateFromFile(p));
        return CSharpCompilation.Create("Measured", trees, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
