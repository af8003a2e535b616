using DeclServer.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A program with a host and a server in it.</summary>
internal static class HostProgram
{
    /// <summary>Runs it with the lifetime of that name, <c>console</c> or <c>systemd</c>.</summary>
    public static async Task<int> RunAsync(string lifetime)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        if (lifetime == "systemd")
        {
            // AddSystemd does this where its parent is systemd.
            builder.Services.AddSingleton<ISystemdNotifier, SystemdNotifier>();
            builder.Services.AddSingleton<IHostLifetime, SystemdLifetime>();
        }

        // Without the host's logger the server tells standard error that it listens.
        builder.AddServer<EchoServer>(static s => s.Logger = null);
        using IHost host = builder.Build();
        await host.RunAsync();
        return Environment.ExitCode;
    }
}
