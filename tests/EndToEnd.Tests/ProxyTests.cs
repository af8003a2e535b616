using System.Buffers.Binary;
using System.Net;
using System.Text;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Headers of the PROXY protocol (haproxy's proxy-protocol.txt) before the first byte of a protocol.</summary>
public sealed class ProxyTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";
    private const string Who = "WHO\r\n";

    /// <summary>The client of the headers below, as the server says it.</summary>
    private const string Four = "+192.168.0.1:56324 192.168.0.11:443 ffffc0a80001\r\n";
    private const string Six = "+[2001:db8::1]:56324 [2001:db8::2]:443 20010db8000000000000000000000001\r\n";

    /// <summary>Extensions: a checksum that is not looked at, an empty one, an authority, one of no registered type.</summary>
    private const string Extensions = "\x03\0\x04" + "abcd" + "\x04\0\0" + "\x02\0\x0B" + "example.com" + "\xEE\0\x01z";

    private static readonly string s_v4 = Block(IPAddress.Parse("192.168.0.1"), IPAddress.Parse("192.168.0.11"));
    private static readonly string s_v6 = Block(IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
    private static readonly string s_unix = new('x', 216);

    public static TheoryData<Service> All => Service.All;

    /// <summary>Headers with the client that they tell of; an empty string where the socket's own addresses hold.</summary>
    private static (string Header, string Client)[] Headers =>
    [
        ("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", Four),
        ("PROXY TCP6 2001:db8::1 2001:0DB8:0:0:0:0:0:2 56324 443\r\n", Six),
        ("PROXY TCP6 ::ffff:192.168.0.1 ::ffff:192.168.0.11 56324 443\r\n", Four),
        ("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "+255.255.255.255:65535 0.0.0.0:0 ffffffffffff\r\n"),
        ("PROXY UNKNOWN\r\n", ""),
        ("PROXY UNKNOWN whatever 1 2\r\n", ""),
        ("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", ""),
        (V2(0x21, 0x11, s_v4), Four),
        (V2(0x21, 0x12, s_v4), Four),
        (V2(0x21, 0x21, s_v6), Six),
        (V2(0x21, 0x11, s_v4 + Extensions), Four),
        (V2(0x21, 0x21, s_v6 + Extensions), Six),
        (V2(0x21, 0x11, s_v4 + new string('t', 4096 - 16 - 12)), Four),
        (V2(0x21, 0x31, s_unix), ""),
        (V2(0x21, 0x32, s_unix + Extensions), ""),
        (V2(0x21, 0x00, ""), ""),
        (V2(0x21, 0x00, Extensions), ""),
        (V2(0x20, 0x00, ""), ""),
        (V2(0x20, 0x11, ""), ""),
        (V2(0x20, 0x11, s_v4), ""),
        (V2(0x20, 0x99, "what it is does not matter"), ""),
    ];

    /// <summary>What is no header, or more than one may have.</summary>
    private static string[] Wrong =>
    [
        Who,
        "\r\n" + Who,
        "PROXY\r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n",
        "proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY  TCP4 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n" + Who,
        "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.04 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n",
        "PROXY TCP6 ::1::2 ::1 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n",
        "PROXY UNKNOWN " + new string('x', 92) + "\r\n",
        new string('P', 108),
        V2(0x11, 0x11, s_v4),
        V2(0x22, 0x11, s_v4),
        V2(0x21, 0x13, s_v4),
        V2(0x21, 0x10, s_v4),
        V2(0x21, 0x01, s_v4),
        V2(0x21, 0x41, s_v4),
        V2(0x21, 0x11, s_v4[1..]),
        V2(0x21, 0x21, s_v6[1..]),
        V2(0x21, 0x31, s_unix[1..]),
        V2(0x21, 0x11, s_v4 + new string('t', 4096 - 16 - 11)),
        Signature[..^1] + "\r!\x11\0\x0C" + s_v4,
    ];

    [Theory, MemberData(nameof(All))]
    public async Task AHeaderTellsWhoTheClientIs(Service service)
    {
        await using ServerRun run = new ProxiedServer().StartOn(service);
        foreach ((string header, string who) in Headers)
        {
            using Client apart = new(run), together = new(run);
            string expected = who.Length > 0 ? who : Own(apart);
            apart.Send(header);
            apart.Ask(Who, expected);
            apart.Ask(Who, expected);
            together.Ask(header + Who + Who, (who.Length > 0 ? who : Own(together)) + (who.Length > 0 ? who : Own(together)));
        }

        Assert.Equal(0, run.Signals.Sum(static c => c.ProxyHeaders));
    }

    public static TheoryData<Transport.TransportKind> InProcesses => ProcessTests.All;

    /// <summary>The worker reads the header.</summary>
    [Theory, MemberData(nameof(InProcesses))]
    public async Task AHeaderTellsAWorkerProcessWhoTheClientIs(Transport.TransportKind transport)
    {
        await using ServerRun run = new ProxiedServer().StartInProcesses(transport);
        foreach ((string header, string who) in Headers)
        {
            using Client client = new(run);
            client.Ask(header + Who, who.Length > 0 ? who : Own(client));
            client.Ask(Who, who.Length > 0 ? who : Own(client));
        }

        foreach (string wrong in Wrong)
        {
            using Client client = new(run);
            client.Send(wrong);
            Assert.True(client.ReadToEnd(orReset: true).Length == 0, wrong);
        }

        using Client mail = new(run, endpoint: 1);
        mail.Ask(Headers[0].Header, "220 192.168.0.1:56324\r\n");
        mail.Ask("QUIT\r\n", "221 bye\r\n");
        Assert.Equal("", mail.ReadToEnd());
    }

    /// <summary>Workers do not know of each other's clients.</summary>
    [Theory, MemberData(nameof(InProcesses))]
    public void AWorkerProcessCannotCountTheClientsOfAProxy(Transport.TransportKind transport) =>
        Assert.Contains("max-connections-per-client", Assert.ThrowsAny<Exception>(() => new ProxiedServer().StartInProcesses(transport, static s => s.MaxConnectionsPerClient = 4)).Message, StringComparison.Ordinal);

    [Theory, MemberData(nameof(All))]
    public async Task AHeaderMayComeInPieces(Service service)
    {
        await using ServerRun run = new ProxiedServer().StartOn(service);
        foreach ((string header, string who) in (ReadOnlySpan<(string, string)>)[(Headers[0].Header, Four), (V2(0x21, 0x21, s_v6 + Extensions), Six)])
        {
            string whole = header + Who;
            for (int i = 1; i < whole.Length; i++)
            {
                using Client client = new(run);
                client.Send(whole[..i]);
                client.Ask(whole[i..], who);
            }

            // Each byte has been read before the next is sent.
            using Client slow = new(run);
            long before = run.Signals.Sum(static c => c.BytesReceived);
            for (int i = 0; i < whole.Length - 1; i++)
            {
                slow.Send(whole[i..(i + 1)]);
                Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == before + i + 1);
            }

            slow.Ask(whole[^1..], who);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task AServerThatSpeaksFirstWaitsForTheHeader(Service service)
    {
        ProxiedServer server = new();
        await using ServerRun run = server.StartOn(service);
        using Client silent = new(run, endpoint: 1), client = new(run, endpoint: 1), eager = new(run, endpoint: 1);
        client.Ask(Headers[0].Header, "220 192.168.0.1:56324\r\n");
        client.Ask("QUIT\r\n", "221 bye\r\n");
        Assert.Equal("", client.ReadToEnd());
        eager.Ask(V2(0x21, 0x21, s_v6) + "QUIT\r\n", "220 [2001:db8::1]:56324\r\n221 bye\r\n");

        // Of the first nobody was told, and it is told nothing, not even at the end.
        Assert.Equal(2, server.Told.Met);
        client.Dispose();
        eager.Dispose();
        Assert.Equal(ExitStatus.Drained, await run.DrainAsync());
        Assert.Equal("", silent.ReadToEnd());
        Assert.Equal((2, 2), server.Told);
    }

    [Theory, MemberData(nameof(All))]
    public async Task WhatIsNoHeaderIsClosedAndCounted(Service service)
    {
        ProxiedServer server = new();
        await using ServerRun run = server.StartOn(service);
        foreach (string wrong in Wrong)
        {
            using Client client = new(run);
            client.Send(wrong);
            Assert.True(client.ReadToEnd(orReset: true).Length == 0, wrong);
        }

        // One that ends inside a header is counted too; one that ends before it is a look at the port.
        using (Client cut = new(run), look = new(run))
        {
            cut.Send(Headers[0].Header[..20]);
            cut.FinishSending();
            look.FinishSending();
            Assert.Equal("", cut.ReadToEnd() + look.ReadToEnd());
        }

        Client.Until(() => run.ConnectionCount == 0);
        Assert.Equal(Wrong.Length + 1, run.Signals.Sum(static c => c.ProxyHeaders));
        Assert.Equal((0, 0), server.Told);
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheTimeToTheFirstByteCoversTheHeader(Service service)
    {
        ProxiedServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.FirstByteTimeoutSeconds = 1);
        using Client silent = new(run), halfway = new(run), idle = new(run, endpoint: 1);
        halfway.Send(Headers[0].Header[..10]);
        idle.Ask(Headers[0].Header, "220 192.168.0.1:56324\r\n");
        Assert.Equal("421 4.4.2 timeout, closing connection\r\n", silent.ReadToEnd() + halfway.ReadToEnd() + idle.ReadToEnd());
        TimeoutTests.AssertTimeouts(run, firstByte: 3);

        // The one that was told goodbye is read to its end first.
        idle.Dispose();
        Client.Until(() => server.Told == (1, 1));
    }

    [Theory, MemberData(nameof(All))]
    public async Task ClientsAreCountedByTheAddressOfTheHeader(Service service)
    {
        ProxiedServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.MaxConnectionsPerClient = 1);
        using Client first = new(run), other = new(run);
        first.Ask(Headers[0].Header + Who, Four);
        other.Ask(Headers[1].Header + Who, Six);
        for (int i = 0; i < 5; i++)
        {
            using Client refused = new(run);
            refused.Send(V2(0x21, 0x11, s_v4) + Who);
            Assert.Equal("-ERR max number of clients reached\r\n", refused.ReadToEnd());
        }

        Assert.Equal((5, 0), (run.Signals.Sum(static c => c.RejectedOfClient), run.Signals.Sum(static c => c.ProxyHeaders)));
        first.Dispose();
        Client.Until(() => server.Told.Parted == 1);
        Client.Until(() => run.ConnectionCount == 1);
        using Client next = new(run);
        next.Ask(Headers[0].Header + Who, Four);
        Assert.Equal(3, server.Told.Met);
    }

    [Theory, MemberData(nameof(All))]
    public async Task WithoutTheSettingAHeaderIsARequestLikeAnyOther(Service service)
    {
        await using ServerRun run = new ProxiedServer().StartOn(service, static s => s.Endpoints[0].ProxyProtocol = false);
        using Client client = new(run);
        client.Ask(Who, Own(client));
        using Client proxied = new(run);
        proxied.Send("PROXY UNKNOWN\r\n");
        Assert.StartsWith("-ERR unknown command", proxied.Read(20), StringComparison.Ordinal);
    }

    private static string V2(byte command, byte family, string block)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)block.Length);
        return Signature + (char)command + (char)family + Encoding.Latin1.GetString(length) + block;
    }

    private static string Block(IPAddress source, IPAddress destination) =>
        Encoding.Latin1.GetString([.. source.GetAddressBytes(), .. destination.GetAddressBytes(), 56324 >> 8, 56324 & 0xFF, 443 >> 8, 443 & 0xFF]);

    /// <summary>What the server says of a client of which the header has told nothing.</summary>
    private static string Own(Client client) => $"+{Unmapped(client.Socket.LocalEndPoint!)} {Unmapped(client.Socket.RemoteEndPoint!)} ffff7f000001\r\n";

    private static IPEndPoint Unmapped(EndPoint endPoint)
    {
        IPEndPoint ip = (IPEndPoint)endPoint;
        return new IPEndPoint(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address, ip.Port);
    }
}
