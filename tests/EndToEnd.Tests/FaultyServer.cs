using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server whose handlers do what handlers should not. They run at the same time, so that one that blocks holds only its thread.</summary>
[Server(State = ServerState.Shared)]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 3)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 8, QueueLength = 16)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 100)]
[Concurrency(ConcurrencyModel.ProcessPerConnection, SpareProcesses = 2)]
internal sealed partial class FaultyServer
{
    private readonly ConcurrentDictionary<string, ManualResetEventSlim> _gates = new();

    public ServerRun StartOn(Service service, Action<ServerSettings>? change = null, ILogger? logger = null)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = logger;
        change?.Invoke(settings);
        return Start(settings);
    }

    /// <summary>What a handler that blocks waits for.</summary>
    public ManualResetEventSlim Gate(string name) => _gates.GetOrAdd(name, static _ => new ManualResetEventSlim());

    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    /// <summary>Holds its thread.</summary>
    [Command("BLOCK")]
    private RespReply Block(ReadOnlySpan<byte> gate)
    {
        Gate(Encoding.ASCII.GetString(gate)).Wait();
        return RespReply.Ok;
    }

    /// <summary>How many handlers of HARD run.</summary>
    public int Held;

    /// <summary>Holds a thread beside the loop.</summary>
    [Command("HARD"), Offload]
    private RespReply Hard(ReadOnlySpan<byte> gate, ReadOnlySpan<byte> message)
    {
        Interlocked.Increment(ref Held);
        Gate(Encoding.ASCII.GetString(gate)).Wait();
        Interlocked.Decrement(ref Held);
        return RespReply.Bulk(message);
    }

    [Command("SEVERAL"), Offload]
    private static void Several([Range(0, 100)] int count, ReplyWriter<RespReply> reply)
    {
        reply.Write(RespReply.Array(count));
        for (int i = 0; i < count; i++)
        {
            reply.Write(RespReply.Integer(i));
        }
    }

    [Command("HARDFAIL"), Offload]
    private static RespReply HardFail() => throw new InvalidOperationException("on purpose");

    [Command("FAIL")]
    private static RespReply Fail() => throw new InvalidOperationException("on purpose");

    /// <summary>Recurses until the runtime's own measure says that there is no room for more.</summary>
    [Command("DEEP")]
    private static RespReply Deep() => RespReply.Integer(Depth(checks: true));

    /// <summary>Recurses until there is no more stack.</summary>
    [Command("OVERFLOW")]
    private static RespReply Overflow() => RespReply.Integer(Depth(checks: false));

    /// <summary>Which process serves.</summary>
    [Command("PID")]
    private static RespReply Pid() => RespReply.Integer(Environment.ProcessId);

    /// <summary>Ends its process as a corrupted state does.</summary>
    [Command("DIE")]
    private static RespReply Die()
    {
        Environment.FailFast("on purpose");
        return RespReply.Ok;
    }

    [Command("GIGABYTE")]
    private static RespReply Gigabyte()
    {
        byte[] large = GC.AllocateUninitializedArray<byte>(1 << 30);
        large[^1] = 1;
        return RespReply.Integer(large.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static long Depth(bool checks)
    {
        if (checks)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
        }

        return Depth(checks) + 1;
    }
}
