using DeclServer;
using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace Runtime.Tests;

/// <summary>The declared values, the environment over them, the command line over both.</summary>
public sealed class SettingsReaderTests
{
    [Fact]
    public void NothingGivenLeavesWhatWasDeclared()
    {
        ServerSettings settings = Declared();
        Assert.Null(new SettingsReader(settings).Read([], static _ => null));
        Assert.Equal((7, 9, ServerSettings.DefaultIdleTimeoutSeconds), (settings.Endpoints[0].Port, settings.Endpoints[1].Port, settings.IdleTimeoutSeconds));
    }

    [Fact]
    public void TheCommandLineIsOverTheEnvironment()
    {
        ServerSettings settings = Declared();
        Dictionary<string, string> environment = new()
        {
            ["DECLSERVER_PORT"] = "1000", ["DECLSERVER_SECOND_PORT"] = "1001", ["DECLSERVER_IDLE_TIMEOUT_SECONDS"] = "60", ["DECLSERVER_TRANSPORT"] = "PORTABLE",
        };
        Assert.Null(new SettingsReader(settings).Read(["--port", "2000", "--second-address=*", "--loops", "2"], environment.GetValueOrDefault));
        Assert.Equal((2000, 1001), (settings.Endpoints[0].Port, settings.Endpoints[1].Port));
        Assert.Equal(("localhost", "*"), (settings.Endpoints[0].Address, settings.Endpoints[1].Address));
        Assert.Equal((60, 2, TransportKind.Portable), (settings.IdleTimeoutSeconds, settings.Concurrency.Loops, settings.Transport));
    }

