using System.Buffers.Binary;
using System.Net.Sockets;
using DeclServer;
using DeclServer.Transport;
using Dns.Zones;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Dns.Tests;

/// <summary>The server itself, over UDP and TCP, on both transports.</summary>
public sealed class ServerTests : IDisposable
{
    private const int Udp = 0;
    private const int Tcp = 1;
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<TransportKind> All => [.. OperatingSystem.IsLinux() ? [TransportKind.Epoll, TransportKind.Portable] : (TransportKind[])[TransportKind.Portable]];

    public void Dispose() => File.Delete(_file);

    [Theory, MemberData(nameof(All))]
    public async Task Answers_datagrams(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run, Udp);
        Message reply = Exchange(client, Question("WWW.example.test", RecordType.A));
        Assert.Equal((7, 0, true), (reply.Id, reply.Code, reply.Authoritative));
        Assert.Equal(Served.Name("WWW.example.test"), reply.QuestionName);
        Assert.Equal(["www.example.test. 3600 A c0000201"], reply.Answers);
        Assert.Equal(3, Exchange(client, Question("none.example.test", RecordType.A)).Code);
        Assert.Equal(5, Exchange(client, Question("elsewhere.test", RecordType.A)).Code);
        Assert.NotNull(Exchange(client, Question("www.example.test", RecordType.A, edns: 4096)).Opt);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Answers_on_a_connection_whatever_the_pieces(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run, Tcp);
        byte[] one = Framed(Question("www.example.test", RecordType.A));
        byte[] two = Framed(Question("none.example.test", RecordType.A));
        foreach (byte next in one)
        {
            client.Send([next]);
        }

