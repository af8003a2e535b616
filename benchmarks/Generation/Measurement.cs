using System.Diagnostics;
using System.Runtime.CompilerServices;
using DeclServer.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Benchmarks.Generation;

/// <summary>Runs the generator over the example's sources as a compiler does: first cold, then again, then after an edit elsewhere.</summary>
internal static class Measurement
{
    private const int Again = 10;

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>What each of the times is of.</summary>
    public static string[] Rows { get; } = ["first run in the process (cold)", "CPU of that first run, all threads", "a whole run again (warm)", "after an edit of another file (incremental)"];

    /// <summary>Milliseconds for each of <see cref="Rows"/>.</summary>
    /// <param name="bindFirst">Whether the compiler binds the sources before, so that its own first-run cost is not in the first time.</param>
    public static double[] Run(bool bindFirst)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview);
        CSharpCompilation compilation = Compile(options);
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

        return [cold, processor, warm, incremental];
    }

    private static double Time(Compilation compilation, GeneratorDriver driver, out GeneratorDriver after)
    {
        long start = Stopwatch.GetTimestamp();
        after = driver.RunGenerators(compilation);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        GeneratorRunResult result = after.GetRunResult().Results.Single();
        return result.Exception is null && result.GeneratedSources.Length > 0 ? milliseconds : throw new InvalidOperationException("Nothing was generated.", result.Exception);
    }

    private static CSharpGeneratorDriver New(CSharpParseOptions options) => CSharpGeneratorDriver.Create([new ServerGenerator().AsSourceGenerator()], parseOptions: options);

    private static CSharpCompilation Compile(CSharpParseOptions options)
    {
        string directory = Path.Combine(Root(), "examples", "Cache");
        IEnumerable<SyntaxTree> trees = Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(directory, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(f => CSharpSyntaxTree.ParseText(File.ReadAllText(f), options, f))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options, "Usings.cs"));
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static p => Path.GetFileName(p) is "DeclServer.dll" or "netstandard.dll" || Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(p).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            .Select(static p => MetadataReference.CreateFromFile(p));
        return CSharpCompilation.Create("Cache", trees, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
