using System.Globalization;
using System.Text;
using DeclServer.Transport;

namespace DeclServer.Lifecycle;

/// <summary>
/// Reads settings: the environment over the declared values, the command line over both. A key is written <c>--idle-timeout-seconds 60</c> or
/// <c>--idle-timeout-seconds=60</c> there and <c>DECLSERVER_IDLE_TIMEOUT_SECONDS=60</c> in the environment.
/// </summary>
public sealed class SettingsReader
{
    private const string EnvironmentPrefix = "DECLSERVER_";

    private readonly List<Setting> _settings = [];

    /// <summary>A reader of a server's own settings.</summary>
    public SettingsReader(ServerSettings settings)
    {
        // Endpoints of one name are one service on several transports, such as DNS on UDP and TCP: what is set is set for all of them.
        foreach (IGrouping<string, EndpointSettings> named in settings.Endpoints.GroupBy(static e => e.Name))
        {
            EndpointSettings[] endpoints = [.. named];
            EndpointSettings first = endpoints[0];
            string prefix = first.Name.Length == 0 ? "" : first.Name + "-";
            Number(prefix + "port", $"port for {first.Protocol}; 0 lets the system choose", first.Port, 0, 65_535, v => Array.ForEach(endpoints, e => e.Port = v));
            Add(prefix + "address", $"address for {first.Protocol}: an IP address, localhost, or * for every interface", first.Address, v =>
            {
                Array.ForEach(endpoints, e => e.Address = v);
                return ServerRun.TryParseAddress(v, out _) ? null : "is no IP address, localhost or *";
            });
            if (Array.Find(endpoints, static e => e.Transport == TransportProtocol.Tcp) is { } accepts)
            {
                Number(prefix + "backlog", $"accept queue for {first.Protocol}", accepts.Backlog, 1, 65_535, v => Array.ForEach(endpoints, e => e.Backlog = v));
            }
        }

        Concurrency(settings);
        Number("max-connections", "connections held at once", settings.MaxConnections, 1, 1_000_000, v => settings.MaxConnections = v);
        Number("idle-timeout-seconds", "seconds without a request", settings.IdleTimeoutSeconds, 1, 86_400, v => settings.IdleTimeoutSeconds = v);
        Number("first-byte-timeout-seconds", "seconds to a connection's first byte", settings.FirstByteTimeoutSeconds, 1, 86_400, v => settings.FirstByteTimeoutSeconds = v);
        Number("request-timeout-seconds", "seconds from a request's first byte to its last", settings.RequestTimeoutSeconds, 1, 86_400, v => settings.RequestTimeoutSeconds = v);
        Number("write-timeout-seconds", "seconds a client may leave its replies unread", settings.WriteTimeoutSeconds, 1, 86_400, v => settings.WriteTimeoutSeconds = v);
        Number("drain-timeout-seconds", "seconds for requests in flight at the end", settings.DrainTimeoutSeconds, 0, 3_600, v => settings.DrainTimeoutSeconds = v);
        Number("max-output-bytes", "unsent bytes past which a client's requests wait", settings.MaxOutputBytes, 4_096, 1 << 30, v => settings.MaxOutputBytes = v);
        Add("transport", "automatic, epoll or portable", "automatic", v =>
        {
            if (!Enum.TryParse(v, ignoreCase: true, out TransportKind kind) || char.IsAsciiDigit(v[0]))
            {
                return "is none of automatic, epoll, portable";
            }

            settings.Transport = kind;
            return kind == TransportKind.Epoll && !OperatingSystem.IsLinux() ? "needs Linux" : null;
        });
    }

    /// <summary>Adds a setting of the server class's own.</summary>
    /// <param name="key">The key, in kebab case.</param>
    /// <param name="help">The line shown for it.</param>
    /// <param name="initial">The declared value, as text.</param>
    /// <param name="assign">Takes the text; null when it is right, otherwise what is wrong with it.</param>
    public void Add(string key, string help, string initial, Func<string, string?> assign) => _settings.Add(new Setting(key, help, initial, assign));

