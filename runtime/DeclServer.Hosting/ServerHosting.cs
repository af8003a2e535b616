using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeclServer.Hosting;

/// <summary>Adds servers to a generic host, and their health to its checks.</summary>
public static class ServerHosting
{
    /// <summary>10 s: what no handler that works holds a loop for.</summary>
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromSeconds(10);

    /// <summary>Adds a server, made by dependency injection, which starts and drains with the host.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Changes declared values; the host's configuration is read over them.</param>
    public static IHostApplicationBuilder AddServer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TServer>(
        this IHostApplicationBuilder builder, Action<ServerSettings>? configure = null)
        where TServer : class, IServer<TServer>
    {
        builder.Services.AddServer<TServer>(configure);
        return builder;
    }

    /// <summary>Adds a server, made by dependency injection, which starts and drains with the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes declared values; the host's configuration is read over them.</param>
    public static IServiceCollection AddServer<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TServer>(
        this IServiceCollection services, Action<ServerSettings>? configure = null)
        where TServer : class, IServer<TServer>
    {
        if (configure is not null)
        {
            services.AddSingleton(new ServerDefaults<TServer>(configure));
        }

        services.AddHostedService<ServiceNotifier>();
        services.TryAddSingleton<TServer>();
        services.TryAddSingleton(static provider => new HostedServer<TServer>(
            provider.GetRequiredService<TServer>(),
            provider.GetServices<ServerDefaults<TServer>>(),
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        return services.AddHostedService(static provider => provider.GetRequiredService<HostedServer<TServer>>());
    }

    /// <summary>Adds two checks of a server, <c>NAME ready</c> and <c>NAME live</c>, with the tags <c>ready</c> and <c>live</c>.</summary>
    /// <param name="checks">The host's checks.</param>
    /// <param name="longestTurn">How long a loop may be held by a handler before the server is told to be dead; 10 s when null.</param>
    public static IHealthChecksBuilder AddServer<TServer>(this IHealthChecksBuilder checks, TimeSpan? longestTurn = null)
        where TServer : class, IServer<TServer>
    {
        string name = typeof(TServer).Name;
        checks.Add(new HealthCheckRegistration(name + " ready", static p => new ReadyCheck<TServer>(p.GetRequiredService<HostedServer<TServer>>()), failureStatus: null, ["ready"]));
        return checks.Add(new HealthCheckRegistration(
            name + " live", p => new LiveCheck<TServer>(p.GetRequiredService<HostedServer<TServer>>(), longestTurn ?? s_longestTurn), failureStatus: null, ["live"]));
    }
}
