using System.Text;

namespace DeclServer.Benchmarks.Families;

/// <summary>A row of the table: messages of one kind.</summary>
public abstract class Family(string name)
{
    /// <summary>Every row.</summary>
    public static IReadOnlyList<Family> All { get; } =
    [
        new Family<RespFamily>(
            "RESP",
            ["*2\r\n$3\r\nGET\r\n$10\r\nkey:000042\r\n", "*3\r\n$3\r\nSET\r\n$10\r\nkey:000042\r\n$16\r\nxxxxxxxxxxxxxxxx\r\n"],
            ["*0\r\n", "*-1\r\n", "*01\r\n", "*1\r\n$-1\r\n", "*1\r\n$0\r\n\r\n", "*2\r\n$4\r\nECHO\r\n$100\r\n" + new string('x', 100) + "\r\n", "*65537\r\n", "*1\r\n$1048577\r\n"]),
        new Family<MemcachedFamily>(
            "memcached set",
            ["set key:000042 0 0 16\r\nxxxxxxxxxxxxxxxx\r\n", "set user:1234567:name 1 3600 5 noreply\r\nhello\r\n"],
            ["set a 4294967295 -1 0\r\n\r\n", "set a 4294967296 0 0\r\n\r\n", "set " + new string('k', 250) + " 0 0 1\r\nx\r\n", "set " + new string('k', 251) + " 0 0 1\r\nx\r\n", "set a 0 -9223372036854775808 1\r\nx\r\n"]),
        new Family<HttpFamily>(
            "HTTP/1.1 request head",
            [
                "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:41299\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
                "POST /form HTTP/1.1\r\nHost: localhost:59093\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n",
            ],
            [
                "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "PUT / HTTP/1.1\r\nhOST:\ta \r\nTransfer-Encoding: Chunked\r\nX-Empty:\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n",
            ]),
        new Family<SmtpFamily>(
            "SMTP MAIL",
            ["MAIL FROM:<a@example.org> SIZE=3\r\n", "MAIL FROM:<userx@y.foo.org> SIZE=1000000 BODY=8BITMIME\r\n", "MAIL FROM:<Smith@bar.com>\r\n"],
            ["mail from:<>  A  B \r\n", "MAIL FROM:<a@b> \r\n", "MAIL FROM:<a b>\r\n", "MAIL FROM:<" + new string('a', 255) + ">\r\n"]),
        new Family<FtpFamily>(
            "FTP command",
            ["USER anonymous\r\n", "RETR pub/linux/README.txt\r\n", "PWD\r\n", "PORT 127,0,0,1,181,47\r\n"],
            ["RETR a\0b\r\n", "PW\r\n", "ABCDE x\r\n", "PWD \r\n", "STOR a  b \r\n"]),
        new Family<DnsFamily>(
            "DNS query",
            [Hex("1234 0120 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001")],
            [Hex("1234 0120 0011 0000 0000 0000 00 0001 0001"), Hex("1234 0120 0001 0000 0000 0000 c00c 0001 0001"), Hex("1234 0120 0000 0000 0000 0000")]),
        new Family<DnsFamily>(
            "DNS response",
            [Hex("1234 8580 0001 0003 0000 0001 03 777777 07 6578616d706c65 03 636f6d 00 0001 0001 c00c 0005 0001 00000e10 0002 c010 c010 0001 0001 00000e10 0004 5db8d822 c010 0001 0001 00000e10 0004 5db8d823 00 0029 04d0 00000000 0000")],
            [Hex("1234 8580 0000 0001 0000 0000 03 777777 c00c 0001 0001 00000e10 0004 5db8d822")]),
        new Family<PostgresFamily>(
            "PostgreSQL Parse",
            [Hex("50 00000021 7331 00 73656c65637420243120617320616e73776572 00 0001 00000017")],
            [Hex("50 00000008 00 00 0000"), Hex("50 00000003"), Hex("50 01000000")]),
        new Family<PostgresFamily>(
            "PostgreSQL Bind",
            [Hex("42 00000025 00 7331 00 0001 0001 0003 00000002 3432 ffffffff 00000005 68656c6c6f 0001 0001")],
            [Hex("42 0000000c 00 00 0000 0000 0000"), Hex("42 00000010 00 00 0000 0001 fffffffe 0000")]),
        new Family<LdapFamily>(
            "LDAP filter",
            [Hex("a0 26 87 0b 6f626a656374436c617373 a3 0d 04 02 636e 04 07 4261627320204a a2 08 a3 06 04 01 61 04 01 62")],
            [Hex("a1 08 87 02 636e 87 02 736e"), Hex("a0 00"), Hex("a2 06 87 01 61 87 01 62"), Hex("a4 14 0402 636e 300e 8004 42616273 8103 4a656e 8201 6e"), Hex("a5 07 0402 736e 0401 41"), Hex("a9 1e 8108 322e352e31332e35 8202 636e 830b 42616273204a656e73656e 8401ff"), Hex("87 81 01 61"), Nested(15), Nested(16)]),
        new Family<MqttFamily>(
            "MQTT CONNECT",
            [Hex("10 2c 0004 4d515454 04 ce 003c 0006 736f6d656964 0004 77696c6c 0003 627965 0005 616c696365 0006 736563726574")],
            [Hex("10 12 0004 4d515454 04 02 003c 0006 736f6d656964"), Hex("10 80 00"), Hex("10 ff ff ff 7f")]),
        new Family<MqttFamily>(
            "MQTT PUBLISH",
            [Hex("32 0e 0005 612f622f63 000a 68656c6c6f"), Hex("30 14 000d 73656e736f72732f6b69746368 32312e3543")],
            [Hex("30 02 0000"), Hex("36 04 0000 0000")]),
        new Family<GameFamily>(
            "game packet",
            [Hex("00000000 3412 3312 01000080 04 1120 09 0e 2200 02 6767 f3ff 412c 4100 f401 808001")],
            [Hex("00000000 0000 0000 00000000 00"), Hex("00000000 0000 0000 00000000 21")]),
    ];