    [Fact]
    public void TheSettingsOfAModelAreThereOnlyWithIt()
    {
        Assert.StartsWith("--concurrency:", new SettingsReader(Declared()).Read(["--concurrency", "event-loop"], static _ => null), StringComparison.Ordinal);
        Assert.StartsWith("--workers:", new SettingsReader(Declared()).Read(["--workers", "2"], static _ => null), StringComparison.Ordinal);
        ServerSettings settings = new()
        {
            Models = [new(ConcurrencyModel.ThreadPerConnection), new(ConcurrencyModel.Hybrid) { Workers = 3 }, new(ConcurrencyModel.ThreadPool) { Workers = 9 }],
        };
        SettingsReader reader = new(settings);
        Assert.Null(reader.Read([], static _ => null));
        Assert.Equal(ConcurrencyModel.ThreadPerConnection, settings.Concurrency.Model);
        Assert.Null(reader.Read(["--concurrency", "thread-pool", "--queue-length", "7"], static _ => null));
        Assert.Equal((ConcurrencyModel.ThreadPool, 9, 7), (settings.Concurrency.Model, settings.Concurrency.Workers, settings.Concurrency.QueueLength));
        Assert.Equal("--concurrency: 'event-loop' is none of thread, hybrid, thread-pool", reader.Read(["--concurrency", "event-loop"], static _ => null));
        Assert.StartsWith("--workers:", reader.Read(["--workers", "1025"], static _ => null), StringComparison.Ordinal);
        Assert.StartsWith("--max-threads:", reader.Read(["--max-threads", "0"], static _ => null), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEndpointHasTheServersLimitsButForItsOwn()
    {
        ServerSettings settings = Declared();
        LimitSettings first = settings.Endpoints[0].Limits, second = settings.Endpoints[1].Limits;
        second.IdleTimeoutSeconds = 5;
        SettingsReader reader = new(settings);
        Assert.Contains("--second-idle-timeout-seconds", reader.Help("S"), StringComparison.Ordinal);
        Assert.DoesNotContain("--second-write-timeout-seconds", reader.Help("S"), StringComparison.Ordinal);
        Assert.Null(reader.Read(["--idle-timeout-seconds", "60", "--write-timeout-seconds", "7", "--second-max-connections", "3", "--second-max-output-bytes", "5000"], static _ => null));
        Assert.Equal((60, 7, 10_000, 65_536), (first.IdleTimeoutSeconds, first.WriteTimeoutSeconds, first.MaxConnections, first.MaxOutputBytes));
        Assert.Equal((5, 7, 3, 5_000), (second.IdleTimeoutSeconds, second.WriteTimeoutSeconds, second.MaxConnections, second.MaxOutputBytes));
        Assert.StartsWith("--second-max-connections:", reader.Read(["--second-max-connections", "0"], static _ => null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-such", "1")]
    [InlineData("port", "1")]
    [InlineData("--port", "x")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--second-backlog", "0")]
    [InlineData("--max-connections", "0")]
    [InlineData("--idle-timeout-seconds", "")]
    [InlineData("--loops", "1e3")]
    [InlineData("--transport", "1")]
    [InlineData("--transport", "")]
    [InlineData("--address", "nowhere")]
    public void AWrongSettingIsOneLineThatNamesIt(string key, string value)
    {
        foreach (string[] arguments in (string[][])[[key, value], [$"{key}={value}"]])
        {
            string? wrong = new SettingsReader(Declared()).Read(arguments, static _ => null);
            Assert.StartsWith(key + ":", wrong, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', wrong!);
        }
    }

    [Fact]
    public void AWrongVariableIsNamedAsItIsWritten() =>
        Assert.StartsWith(
            "DECLSERVER_MAX_CONNECTIONS: '0' ",
            new SettingsReader(Declared()).Read([], static name => name == "DECLSERVER_MAX_CONNECTIONS" ? "0" : null),
            StringComparison.Ordinal);

    [Fact]
    public void AMissingValueIsToldSo() => Assert.Equal("--port: the value is missing", new SettingsReader(Declared()).Read(["--port"], static _ => null));

    [Fact]
    public void ASettingOfTheServersOwnIsReadLikeTheOthers()
    {
        TimeSpan pause = TimeSpan.Zero;
        SettingsReader reader = new(Declared());
        reader.Add("pause", "how long", pause, v => pause = v, static v => v < TimeSpan.Zero ? "is before now" : null);
        Assert.Equal("--pause: '-00:00:01' is before now", reader.Read(["--pause", "-00:00:01"], static _ => null));
        Assert.Equal("--pause: 'x' is no TimeSpan", reader.Read(["--pause", "x"], static _ => null));
        Assert.Null(reader.Read(["--pause", "00:00:02"], static _ => null));
        Assert.Equal(TimeSpan.FromSeconds(2), pause);
    }

    [Fact]
    public void HelpHasALineForEachSettingWithItsDeclaredValue()
    {
        string help = new SettingsReader(Declared()).Help("Notes");
        Assert.StartsWith("Notes ", help, StringComparison.Ordinal);
        foreach (string line in (string[])["--port", "--second-port", "--max-connections", "(10000)", "--transport", "(automatic)"])
        {
            Assert.Contains(line, help, StringComparison.Ordinal);
        }
    }

    private static ServerSettings Declared() => new()
    {
        Endpoints = [new EndpointSettings("", "Resp", 7, "localhost", 128), new EndpointSettings("second", "Memcached", 9, "localhost", 128)],
    };

    [Fact]
    public void OneSettingIsForBothTransportsOfAName()
    {
        ServerSettings settings = new()
        {
            Endpoints =
            [
                new EndpointSettings("", "Echo", 7, "127.0.0.1", 16) { Transport = TransportProtocol.Udp },
                new EndpointSettings("", "Echo", 7, "127.0.0.1", 16),
            ],
        };
        Assert.Null(new SettingsReader(settings).Read(["--port", "77", "--address", "::1"], static _ => null));
        Assert.All(settings.Endpoints, static e => Assert.Equal((77, "::1"), (e.Port, e.Address)));
    }

    [Fact]
    public void TheFileIsOverTheDeclarationAndUnderTheEnvironment()
    {
        ServerSettings settings = Declared();
        SettingsReader reader = new(settings);
        Assert.Null(ReadFile(reader, """
            {
                // Every server's, then this one's.
                "DeclServer": { "Port": 1, "IdleTimeoutSeconds": "61", "max-connections": 5, },
                "notes": { "Port": 2, "second": { "Port": 3, "Address": "*" }, "second-backlog": 4, "WriteTimeoutSeconds": 9 },
                "Logging": { "LogLevel": { "Default": null } },
            }
            """, ["--write-timeout-seconds=11"], static name => name == "DECLSERVER_MAX_CONNECTIONS" ? "6" : null));
        Assert.Equal((2, 3, "*", 4), (settings.Endpoints[0].Port, settings.Endpoints[1].Port, settings.Endpoints[1].Address, settings.Endpoints[1].Backlog));
        Assert.Equal((61, 6, 11), (settings.IdleTimeoutSeconds, settings.MaxConnections, settings.WriteTimeoutSeconds));
    }

    [Theory]
    [InlineData("""{ "Notes": { "Prot": 1 } }""", "FILE: Notes: Prot: no such setting; --help lists them")]
    [InlineData("""{ "Notes": { "Port": 70000 } }""", "FILE: Notes: Port: '70000' is not from 0 to 65535")]
    [InlineData("""{ "Notes": { "second": { "Port": true } } }""", "FILE: Notes: second:Port: 'true' is no Int32")]
    [InlineData("""{ "Notes": { "Port": [1] } }""", "FILE: Notes: Port: is no string, number, true or false")]
    [InlineData("""{ "Notes": { "Port": null } }""", "FILE: Notes: Port: is no string, number, true or false")]
    [InlineData("""{ "Notes": 1 }""", "FILE: Notes: is no JSON object")]
    [InlineData("[]", "FILE: is no JSON object")]
    [InlineData("{\n\"Notes\": {", "FILE: line 2: is no JSON")]
    [InlineData("""{ "Notes": { "Port": 1, "Port": 2 } }""", "FILE: has a key twice")]
    public void AWrongFileIsOneLineThatNamesItAndTheKey(string text, string said) => Assert.Equal(said, ReadFile(new SettingsReader(Declared()), text, [], static _ => null));

    [Fact]
    public void AFileThatIsNamedMustBeThereAndTheUsualOneNeedNot()
    {
        string missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Null(new SettingsReader(Declared()).Read([], static _ => null, ["Notes"], missing));
        Assert.StartsWith(missing + ": cannot be read: ", new SettingsReader(Declared()).Read(["--config", missing], static _ => null, ["Notes"]), StringComparison.Ordinal);
        Assert.Equal("--config: the value is missing", new SettingsReader(Declared()).Read(["--config"], static _ => null, ["Notes"]));
    }

    [Fact]
    public void EachSettingIsPrintedWithItsValueAndWhereThatComesFrom()
    {
        SettingsReader reader = new(Declared());
        Assert.Null(ReadFile(reader, """{ "Notes": { "Address": "::1", "Port": 1 } }""", ["--print-config", "--second-max-connections", "3"], static name => name == "DECLSERVER_PORT" ? "2" : null));
        string[] lines = reader.Print().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string line in (string[])
            ["port = 2 (environment DECLSERVER_PORT)", "address = ::1 (FILE: Notes)", "second-port = 9 (declared)", "second-max-connections = 3 (command line)", "transport = automatic (declared)"])
        {
            Assert.Contains(line, lines.Select(static l => l.Replace(s_file, "FILE", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(lines, static l => l.StartsWith("second-write-timeout-seconds", StringComparison.Ordinal));
        Assert.Equal(lines.Length, lines.Select(static l => l.Split(' ')[0]).Distinct().Count());
    }

    private static readonly string s_file = Path.Combine(Path.GetTempPath(), $"declserver-{Environment.ProcessId}-settings.json");

    /// <summary>Reads settings with such a file; the file is FILE in what is said of it.</summary>
    private static string? ReadFile(SettingsReader reader, string text, string[] arguments, Func<string, string?> environment)
    {
        File.WriteAllText(s_file, text);
        try
        {
            return reader.Read(["--config", s_file, .. arguments], environment, ["DeclServer", "Notes"], "/nowhere/else.json")?.Replace(s_file, "FILE", StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(s_file);
        }
    }
}
