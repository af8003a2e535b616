using System.Text.RegularExpressions;

namespace Generator.Tests;

/// <summary>The generator knows no protocol, not even by name.</summary>
public sealed partial class NoProtocolTest
{
    [Fact]
    public void NamesNoProtocol()
    {
        string directory = Path.Combine(Generation.Root, "generator");
        string[] files = [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(f => Path.GetRelativePath(directory, f).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))];
        Assert.NotEmpty(files);
        string[] named = [.. files.SelectMany(static f => File.ReadLines(f).Where(static l => Protocol().IsMatch(l)).Select(l => f + ": " + l.Trim()))];
        Assert.True(named.Length == 0, string.Join("\n", named));
    }

    [GeneratedRegex(@"\b(resp|redis|memcached|http|smtp|dns|mqtt|ldap)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Protocol();
}
