using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server of which each loop has an instance for itself.</summary>
[Server(State = ServerState.PerLoop)]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop, Loops = 2)]
internal sealed partial class InstanceServer
{
    private static readonly ConcurrentDictionary<int, ConcurrentBag<InstanceServer>> s_started = new();
    private long _count;

    /// <summary>Tells the servers of different tests apart.</summary>
    [Setting]
    public int Test { get; set; }

    public long Requests => Volatile.Read(ref _count);

    public int Ticks;

    public int Stops;

    public static InstanceServer[] InstancesOf(int test) => s_started.TryGetValue(test, out ConcurrentBag<InstanceServer>? instances) ? [.. instances] : [];

    public ServerRun StartOn(Service service)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = NullLogger.Instance;
        return Start(settings);
    }

    partial void OnStopped() => Stops++;

    partial void OnStarting() => s_started.GetOrAdd(Test, static _ => []).Add(this);

    /// <summary>Counts without a lock, with a pause in the middle of it.</summary>
    [Command("COUNT")]
    private RespReply Count()
    {
        long count = _count;
        Thread.SpinWait(50);
        _count = count + 1;
        return RespReply.Integer(_count);
    }

    [Every(5)]
    private void Tick() => Ticks++;
}
