using System.Reflection;
using DeclServer;
using Xunit;

namespace Cache.Tests;

/// <summary>What COMMAND tells of is what is declared; that it tells it as redis does, the conformance suite asks.</summary>
public sealed class CommandTableTests
{
    [Fact]
    public void Tells_of_each_command_and_of_no_other()
    {
        // Redis's commands are declared in capitals, memcached's in small letters.
        IEnumerable<string> declared = typeof(CacheServer)
            .GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .SelectMany(static m => m.GetCustomAttributes<CommandAttribute>())
            .Select(static c => c.Name!)
            .Where(static n => char.IsAsciiLetterUpper(n[0]))
            .Select(static n => n.ToLowerInvariant())
            .SelectMany(static n => new[] { n.Split(' ')[0], n.Replace(' ', '|') })
            .Distinct();
        Assert.Equal(declared.Order(StringComparer.Ordinal), CommandTable.All.Select(static c => c.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Finds_whatever_the_case()
    {
        Assert.Equal("client|setname", CommandTable.Find("Client|SetName"u8)?.Name);
        Assert.Null(CommandTable.Find("client setname"u8));
        Assert.Null(CommandTable.Find(new byte[1 << 20]));
        Assert.Equal(["config|get", "config|set"], CommandTable.SubcommandsOf(CommandTable.Find("CONFIG"u8)!).Select(static c => c.Name));
    }
}
