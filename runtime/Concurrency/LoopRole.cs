namespace DeclServer.Concurrency;

/// <summary>What one of a server's threads does; a concurrency model is made of one or two kinds of them.</summary>
public enum LoopRole
{
    /// <summary>Accepts, and serves the many connections it has accepted.</summary>
    EventLoop,

    /// <summary>Accepts and waits for the many connections it has accepted; workers serve them.</summary>
    HybridLoop,

    /// <summary>Serves whichever connection of the loops has something to do.</summary>
    HybridWorker,

    /// <summary>Accepts; each connection is served by a thread of its own, in this process or in a worker. Datagrams it serves itself.</summary>
    Acceptor,

    /// <summary>Serves one connection at a time, for as long as it stays.</summary>
    ConnectionThread,
}
