using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Messages.Tests.Families;

namespace DeclServer.Benchmarks.Families;

/// <summary>A game packet: a checksum, a header of fixed size, events packed in bits. Both parsers reckon the checksum by the same routine.</summary>
internal struct GameFamily : IFamily
{
    private const int HeaderSize = 13;
    private const int MaxSize = 1200;
    private const int MaxEvents = 32;

    private static readonly Event[] s_events = new Event[MaxEvents];

    public static void Mend(Span<byte> message)
    {
        if (message.Length >= sizeof(uint))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)Crc32.Finish(Crc32.Add(Crc32.Start, message[sizeof(uint)..])));
        }
    }

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = GamePacket.TryParse(input, ref state, out GamePacket packet, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(packet.Sequence);
            fold.Add(packet.Ack);
            fold.Add(packet.AckBits);
            foreach (ref readonly GameEvent next in packet.Events)
            {
                fold.Add(next.Kind);
                fold.Add(next.Entity);
                fold.Add(next.X);
                fold.Add(next.Y);
                fold.Add(next.Text);
                fold.Add(next.Health);
            }
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        if (!TryParse(input, s_events, out int count))
        {
            consumed = 0;
            return ParseStatus.Malformed;
        }

        consumed = input.Length;
        fold.Add(BinaryPrimitives.ReadUInt16LittleEndian(input[4..]));
        fold.Add(BinaryPrimitives.ReadUInt16LittleEndian(input[6..]));
        fold.Add(BinaryPrimitives.ReadUInt32LittleEndian(input[8..]));
        foreach (ref readonly Event next in s_events.AsSpan(0, count))
        {
            fold.Add(next.Kind);
            fold.Add(next.Entity);
            fold.Add(next.X);
            fold.Add(next.Y);
            fold.Add(next.Text.Of(input));
            fold.Add(next.Health);
        }

        return ParseStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<byte> input, Span<Event> events, out int count)
    {
        count = 0;
        if (input.Length is < HeaderSize or > MaxSize || (count = input[12]) > MaxEvents)
        {
            return false;
        }

        int at = HeaderSize;
        for (int i = 0; i < count; i++)
        {
            if (input.Length - at < 2)
            {
                return false;
            }

            int bits = BinaryPrimitives.ReadUInt16LittleEndian(input[at..]);
            Event next = new() { Kind = (byte)(bits & 0xF), Entity = (ushort)(bits >> 4) };
            at += 2;
            switch (next.Kind)
            {
                case 1:
                    if (!TryZigZag(input, ref at, out next.X) || !TryZigZag(input, ref at, out next.Y))
                    {
                        return false;
                    }

                    break;
                case 2:
                    if (at == input.Length || input[at] > 40 || input.Length - at - 1 < input[at])
                    {
                        return false;
                    }

                    next.Text = new Slice(at + 1, input[at]);
                    at += 1 + input[at];
                    break;
                case 3:
                    if (!TryHealth(input, ref at, out next.Health))
                    {
                        return false;
                    }

                    break;
                default:
                    return false;
            }

            events[i] = next;
        }

        return at == input.Length && BinaryPrimitives.ReadUInt32LittleEndian(input) == (uint)Crc32.Finish(Crc32.Add(Crc32.Start, input[sizeof(uint)..]));
    }

    /// <summary>A zigzag-mapped number, most of them one byte long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryZigZag(ReadOnlySpan<byte> input, ref int at, out int value)
    {
        if ((uint)at < (uint)input.Length && input[at] < 0x80)
        {
            int mapped = input[at++];
            value = (mapped >> 1) ^ -(mapped & 1);
            return true;
        }

        return TryLongZigZag(input, ref at, out value);
    }

    private static bool TryLongZigZag(ReadOnlySpan<byte> input, ref int at, out int value)
    {
        value = 0;
        ulong mapped = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (at == input.Length)
            {
                return false;
            }

            byte next = input[at++];
            mapped |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                value = (int)(mapped >> 1) ^ -(int)(mapped & 1);
                return mapped <= uint.MaxValue && (next != 0 || shift == 0);
            }
        }

        return false;
    }

    /// <summary>A number of RFC 9000 up to 65,535 in its shortest form.</summary>
    private static bool TryHealth(ReadOnlySpan<byte> input, ref int at, out ushort value)
    {
        value = 0;
        if (at == input.Length)
        {
            return false;
        }

        int first = input[at];
        if (first < 0x40)
        {
            value = (ushort)first;
            at++;
            return true;
        }

        if (first < 0x80)
        {
            if (input.Length - at < 2)
            {
                return false;
            }

            value = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(input[at..]) & 0x3FFF);
            at += 2;
            return value > 0x3F;
        }

        if (first >= 0xC0 || input.Length - at < 4)
        {
            return false;
        }

        uint number = BinaryPrimitives.ReadUInt32BigEndian(input[at..]) & 0x3FFF_FFFF;
        value = (ushort)number;
        at += 4;
        return number is > 0x3FFF and <= ushort.MaxValue;
    }

    private struct Event
    {
        public byte Kind;
        public ushort Entity;
        public int X;
        public int Y;
        public Slice Text;
        public ushort Health;
    }
}
