using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DeclServer.Transport;

namespace DeclServer.EndToEnd.Tests;

/// <summary>An <see cref="EchoServer"/>, or a <see cref="FaultyServer"/>, in a process of its own, for what a test cannot do to the process that it runs in.</summary>
internal sealed class EchoProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly ManualResetEventSlim _listens = new();

    public EchoProcess(TransportKind transport)
        : this(["--transport", transport.ToString()])
    {
    }

    public EchoProcess(string[] arguments, params (string Name, string Value)[] environment)
        : this(Dotnet(arguments.Contains("--port") ? arguments : [.. arguments, "--port", "0"], environment))
    {
    }

    /// <summary>Starts a program that runs the server, and waits until it listens.</summary>
    public EchoProcess(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Logged(line.Data);
        _process.BeginErrorReadLine();
        if (!_listens.Wait(TimeSpan.FromSeconds(60)))
        {
            Dispose();
            throw new InvalidOperationException("The server does not listen: " + _log);
        }
    }

    public static string[] Command => ["dotnet", typeof(EchoProcess).Assembly.Location];

    public int Id => _process.Id;

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public bool HasExited => _process.HasExited;

    /// <summary>Its exit status, once it has ended.</summary>
    public int ExitCode
    {
        get
        {
            _process.WaitForExit();
            return _process.ExitCode;
        }
    }

    /// <summary>What it has logged so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Asks it to drain.</summary>
    public void Terminate() => Signal("TERM");

    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        _listens.Dispose();
    }

    private static ProcessStartInfo Dotnet(string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Command[0], [.. Command[1..], .. arguments]);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Logged(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }

        const string Before = " listens on 127.0.0.1:";
        if (line is not null && line.IndexOf(Before, StringComparison.Ordinal) is >= 0 and int at)
        {
            string port = line[(at + Before.Length)..].Split(' ')[0];
            EndPoint = new IPEndPoint(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
            _listens.Set();
        }
    }
}
