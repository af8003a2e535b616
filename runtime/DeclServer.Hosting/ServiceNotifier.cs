using DeclServer.Lifecycle;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DeclServer.Hosting;

/// <summary>A server whose loops are looked at.</summary>
internal interface ILoopOwner
{
    /// <summary>How long the loop has been held that has been held the longest.</summary>
    TimeSpan LongestTurn { get; }
}

/// <summary>
/// Tells a service manager of the host's state, and that the loops of its servers go on. Where the host has <c>SystemdLifetime</c> (the package
/// Microsoft.Extensions.Hosting.Systemd), that tells of the state, and here only the loops are told of, which it does not know.
/// </summary>
internal sealed class ServiceNotifier(IServiceProvider services, IHostLifetime lifetime) : IHostedLifecycleService, IDisposable
{
    private const string TellsItself = "SystemdLifetime";

    private readonly ServiceManager? _manager = ServiceManager.Find(Environment.GetEnvironmentVariable);
    private readonly bool _tellsState = lifetime.GetType().Name != TellsItself;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        ILoopOwner[] owners = [.. services.GetServices<IHostedService>().OfType<ILoopOwner>()];
        _manager?.Watch(() => owners.Max(static o => o.LongestTurn));
        if (_tellsState)
        {
            _manager?.Ready();
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_tellsState)
        {
            _manager?.Stopping();
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _manager?.Dispose();
}
