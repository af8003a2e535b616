using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server whose handlers wait for what a test lets go on.</summary>
[Server]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 3)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 8, QueueLength = 16)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 20_000)]
internal sealed partial class WaitingServer
{
    private static readonly RespReply.Owned s_ok = RespReply.Ok.ToOwned();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private int _count;
    private int _inside;

    /// <summary>Starts one whose timeouts are long, so that only a test that shortens one meets it.</summary>
    public ServerRun StartOn(Service service, Action<ServerSettings>? change = null, ILogger? logger = null)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = logger ?? NullLogger.Instance;
        settings.FirstByteTimeoutSeconds = settings.IdleTimeoutSeconds = settings.RequestTimeoutSeconds = 300;
        settings.WriteTimeoutSeconds = 300;
        settings.DrainTimeoutSeconds = 60;
        change?.Invoke(settings);
        return Start(settings);
    }

    /// <summary>Handlers that were told that nobody waits for them.</summary>
    public int Cancelled;

    /// <summary>Whether a continuation ran beside another, or on another thread than its handler.</summary>
    public int Strayed;

    /// <summary>Handlers that wait.</summary>
    public int Waiting;

    /// <summary>What handlers of that name wait for.</summary>
    public TaskCompletionSource Gate(string name) => _gates.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    /// <summary>Answers the message once the gate is open.</summary>
    [Command("WAIT")]
    private async ValueTask<RespReply.Owned> Wait(ReadOnlyMemory<byte> gate, ReadOnlyMemory<byte> message, CancellationToken cancelled)
    {
        Interlocked.Increment(ref Waiting);
        try
        {
            await Gate(Encoding.ASCII.GetString(gate.Span)).Task.WaitAsync(cancelled);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref Cancelled);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref Waiting);
        }

        return RespReply.Bulk(message.Span).ToOwned();
    }

    /// <summary>Takes no notice of who waits for it.</summary>
    [Command("STUBBORN")]
    private async Task<RespReply.Owned> Stubborn(ReadOnlyMemory<byte> gate)
    {
        Interlocked.Increment(ref Waiting);
        await Gate(Encoding.ASCII.GetString(gate.Span)).Task;
        Interlocked.Decrement(ref Waiting);
        return s_ok;
    }

    /// <summary>Is done when it returns.</summary>
    [Command("NOW")]
    private static ValueTask<RespReply.Owned> Now(ReadOnlyMemory<byte> key, CancellationToken cancelled) =>
        key.Length == 3 && !cancelled.IsCancellationRequested ? new(s_ok) : throw new InvalidOperationException();

    [Command("QUIETLY")]
    private async ValueTask<RespReply.Owned> Quietly(ReadOnlyMemory<byte> gate, [Flag("QUIET", Quiet = true)] bool quiet)
    {
        await Gate(Encoding.ASCII.GetString(gate.Span)).Task;
        return s_ok;
    }

    /// <summary>Several replies: the head of an array and its elements.</summary>
    [Command("MANY")]
    private static async ValueTask<RespReply.Owned[]> Many([Range(0, 1_000)] int count)
    {
        await Task.Yield();
        return [RespReply.Array(count).ToOwned(), .. Enumerable.Range(0, count).Select(static n => RespReply.Integer(n).ToOwned())];
    }

    /// <summary>Counts in steps with pauses between them, without a lock: exact only where nothing else runs meanwhile.</summary>
    [Command("COUNT")]
    private async ValueTask<RespReply.Owned> Count([Range(1, 1_000)] int steps)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        for (int i = 0; i < steps; i++)
        {
            int inside = Interlocked.Increment(ref _inside);
            int count = _count;
            Thread.SpinWait(20);
            _count = count + 1;
            Interlocked.Decrement(ref _inside);
            if (inside != 1 || context != SynchronizationContext.Current)
            {
                Interlocked.Increment(ref Strayed);
            }

            await Task.Yield();
        }

        return RespReply.Integer(_count).ToOwned();
    }

    /// <summary>On which thread it began, and on which it went on.</summary>
    [Command("THREADS")]
    private async ValueTask<RespReply.Owned[]> Threads()
    {
        int first = Environment.CurrentManagedThreadId;
        await Task.Run(static () => { });
        int second = Environment.CurrentManagedThreadId;
        await Task.Run(static () => { }).ConfigureAwait(false);
        return [RespReply.Integer(first).ToOwned(), RespReply.Integer(second).ToOwned()];
    }

    [Command("FAIL")]
    private static async ValueTask<RespReply.Owned> Fail([Flag("LATER")] bool later)
    {
        if (later)
        {
            await Task.Yield();
        }

        throw new InvalidOperationException("on purpose");
    }

    [Command("THROW")]
    private static Task<RespReply.Owned> Throw() => throw new InvalidOperationException("on purpose");

    [Command("BYE")]
    private static async ValueTask<RespReply.Owned> Bye(Connection client)
    {
        await Task.Yield();
        client.Close();
        return s_ok;
    }
}
