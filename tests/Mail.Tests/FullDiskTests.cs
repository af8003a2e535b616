using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Mail.Tests;

/// <summary>A Maildir without room: what does not fit is refused and leaves nothing, what was accepted stays, and there is mail again when there is room.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Room = 256 * 1024;

    private static readonly string s_small = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 200));
    private static readonly string s_large = string.Concat(Enumerable.Repeat(s_small, 30));

    private readonly string _directory = Directory.CreateTempSubdirectory("mail-full-").FullName;
    private readonly Process _server;
    private readonly int _port;

    public FullDiskTests()
    {
        Assert.True(OperatingSystem.IsLinux(), "A file system of a bounded size is mounted as Linux does it.");
        _port = MailProgram.FreePort();

        // The file system is the process's own, and gone with it. Whoever is not root is so in a namespace of its own.
        string[] program = ["sh", "-c", $"mount -t tmpfs -o size={Room} tmpfs '{_directory}' && exec dotnet '{MailProgram.Path}' --port {_port} --maildir '{_directory}'"];
        _server = MailProgram.Start("unshare", _port, Environment.IsPrivilegedProcess ? ["--mount", .. program] : ["--user", "--map-root-user", "--mount", .. program]);
    }

    /// <summary>The directory as the server sees it.</summary>
    private string Seen => $"/proc/{_server.Id}/root{_directory}";

    private string[] Mails => [.. Directory.GetFiles(Path.Combine(Seen, "new"))];

    [Fact]
    public void What_does_not_fit_is_refused_and_leaves_nothing()
    {
        using Talk talk = new(_port);
        Assert.StartsWith("452 4.3.1", talk.Mail(s_large));
        Assert.StartsWith("452 4.3.1", talk.MailInAChunk(s_large));
        Assert.Empty(Directory.GetFiles(Path.Combine(Seen, "tmp")));
        Assert.Empty(Mails);

        int accepted = 0;
        while (talk.Mail(s_small).StartsWith("250 2.0.0 delivered", StringComparison.Ordinal))
        {
            accepted++;
        }

        Assert.InRange(accepted, 5, Room / s_small.Length);
        using (Talk other = new(_port))
        {
            Assert.StartsWith("452 4.3.1", other.Mail(s_small));
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(Seen, "tmp")));
        Assert.Equal(accepted, Mails.Length);
        Assert.All(Mails, static m => Assert.EndsWith("\r\n" + s_small, File.ReadAllText(m)));

        File.Delete(Mails[0]);
        Assert.StartsWith("250 2.0.0 delivered", talk.Mail(s_small));
        Assert.StartsWith("221", talk.Ask("QUIT\r\n"));
    }

    public void Dispose()
    {
        MailProgram.Kill(_server);
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A session.</summary>
    private sealed class Talk : IDisposable
    {
        private readonly TcpClient _client = new() { ReceiveTimeout = 20_000 };
        private readonly StreamReader _replies;

        public Talk(int port)
        {
            _client.Connect(IPAddress.Loopback, port);
            _replies = new StreamReader(_client.GetStream(), Encoding.ASCII);
            Assert.StartsWith("220", Reply());
            Assert.StartsWith("250", Ask("EHLO test\r\n"));
        }

        /// <summary>Gives what was answered to a mail, at its beginning or at its end.</summary>
        public string Mail(string body)
        {
            Envelope();
            string begun = Ask("DATA\r\n");
            if (begun.StartsWith("354", StringComparison.Ordinal))
            {
                return Ask(body + ".\r\n");
            }

            Assert.StartsWith("250", Ask("RSET\r\n"));
            return begun;
        }

        /// <summary>The same by BDAT.</summary>
        public string MailInAChunk(string body)
        {
            Envelope();
            return Ask($"BDAT {body.Length} LAST\r\n{body}");
        }

        /// <summary>Sends something and gives the last line of the reply.</summary>
        public string Ask(string text)
        {
            _client.GetStream().Write(Encoding.ASCII.GetBytes(text));
            return Reply();
        }

        public void Dispose() => _client.Dispose();

        private void Envelope()
        {
            Assert.StartsWith("250", Ask("MAIL FROM:<a@b.c>\r\n"));
            Assert.StartsWith("250", Ask("RCPT TO:<a@localhost>\r\n"));
        }

        private string Reply()
        {
            string line;
            do
            {
                line = _replies.ReadLine() ?? throw new EndOfStreamException("the server has closed");
            }
            while (line[3] == '-');

            return line;
        }
    }
}
