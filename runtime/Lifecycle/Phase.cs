using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace DeclServer.Lifecycle;

/// <summary>A phase of a server's life, as others see it: a line of the log, and an activity of the source <c>DeclServer</c>.</summary>
internal static class Phase
{
    public const string Start = "start";
    public const string Configure = "configure";
    public const string Acquire = "acquire";
    public const string Bind = "bind";
    public const string Serve = "serve";
    public const string Drain = "drain";
    public const string Release = "release";

    private static readonly ActivitySource s_source = new(ServerSignals.MeterName);

    /// <summary>Enters a phase; null where nobody listens.</summary>
    public static Activity? Enter(ILogger? logger, string server, string phase)
    {
        if (logger is not null)
        {
            Log.Entered(logger, server, phase);
        }

        return s_source.StartActivity("declserver." + phase)?.SetTag("declserver.server", server);
    }

    /// <summary>Runs a phase from its beginning to its end; what it throws is told by its activity.</summary>
    public static void Run(ILogger? logger, string server, string phase, Action body)
    {
        using Activity? activity = Enter(logger, server, phase);
        try
        {
            body();
        }
        catch (Exception exception)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.Message);
            throw;
        }
    }
}
