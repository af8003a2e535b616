using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>A test that needs a server program, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithProgramAttribute : FactAttribute
{
    public FactWithProgramAttribute(string program)
    {
        if (KnotServer.PathOf(program) is null)
        {
            Skip = $"{program} is not installed.";
        }
    }
}

/// <summary>Knot DNS on a loopback port of its own, gone with this object.</summary>
internal sealed class KnotServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dns-tests").FullName;
    private readonly Process _process;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000 };
    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private readonly int _port = FreePort();
    private ushort _id;

    /// <param name="zones">Origin and text of each.</param>
    internal KnotServer(IReadOnlyList<(string Origin, string Text)> zones)
    {
        List<string> lines =
        [
            "server:", $"  rundir: \"{_directory}\"", $"  listen: 127.0.0.1@{_port}", "  udp-workers: 1", "  tcp-workers: 1", "  background-workers: 1",
            "database:", $"  storage: \"{_directory}\"",
            "acl:", "  - id: here", "    address: 127.0.0.1", "    action: transfer",
            "template:", "  - id: default", $"    storage: \"{_directory}\"", "    zonefile-sync: -1", "    journal-content: none", "    acl: here",
            "zone:",
        ];
        for (int i = 0; i < zones.Count; i++)
        {
            File.WriteAllText(Path.Combine(_directory, $"{i}.zone"), zones[i].Text);
            lines.Add($"  - domain: \"{zones[i].Origin}\"");
            lines.Add($"    file: \"{i}.zone\"");
        }

        string configuration = Path.Combine(_directory, "knot.conf");
        File.WriteAllLines(configuration, lines);
        ProcessStartInfo start = new(PathOf("knotd")!, ["-c", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _socket.Connect(IPAddress.Loopback, _port);
        foreach ((string origin, _) in zones)
        {
            WaitFor(Served.Name(origin));
        }
    }

    internal static string? PathOf(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>What Knot says, over UDP with room enough.</summary>
    internal Message Ask(byte[] name, RecordType type, int payload = 0)
    {
        _socket.Send(Request(name, type, payload));
        while (true)
        {
            Message reply = new(_buffer.AsSpan(0, _socket.Receive(_buffer)));
            if (reply.Id == _id)
            {
                return reply;
            }
        }
    }

    /// <summary>The records of a zone transfer, the SOA at both ends.</summary>
    internal List<string> Transfer(byte[] apex)
    {
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, _port);
        using NetworkStream stream = client.GetStream();
        byte[] request = Request(apex, RecordType.Axfr, 0);
        stream.Write([(byte)(request.Length >> 8), (byte)request.Length, .. request]);
        List<string> records = [];
        while (records.Count < 2 || records[^1] != records[0])
        {
            byte[] length = new byte[2];
            stream.ReadExactly(length);
            byte[] message = new byte[(length[0] << 8) | length[1]];
            stream.ReadExactly(message);
            Message read = new(message);
            Assert.Equal(0, read.Code);
            records.AddRange(read.Answers);
        }

        return records;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void WaitFor(byte[] apex)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                if (Ask(apex, RecordType.Soa) is { Code: 0, Authoritative: true })
                {
                    return;
                }
            }
            catch (SocketException) when (attempt < 200)
            {
                // Nothing listens yet.
            }

            Assert.True(attempt < 200, "knotd does not serve the zone");
            Thread.Sleep(50);
        }
    }

    private byte[] Request(byte[] name, RecordType type, int payload) =>
    [
        (byte)(++_id >> 8), (byte)_id, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload > 0 ? 1 : 0),
        .. name, (byte)((ushort)type >> 8), (byte)type, 0, 1,

        // An OPT record has the payload where records have their class.
        .. payload > 0 ? (ReadOnlySpan<byte>)[0, 0, 41, (byte)(payload >> 8), (byte)payload, 0, 0, 0, 0, 0, 0] : [],
    ];

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