        Assert.Equal(0, Receive(client).Code);
        client.Send([.. one, .. two, .. one]);
        Assert.Equal([0, 3, 0], [Receive(client).Code, Receive(client).Code, Receive(client).Code]);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Truncates_over_udp_and_tells_all_over_tcp(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket datagrams = Connect(run, Udp), connection = Connect(run, Tcp);
        byte[] question = Question("many.example.test", RecordType.A);
        Message cut = Exchange(datagrams, question);
        Assert.True((cut.Flags & MessageHeader.Truncated) != 0);
        Assert.Empty(cut.Answers);
        connection.Send(Framed(question));
        Assert.Equal(60, Receive(connection).Answers.Count);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Tells_what_is_wrong(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run, Udp), connection = Connect(run, Tcp);
        byte[] good = Question("www.example.test", RecordType.A);

        // A name that points to itself, a question too few, one cut short, bytes too many, a second OPT.
        Assert.Equal(1, Exchange(client, [.. good[..12], 0xC0, 12, 0, 1, 0, 1]).Code);
        Assert.Equal(1, Exchange(client, [.. good[..5], 0, .. good[6..12]]).Code);
        Assert.Equal(1, Exchange(client, good[..^1]).Code);
        Assert.Equal(1, Exchange(client, [.. good, 0]).Code);
        Assert.Equal(1, Exchange(client, [.. good[..11], 2, .. good[12..], 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4, 0, 0, 0, 0, 0, 0, 0]).Code);

        // A version of EDNS nobody knows (RFC 6891, section 6.1.3): BADVERS, 16, its high bits in OPT.
        Assert.Equal("1232 1 0 0000", Exchange(client, [.. good[..11], 1, .. good[12..], 0, 0, 41, 4, 0, 0, 9, 0, 0, 0, 0]).Opt);

        // UPDATE is not implemented, NOTIFY refused; a reply and what has no header get no answer at all.
        Assert.Equal(4, Exchange(client, [good[0], good[1], 5 << 3, .. good[3..]]).Code);
        Assert.Equal(5, Exchange(client, [good[0], good[1], 4 << 3, .. good[3..]]).Code);
        client.Send([good[0], good[1], 0x80, .. good[3..]]);
        client.Send(good[..11]);
        Assert.Equal(0, Exchange(client, good).Code);

        // On a connection what is broken is answered, and the next question too.
        connection.Send([.. Framed([.. good[..12], 0xC0, 12, 0, 1, 0, 1]), .. Framed(good)]);
        Assert.Equal([1, 0], [Receive(connection).Code, Receive(connection).Code]);
        connection.Send([0, 0, .. Framed(good)]);
        Assert.Equal(0, Receive(connection).Code);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Transfers_to_those_who_may_at_the_pace_they_read(TransportKind transport)
    {
        await using ServerRun run = Start(transport, hosts: 200_000, transfer: "127.0.0.0/8");
        using Socket slow = Connect(run, Tcp, receiveBuffer: 4096), other = Connect(run, Udp);

        // Two transfers asked for at once: 200,000 records each, some 8 MB, while the client reads nothing.
        byte[] question = Framed(Question("example.test", RecordType.Axfr));
        slow.Send([.. question, .. question]);
        Assert.Equal(0, Exchange(other, Question("www.example.test", RecordType.A)).Code);
        for (int transfer = 0; transfer < 2; transfer++)
        {
            int records = 0;
            int ends = 0;
            while (ends < 2)
            {
                byte[] message = ReceiveBytes(slow);
                int count = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(6));
                records += count;
                ends += records == count ? 1 : 0;
                ends += new Message(message).Answers[^1].Contains(" SOA ", StringComparison.Ordinal) && records > count ? 1 : 0;
            }

            Assert.Equal(200_000 + 65, records);
        }

        slow.Send(Framed(Question("www.example.test", RecordType.A)));
        Assert.Equal(0, Receive(slow).Code);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Transfers_to_nobody_else(TransportKind transport)
    {
        await using ServerRun run = Start(transport, transfer: "192.0.2.1");
        using Socket connection = Connect(run, Tcp), datagrams = Connect(run, Udp);
        connection.Send(Framed(Question("example.test", RecordType.Axfr)));
        Assert.Equal(5, Receive(connection).Code);
        Assert.Equal(5, Exchange(datagrams, Question("example.test", RecordType.Axfr)).Code);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Limits_rates_over_udp(TransportKind transport)
    {
        await using ServerRun run = Start(transport, rate: 1);
        using Socket client = Connect(run, Udp), connection = Connect(run, Tcp);
        byte[] question = Question("www.example.test", RecordType.A);
        Assert.Equal(["www.example.test. 3600 A c0000201"], Exchange(client, question).Answers);

        // Of two over the limit one is dropped and one says to come over TCP.
        client.Send(question);
        Message limited = Exchange(client, question);
        Assert.True((limited.Flags & MessageHeader.Truncated) != 0);
        Assert.Empty(limited.Answers);
        for (int i = 0; i < 10; i++)
        {
            connection.Send(Framed(question));
            Assert.Single(Receive(connection).Answers);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task Reloads_and_keeps_what_it_had_when_that_fails(TransportKind transport)
    {
        File.WriteAllText(_file, Zone(0));
        DnsServer server = new() { Zone = ZoneList.Parse(_file, null) };
        await using ServerRun run = server.Start(Settings(transport));
        using Socket client = Connect(run, Udp);
        byte[] question = Question("new.example.test", RecordType.A);
        Assert.Equal(3, Exchange(client, question).Code);
        File.WriteAllText(_file, Zone(0) + "new A 192.0.2.9\n");
        server.Reload();
        Assert.Equal(["new.example.test. 3600 A c0000209"], Exchange(client, question).Answers);
        File.WriteAllText(_file, "this is no zone\n");
        server.Reload();
        Assert.Single(Exchange(client, question).Answers);
    }

    [Theory, MemberData(nameof(All))]
    public async Task Allocates_nothing_for_a_question(TransportKind transport)
    {
        await using ServerRun run = Start(transport);
        using Socket client = Connect(run, Udp);
        byte[] question = Question("www.example.test", RecordType.A, edns: 1232);
        byte[] reply = new byte[1232];
        Ask(1_000);
        DeclServer.EndToEnd.Tests.SteadyState.AllocatesNothing(run, () => Ask(10_001));

        void Ask(int times)
        {
            for (int i = 0; i < times; i++)
            {
                client.Send(question);
                client.Receive(reply);
            }
        }
    }

    [Theory]
    [InlineData("", "--zone: name a zone file to serve, as in --zone example.zone")]
    [InlineData("/no/such/file", "--zone: /no/such/file:0: ")]
    public void A_wrong_zone_is_one_line_that_names_the_key(string zone, string line)
    {
        DnsServer server = new() { Zone = zone.Length == 0 ? default : ZoneList.Parse(zone, null) };
        SettingException exception = Assert.Throws<SettingException>(() => server.Start(Settings(TransportKind.Automatic)));
        Assert.StartsWith(line, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static string Zone(int hosts) =>
        "$ORIGIN example.test.\n$TTL 1h\n@ SOA ns hostmaster 1 2h 30m 2w 5m\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.1\n"
        + string.Concat(Enumerable.Range(0, 60).Select(static i => $"many A 198.51.100.{i}\n"))
        + string.Concat(Enumerable.Range(0, hosts).Select(static i => $"h{i} A 203.0.113.{i % 250}\n"));

    private static ServerSettings Settings(TransportKind transport)
    {
        ServerSettings settings = DnsServer.DeclaredSettings();
        settings.Transport = transport;
        settings.Logger = NullLogger.Instance;
        foreach (EndpointSettings endpoint in settings.Endpoints)
        {
            endpoint.Port = 0;
        }

        return settings;
    }

    private ServerRun Start(TransportKind transport, int hosts = 0, string transfer = "", int rate = 0)
    {
        File.WriteAllText(_file, Zone(hosts));
        return new DnsServer { Zone = ZoneList.Parse(_file, null), AllowTransfer = AddressList.Parse(transfer, null), ResponsesPerSecond = rate }.Start(Settings(transport));
    }

    private static Socket Connect(ServerRun run, int endpoint, int receiveBuffer = 0)
    {
        Socket socket = endpoint == Udp ? new(SocketType.Dgram, ProtocolType.Udp) : new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = 10_000;
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        socket.Connect(run.EndPoints[endpoint]);
        return socket;
    }

    private static byte[] Question(string name, RecordType type, int edns = 0)
    {
        byte[] header = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns > 0 ? 1 : 0)];
        byte[] opt = edns == 0 ? [] : [0, 0, 41, (byte)(edns >> 8), (byte)edns, 0, 0, 0, 0, 0, 0];
        return [.. header, .. Served.Name(name), (byte)((int)type >> 8), (byte)type, 0, 1, .. opt];
    }

    private static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static Message Exchange(Socket client, byte[] question)
    {
        client.Send(question);
        byte[] reply = new byte[65_535];
        return new Message(reply.AsSpan(0, client.Receive(reply)));
    }

    private static Message Receive(Socket client) => new(ReceiveBytes(client));

    private static byte[] ReceiveBytes(Socket client)
    {
        byte[] message = Exactly(client, BinaryPrimitives.ReadUInt16BigEndian(Exactly(client, 2)));
        return message;
    }

    private static byte[] Exactly(Socket client, int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int received = client.Receive(bytes.AsSpan(at));
            Assert.NotEqual(0, received);
            at += received;
        }

        return bytes;
    }
}
