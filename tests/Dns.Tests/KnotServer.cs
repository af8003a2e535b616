using System.Collections.Concurrent;
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
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5_000 };
    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private readonly ConcurrentQueue<string> _output = [];
    private readonly string _configuration;
    private int _port;
    private Process _process;
    private ushort _id;

    /// <param name="zones">Origin and text of each.</param>
    internal KnotServer(IReadOnlyList<(string Origin, string Text)> zones)
    {
        List<string> lines =
        [
            "acl:", "  - id: here", "    address: 127.0.0.1", "    action: transfer",
            "database:", $"  storage: \"{_directory}\"",
            "template:", "  - id: default", $"    storage: \"{_directory}\"", "    zonefile-sync: -1", "    journal-content: none", "    acl: here",
            "zone:",
        ];
        for (int i = 0; i < zones.Count; i++)
        {
            File.WriteAllText(Path.Combine(_directory, $"{i}.zone"), zones[i].Text);
            lines.Add($"  - domain: \"{zones[i].Origin}\"");
            lines.Add($"    file: \"{i}.zone\"");
        }

        _configuration = string.Join('\n', lines);
        _process = Start();
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

    private Process Start()
    {
        _port = FreePort();
        string path = Path.Combine(_directory, "knot.conf");
        File.WriteAllLines(
            path,
            ["server:", $"  rundir: \"{_directory}\"", $"  listen: 127.0.0.1@{_port}", "  udp-workers: 1", "  tcp-workers: 1", "  background-workers: 1", _configuration]);
        Process process = Process.Start(
            new ProcessStartInfo(PathOf("knotd")!, ["-c", path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data + "\n");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data + "\n");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void WaitFor(byte[] apex)
    {
        // A loaded machine may take its time.
        const int attempts = 600;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                if (Ask(apex, RecordType.Soa) is { Code: 0, Authoritative: true })
                {
                    return;
                }
            }
            catch (SocketException)
            {
                // Nothing listens yet.
            }

            if (_process.HasExited && attempt < attempts / 2)
            {
                // Somebody was quicker to take the port.
                _process.Dispose();
                _process = Start();
                _socket.Connect(IPAddress.Loopback, _port);
            }

            Assert.True(attempt < attempts, $"knotd does not serve {WireName.ToText(apex)}\n{string.Concat(_output)}");
            Thread.Sleep(100);
        }
    }

    private byte[] Request(byte[] name, RecordType type, int payload) =>
    [
        (byte)(++_id >> 8), (byte)_id, 0, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(payload > 0 ? 1 : 0),
        .. name, (byte)((ushort)type >> 8), (byte)type, 0, 1,

        // An OPT record has the payload where records have their class.
        .. payload > 0 ? (ReadOnlySpan<byte>)[0, 0, 41, (byte)(payload >> 8), (byte)payload, 0, 0, 0, 0, 0, 0] : [],
    ];

    /// <summary>Free for both transports, as Knot wants it.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using Socket stream = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            using Socket datagram = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            stream.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                datagram.Bind(stream.LocalEndPoint!);
                return ((IPEndPoint)datagram.LocalEndPoint!).Port;
            }
            catch (SocketException)
            {
                // Taken for datagrams: another one.
            }
        }
    }
}
