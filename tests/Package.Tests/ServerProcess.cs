using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Package.Tests;

/// <summary>A server that runs as a process of its own, on a port of the system's choice that its log tells.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly BlockingCollection<string> _log = [];

    public ServerProcess(string executable, params string[] arguments)
    {
        ProcessStartInfo start = new(executable, arguments) { RedirectStandardError = true };

        // The framework that runs the tests is the one the server finds.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data ?? "(the log has ended)");
        _process.BeginErrorReadLine();
        string listening = NextLine("listens on");
        Port = int.Parse(PortPattern().Match(listening).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>The port of the first endpoint.</summary>
    public int Port { get; }

    /// <summary>Sends a request on a connection of its own and reads a reply of as many bytes as the expected one.</summary>
    public void Ask(string request, string reply)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        socket.Connect(IPAddress.Loopback, Port);
        socket.Send(Encoding.ASCII.GetBytes(request));
        byte[] got = new byte[reply.Length];
        int at = 0;
        for (int received = 1; at < got.Length && received > 0; at += received)
        {
            received = socket.Receive(got, at, got.Length - at, SocketFlags.None);
        }

        Assert.Equal(reply, Encoding.ASCII.GetString(got, 0, at));
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit status.</returns>
    public int Terminate()
    {
        Assert.Equal(0, kill(_process.Id, SigTerm));
        Assert.True(_process.WaitForExit(s_patience), "The server does not end at SIGTERM.");

        // Nobody has the process's number any more, not even a child that stayed behind in its place.
        Assert.Equal(-1, kill(_process.Id, 0));
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        _log.Dispose();
    }

    private string NextLine(string with)
    {
        List<string> seen = [];
        while (_log.TryTake(out string? line, s_patience))
        {
            seen.Add(line);
            if (line.Contains(with, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The log has no '{with}':\n{string.Join('\n', seen)}");
    }

    [GeneratedRegex(@":(\d+) \(")]
    private static partial Regex PortPattern();

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
