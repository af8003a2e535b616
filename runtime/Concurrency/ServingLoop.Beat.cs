using System.Runtime.CompilerServices;

namespace DeclServer.Concurrency;

/// <summary>What a loop does now, as others may see: that it is awake, and which handler it runs.</summary>
public abstract partial class ServingLoop
{
    /// <summary>What <see cref="Begin"/> is told of what is no command.</summary>
    private const int Continuation = -3;
    private const int Scheduled = -4;
    private const int Nothing = -5;

    /// <summary>When it woke up; 0 while it waits.</summary>
    private long _awakeSince;

    /// <summary>How many handlers it has begun to run, and the last of them.</summary>
    private int _begun;
    private int _doing;
    private string? _scheduled;

    /// <summary>What the loop does now.</summary>
    internal LoopBeat Beat => new(Volatile.Read(ref _awakeSince), Volatile.Read(ref _begun), Volatile.Read(ref _doing));

    /// <summary>The handler that holds the loop; null where none does, as when its thread gets no time.</summary>
    internal string? HandlerOf(LoopBeat beat) => beat.Doing switch
    {
        >= 0 => _run.Signals.NameOf(beat.Doing),
        Continuation => "a handler behind an await",
        Scheduled => _scheduled,
        _ => null,
    };

    /// <summary>A handler is about to run: plain stores, for whoever looks at a loop that does not go on.</summary>
    /// <param name="command">The number of its command; below 0 for a request that has none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Begin(int command)
    {
        _doing = command;
        _begun++;
    }
}

/// <summary>A moment of a loop.</summary>
/// <param name="AwakeSince">When it woke up; 0 while it waits.</param>
/// <param name="Begun">How many handlers it has begun.</param>
/// <param name="Doing">The last of them.</param>
internal readonly record struct LoopBeat(long AwakeSince, int Begun, int Doing)
{
    public bool IsAwake => AwakeSince != 0;

    /// <summary>Milliseconds since it woke up; 0 while it waits.</summary>
    public long Turn => IsAwake ? Environment.TickCount64 - AwakeSince : 0;
}
