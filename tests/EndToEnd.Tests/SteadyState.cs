using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>What the loops allocate once a server is warm.</summary>
internal static class SteadyState
{
    private const int Windows = 4;

    /// <summary>
    /// Exactly zero bytes over one window of requests. A window may hold something that happens once in a process's life, such as the first time
    /// a rare path is taken, and then the next one is looked at; what happens again and again is in every window.
    /// </summary>
    /// <param name="run">The server; its loops publish their threads' counts before each wait.</param>
    /// <param name="window">Thousands of requests, each answered before the next but one is sent.</param>
    public static void AllocatesNothing(ServerRun run, Action window)
    {
        long allocated = 0;
        for (int i = 0; i < Windows; i++)
        {
            long before = run.Signals.Sum(static c => c.AllocatedBytes);
            window();
            allocated = run.Signals.Sum(static c => c.AllocatedBytes) - before;
            if (allocated == 0)
            {
                return;
            }
        }

        Assert.Equal(0, allocated);
    }
}
