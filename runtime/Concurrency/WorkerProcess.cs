using System.Globalization;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>What the server sends a worker with a client's descriptor.</summary>
/// <param name="Endpoint">Which of the server's endpoints the client came to.</param>
/// <param name="Since">When it was accepted: the system's clock since boot, the same in all processes.</param>
internal readonly record struct WorkerTask(int Endpoint, long Since);

/// <summary>What a worker sends the server before its first client and behind each.</summary>
/// <param name="Requests">The requests it has answered since its last report.</param>
/// <param name="IsReady">1 when it waits for a client; 0 when it ends.</param>
internal readonly record struct WorkerReport(long Requests, long IsReady);

/// <summary>
/// A worker process's side of the model with a process for each connection: the same program, started by the server with one end of a channel.
/// It serves the clients that come through it, one after the other, and ends when the channel does or when it has served its share.
/// </summary>
internal sealed class WorkerProcess
{
    /// <summary>The environment variable that makes a process a worker: the channel's descriptor, and the server's name.</summary>
    internal const string Variable = "DECLSERVER_WORKER_CHANNEL";

    private readonly DescriptorChannel _channel;
    private readonly string _server;
    private int _served;
    private long _reported;

    private WorkerProcess(DescriptorChannel channel, string server)
    {
        _channel = channel;
        _server = server;
    }

    /// <summary>What this process is a worker of; null where it is a server of its own. The first call takes it: what a worker starts is none.</summary>
    public static WorkerProcess? Current { get; } = Take();

    /// <summary>Whether it is a worker of that server.</summary>
    public bool IsOf(string server) => _server == server;

    /// <summary>Reports that this process is ready, and waits for a client.</summary>
    /// <param name="run">The worker's run.</param>
    /// <param name="accepted">The client.</param>
    /// <param name="since">When it was accepted.</param>
    /// <returns>False when the process is to end.</returns>
    public bool TryTake(ServerRun run, out AcceptedSocket accepted, out long since)
    {
        accepted = default;
        since = 0;
        int share = run.Settings.Concurrency.MaxConnectionsPerProcess;
        bool isReady = !run.IsDrainRequested && (share == 0 || _served < share);
        long requests = run.Signals.Sum(static c => c.Requests.Sum());
        WorkerReport report = new(requests - _reported, isReady ? 1 : 0);
        _reported = requests;
        if (!_channel.TrySend(report) || !isReady || !_channel.TryReceive(out WorkerTask task, out int descriptor) || descriptor < 0)
        {
            return false;
        }

        accepted = AcceptedSocket.Of(descriptor, task.Endpoint, run.Settings.Transport);
        since = task.Since;
        _served++;
        return true;
    }

    /// <summary>The value of <see cref="Variable"/> for a worker.</summary>
    internal static string Introduction(DescriptorChannel channel, string server) => string.Create(CultureInfo.InvariantCulture, $"{channel.Descriptor}:{server}");

    private static WorkerProcess? Take()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':', 2);
        if (parts.Length != 2 || !OperatingSystem.IsLinux() || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor))
        {
            return null;
        }

        Environment.SetEnvironmentVariable(Variable, null);
        DescriptorChannel channel = new(descriptor);
        channel.SetInherited(false);

        // A server that is killed takes its workers with it: they drain.
        _ = Libc.prctl(Libc.SetParentDeathSignal, Libc.SigTerm);
        return new WorkerProcess(channel, parts[1]);
    }
}
