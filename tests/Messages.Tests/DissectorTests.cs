using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using DeclServer;
using DeclServer.Testing;
using Messages.Tests.Families;
using Xunit;

namespace Messages.Tests;

/// <summary>The emitted dissectors in the real tshark, on captures written here; without tshark there is nothing to try.</summary>
public sealed class DissectorTests
{
    [Fact]
    public void ShowsADnsQuestion()
    {
        // dig example.com A.
        Dictionary<string, string[]> fields = Dissect(MessageDissector.Lua<DnsMessage>("declareddns", 5399), 5399, stream: false, "1234 0120 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001");
        if (fields.Count == 0)
        {
            return;
        }

        Assert.Equal(["4660"], fields["declareddns.dnsmessage.id"]);
        Assert.Equal(["1"], fields["declareddns.dnsmessage.recursiondesired"]);
        Assert.Equal(["0"], fields["declareddns.dnsmessage.isresponse"]);
        Assert.Equal(["1"], fields["declareddns.dnsmessage.questioncount"]);
        Assert.Equal(["7", "3", "0"], fields["declareddns.dnslabel.length"]);
        Assert.Equal(["65:78:61:6d:70:6c:65", "63:6f:6d"], fields["declareddns.dnslabel.text"].Where(static t => t.Length > 0));
        Assert.Equal(["1"], fields["declareddns.dnsquestion.type"]);
    }

    [Fact]
    public void ShowsAnMqttConnectCutByTcp()
    {
        // A will, a name and a password; then a PINGREQ behind it.
        Dictionary<string, string[]> fields = Dissect(
            MessageDissector.Lua<MqttPacket>("declaredmqtt", 1899, isStream: true),
            1899,
            stream: true,
            "10 2c 0004 4d515454 04 ce 003c 0006 736f6d65",
            "6964 0004 77696c6c 0003 627965 0005 616c696365 0006 736563726574 c000");
        if (fields.Count == 0)
        {
            return;
        }

        Assert.Equal(["1", "12"], fields["declaredmqtt.mqttpacket.type"]);
        Assert.Equal(["44", "0"], fields["declaredmqtt.mqttpacket.remaining"]);
        Assert.Equal(["4"], fields["declaredmqtt.mqttconnect.level"]);
        Assert.Equal(["60"], fields["declaredmqtt.mqttconnect.keepalive"]);
        Assert.Equal(["1"], fields["declaredmqtt.mqttconnect.willqos"]);
        Assert.Equal(["73:6f:6d:65:69:64"], fields["declaredmqtt.mqttconnect.clientid"]);
        Assert.Equal(["61:6c:69:63:65"], fields["declaredmqtt.mqttconnect.username"]);
        Assert.Equal(["73:65:63:72:65:74"], fields["declaredmqtt.mqttconnect.password"]);
    }

    [Fact]
    public void ShowsAGamePacket()
    {
        Span<byte> buffer = stackalloc byte[256];
        Seq<GameEvent>.Builder events = new(buffer);
        Assert.True(events.TryAdd(new GameEvent { Kind = 1, Entity = 513, X = -5, Y = 7 }));
        Assert.True(events.TryAdd(new GameEvent { Kind = 2, Entity = 2, Text = "gg"u8 }));
        Assert.True(events.TryAdd(new GameEvent { Kind = 3, Entity = 4095, Health = 300 }));
        GamePacket packet = new() { Sequence = 0x1234, Ack = 0x1233, AckBits = 0x8000_0001, Events = events.ToSeq() };
        byte[] bytes = new byte[packet.GetSize()];
        Assert.True(packet.TryWrite(bytes, out _));
        Dictionary<string, string[]> fields = Dissect(MessageDissector.Lua<GamePacket>("declaredgame", 27999), 27999, stream: false, Convert.ToHexString(bytes));
        if (fields.Count == 0)
        {
            return;
        }

        Assert.Equal(["4660"], fields["declaredgame.gamepacket.sequence"]);
        Assert.Equal(["2147483649"], fields["declaredgame.gamepacket.ackbits"]);
        Assert.Equal(["3"], fields["declaredgame.gamepacket.count"]);
        Assert.Equal(["1", "2", "3"], fields["declaredgame.gameevent.kind"]);
        Assert.Equal(["513", "2", "4095"], fields["declaredgame.gameevent.entity"]);
        Assert.Equal(["-5"], fields["declaredgame.gameevent.x"]);
        Assert.Equal(["7"], fields["declaredgame.gameevent.y"]);
        Assert.Equal(["67:67"], fields["declaredgame.gameevent.text"]);
        Assert.Equal(["300"], fields["declaredgame.gameevent.health"]);
    }

    /// <summary>All fields that tshark shows, with their values in the order of the packets; empty where there is no tshark.</summary>
    private static Dictionary<string, string[]> Dissect(string lua, int port, bool stream, params string[] payloads)
    {
        string directory = Directory.CreateTempSubdirectory("dissector").FullName;
        try
        {
            string script = Path.Combine(directory, "declared.lua");
            string capture = Path.Combine(directory, "declared.pcap");
            File.WriteAllText(script, lua);
            File.WriteAllBytes(capture, Capture(port, stream, [.. payloads.Select(Hex.Bytes)]));
            ProcessStartInfo start = new("tshark", ["-r", capture, "-X", "lua_script:" + script, "-T", "json", "--no-duplicate-keys"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process? tshark = Started(start);
            if (tshark is null)
            {
                return [];
            }

            Task<string> errors = tshark.StandardError.ReadToEndAsync();
            string output = tshark.StandardOutput.ReadToEnd();
            tshark.WaitForExit();
            Assert.True(tshark.ExitCode == 0, errors.Result);
            Assert.DoesNotContain("Lua: Error", errors.Result + output, StringComparison.Ordinal);
            Dictionary<string, List<string>> found = [];
            using JsonDocument document = JsonDocument.Parse(output);
            Collect(document.RootElement, found);
            return found.ToDictionary(static p => p.Key, static p => p.Value.ToArray());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Process? Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static void Collect(JsonElement element, Dictionary<string, List<string>> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement inner in element.EnumerateArray())
            {
                Collect(inner, found);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                foreach (JsonElement value in property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().ToArray() : [property.Value])
                {
                    if (value.ValueKind == JsonValueKind.String)
                    {
                        (found.TryGetValue(property.Name, out List<string>? values) ? values : found[property.Name] = []).Add(value.GetString()!);
                    }
                    else
                    {
                        Collect(value, found);
                    }
                }
            }
        }
    }

    /// <summary>A capture file (libpcap's format, link type 101: raw IP) of one packet a payload, to the port.</summary>
    private static byte[] Capture(int port, bool stream, byte[][] payloads)
    {
        List<byte> file = [0xA1, 0xB2, 0xC3, 0xD4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 101];
        int sequence = 1;
        foreach (byte[] payload in payloads)
        {
            byte[] packet = new byte[20 + (stream ? 20 : 8) + payload.Length];
            Convert.FromHexString("450000000000400040000000" + "0A000001" + "0A000002").CopyTo(packet, 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
            packet[9] = (byte)(stream ? 6 : 17);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), 50000);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), (ushort)port);
            if (stream)
            {
                BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(24), sequence);
                packet[32] = 0x50;
                packet[33] = 0x18;
                packet[34] = 0xFF;
                sequence += payload.Length;
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + payload.Length));
            }

            payload.CopyTo(packet, packet.Length - payload.Length);
            byte[] header = new byte[16];
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), packet.Length);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), packet.Length);
            file.AddRange(header);
            file.AddRange(packet);
        }

        return [.. file];
    }
}
