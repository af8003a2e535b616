using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>The pictures and grammars that the documentation shows are those of the declarations; <c>UPDATE_GOLDEN=1</c> writes them anew, and fails.</summary>
public sealed class PictureTests
{
    [Fact]
    public void Dns() => Same("dns.svg", MessageDiagram.Svg<DnsMessage>());

    [Fact]
    public void Mqtt() => Same("mqtt.svg", MessageDiagram.Svg<MqttPacket>());

    [Fact]
    public void Resp() => Same("resp.svg", MessageDiagram.Svg<RespCommand>());

    [Fact]
    public void Memcached() => Same("memcached.svg", MessageDiagram.Svg<MemcachedUniqueValue>());

    [Fact]
    public void Game() => Same("game.svg", MessageDiagram.Svg<GamePacket>());

    [Fact]
    public void Lines() => Same("line.svg", MessageDiagram.Svg<MemcachedCommand>());

    [Fact]
    public void MemcachedGrammar() => Same("memcached.abnf", MessageAbnf.Of<MemcachedUniqueValue>());

    [Fact]
    public void DnsGrammar() => Same("dns.abnf", MessageAbnf.Of<DnsMessage>());

    /// <summary>Each rule is there once, and no other is named.</summary>
    [Fact]
    public void GrammarsAreWhole()
    {
        foreach (string abnf in (string[])[MessageAbnf.Of<DnsMessage>(), MessageAbnf.Of<MqttPacket>(), MessageAbnf.Of<PgFrontend>(), MessageAbnf.Of<PgBackend>(), MessageAbnf.Of<LdapFilter>(), MessageAbnf.Of<GamePacket>(), MessageAbnf.Of<RespCommand>(), MessageAbnf.Of<RespInline>(), MessageAbnf.Of<MemcachedCommand>(), MessageAbnf.Of<MemcachedUniqueValue>()])
        {
            string[] rules = [.. abnf.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(static l => l[0] != ' ')];
            string[] names = [.. rules.Select(static r => r.Split(" = ")[0])];
            Assert.Equal(names.Distinct(), names);
            foreach (string rule in rules)
            {
                string elements = Regex.Replace(rule[(rule.IndexOf(" = ", StringComparison.Ordinal) + 3)..], "%s\"[^\"]*\"|\"[^\"]*\"|%x[0-9A-F.-]+|;.*", " ");
                Assert.All(Regex.Matches(elements, "[a-z][a-z0-9-]*"), m => Assert.Contains(m.Value, names));
            }
        }
    }

    private static void Same(string name, string text, [CallerFilePath] string here = "")
    {
        string file = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "pictures", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text.ReplaceLineEndings("\n"));
            Assert.Fail("The picture is written: look at it, then run without UPDATE_GOLDEN.");
        }

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text.ReplaceLineEndings("\n"));
    }
}
