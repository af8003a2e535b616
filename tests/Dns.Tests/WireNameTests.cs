using System.Buffers.Binary;
using Dns.Zones;
using Xunit;

namespace Dns.Tests;

public sealed class WireNameTests
{
    [Fact]
    public void Eight_octets_are_lowered_as_one_is()
    {
        Span<byte> octets = stackalloc byte[8];
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(octets);
            octets[i & 7] = (byte)(i >> 3);
            ulong lower = WireName.Lower(BinaryPrimitives.ReadUInt64LittleEndian(octets));
            for (int at = 0; at < 8; at++)
            {
                Assert.Equal(WireName.Lower(octets[at]), (byte)(lower >> (8 * at)));
            }
        }
    }

    [Fact]
    public void The_hash_is_the_same_for_all_letter_cases_and_lengths()
    {
        Random random = new(2);
        byte[] lower = new byte[NameHash.BufferSize];
        for (int length = 1; length <= WireName.MaxName; length++)
        {
            byte[] name = new byte[length];
            random.NextBytes(name);
            byte[] expected = WireName.ToLower(name);
            Assert.Equal(NameHash.Of(expected), NameHash.Lower(name, lower));
            Assert.Equal(expected, lower[..length]);
            Assert.True(WireName.Equal(name, expected));
            expected[random.Next(length)] ^= 0x80;
            Assert.False(WireName.Equal(name, expected));
        }
    }

    [Theory]
    [InlineData("a.b.test.", "b.test.", true)]
    [InlineData("b.TEST.", "B.test.", true)]
    [InlineData("ab.test.", "b.test.", false)]
    [InlineData("test.", "b.test.", false)]
    [InlineData("x.", ".", true)]
    [InlineData(@"a\001b.test.", "b.test.", false)] // the octets end alike, the labels do not
    public void Below(string name, string ancestor, bool expected) =>
        Assert.Equal(expected, WireName.IsAtOrBelow(Served.Name(name), Served.Name(ancestor)));
}
