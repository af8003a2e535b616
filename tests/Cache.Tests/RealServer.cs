using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Cache.Tests;

/// <summary>A test that needs a server program, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithProgramAttribute : FactAttribute
{
    public FactWithProgramAttribute(string program)
    {
        if (RealServer.PathOf(program) is null)
        {
            Skip = $"{program} is not installed.";
        }
    }
}

/// <summary>A server of our own on a unix socket in a temporary directory, gone with this object.</summary>
internal sealed class RealServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cache-tests").FullName;
    private readonly Process _process;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly BufferedStream _input;

    private RealServer(string program, Func<string, string[]> arguments)
    {
        string path = Path.Combine(_directory, "socket");
        ProcessStartInfo start = new(PathOf(program)!, arguments(path)) { WorkingDirectory = _directory, RedirectStandardOutput = true, RedirectStandardError = true };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _socket.Connect(new UnixDomainSocketEndPoint(path));
                break;
            }
            catch (SocketException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }

        _input = new BufferedStream(new NetworkStream(_socket), 1 << 16);
    }

    internal static RealServer Redis() =>
        new("redis-server", static path => ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]);

    internal static RealServer Memcached() => new("memcached", static path => ["-s", path, "-u", Environment.UserName]);

    internal static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    internal void Send(string text) => _socket.Send(Encoding.Latin1.GetBytes(text));

    internal string ReadLine()
    {
        StringBuilder line = new();
        while (true)
        {
            int value = _input.ReadByte();
            if (value == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (value < 0)
            {
                throw new EndOfStreamException();
            }

            line.Append((char)value);
        }
    }

    internal string ReadBlock(int length)
    {
        byte[] block = new byte[length + 2];
        _input.ReadExactly(block);
        return Encoding.Latin1.GetString(block, 0, length);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
