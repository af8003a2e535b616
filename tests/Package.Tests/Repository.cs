using System.Runtime.CompilerServices;

namespace Package.Tests;

/// <summary>Where the repository lies, and what its README shows.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The server that the README begins with.</summary>
    public static string ReadmeServer()
    {
        const string Fence = "```csharp\n";

        string readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");
        int start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
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
