using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace DeclServer.Lifecycle;

/// <summary>
/// Who started the process and wants to be told of its state (sd_notify(3)): datagrams to the Unix socket that <c>NOTIFY_SOCKET</c> names. One
/// that is gone is told nothing, and nobody fails for it.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string WatchdogVariable = "WATCHDOG_USEC";
    private const string WatchdogProcessVariable = "WATCHDOG_PID";
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly UnixDomainSocketEndPoint _endPoint;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly TimeSpan _watchdog;
    private Timer? _beat;

    private ServiceManager(string path, TimeSpan watchdog)
    {
        // A name that begins with @ is of no file (unix(7), abstract sockets).
        _endPoint = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        _watchdog = watchdog;
    }

    /// <summary>Who is to be told; null where nobody asked for it.</summary>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    public static ServiceManager? Find(Func<string, string?> environment)
    {
        // systemd also names sockets of virtual machines' hosts (vsock:), which .NET cannot send to.
        if (environment(SocketVariable) is not ['/' or '@', _, ..] path || !Socket.OSSupportsUnixDomainSockets)
        {
            return null;
        }

        string own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool isWatched = environment(WatchdogProcessVariable) is null or "" || environment(WatchdogProcessVariable) == own;
        return long.TryParse(environment(WatchdogVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && isWatched && microseconds > 0
            ? new ServiceManager(path, TimeSpan.FromMicroseconds(microseconds))
            : new ServiceManager(path, TimeSpan.Zero);
    }

    /// <summary>The server listens, or has reloaded.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The server loads anew what it can; <see cref="Ready"/> follows.</summary>
    public void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Monotonic()}"));

    /// <summary>The server drains.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>Says twice in the time in which it is expected that the server lives, unless a loop has been held for longer than that time.</summary>
    /// <param name="longestTurn">How long the loop has been held that has been held the longest.</param>
    public void Watch(Func<TimeSpan> longestTurn)
    {
        if (_watchdog > TimeSpan.Zero)
        {
            TimeSpan period = _watchdog / 2;
            _beat = new Timer(
                _ =>
                {
                    if (longestTurn() < _watchdog)
                    {
                        Send("WATCHDOG=1");
                    }
                },
                null, TimeSpan.Zero, period < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : period);
        }
    }

    public void Dispose()
    {
        _beat?.Dispose();
        _socket.Dispose();
    }

    /// <summary>CLOCK_MONOTONIC in microseconds: on Linux it is what the stopwatch reads.</summary>
    private static long Monotonic() => (long)(Stopwatch.GetTimestamp() * ((double)MicrosecondsPerSecond / Stopwatch.Frequency));

    private void Send(string state)
    {
        try
        {
            _socket.SendTo(Encoding.UTF8.GetBytes(state), _endPoint);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }
}
