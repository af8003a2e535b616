using System.Text;
using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>Zones from text, and questions to them.</summary>
internal static class Served
{
    internal static ZoneLoad Load(string text, string? origin = null) => Load(Encoding.UTF8.GetBytes(text), origin);

    internal static ZoneLoad Load(byte[] text, string? origin = null) =>
        ZoneLoad.From("zone", origin is null ? null : Name(origin), path => path == "zone" ? text : null);

    /// <summary>The zone, which must be without an error.</summary>
    internal static Zone Zone(string text, string? origin = null)
    {
        ZoneLoad load = Load(text, origin);
        Assert.True(load.Zone is not null, load.FirstError?.ToString());
        return load.Zone!;
    }

    internal static ZoneSet Set(params string[] zones) => ZoneSet.Of([.. zones.Select(static text => Zone(text))]);

    internal static byte[] Name(string text)
    {
        Span<byte> name = stackalloc byte[WireName.MaxName];
        string? fault = NameText.Parse(Encoding.Latin1.GetBytes(text), [0], name, out int length);
        Assert.Null(fault);
        return name[..length].ToArray();
    }

    internal static RecordType Type(string text) =>
        RecordTypeText.TryParse(Encoding.ASCII.GetBytes(text), out RecordType type) ? type : Enum.Parse<RecordType>(text, ignoreCase: true);

    internal static Message Ask(ZoneSet zones, string name, string type, Edns edns = default, int? limit = null, ushort flags = 0, ushort @class = 1) =>
        Ask(zones, Name(name), Type(type), edns, limit, flags, @class);

    internal static Message Ask(ZoneSet zones, byte[] name, RecordType type, Edns edns = default, int? limit = null, ushort flags = 0, ushort @class = 1)
    {
        Query query = new()
        {
            Id = 0x1234,
            Flags = flags,
            Name = name,
            Type = type,
            Class = @class,
            Edns = edns,
            PayloadSize = Edns.DefaultPayload,
            Limit = limit ?? MessageHeader.MaxTcp,
        };
        byte[] reply = new byte[query.Limit + 1];
        reply.AsSpan().Fill(0xEE);
        Reply written = zones.Answer(query, reply);
        Assert.InRange(written.Length, MessageHeader.Length, query.Limit);
        Assert.True(reply.AsSpan(written.Length).IndexOfAnyExcept((byte)0xEE) < 0, "octets behind the reply were written");
        Message message = new(reply.AsSpan(0, written.Length));
        Assert.Equal(0x1234, message.Id);
        Assert.Equal(name, message.QuestionName);
        Assert.Equal(type, message.QuestionType);
        Assert.Equal(edns.Present, message.Opt is not null);
        return message;
    }
}
