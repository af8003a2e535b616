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
