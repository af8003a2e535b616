using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Messages.Tests.Families;

[Message(Endian = Endian.Little, MaxSize = 1200, Owned = true), Frame]
internal readonly ref partial struct GamePacket
{
    [Checksum(typeof(Crc32))] public partial uint Crc { get; }

    public partial ushort Sequence { get; init; }

    public partial ushort Ack { get; init; }

    public partial uint AckBits { get; init; }

    [Range(0, 32)] public partial byte Count { get; }

    [Count(nameof(Count))] public partial Seq<GameEvent> Events { get; init; }
}

[Message(Endian = Endian.Little, MaxSize = 64, Tag = nameof(Kind), Owned = true)]
internal readonly ref partial struct GameEvent
{
    [Bits(4)] public partial byte Kind { get; init; }

    [Bits(12)] public partial ushort Entity { get; init; }

    [Case(1), Varint(VarintKind.ZigZag)] public partial int X { get; init; }

    [Case(1), Varint(VarintKind.ZigZag)] public partial int Y { get; init; }

    [Case(2), LengthPrefix(typeof(byte)), MaxLength(40)] public partial ReadOnlySpan<byte> Text { get; init; }

    [Case(3), Varint(VarintKind.Quic)] public partial ushort Health { get; init; }
}

[Message(MaxSize = 60, Owned = true)]
internal readonly ref partial struct Ipv4Header
{
    [Bits(4), AllowedValues((byte)4)] public partial byte Version { get; }

    [Bits(4), AllowedValues((byte)5)] public partial byte HeaderWords { get; }

    public partial byte Service { get; init; }

    public partial ushort TotalLength { get; init; }

    public partial ushort Identification { get; init; }

    [Bits(3)] public partial byte Flags { get; init; }

    [Bits(13)] public partial ushort FragmentOffset { get; init; }

    public partial byte TimeToLive { get; init; }

    public partial byte Protocol { get; init; }

    [Checksum(typeof(InternetChecksum), From = nameof(Version), To = nameof(Destination))] public partial ushort Checksum { get; }

    public partial uint Source { get; init; }

    public partial uint Destination { get; init; }
}