    /// <summary>Adds a setting whose type parses itself.</summary>
    public void Add<T>(string key, string help, T initial, Action<T> assign, Func<T, string?> rule)
        where T : IParsable<T> =>
        Add(key, help, Convert.ToString(initial, CultureInfo.InvariantCulture) ?? "", text =>
        {
            if (!T.TryParse(text, CultureInfo.InvariantCulture, out T? value))
            {
                return $"is no {typeof(T).Name}";
            }

            string? wrong = rule(value);
            if (wrong is null)
            {
                assign(value);
            }

            return wrong;
        });

    /// <summary>Reads all settings.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Gives the value of an environment variable, or null.</param>
    /// <returns>Null when all is well, otherwise one line that names the setting and what is wrong with it.</returns>
    public string? Read(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        foreach (Setting setting in _settings)
        {
            string variable = EnvironmentPrefix + setting.Key.Replace('-', '_').ToUpperInvariant();
            if (environment(variable) is { } text && setting.Assign(text) is { } wrong)
            {
                return $"{variable}: '{text}' {wrong}";
            }
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? argument : argument[..equals];
            if (!key.StartsWith("--", StringComparison.Ordinal) || _settings.Find(s => s.Key == key[2..]) is not { } setting)
            {
                return $"{key}: no such setting; --help lists them";
            }

            if (equals < 0 && i + 1 == arguments.Count)
            {
                return $"{key}: the value is missing";
            }

            string text = equals < 0 ? arguments[++i] : argument[(equals + 1)..];
            if (setting.Assign(text) is { } wrong)
            {
                return $"{key}: '{text}' {wrong}";
            }
        }

        return null;
    }

    /// <summary>What <c>--help</c> prints.</summary>
    public string Help(string server)
    {
        StringBuilder help = new();
        help.AppendLine(CultureInfo.InvariantCulture, $"{server} [--SETTING VALUE] ...   (or {EnvironmentPrefix}SETTING=VALUE in the environment)");
        int width = _settings.Max(s => s.Key.Length);
        foreach (Setting setting in _settings)
        {
            help.AppendLine(CultureInfo.InvariantCulture, $"  --{setting.Key.PadRight(width)}  {setting.Help} ({setting.Initial})");
        }

        return help.ToString();
    }

    /// <summary>The settings of the models that are compiled in, and of no other.</summary>
    private void Concurrency(ServerSettings settings)
    {
        string names = string.Join(", ", settings.Models.Select(static m => m.Name));
        if (settings.Models.Count > 1)
        {
            Add("concurrency", "how connections are served: " + names, settings.Models[0].Name, v =>
            {
                ModelSettings? chosen = settings.Models.FirstOrDefault(m => m.Name == v);
                settings.Concurrency = chosen ?? settings.Concurrency;
                return chosen is null ? $"is none of {names}" : null;
            });
        }

        Of("loops", "event loops", 1, 64, static m => m.HasLoops, static m => m.Loops, static (m, v) => m.Loops = v);
        Of("workers", "threads that serve", 1, 1_024, static m => m.Model is ConcurrencyModel.Hybrid or ConcurrencyModel.ThreadPool, static m => m.Workers, static (m, v) => m.Workers = v);
        Of("queue-length", "accepted connections that may wait for a thread", 0, 65_535, static m => m.Model == ConcurrencyModel.ThreadPool, static m => m.QueueLength, static (m, v) => m.QueueLength = v);
        Of("max-threads", "threads, one for each connection", 1, 65_535, static m => m.Model == ConcurrencyModel.ThreadPerConnection, static m => m.MaxThreads, static (m, v) => m.MaxThreads = v);

        void Of(string key, string help, int min, int max, Func<ModelSettings, bool> has, Func<ModelSettings, int> get, Action<ModelSettings, int> set)
        {
            ModelSettings[] models = [.. settings.Models.Where(has)];
            if (models.Length > 0)
            {
                Number(key, help, get(models[0]), min, max, v => Array.ForEach(models, m => set(m, v)));
            }
        }
    }

    private void Number(string key, string help, int initial, int min, int max, Action<int> assign) =>
        Add(key, help, initial, assign, value => value < min || value > max ? $"is not from {min} to {max}" : null);

    private sealed record Setting(string Key, string Help, string Initial, Func<string, string?> Assign);
}
