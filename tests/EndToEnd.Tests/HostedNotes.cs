namespace DeclServer.EndToEnd.Tests;

/// <summary>What a host gives its server.</summary>
internal sealed class HostGate
{
    public SemaphoreSlim Held { get; } = new(0);

    public SemaphoreSlim Holds { get; } = new(0);
}

/// <summary>A server that a host makes: its constructor has a parameter.</summary>
[Server(State = ServerState.Shared)]
[Listen<Resp>(0)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid)]
[Concurrency(ConcurrencyModel.ThreadPool)]
[Concurrency(ConcurrencyModel.ThreadPerConnection)]
[Concurrency(ConcurrencyModel.ProcessPerConnection)]
internal sealed partial class HostedNotes(HostGate gate)
{
    [Command("HOLD")]
    private RespReply Hold()
    {
        gate.Holds.Release();
        gate.Held.Wait();
        return RespReply.Ok;
    }
}
