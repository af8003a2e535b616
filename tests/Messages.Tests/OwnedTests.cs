using System.Text;
using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>Copies that outlive the buffer: whatever becomes of it, they are written as the message was.</summary>
public sealed class OwnedTests
{
    private const int Count = 2_000;

    [Fact]
    public void Dns() => Try<DnsMessage, DnsMessage.Owned>();

    [Fact]
    public void Mqtt() => Try<MqttPacket, MqttPacket.Owned>();

    [Fact]
    public void PostgresFrontend() => Try<PgFrontend, PgFrontend.Owned>();

    [Fact]
    public void PostgresBackend() => Try<PgBackend, PgBackend.Owned>();

    [Fact]
    public void Ldap() => Try<LdapFilter, LdapFilter.Owned>();

    [Fact]
    public void LdapMessages() => Try<LdapMessage, LdapMessage.Owned>();

    [Fact]
    public void Game() => Try<GamePacket, GamePacket.Owned>();

    [Fact]
    public void Ipv4() => Try<Ipv4Header, Ipv4Header.Owned>();

    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nX:  y \r\n\r\n")]
    [InlineData("GET /index.html HTTP/1.0\r\n\r\n")]
    public void Http(string text) => Same<HttpRequestHead, HttpRequestHead.Owned>(Wire.Bytes(text));

    [Theory]
    [InlineData("set key 1 -1 5 noreply\r\nhello\r\n")]
    [InlineData("set key 1 0 0\r\n\r\n")]
    public void Memcached(string text) => Same<MemcachedSet, MemcachedSet.Owned>(Wire.Bytes(text));

    [Theory]
    [InlineData("MAIL FROM:<> SIZE=3  BODY=8BITMIME\r\n")]
    [InlineData("MAIL FROM:<a@b>\r\n")]
    public void Smtp(string text) => Same<SmtpMail, SmtpMail.Owned>(Wire.Bytes(text));

    [Fact]
    public void ShowsWhatTheMessageShowed()
    {
        PgFrontend.Owned owned = Copy<PgFrontend, PgFrontend.Owned>(Hex.Bytes("42 0000001c 00 7331 00 0001 0001 0002 00000002 3432 ffffffff 0001 0001"));
        Assert.Equal((byte)'B', owned.Type);
        Assert.Null(owned.Parse);
        Assert.True(owned.Query.IsEmpty);
        PgBind.Owned bind = Assert.IsType<PgBind.Owned>(owned.Bind);
        Assert.Equal("s1", Encoding.ASCII.GetString(bind.Statement.Span));
        Assert.Equal(2, bind.ValueCount);
        Assert.Equal(["42"u8.ToArray(), []], bind.Values.Select(static v => v.Data.ToArray()));

        // NULL is still not empty.
        Assert.True(DeclServer.Messages.Layout.IsAbsent(bind.Values[1].Data.Span));
        Assert.True(DeclServer.Messages.Layout.IsAbsent(owned.ToMessage().Bind.Portal) is false);
    }

    [Fact]
    public void ShowsFlagsEnumsHeadersAndWords()
    {
        DnsMessage.Owned dns = Copy<DnsMessage, DnsMessage.Owned>(Hex.Bytes("1234 a580 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001"));
        Assert.True(dns.IsResponse);
        Assert.Equal(DnsOpcode.Notify, dns.Opcode);
        Assert.Equal(["example", "com", ""], dns.Questions[0].Name.Labels.Select(static l => Encoding.ASCII.GetString(l.Text.Span)));

        HttpRequestHead.Owned http = Copy<HttpRequestHead, HttpRequestHead.Owned>(Wire.Bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"));
        Assert.Equal(3UL, http.ContentLength);
        Assert.Equal("a", Encoding.ASCII.GetString(http.Host.Span));
        Assert.Equal("Content-Length", Encoding.ASCII.GetString(http.Headers[1].Name.Span));

        SmtpMail.Owned mail = Copy<SmtpMail, SmtpMail.Owned>(Wire.Bytes("MAIL FROM:<a@b> SIZE=3 X\r\n"));
        List<string> words = [];
        foreach (ReadOnlySpan<byte> word in mail.Parameters)
        {
            words.Add(Encoding.ASCII.GetString(word));
        }

        Assert.Equal(["SIZE=3", "X"], words);
    }

    /// <summary>A name that jumps is copied with what it jumps to, and written in full.</summary>
    [Fact]
    public void CopiesWhatANameJumpsTo()
    {
        byte[] bytes = Hex.Bytes("1234 8580 0001 0001 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001 c00c 0001 0001 00000e10 0004 5db8d822");
        DnsMessage.Owned owned = Copy<DnsMessage, DnsMessage.Owned>(bytes);
        Assert.Equal(["example", "com", ""], owned.Answers[0].Name.Labels.Select(static l => Encoding.ASCII.GetString(l.Text.Span)));
        Assert.Equal(bytes.Length + 11, owned.GetSize());
    }

    private static void Try<T, TOwned>()
        where T : IMessage<T>, IOwnable<TOwned>, allows ref struct
        where TOwned : IOwned<T>
    {
        MessageGenerator<T> generator = new(seed: 3);
        for (int i = 0; i < Count; i++)
        {
            Same<T, TOwned>(generator.Next());
        }
    }

    private static void Same<T, TOwned>(byte[] bytes)
        where T : IMessage<T>, IOwnable<TOwned>, allows ref struct
        where TOwned : IOwned<T>
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref state, out T message, out _, out _));
        byte[] expected = new byte[message.GetSize()];
        Assert.True(message.TryWrite(expected, out _));
        TOwned owned = Copy<T, TOwned>([.. bytes]);
        Assert.Equal(expected.Length, owned.GetSize());
        byte[] written = new byte[expected.Length];
        Assert.False(owned.TryWrite(written.AsSpan(1), out int size));
        Assert.Equal(0, size);
        Assert.True(owned.TryWrite(written, out size));
        Assert.Equal(expected, written);
    }

    /// <summary>Reads a message, copies it, and overwrites what it was read from.</summary>
    private static TOwned Copy<T, TOwned>(byte[] bytes)
        where T : IMessage<T>, IOwnable<TOwned>, allows ref struct
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, T.TryParse(bytes, ref state, out T message, out _, out _));
        TOwned owned = message.ToOwned();
        bytes.AsSpan().Fill(0xEE);
        return owned;
    }
}
