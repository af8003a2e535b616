using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A small server with each kind of parameter that the tests ask for.</summary>
[Server]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 3)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 8, QueueLength = 16)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 20_000)]
[Concurrency(ConcurrencyModel.ProcessPerConnection)]
internal sealed partial class EchoServer
{
    private byte[] _note = [];
    private int _running;
    private long _asked;

    /// <summary>Is let through by the test, for each time that a handler has said it waits.</summary>
    public SemaphoreSlim Gate { get; } = new(0);

    public SemaphoreSlim Waits { get; } = new(0);

    /// <summary>Starts one on a port of the system's choice; its timeouts are long, so that only a test that shortens one meets it.</summary>
    public static ServerRun StartOn(Service service, Action<ServerSettings>? change = null, Action<string, RefusalReason>? refused = null)
    {
        return new EchoServer { Refused = refused }.StartWith(service, change);
    }

    public ServerRun StartWith(Service service, Action<ServerSettings>? change = null)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = NullLogger.Instance;
        settings.FirstByteTimeoutSeconds = settings.IdleTimeoutSeconds = settings.RequestTimeoutSeconds = 300;
        settings.WriteTimeoutSeconds = 300;
        settings.MinBytesPerSecond = 0;
        settings.DrainTimeoutSeconds = 60;
        change?.Invoke(settings);
        return Start(settings);
    }

    /// <summary>Is told of each request that is refused, on the loop's thread.</summary>
    public Action<string, RefusalReason>? Refused { get; init; }

    partial void OnRefused(scoped in Refusal refusal) => Refused?.Invoke(System.Text.Encoding.ASCII.GetString(refusal.Command), refusal.Reason);

    /// <summary>Is told of requests that came in a row, each with its arguments, on the loop's thread.</summary>
    public Action<string[]>? Pipelined { get; init; }

    partial void OnPipelined(scoped in PipelinedRequests requests)
    {
        if (Pipelined is null)
        {
            return;
        }

        string[] row = new string[requests.Count];
        for (int i = 0; i < row.Length; i++)
        {
            foreach (ReadOnlySpan<byte> argument in requests[i])
            {
                row[i] += System.Text.Encoding.ASCII.GetString(argument) + ' ';
            }
        }

        Pipelined(row);
    }

    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    [Command("ADD")]
    private static RespReply Add([Range(0, 100)] int first, int second, [Option("TIMES"), Range(1, 10)] int? times, [Flag("NEGATE")] bool negate) =>
        RespReply.Integer((first + second) * (times ?? 1) * (negate ? -1 : 1));

    /// <summary>Keeps a copy, and so allocates: what the tests that count bytes must see.</summary>
    [Command("NOTE")]
    private RespReply Note(ReadOnlySpan<byte> note)
    {
        _note = note.ToArray();
        return RespReply.Bulk(_note);
    }

    /// <summary>How many handlers of this command run now, looked at when another thread has had its turn.</summary>
    [Command("ALONE")]
    private RespReply Alone()
    {
        Interlocked.Increment(ref _running);
        Thread.Yield();
        int running = Volatile.Read(ref _running);
        Interlocked.Decrement(ref _running);
        return RespReply.Integer(running);
    }

    /// <summary>Takes the bytes that follow, and says so when they all have come.</summary>
    [Command("TAKE")]
    private static void Take([Range(1, 1 << 30)] int length, Connection client, ReplyWriter<RespReply> reply)
    {
        reply.Write(RespReply.Ok);
        client.Receive(new Swallow(length));
    }

    /// <summary>How many times it was asked, this one included.</summary>
    [Command("SEQ")]
    private RespReply Next() => RespReply.Integer(++_asked);

    /// <summary>Holds its thread until the test lets it go.</summary>
    [Command("WAIT")]
    private RespReply Wait()
    {
        Waits.Release();
        Gate.Wait();
        return RespReply.Ok;
    }

    [Command("FAIL")]
    private static RespReply Fail() => throw new InvalidOperationException("on purpose");

    private sealed class Swallow(int length) : IRequestBody
    {
        private int _left = length;

        public bool Read(ReadOnlySpan<byte> input, OutputBuffer output, out int consumed)
        {
            consumed = Math.Min(_left, input.Length);
            _left -= consumed;
            if (_left == 0)
            {
                output.Write(RespReply.Simple("TAKEN"u8));
            }

            return _left == 0;
        }

        public void Dispose()
        {
        }
    }
}
