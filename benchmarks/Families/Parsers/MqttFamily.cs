using System.Buffers.Binary;
using Messages.Tests.Families;

namespace DeclServer.Benchmarks.Families;

/// <summary>MQTT's CONNECT and PUBLISH, waited for by their length and read in one pass.</summary>
internal struct MqttFamily : IFamily
{
    private const int MaxSize = 256 << 10;

    public static bool Covers(ReadOnlySpan<byte> input) => input.IsEmpty || input[0] >> 4 is 1 or 3;

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = MqttPacket.TryParse(input, ref state, out MqttPacket packet, out consumed, out _);
        if (status == ParseStatus.Done && packet.Type == 3)
        {
            fold.Add(packet.Flags);
            fold.Add(packet.Topic);
            fold.Add(packet.PublishId);
            fold.Add(packet.Payload);
        }
        else if (status == ParseStatus.Done)
        {
            MqttConnect connect = packet.Connect;
            fold.Add(connect.WillQos);
            fold.Add(connect.WillRetain ? 1 : 0);
            fold.Add(connect.CleanSession ? 1 : 0);
            fold.Add(connect.KeepAlive);
            fold.Add(connect.ClientId);
            fold.Add(connect.WillTopic);
            fold.Add(connect.WillMessage);
            fold.Add(connect.UserName);
            fold.Add(connect.Password);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        consumed = 0;
        int at = 1;
        int remaining = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (shift == 28)
            {
                return ParseStatus.Malformed;
            }

            if (at >= input.Length)
            {
                return ParseStatus.NeedMore;
            }

            int next = input[at++];
            remaining |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                if (next == 0 && shift > 0)
                {
                    return ParseStatus.Malformed;
                }

                break;
            }
        }

        if (at + remaining > MaxSize)
        {
            return ParseStatus.Malformed;
        }

        if (input.Length - at < remaining)
        {
            return ParseStatus.NeedMore;
        }

        ReadOnlySpan<byte> body = input.Slice(at, remaining);
        if (input[0] >> 4 == 3 ? !TryPublish(input[0] & 0xF, body, ref fold) : input[0] != 0x10 || !TryConnect(body, ref fold))
        {
            return ParseStatus.Malformed;
        }

        consumed = at + remaining;
        return ParseStatus.Done;
    }

    private static bool TryPublish<TFold>(int flags, ReadOnlySpan<byte> body, ref TFold fold)
        where TFold : struct, IFold
    {
        int at = 0;
        if (!TryString(body, ref at, out ReadOnlySpan<byte> topic))
        {
            return false;
        }

        int id = 0;
        if ((flags & 6) != 0)
        {
            if (body.Length - at < 2)
            {
                return false;
            }

            id = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
            at += 2;
        }

        fold.Add(flags);
        fold.Add(topic);
        fold.Add(id);
        fold.Add(body[at..]);
        return true;
    }

    private static bool TryConnect<TFold>(ReadOnlySpan<byte> body, ref TFold fold)
        where TFold : struct, IFold
    {
        if (body.Length is < 10 or > 128 << 10 || !body.StartsWith("\0\u0004MQTT\u0004"u8))
        {
            return false;
        }

        int flags = body[7];
        if ((flags & 1) != 0 || (flags & 0x18) == 0x18)
        {
            return false;
        }

        int at = 10;
        ReadOnlySpan<byte> willTopic = default;
        ReadOnlySpan<byte> willMessage = default;
        ReadOnlySpan<byte> userName = default;
        ReadOnlySpan<byte> password = default;
        if (!TryString(body, ref at, out ReadOnlySpan<byte> clientId)
            || ((flags & 4) != 0 && (!TryString(body, ref at, out willTopic) || !TryString(body, ref at, out willMessage)))
            || ((flags & 0x80) != 0 && !TryString(body, ref at, out userName))
            || ((flags & 0x40) != 0 && !TryString(body, ref at, out password))
            || at != body.Length)
        {
            return false;
        }

        fold.Add((flags >> 3) & 3);
        fold.Add((flags >> 5) & 1);
        fold.Add((flags >> 1) & 1);
        fold.Add(BinaryPrimitives.ReadUInt16BigEndian(body[8..]));
        fold.Add(clientId);
        fold.Add(willTopic);
        fold.Add(willMessage);
        fold.Add(userName);
        fold.Add(password);
        return true;
    }

    private static bool TryString(ReadOnlySpan<byte> body, scoped ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (body.Length - at < 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
        at += 2;
        if (body.Length - at < length)
        {
            return false;
        }

        text = body.Slice(at, length);
        at += length;
        return true;
    }
}
