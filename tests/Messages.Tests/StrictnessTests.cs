using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>The places where two byte strings give one value: none but those declared.</summary>
public sealed class StrictnessTests
{
    [Fact]
    public void IsStrictUnlessDeclared()
    {
        Assert.Empty(MessageStrictness.Of<MqttPacket>());
        Assert.Empty(MessageStrictness.Of<PgFrontend>());
        Assert.Empty(MessageStrictness.Of<PgBackend>());
        Assert.Empty(MessageStrictness.Of<LdapFilter>());
        Assert.Empty(MessageStrictness.Of<GamePacket>());
        Assert.Empty(MessageStrictness.Of<RespCommand>());
    }

    [Fact]
    public void NamesWhatIsDeclared()
    {
        Assert.Equal(["DnsLabel.Offset Jump"], Kinds(MessageStrictness.Of<DnsMessage>()));
        Assert.Equal(["MemcachedCommand.Words SeveralSeparators", "MemcachedCommand.Words LineEnd"], Kinds(MessageStrictness.Of<MemcachedCommand>()));
        Assert.Contains("RespInline.Arguments Quotes", Kinds(MessageStrictness.Of<RespInline>()));
    }

    private static IEnumerable<string> Kinds(IReadOnlyList<Leniency> found) => found.Select(static l => $"{l.Field} {l.Kind}");
}
