using DeclServer.Lifecycle;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DeclServer.Hosting;

/// <summary>A server that the generic host starts and drains.</summary>
/// <typeparam name="TServer">The server class.</typeparam>
public sealed class HostedServer<TServer> : IHostedService, ILoopOwner
    where TServer : class, IServer<TServer>
{
    private readonly TServer _server;
    private readonly IConfiguration _configuration;
    private readonly IEnumerable<ServerDefaults<TServer>> _defaults;
    private readonly ILoggerFactory _loggers;
    private readonly IHostApplicationLifetime _lifetime;

    /// <param name="server">The server.</param>
    /// <param name="defaults">What the program has changed of the declared values.</param>
    /// <param name="configuration">The host's configuration: section <c>DeclServer</c>, and over it the one named as the server class.</param>
    /// <param name="loggers">The host's loggers.</param>
    /// <param name="lifetime">Is stopped when the server ends by itself.</param>
    internal HostedServer(TServer server, IEnumerable<ServerDefaults<TServer>> defaults, IConfiguration configuration, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
    {
        _server = server;
        _defaults = defaults;
        _configuration = configuration;
        _loggers = loggers;
        _lifetime = lifetime;
    }

    /// <summary>The server that runs; null before the host has started it.</summary>
    public ServerRun? Run { get; private set; }

    TimeSpan ILoopOwner.LongestTurn => Run?.LongestTurn ?? TimeSpan.Zero;

    /// <inheritdoc/>
    /// <exception cref="SettingException">A setting is unknown or wrong; the message names the section and the key.</exception>
    /// <exception cref="BindException">An address cannot be bound.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Run = _server.Start(ReadSettings());
        _ = EndHostAsync(Run);
        return Task.CompletedTask;
    }

    /// <summary>Drains the server: what is in flight is answered until the host's patience, or the server's own, is at its end.</summary>
    /// <param name="cancellationToken">The end of the host's patience.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Run is { } run)
        {
            await run.DrainAsync(cancellationToken).ConfigureAwait(false);
            await run.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ServerSettings ReadSettings()
    {
        ServerSettings settings = TServer.DeclaredSettings();
        settings.Logger = _loggers.CreateLogger(typeof(TServer).FullName!);
        foreach (ServerDefaults<TServer> defaults in _defaults)
        {
            defaults.Set(settings);
        }

        SettingsReader reader = _server.ReaderOf(settings);
        foreach (string section in (string[])[ServerRun.AnyServer, typeof(TServer).Name])
        {
            IEnumerable<KeyValuePair<string, string>> values = _configuration.GetSection(section).AsEnumerable(makePathsRelative: true)
                .Where(static v => v.Value is not null)
                .Select(static v => new KeyValuePair<string, string>(v.Key, v.Value!));
            if (reader.Read(values, section) is { } wrong)
            {
                throw new SettingException(wrong);
            }
        }

        return settings;
    }

    /// <summary>A server that has ended ends its host; the process's exit status says how it ended.</summary>
    private async Task EndHostAsync(ServerRun run)
    {
        int status = await run.Completion.ConfigureAwait(false);
        if (status != ExitStatus.Drained)
        {
            Environment.ExitCode = status;
        }

        _lifetime.StopApplication();
    }
}

/// <summary>What a program changes of a server's declared values; the configuration is read over it.</summary>
/// <param name="Set">Changes them.</param>
internal sealed record ServerDefaults<TServer>(Action<ServerSettings> Set)
    where TServer : class, IServer<TServer>;
