using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using DeclServer;
using Dns.Zones;

namespace Dns;

/// <summary>An authoritative name server: zone files, UDP and TCP on one port, transfers, rate limits, reload on SIGHUP.</summary>
[Server(State = ServerState.Shared)]
[Listen<DeclServer.Dns>(53, Transport = TransportProtocol.Udp, MaxDatagramSize = Edns.DefaultPayload)]
[Listen<DeclServer.Dns>(53)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Limits(MaxConnections = 1_000, IdleTimeoutSeconds = 10, FirstByteTimeoutSeconds = 5, RequestTimeoutSeconds = 5)]
internal sealed partial class DnsServer
{
    private const int LimiterBuckets = 1 << 17;

    /// <summary>Limits are kept by each loop for itself, so that none waits for another.</summary>
    [ThreadStatic]
    private static ResponseRateLimiter? t_limiter;

    private ZoneStore _store = new([]);

    /// <summary>The zones that are served.</summary>
    [Setting(Help = "zone files to serve, [origin=]file, separated by commas")]
    public ZoneList Zone { get; set; }

    /// <summary>Who may transfer whole zones.</summary>
    [Setting(Help = "addresses and networks that may transfer zones, separated by commas")]
    public AddressList AllowTransfer { get; set; }

    /// <summary>Over UDP, how many alike replies go to one network in a second; 0 sets no limit.</summary>
    [Setting(Help = "alike UDP replies to one /24 or /56 network in a second; 0 for no limit"), Range(0, ResponseRateLimiter.MaxResponsesPerSecond)]
    public int ResponsesPerSecond { get; set; }

    /// <summary>Of the replies over the limit, each so many-th is sent truncated, so that real clients come over TCP.</summary>
    [Setting(Help = "each so many-th reply over the limit is sent truncated; 0 drops all"), Range(0, 100)]
    public int Slip { get; set; } = 2;

    partial void OnStarting()
    {
        if (Zone.Sources is null)
        {
            throw new SettingException("--zone: name a zone file to serve, as in --zone example.zone");
        }

        _store = new ZoneStore(Zone.Sources);
        string? error = null;
        if (!_store.Reload(fault => error ??= fault.IsError ? fault.ToString() : Warn(fault)))
        {
            throw new SettingException($"--zone: {error}");
        }
    }

    /// <summary>Loads the zones anew; where one is broken that is told, and they stay as they were.</summary>
    internal void Reload() => _store.Reload(static fault => Console.Error.WriteLine(fault));

    partial void OnReload() => Reload();

    [Command(DnsOpcode.Query)]
    private void Answer(in DnsMessage request, Connection client, ReplyWriter<DnsMessage> reply)
    {
        if (request.IsResponse || !TryRead(request, client, out Query query))
        {
            Refuse(request, ResponseCode.FormatError, reply);
            return;
        }

        ZoneSet zones = _store.Current;
        if (query.Type == RecordType.Axfr && !client.IsDatagram && zones.FindZone(query.Name) is { } zone && AllowTransfer.Holds(client.RemoteEndPoint?.Address))
        {
            client.Stream(new TransferStream(new ZoneTransfer(zone, query)));
            return;
        }

        Span<byte> room = reply.GetSpan(query.Limit);
        Reply written = zones.Answer(query, room);
        if (ResponsesPerSecond > 0 && client.IsDatagram)
        {
            switch (Account(client, written))
            {
                case RateVerdict.Drop:
                    return;
                case RateVerdict.Truncate:
                    written = ZoneSet.Truncated(query, room);
                    break;
            }
        }

        reply.Advance(written.Length);
    }

    /// <summary>This server has no primary that could tell it of a change (RFC 1996, section 3.10): it says so, that nobody asks again.</summary>
    [Command(DnsOpcode.Notify)]
    private static void Notify(in DnsMessage request, ReplyWriter<DnsMessage> reply) => Refuse(request, ResponseCode.Refused, reply);

    private static void Refuse(in DnsMessage request, ResponseCode code, ReplyWriter<DnsMessage> reply)
    {
        // Never to a reply: two servers would go on for ever.
        if (!request.IsResponse)
        {
            reply.Write(new DnsMessage
            {
                Id = request.Id,
                IsResponse = true,
                Opcode = request.Opcode,
                RecursionDesired = request.RecursionDesired,
                ResponseCode = (byte)code,
            });
        }
    }

    /// <summary>The one question, and what OPT says; false for a message that asks otherwise.</summary>
    private static bool TryRead(scoped in DnsMessage request, Connection client, out Query query)
    {
        query = default;
        if (request.QuestionCount != 1 || !TryReadEdns(request, out Edns edns))
        {
            return false;
        }

        foreach (DnsQuestion question in request.Questions)
        {
            // Nothing stands before the first name that it could point to.
            if (question.Name.Labels.Hops > 0)
            {
                return false;
            }

            query = new Query
            {
                Id = request.Id,
                Flags = (ushort)(((int)request.Opcode << 11) | (request.RecursionDesired ? MessageHeader.RecursionDesired : 0)),
                Name = question.Name.Labels.Bytes,
                Type = (RecordType)question.Type,
                Class = question.Class,
                Edns = edns,
                Limit = client.IsDatagram ? edns.UdpLimit(Edns.DefaultPayload) : MessageHeader.MaxTcp,
                PayloadSize = Edns.DefaultPayload,
            };
        }

        return true;
    }

    /// <summary>RFC 6891, section 6.1.1: at most one OPT, of the root.</summary>
    private static bool TryReadEdns(scoped in DnsMessage request, out Edns edns)
    {
        edns = default;
        if (request.AdditionalCount == 0)
        {
            return true;
        }

        foreach (DnsRecord record in request.Additionals)
        {
            if (record.Type != (ushort)RecordType.Opt)
            {
                continue;
            }

            if (edns.Present || record.Name.Labels.Count != 1)
            {
                return false;
            }

            edns = new Edns(true, (byte)(record.Ttl >> 16), record.Class, (record.Ttl & 0x8000) != 0);
        }

        return true;
    }

    private RateVerdict Account(Connection client, Reply reply)
    {
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, client.RemoteAddress);
        t_limiter ??= new ResponseRateLimiter(ResponsesPerSecond, Slip, LimiterBuckets);
        return t_limiter.Account(address, reply.Kind, reply.Source, Environment.TickCount64);
    }

    private static string? Warn(ZoneFault fault)
    {
        Console.Error.WriteLine(fault);
        return null;
    }
}
