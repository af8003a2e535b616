using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DeclServer.Hosting;

/// <summary>Whether a server takes connections: it listens and does not drain.</summary>
internal sealed class ReadyCheck<TServer>(HostedServer<TServer> server) : IHealthCheck
    where TServer : class, IServer<TServer>
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(server.Run is { IsReady: true } run
            ? HealthCheckResult.Healthy($"{run.ConnectionCount} connections")
            : new HealthCheckResult(context.Registration.FailureStatus, server.Run is null ? "has not started" : "drains"));
}

/// <summary>Whether a server's loops go on: none has been at one turn for longer than it may.</summary>
internal sealed class LiveCheck<TServer>(HostedServer<TServer> server, TimeSpan longestTurn) : IHealthCheck
    where TServer : class, IServer<TServer>
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(server.Run?.LongestTurn is { } turn && turn > longestTurn
            ? new HealthCheckResult(context.Registration.FailureStatus, $"a loop has been held for {turn}")
            : HealthCheckResult.Healthy());
}
