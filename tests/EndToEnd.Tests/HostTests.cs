using DeclServer.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server in the generic host.</summary>
public sealed class HostTests
{
    [Theory, MemberData(nameof(Service.All), MemberType = typeof(Service))]
    public async Task AServerIsMadeByTheHostConfiguredCheckedAndDrained(Service service)
    {
        // A handler that waits holds a loop where it runs on one; else it holds a thread, and the server lives.
        bool holdsLoop = service.Model == ConcurrencyModel.EventLoop;
        HealthStatus live = holdsLoop ? HealthStatus.Unhealthy : HealthStatus.Healthy;
        using IHost host = Build(holdsLoop ? TimeSpan.Zero : null, service.Choose, ("DeclServer:Port", "1"), ("HostedNotes:Port", "0"), ("HostedNotes:IdleTimeoutSeconds", "77"));
        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy), await Health(host));
        await host.StartAsync();
        ServerRun run = Run(host);
        Assert.Equal(77, run.Settings.IdleTimeoutSeconds);
        using Client client = new(run), idle = new(run);
        client.Send("HOLD\r\n");
        HostGate gate = host.Services.GetRequiredService<HostGate>();
        await gate.Holds.WaitAsync();
        Client.Until(() => !holdsLoop || run.LongestTurn > TimeSpan.Zero);
        Assert.Equal((HealthStatus.Healthy, live), await Health(host));
        Task stopped = host.StopAsync();
        Client.Until(() => !run.IsReady);
        Assert.Equal((HealthStatus.Unhealthy, live), await Health(host));
        gate.Held.Release();
        Assert.Equal("+OK\r\n", client.ReadToEnd());
        client.Dispose();
        Assert.Equal("", idle.ReadToEnd());
        idle.Dispose();
        await stopped;
        Assert.Equal(ExitStatus.Drained, await run.Completion);
    }

    [Fact]
    public async Task TheHostsPatienceCutsOffWhatIsStillBusy()
    {
        int before = Environment.ExitCode;
        using IHost host = Build(longestTurn: null, configure: null, ("HostedNotes:DrainTimeoutSeconds", "3600"));
        await host.StartAsync();
        ServerRun run = Run(host);
        using Client busy = new(run);
        busy.Send("*2\r\n");
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == 4);
        using CancellationTokenSource patience = new();
        Task stopped = host.StopAsync(patience.Token);
        Client.Until(() => !run.IsReady);
        await patience.CancelAsync();
        Assert.Equal(ExitStatus.Aborted, await run.Completion);
        await Record.ExceptionAsync(() => stopped);
        Client.Until(static () => Environment.ExitCode == ExitStatus.Aborted);
        Environment.ExitCode = before;
    }

    [Theory, MemberData(nameof(Service.All), MemberType = typeof(Service))]
    public async Task ADrainIsCutOffInEveryModel(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service, static s => s.DrainTimeoutSeconds = 3_600);
        using Client busy = new(run);
        busy.Send("*2\r\n");
        Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == 4);
        using CancellationTokenSource patience = new();
        Task<int> drained = run.DrainAsync(patience.Token);
        await patience.CancelAsync();
        Assert.Equal(ExitStatus.Aborted, await drained);
        Assert.Equal("", busy.ReadToEnd(orReset: true));
    }

    [Fact]
    public async Task AWrongSettingKeepsTheHostFromStarting()
    {
        using IHost host = Build(longestTurn: null, configure: null, ("HostedNotes:IdleTimeout", "1"));
        SettingException wrong = await Assert.ThrowsAsync<SettingException>(() => host.StartAsync());
        Assert.Equal("HostedNotes: IdleTimeout: no such setting; --help lists them", wrong.Message);
    }

    [FactOnLinux]
    public async Task AProcessForEachConnectionNeedsACommandInAHost()
    {
        using IHost host = Build(longestTurn: null, configure: null, ("HostedNotes:Concurrency", "process"));
        SettingException wrong = await Assert.ThrowsAsync<SettingException>(() => host.StartAsync());
        Assert.Equal("concurrency process: the program is not run by RunAsync, and ServerSettings.WorkerCommand does not say what a worker is started by", wrong.Message);
    }

    [FactOnLinux]
    public async Task TheHostsPatienceEndsWorkerProcesses()
    {
        int before = Environment.ExitCode;
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration["EchoServer:Concurrency"] = "process";
        builder.Configuration["EchoServer:DrainTimeoutSeconds"] = "3600";
        builder.AddServer<EchoServer>(static s => s.WorkerCommand = ["dotnet", typeof(EchoServer).Assembly.Location, "--concurrency", "process", "--drain-timeout-seconds", "3600"]);
        using IHost host = builder.Build();
        await host.StartAsync();
        ServerRun run = host.Services.GetRequiredService<HostedServer<EchoServer>>().Run!;
        using Client idle = new(run), busy = new(run);
        idle.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        busy.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        busy.Send("WAIT\r\n");
        using CancellationTokenSource patience = new();
        Task stopped = host.StopAsync(patience.Token);
        Assert.Equal("", idle.ReadToEnd());
        await patience.CancelAsync();
        Assert.Equal(ExitStatus.Aborted, await run.Completion);
        Assert.Equal("", busy.ReadToEnd(orReset: true));
        await Record.ExceptionAsync(() => stopped);
        Client.Until(static () => Environment.ExitCode == ExitStatus.Aborted);
        Environment.ExitCode = before;
    }

    private static IHost Build(TimeSpan? longestTurn, Action<ServerSettings>? configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach ((string key, string value) in settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Services.AddSingleton<HostGate>();
        builder.AddServer<HostedNotes>(configure);
        builder.Services.AddHealthChecks().AddServer<HostedNotes>(longestTurn);
        return builder.Build();
    }

    private static ServerRun Run(IHost host) => host.Services.GetRequiredService<HostedServer<HostedNotes>>().Run!;

    private static async Task<(HealthStatus Ready, HealthStatus Live)> Health(IHost host)
    {
        HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return (report.Entries["HostedNotes ready"].Status, report.Entries["HostedNotes live"].Status);
    }
}
