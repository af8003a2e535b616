using System.ComponentModel.DataAnnotations;
using System.Text;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>MQTT 3.1.1 (OASIS, sections 2 and 3): a length of variable size frames packets of bits, prefixed strings and optional fields.</summary>
public sealed class MqttTests
{
    public static TheoryData<string> Packets => new()
    {
        "10 12 0004 4d515454 04 02 003c 0006 736f6d656964", // CONNECT of mosquitto_pub -i someid
        "10 2c 0004 4d515454 04 ce 003c 0006 736f6d656964 0004 77696c6c 0003 627965 0005 616c696365 0006 736563726574", // with a will, a name and a password
        "20 02 00 00", // CONNACK
        "30 0c 0005 612f622f63 68656c6c6f", // PUBLISH, QoS 0
        "32 0e 0005 612f622f63 000a 68656c6c6f", // PUBLISH, QoS 1
        "40 02 000a", // PUBACK
        "62 02 000a", // PUBREL
        "82 0e 000a 0003 612f62 01 0003 632f64 02", // SUBSCRIBE, the example of section 3.8.3.1
        "90 05 000a 00 02 80", // SUBACK, the example of section 3.9.3.1
        "a2 0c 000a 0003 612f62 0003 632f64", // UNSUBSCRIBE, the example of section 3.10.3
        "c0 00", // PINGREQ
        "e0 00", // DISCONNECT
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void ReadsAndWrites(string hex) => MessageTest<MqttPacket>.Valid(Hex.Bytes(hex));

    [Fact]
    public void ReadsConnect()
    {
        ParseState state = default;
        byte[] bytes = Hex.Bytes("10 2c 0004 4d515454 04 ce 003c 0006 736f6d656964 0004 77696c6c 0003 627965 0005 616c696365 0006 736563726574");
        Assert.Equal(ParseStatus.Done, MqttPacket.TryParse(bytes, ref state, out MqttPacket packet, out _, out _));
        MqttConnect connect = packet.Connect;
        Assert.Equal("someid", Encoding.UTF8.GetString(connect.ClientId));
        Assert.Equal("will", Encoding.UTF8.GetString(connect.WillTopic));
        Assert.Equal("bye", Encoding.UTF8.GetString(connect.WillMessage));
        Assert.Equal("alice", Encoding.UTF8.GetString(connect.UserName));
        Assert.Equal("secret", Encoding.UTF8.GetString(connect.Password));
        Assert.Equal(60, connect.KeepAlive);
    }

    [Fact]
    public void WritesAPublish()
    {
        MqttPacket packet = new() { Flags = 2, Topic = "a/b/c"u8, PublishId = 10, Payload = "hello"u8 };
        Span<byte> written = stackalloc byte[packet.GetSize()];
        Assert.True(packet.TryWrite(written, out _));
        Assert.Equal(Hex.Bytes("32 0e 0005 612f622f63 000a 68656c6c6f"), written.ToArray());
    }

    [Theory]
    [InlineData("c0 80 00", ErrorCode.NotCanonical, "MqttPacket.Remaining")] // a length in more bytes than it takes
    [InlineData("c0 ff ff ff ff 7f", ErrorCode.TooLong, "MqttPacket.Remaining")] // and in more than there are
    [InlineData("40 03 000a 00", ErrorCode.TrailingBytes, "MqttPacket.PacketId")]
    [InlineData("40 01 00", ErrorCode.Truncated, "MqttPacket.PacketId")]
    [InlineData("f0 00", ErrorCode.UnknownCase, "MqttPacket.Type")]
    [InlineData("61 02 000a", ErrorCode.Required, "MqttPacket.ReservedFlags")]
    public void Refuses(string hex, ErrorCode code, string field) => MessageTest<MqttPacket>.Invalid(Hex.Bytes(hex), code, field);
}

[Message(MaxSize = 256 << 10, Tag = nameof(Type)), Frame(nameof(Remaining))]
internal readonly ref partial struct MqttPacket
{
    [Bits(4)] public partial byte Type { get; init; }

    [Bits(4)] public partial byte Flags { get; init; }

    [Varint(VarintKind.Leb128, MaxBytes = 4)] public partial int Remaining { get; }

    [Case(1)] public partial MqttConnect Connect { get; init; }

    [Case(2), Range(0, 1)] public partial byte SessionPresent { get; init; }

    [Case(2), Range(0, 5)] public partial byte ReturnCode { get; init; }

    [Case(3), LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> Topic { get; init; }

    [Case(3), When(nameof(IsAcknowledged))] public partial ushort PublishId { get; init; }

    [Case(3), Rest] public partial ReadOnlySpan<byte> Payload { get; init; }

    [Case(4, 5, 6, 7, 11)] public partial ushort PacketId { get; init; }

    [Case(8)] public partial ushort SubscribeId { get; init; }

    [Case(8), Rest, Length(1, 100)] public partial Seq<MqttSubscription> Subscriptions { get; init; }

    [Case(9)] public partial ushort SubscribedId { get; init; }

    [Case(9), Rest] public partial ReadOnlySpan<byte> ReturnCodes { get; init; }

    [Case(10)] public partial ushort UnsubscribeId { get; init; }

    [Case(10), Rest, Length(1, 100)] public partial Seq<MqttTopic> Topics { get; init; }

    [Case(12, 13, 14), Rest, MaxLength(0)] public partial ReadOnlySpan<byte> Nothing { get; init; }

    /// <summary>QoS 1 or 2.</summary>
    public bool IsAcknowledged => (Flags & 6) != 0;

    [Require] public bool ReservedFlags => Type is 3 || Flags == (Type is 6 or 8 or 10 ? 2 : 0);
}

[Message(MaxSize = 128 << 10)]
internal readonly ref partial struct MqttConnect
{
    /// <summary>The protocol's name and level: 4 is 3.1.1.</summary>
    [Literal(Before = "\0\x04MQTT"), AllowedValues((byte)4)] public partial byte Level { get; }

    [Bits(1)] public partial bool HasUserName { get; init; }

    [Bits(1)] public partial bool HasPassword { get; init; }

    [Bits(1)] public partial bool WillRetain { get; init; }

    [Bits(2), Range(0, 2)] public partial byte WillQos { get; init; }

    [Bits(1)] public partial bool HasWill { get; init; }

    [Bits(1)] public partial bool CleanSession { get; init; }

    [Bits(1), AllowedValues((byte)0)] public partial byte Reserved { get; }

    public partial ushort KeepAlive { get; init; }

    [LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> ClientId { get; init; }

    [When(nameof(HasWill)), LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> WillTopic { get; init; }

    [When(nameof(HasWill)), LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> WillMessage { get; init; }

    [When(nameof(HasUserName)), LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> UserName { get; init; }

    [When(nameof(HasPassword)), LengthPrefix(typeof(ushort))] public partial ReadOnlySpan<byte> Password { get; init; }
}

[Message(MaxSize = 65538)]
internal readonly ref partial struct MqttSubscription
{
    [LengthPrefix(typeof(ushort)), MinLength(1)] public partial ReadOnlySpan<byte> Topic { get; init; }

    [Range(0, 2)] public partial byte Qos { get; init; }
}

[Message(MaxSize = 65537)]
internal readonly ref partial struct MqttTopic
{
    [LengthPrefix(typeof(ushort)), MinLength(1)] public partial ReadOnlySpan<byte> Topic { get; init; }
}
