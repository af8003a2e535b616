using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>
/// <c>SkipAt</c> finds the end of every valid message whose grammar lets it; that it finds none of an invalid one is a law that
/// <see cref="MessageTest{T}.Judge(ReadOnlySpan{byte})"/> holds every parser to.
/// </summary>
public sealed class SkipTests
{
    private const ulong Seed = 0x5C1B;
    private const int Count = 2_000;

    [Fact]
    public void DnsMessages() => Skips<DnsMessage>();

    [Fact]
    public void DnsRecords() => Skips<DnsRecord>();

    [Fact]
    public void LdapFilters() => Skips<LdapFilter>();

    [Fact]
    public void LdapMessages() => Skips<LdapMessage>();

    [Fact]
    public void PostgresMessages() => Skips<PgFrontend>();

    [Fact]
    public void GameEvents() => Skips<GameEvent>();

    [Fact]
    public void RespCommands() => Skips<RespCommand>();

    /// <summary>A filter in sixteen filters is found, one deeper is left to the parser, whatever it is asked from.</summary>
    [Fact]
    public void StopsAtTheDepthThatIsLeft()
    {
        byte[] filter = [0xA2, 0x05, 0xA2, 0x03, 0x87, 0x01, (byte)'a'];
        Assert.Equal(filter.Length, LdapFilter.SkipAt(filter, 0, 3));
        Assert.Equal(0, LdapFilter.SkipAt(filter, 0, 2));
        Assert.Equal(4, LdapFilter.SkipAt(filter, 4, 0));
    }

    private static void Skips<T>()
        where T : IMessage<T>, allows ref struct
    {
        MessageGenerator<T> generator = new(Seed);
        for (int i = 0; i < Count; i++)
        {
            byte[] valid = generator.Next();
            Assert.Equal(valid.Length, T.SkipAt(valid, 0, int.MaxValue));
            Assert.Equal(0, T.SkipAt(valid.AsSpan(0, valid.Length - 1), 0, int.MaxValue));
        }
    }
}
