using System.Net;
using System.Net.Sockets;
using System.Text;
using DeclServer;
using DeclServer.Transport;
using Mail;
using Xunit;

namespace Mail.Tests;

/// <summary>How a suite is served.</summary>
public sealed record Service(ConcurrencyModel Model, TransportKind Transport);

/// <summary>A server on a free port with a Maildir of its own.</summary>
internal sealed class Served : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mail-tests-").FullName;
    private readonly ServerRun _run;

    public Served(Service service, Action<MailServer>? configure = null, Action<ServerSettings>? limit = null)
    {
        MailServer server = new() { Maildir = _directory, Hostname = "mx.test", Domains = "foo.com, localhost" };
        configure?.Invoke(server);
        ServerSettings settings = MailServer.DeclaredSettings();
        settings.Endpoints[0].Port = 0;
        Assert.True(settings.TryChoose(service.Model));
        settings.Transport = service.Transport;
        limit?.Invoke(settings);

        // Worker processes are the example's program, with the settings of this server; one that waits is enough for a client at a time.
        settings.Concurrency.SpareProcesses = 1;
        settings.WorkerCommand =
        [
            "dotnet", MailProgram.Path, "--concurrency", "process", "--transport", $"{service.Transport}",
            "--maildir", server.Maildir, "--hostname", server.Hostname, "--domains", server.Domains, "--max-message-size", $"{server.MaxMessageSize}",
            "--max-messages", $"{server.MaxMessages}", "--max-lifetime-seconds", $"{settings.MaxLifetimeSeconds}",
            "--first-byte-timeout-seconds", $"{settings.FirstByteTimeoutSeconds}", "--idle-timeout-seconds", $"{settings.IdleTimeoutSeconds}",
            "--request-timeout-seconds", $"{settings.RequestTimeoutSeconds}", "--max-requests-per-connection", $"{settings.MaxRequestsPerConnection}",
        ];
        _run = server.Start(settings);
    }

    /// <summary>Where it listens on the loopback.</summary>
    public int Port => _run.Port();

    /// <summary>The mails in new/.</summary>
    public string[] Mails => [.. Directory.GetFiles(Path.Combine(_directory, "new")).Select(static f => Encoding.Latin1.GetString(File.ReadAllBytes(f)))];

    /// <summary>How many files wait in tmp/.</summary>
    public int Unfinished => Directory.GetFiles(Path.Combine(_directory, "tmp")).Length;

    /// <summary>Sends pieces, each in a segment of its own, then the end, and gives what the server said until it closed.</summary>
    public string Say(params string[] pieces) => Talk(ends: true, pieces);

    /// <summary>Sends something, waits, and gives what the server said until it closed.</summary>
    public string SayAndWait(string text) => Talk(ends: false, text);

    private string Talk(bool ends, params string[] pieces)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, Port));
        foreach (string piece in pieces)
        {
            socket.Send(Encoding.Latin1.GetBytes(piece));
        }

        if (ends)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        StringBuilder said = new();
        byte[] buffer = new byte[4096];
        for (int length; (length = socket.Receive(buffer)) > 0;)
        {
            said.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        return said.ToString();
    }

    /// <summary>The codes of the last line of each reply.</summary>
    public string Codes(params string[] pieces) =>
        string.Join(' ', Say(pieces).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(static l => l[3] == ' ').Select(static l => l[..3]));

    public void Dispose()
    {
        _run.DrainAsync().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }
}