    /// <inheritdoc/>
    public override string ToString() => name;

    /// <summary>Parses so many messages by hand.</summary>
    public abstract long HandWritten(int count);

    /// <summary>Parses so many messages by the emitted parser.</summary>
    public abstract long Emitted(int count);

    /// <summary>Holds both against each other; the number of inputs tried.</summary>
    internal abstract int Check();

    private static string Hex(string text) => Encoding.Latin1.GetString(Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal)));

    /// <summary>Filters that negate each other, around one that asks for an attribute.</summary>
    private static string Nested(int nots)
    {
        string filter = "\x87\x01" + "a";
        for (; nots > 0; nots--)
        {
            filter = "\xA2" + (char)filter.Length + filter;
        }

        return filter;
    }
}

/// <summary>The two parsers of one grammar, compiled for it.</summary>
internal sealed class Family<T> : Family
    where T : struct, IFamily
{
    private readonly byte[][] _messages;
    private readonly byte[][] _others;

    /// <param name="name">The row's name.</param>
    /// <param name="messages">What is timed, in Latin-1.</param>
    /// <param name="others">What the two parsers are held against each other with, besides.</param>
    public Family(string name, string[] messages, string[] others)
        : base(name)
    {
        _messages = [.. messages.Select(Encoding.Latin1.GetBytes)];
        _others = [.. others.Select(Encoding.Latin1.GetBytes)];
        foreach (byte[] message in _messages)
        {
            T.Mend(message);
        }
    }

    public override long HandWritten(int count)
    {
        Sizes fold = default;
        int wrong = 0;
        for (int i = 0, next = 0; i < count; i++)
        {
            wrong += T.HandWritten(_messages[next], ref fold, out _) == ParseStatus.Done ? 0 : 1;
            next = next + 1 == _messages.Length ? 0 : next + 1;
        }

        return wrong == 0 ? fold.Sum : throw new InvalidOperationException($"{this}: {wrong} messages were not parsed");
    }

    public override long Emitted(int count)
    {
        Sizes fold = default;
        int wrong = 0;
        for (int i = 0, next = 0; i < count; i++)
        {
            wrong += T.Emitted(_messages[next], ref fold, out _) == ParseStatus.Done ? 0 : 1;
            next = next + 1 == _messages.Length ? 0 : next + 1;
        }

        return wrong == 0 ? fold.Sum : throw new InvalidOperationException($"{this}: {wrong} messages were not parsed");
    }

    internal override int Check()
    {
        if (HandWritten(_messages.Length) != Emitted(_messages.Length))
        {
            throw new InvalidOperationException($"{this}: other fields");
        }

        return SelfCheck.Run<T>(ToString(), [.. _messages, .. _others]);
    }
}
