using System.Globalization;
using System.Text;
using DeclServer.Transport;

namespace DeclServer.Lifecycle;

/// <summary>
/// Reads settings: a file over the declared values, the environment over the file, the command line over all. A key is written
/// <c>--idle-timeout-seconds 60</c> or <c>--idle-timeout-seconds=60</c> on the command line, <c>DECLSERVER_IDLE_TIMEOUT_SECONDS=60</c> in the
/// environment and <c>"IdleTimeoutSeconds": 60</c> in the file.
/// </summary>
public sealed partial class SettingsReader
{
    private const string EnvironmentPrefix = "DECLSERVER_";

    private readonly List<Setting> _settings = [];
    private readonly string[] _endpoints;

    /// <summary>A reader of a server's own settings.</summary>
    public SettingsReader(ServerSettings settings)
    {
        // Endpoints of one name are one service on several transports, such as DNS on UDP and TCP: what is set is set for all of them.
        foreach (IGrouping<string, EndpointSettings> named in settings.Endpoints.GroupBy(static e => e.Name))
        {
            EndpointSettings[] endpoints = [.. named];
            EndpointSettings first = endpoints[0];
            string prefix = first.Name.Length == 0 ? "" : first.Name + "-";
            Proxy(prefix, [.. endpoints.Where(static e => e.Transport != TransportProtocol.Udp)]);
            if (Array.Find(endpoints, static e => e.Transport == TransportProtocol.Unix) is { } file)
            {
                UnixFile(prefix, file);
            }

            endpoints = [.. endpoints.Where(static e => e.Transport != TransportProtocol.Unix)];
            if (endpoints.Length == 0)
            {
                continue;
            }

            first = endpoints[0];
            Number(prefix + "port", $"port for {first.Protocol}; 0 lets the system choose", first.Port, 0, 65_535, v => Array.ForEach(endpoints, e => e.Port = v));
            Add(prefix + "address", $"address for {first.Protocol}: an IP address, localhost, or * for every interface", first.Address, v =>
            {
                Array.ForEach(endpoints, e => e.Address = v);
                return ServerRun.TryParseAddress(v, out _) ? null : "is no IP address, localhost or *";
            });
            Switch(prefix + "reuse-port", "whether processes of the same user share the port, such as one that takes over (Linux)", first.ReusePort, v => Array.ForEach(endpoints, e => e.ReusePort = v));
            if (Array.Find(endpoints, static e => e.Transport == TransportProtocol.Tcp) is { } accepts)
            {
                Number(prefix + "backlog", $"accept queue for {first.Protocol}", accepts.Backlog, 1, 65_535, v => Array.ForEach(endpoints, e => e.Backlog = v));
            }
        }

        _endpoints = [.. settings.Endpoints.Select(static e => e.Name).Where(static n => n.Length > 0).Distinct()];
        Concurrency(settings);
        Limits(settings);
        Number("drain-timeout-seconds", "seconds for requests in flight at the end", settings.DrainTimeoutSeconds, 0, 3_600, v => settings.DrainTimeoutSeconds = v);
        Number("stall-milliseconds", "milliseconds a handler may hold a loop before that is logged; 0 for no watchdog", settings.StallMilliseconds, 0, 60_000, v => settings.StallMilliseconds = v);
        Number("max-memory-bytes", "bytes of all connections' buffers together", settings.MaxMemoryBytes, 1L << 20, 1L << 50, v => settings.MaxMemoryBytes = v);
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
    public void Add(string key, string help, string initial, Func<string, string?> assign) => Add(key, help, initial, assign, isListed: true);

    /// <summary>Adds a setting whose type parses itself.</summary>
    public void Add<T>(string key, string help, T initial, Action<T> assign, Func<T, string?> rule)
        where T : IParsable<T> =>
        Add(key, help, initial, assign, rule, isListed: true);

    private void Add(string key, string help, string initial, Func<string, string?> assign, bool isListed) => _settings.Add(new Setting(key, help, initial, assign, isListed));

    private void Add<T>(string key, string help, T initial, Action<T> assign, Func<T, string?> rule, bool isListed)
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
        }, isListed);

    /// <summary>What <c>--help</c> prints.</summary>
    public string Help(string server)
    {
        StringBuilder help = new();
        help.AppendLine(CultureInfo.InvariantCulture, $"{server} [--SETTING VALUE] ...   (or {EnvironmentPrefix}SETTING=VALUE in the environment)");
        int width = _settings.Where(static s => s.IsListed).Max(static s => s.Key.Length);
        foreach (Setting setting in _settings.Where(static s => s.IsListed))
        {
            help.AppendLine(CultureInfo.InvariantCulture, $"  --{setting.Key.PadRight(width)}  {setting.Help} ({setting.Initial})");
        }

        help.AppendLine(CultureInfo.InvariantCulture, $"  {ConfigArgument} FILE  read settings from this file, not from {DefaultFile} beside the program");
        help.AppendLine(CultureInfo.InvariantCulture, $"  {PrintArgument}  print each setting, its value and where that comes from, and end");
        if (_endpoints.Length > 0)
        {
            string key = LimitDefinition.All[0].Key;
            help.AppendLine(CultureInfo.InvariantCulture, $"Limits of connections can be set for one endpoint: {string.Join(", ", _endpoints.Select(e => $"--{e}-{key}"))}, ...");
        }

        return help.ToString();
    }

    /// <summary>The limits of the server, and of each endpoint that has a name; of the latter, those are listed that are declared.</summary>
    private void Limits(ServerSettings settings)
    {
        foreach (LimitDefinition limit in LimitDefinition.All)
        {
            Number(limit.Key, limit.Help, limit.Get(settings), limit.Min, limit.Max, v => limit.Set(settings, v));
        }

        foreach (IGrouping<string, EndpointSettings> named in settings.Endpoints.Where(static e => e.Name.Length > 0).GroupBy(static e => e.Name))
        {
            LimitSettings[] limits = [.. named.Select(static e => e.Limits)];
            foreach (LimitDefinition limit in LimitDefinition.All)
            {
                bool isDeclared = limit.Get(limits[0]) != limit.Get(settings);
                Number($"{named.Key}-{limit.Key}", $"{limit.Help}, of {named.Key}", limit.Get(limits[0]), limit.Min, limit.Max, v => Array.ForEach(limits, l => limit.Set(l, v)), isDeclared);
            }
        }
    }

    private void Proxy(string prefix, EndpointSettings[] endpoints)
    {
        if (endpoints.Length > 0)
        {
            bool isDeclared = Array.Exists(endpoints, static e => e.ProxyProtocol);
            Switch(prefix + "proxy-protocol", $"whether a PROXY protocol header stands before {endpoints[0].Protocol}", isDeclared, v => Array.ForEach(endpoints, e => e.ProxyProtocol = v));
        }
    }

    private void Switch(string key, string help, bool initial, Action<bool> assign) => Add(key, help, initial ? "true" : "false", v =>
    {
        assign(v == "true");
        return v is "true" or "false" ? null : "is neither true nor false";
    });

    private void UnixFile(string prefix, EndpointSettings endpoint)
    {
        Add(prefix + "path", $"Unix socket for {endpoint.Protocol}", endpoint.Path, v =>
        {
            endpoint.Path = v;
            return Encoding.UTF8.GetByteCount(v) is > 0 and <= EndpointSettings.MaxPathSize ? null : $"is no path of 1 to {EndpointSettings.MaxPathSize} bytes";
        });
        Add(prefix + "mode", "who may connect to it, in octal", Convert.ToString((int)endpoint.Mode, 8), v =>
        {
            if (v.Length is 0 or > 4 || v.Any(static c => c is < '0' or > '7') || Convert.ToInt32(v, 8) > 0x1FF)
            {
                return "is no mode from 0 to 777";
            }

            endpoint.Mode = (UnixFileMode)Convert.ToInt32(v, 8);
            return null;
        });
        Number(prefix + (prefix.Length == 0 ? "unix-backlog" : "backlog"), $"accept queue of the Unix socket", endpoint.Backlog, 1, 65_535, v => endpoint.Backlog = v);
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
        Of("workers", "threads that serve", 1, 1_024, static m => m.HasWorkers, static m => m.Workers, static (m, v) => m.Workers = v);
        Of("queue-length", "accepted connections that may wait for a thread", 0, 65_535, static m => m.Model == ConcurrencyModel.ThreadPool, static m => m.QueueLength, static (m, v) => m.QueueLength = v);
        Of("max-threads", "threads, one for each connection", 1, 65_535, static m => m.Model == ConcurrencyModel.ThreadPerConnection, static m => m.MaxThreads, static (m, v) => m.MaxThreads = v);
        Of("max-processes", "worker processes, one for each connection", 1, 4_096, static m => m.Model == ConcurrencyModel.ProcessPerConnection, static m => m.MaxProcesses, static (m, v) => m.MaxProcesses = v);
        Of("spare-processes", "worker processes that wait for a client", 1, 1_024, static m => m.Model == ConcurrencyModel.ProcessPerConnection, static m => m.SpareProcesses, static (m, v) => m.SpareProcesses = v);
        Of("max-connections-per-process", "clients that a worker process serves before another takes its place; 0 for no end", 0, 1_000_000, static m => m.Model == ConcurrencyModel.ProcessPerConnection, static m => m.MaxConnectionsPerProcess, static (m, v) => m.MaxConnectionsPerProcess = v);

        void Of(string key, string help, int min, int max, Func<ModelSettings, bool> has, Func<ModelSettings, int> get, Action<ModelSettings, int> set)
        {
            ModelSettings[] models = [.. settings.Models.Where(has)];
            if (models.Length > 0)
            {
                Number(key, help, get(models[0]), min, max, v => Array.ForEach(models, m => set(m, v)));
            }
        }
    }

    private void Number<T>(string key, string help, T initial, T min, T max, Action<T> assign, bool isListed = true)
        where T : IParsable<T>, IComparable<T> =>
        Add(key, help, initial, assign, value => value.CompareTo(min) < 0 || value.CompareTo(max) > 0 ? $"is not from {min} to {max}" : null, isListed);

    /// <param name="Key">The key, in kebab case.</param>
    /// <param name="Help">The line shown for it.</param>
    /// <param name="Initial">The declared value.</param>
    /// <param name="Assign">Takes a value's text; null when it is right.</param>
    /// <param name="IsListed">Whether it is shown though nobody has set it.</param>
    private sealed record Setting(string Key, string Help, string Initial, Func<string, string?> Assign, bool IsListed)
    {
        /// <summary>The value that holds.</summary>
        public string Value { get; private set; } = Initial;

        /// <summary>Where it comes from; null for the declaration.</summary>
        public string? Source { get; private set; }

        /// <summary>Takes a value's text; null when it is right, otherwise what is wrong with it.</summary>
        public string? Set(string text, string source)
        {
            string? wrong = Assign(text);
            if (wrong is null)
            {
                (Value, Source) = (text, source);
            }

            return wrong is null ? null : $"'{text}' {wrong}";
        }
    }
}
