using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Mail.Tests;

/// <summary>A server killed at any moment: every mail it said it had is there once, and none is half there.</summary>
public sealed class KillTests
{
    private const int Rounds = 12;

    private static readonly string s_body = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 200));

    [Fact]
    public void Each_accepted_mail_outlives_a_kill_once_and_whole()
    {
        string directory = Directory.CreateTempSubdirectory("mail-kill-").FullName;
        HashSet<string> accepted = [];
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                // The mails between a start and its kill grow, so that the kill falls at different moments of a delivery.
                Round(directory, round, accepted, killAfter: round * 3);
            }

            using (Process last = Start(directory, out _))
            {
                MailProgram.Kill(last);
            }

            Assert.Empty(Directory.GetFiles(Path.Combine(directory, "tmp")));
            string[] mails = [.. Directory.GetFiles(Path.Combine(directory, "new")).Select(File.ReadAllText)];
            Assert.All(mails, static mail => Assert.EndsWith(s_body + "end\r\n", mail));
            string[] subjects = [.. mails.Select(static mail => mail.Split("Subject: ")[1].Split("\r\n")[0])];
            Assert.Equal(subjects.Length, subjects.Distinct().Count());
            Assert.NotEmpty(accepted);
            Assert.Subset(subjects.ToHashSet(), accepted);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Sends mails until the server is gone; it is killed when so many were accepted, while the next one is on its way.</summary>
    private static void Round(string directory, int round, HashSet<string> accepted, int killAfter)
    {
        using Process server = Start(directory, out int port);
        try
        {
            using TcpClient client = new();
            client.Connect(IPAddress.Loopback, port);
            using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
            string? line = reader.ReadLine();
            client.GetStream().Write("HELO test\r\n"u8);
            line = reader.ReadLine();
            for (int i = 0; line is not null; i++)
            {
                string subject = $"{round}-{i}";
                client.GetStream().Write(Encoding.ASCII.GetBytes($"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@localhost>\r\nDATA\r\nSubject: {subject}\r\n\r\n{s_body}end\r\n.\r\n"));
                if (i == killAfter)
                {
                    server.Kill();
                }

                for (int reply = 0; reply < 4 && line is not null; reply++)
                {
                    line = reader.ReadLine();
                }

                if (line is not null)
                {
                    Assert.StartsWith("250 2.0.0 delivered", line);
                    accepted.Add(subject);
                }
            }
        }
        catch (IOException)
        {
            // The server is gone: what it has not answered is not owed.
        }
        finally
        {
            MailProgram.Kill(server);
        }
    }

    private static Process Start(string directory, out int port)
    {
        port = MailProgram.FreePort();
        return MailProgram.Start("dotnet", port, MailProgram.Path, "--port", $"{port}", "--maildir", directory);
    }
}
