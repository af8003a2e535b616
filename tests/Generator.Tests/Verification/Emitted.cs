namespace Generator.Tests;

/// <summary>Parsers as the generator emits them, for the ledger's tests.</summary>
internal static class Emitted
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly Lazy<Dictionary<string, string>> s_protocols = new(static () => Declared("runtime/Protocols"));

    /// <summary>The emitted files of the runtime's own messages.</summary>
    public static Dictionary<string, string> Protocols => s_protocols.Value;

    /// <summary>The emitted files of the messages in sources, by hint name.</summary>
    public static Dictionary<string, string> Messages(params string[] sources)
    {
        Generated generated = Generation.Run(sources);
        generated.AssertNotThrown();
        return generated.Result.GeneratedSources.Where(static s => s.HintName.EndsWith(".Message.g.cs", StringComparison.Ordinal)).ToDictionary(static s => s.HintName, static s => s.SourceText.ToString());
    }

    /// <summary>Those of the messages declared in a folder of the repository.</summary>
    public static Dictionary<string, string> Declared(string folder) =>
        Messages([ImplicitUsings, .. Directory.EnumerateFiles(Path.Combine(Generation.Root, folder), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText)]);
}
