using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

[Message(MaxSize = 256 << 10, Tag = nameof(Type), Owned = true), Frame(nameof(Remaining))]
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

[Message(MaxSize = 128 << 10, Owned = true)]
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

[Message(MaxSize = 65538, Owned = true)]
internal readonly ref partial struct MqttSubscription
{
    [LengthPrefix(typeof(ushort)), MinLength(1)] public partial ReadOnlySpan<byte> Topic { get; init; }

    [Range(0, 2)] public partial byte Qos { get; init; }
}

[Message(MaxSize = 65537, Owned = true)]
internal readonly ref partial struct MqttTopic
{
    [LengthPrefix(typeof(ushort)), MinLength(1)] public partial ReadOnlySpan<byte> Topic { get; init; }
}
