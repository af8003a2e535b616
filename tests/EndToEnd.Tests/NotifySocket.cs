using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A service manager's end of sd_notify(3): a Unix datagram socket.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly BlockingCollection<string> _states = [];
    private int _beats;

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        new Thread(Receive) { IsBackground = true }.Start();
    }

    public string Path { get; }

    /// <summary>How often it was told that the server lives.</summary>
    public int Beats => Volatile.Read(ref _beats);

    /// <summary>The next state that is told, but that the server lives.</summary>
    public string Next()
    {
        Assert.True(_states.TryTake(out string? state, TimeSpan.FromSeconds(60)), "Nothing was told.");
        return state;
    }

    /// <summary>Whether nothing was told that was not asked for.</summary>
    public bool IsEmpty => _states.Count == 0;

    public void Dispose()
    {
        _socket.Dispose();
        File.Delete(Path);
    }

    private void Receive()
    {
        byte[] buffer = new byte[1_000];
        try
        {
            for (int length; (length = _socket.Receive(buffer)) > 0;)
            {
                string state = Encoding.UTF8.GetString(buffer, 0, length);
                if (state == "WATCHDOG=1")
                {
                    Interlocked.Increment(ref _beats);
                }
                else
                {
                    _states.Add(state);
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
        }
    }
}
