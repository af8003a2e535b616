namespace DeclServer.Lifecycle;

/// <summary>What a server class does in each phase of its life; emitted code fills it with the class's hooks.</summary>
public sealed class ServerHooks
{
    /// <summary>The settings have been read.</summary>
    public Action<ServerSettings> Configured { get; init; } = static _ => { };

    /// <summary>What handlers need is acquired.</summary>
    public Action Starting { get; init; } = static () => { };

    /// <summary>All addresses are bound, and no client is served yet.</summary>
    public Action<ServerRun> Bound { get; init; } = static _ => { };

    /// <summary>The loops run.</summary>
    public Action<ServerRun> Started { get; init; } = static _ => { };

    /// <summary>The server takes no more connections.</summary>
    public Action Draining { get; init; } = static () => { };

    /// <summary>All loops have ended, or there are none as the start has failed: what was acquired is released.</summary>
    public Action Stopped { get; init; } = static () => { };
}
