using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mail.Tests;

/// <summary>The example as a process of its own.</summary>
internal static class MailProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "MailProgram", "Mail.dll");

    public static int FreePort()
    {
        using Socket free = new(SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)free.LocalEndPoint!).Port;
    }

    /// <summary>Starts a command that becomes the server, and waits until that listens.</summary>
    public static Process Start(string command, int port, params string[] arguments)
    {
        Process server = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        while (!server.HasExited)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPAddress.Loopback, port);
                return server;
            }
            catch (SocketException)
            {
                Thread.Sleep(20);
            }
        }

        throw new InvalidOperationException($"the server did not start: exit status {server.ExitCode}");
    }

    public static void Kill(Process server)
    {
        if (!server.HasExited)
        {
            server.Kill();
        }

        server.WaitForExit();
    }
}
