using System.Globalization;
using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;
using Xunit.Abstractions;

namespace Messages.Tests;

/// <summary>Random messages of every family, valid ones and ones broken in one place; <c>DECLSERVER_INPUTS</c> asks for so many in all.</summary>
public sealed class RandomMessageTests(ITestOutputHelper output)
{
    private const ulong Seed = 0xDEC15E12;

    /// <summary>A slice in each run, so that it stays a matter of seconds.</summary>
    private const int Slice = 20_000;

    private static readonly int s_families = typeof(RandomMessageTests).GetMethods().Count(static m => m.IsDefined(typeof(FactAttribute), false));

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("DECLSERVER_INPUTS"), CultureInfo.InvariantCulture, out int count) ? (count / s_families) + 1 : Slice;

    [Fact]
    public void Dns() => Try<DnsMessage>();

    [Fact]
    public void Mqtt() => Try<MqttPacket>();

    [Fact]
    public void PostgresFrontend() => Try<PgFrontend>();

    [Fact]
    public void PostgresBackend() => Try<PgBackend>();

    [Fact]
    public void Ldap() => Try<LdapFilter>();

    [Fact]
    public void LdapMessages() => Try<LdapMessage>();

    [Fact]
    public void Game() => Try<GamePacket>();

    [Fact]
    public void Ipv4() => Try<Ipv4Header>();

    [Fact]
    public void Resp() => Try<RespCommand>();

    [Fact]
    public void RespInlines() => Try<RespInline>();

    [Fact]
    public void MemcachedLines() => Try<MemcachedCommand>();

    [Fact]
    public void MemcachedValues() => Try<MemcachedUniqueValue>();

    private void Try<T>()
        where T : IMessage<T>, allows ref struct
    {
        MessageTally tally = MessageTest<T>.Random(Seed, Count);
        output.WriteLine($"{typeof(T).Name}: {tally}");
        Assert.True(tally.Valid * 10 >= Count && tally.Refused + tally.Unfinished > 0, tally.ToString());
    }
}
