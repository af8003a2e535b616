using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>A packet as action games send them in datagrams: little-endian, packed in bits, with a checksum.</summary>
public sealed class GameTests
{
    [Fact]
    public void WritesWhatItReads()
    {
        Span<byte> buffer = stackalloc byte[256];
        Seq<GameEvent>.Builder events = new(buffer);
        Assert.True(events.TryAdd(new GameEvent { Kind = 1, Entity = 513, X = -5, Y = 7 }));
        Assert.True(events.TryAdd(new GameEvent { Kind = 2, Entity = 2, Text = "gg"u8 }));
        Assert.True(events.TryAdd(new GameEvent { Kind = 3, Entity = 4095, Health = 300 }));
        GamePacket packet = new() { Sequence = 0x1234, Ack = 0x1233, AckBits = 0x8000_0001, Events = events.ToSeq() };
        byte[] written = new byte[packet.GetSize()];
        Assert.True(packet.TryWrite(written, out int size));
        Assert.Equal(written.Length, size);
        MessageTest<GamePacket>.Valid(written);

        // The checksum's algorithm is zlib's: crc32("123456789") is 0xCBF43926.
        Assert.Equal(0xCBF43926u, Crc32.Finish(Crc32.Add(Crc32.Start, "123456789"u8)));
        Assert.Equal(0xE3069283u, Crc32C.Finish(Crc32C.Add(Crc32C.Start, "123456789"u8)));
        Assert.Equal((uint)Crc32.Finish(Crc32.Add(Crc32.Start, written.AsSpan(4))), BitConverter.ToUInt32(written));
        Assert.Equal([0x34, 0x12, 0x33, 0x12, 0x01, 0x00, 0x00, 0x80, 3], written[4..13]);

        // Kind 1 in the four lowest bits, entity 513 in the twelve above.
        Assert.Equal([0x11, 0x20], written[13..15]);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, GamePacket.TryParse(written, ref state, out GamePacket read, out _, out _));
        List<(int, int, int, int)> seen = [];
        foreach (GameEvent e in read.Events)
        {
            seen.Add((e.Kind, e.Entity, e.X, e.Health));
        }

        Assert.Equal([(1, 513, -5, 0), (2, 2, 0, 0), (3, 4095, 0, 300)], seen);
    }

    [Fact]
    public void RefusesEveryFlippedBit()
    {
        GamePacket packet = new() { Sequence = 1 };
        byte[] written = new byte[packet.GetSize()];
        Assert.True(packet.TryWrite(written, out _));
        for (int bit = 0; bit < 8 * written.Length; bit++)
        {
            written[bit / 8] ^= (byte)(1 << (bit % 8));
            ParseState state = default;
            Assert.Equal(ParseStatus.Malformed, GamePacket.TryParse(written, ref state, out _, out _, out ParseError error));
            if (bit < 32)
            {
                Assert.Equal(new ParseError(ErrorCode.BadChecksum, 0, "GamePacket.Crc"), error);
            }

            written[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>The header of RFC 1071's kind: a checksum among what it covers; the example of many textbooks, 4500 0073 … with 0xB861.</summary>
    [Fact]
    public void ChecksumsAHeader() => MessageTest<Ipv4Header>.Valid(Hex.Bytes("4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7"));
}
