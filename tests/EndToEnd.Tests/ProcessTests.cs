using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A process for each connection: what a crash takes with it, the bounds, and the end. The server is a process of its own, since its workers are the same program.</summary>
public sealed class ProcessTests
{
    private const string Hi = "$2\r\nhi\r\n";
    private const string TooMany = "-ERR max number of clients reached\r\n";

    public static TheoryData<TransportKind> All => OperatingSystem.IsLinux() ? Transports.All : [];

    [Theory, MemberData(nameof(All))]
    public void EachConnectionHasAProcessToItselfAndTheNextGetsItBack(TransportKind transport)
    {
        using EchoProcess server = Start(transport, "--spare-processes", "2");
        int first, second;
        using (Client one = new(server.EndPoint), two = new(server.EndPoint))
        {
            first = PidOf(one);
            second = PidOf(two);
            Assert.Equal(3, new HashSet<int> { server.Id, first, second }.Count);
            Assert.Equal(first, PidOf(one));
        }

        using Client next = new(server.EndPoint);
        Assert.Contains(PidOf(next), Workers(server));
    }

    [Theory, MemberData(nameof(All))]
    public void ACrashTakesOneClientAndIsToldAndReplaced(TransportKind transport)
    {
        using EchoProcess server = Start(transport, "--spare-processes", "2");
        using Client other = new(server.EndPoint);
        other.Ask("ECHO hi\r\n", Hi);
        foreach (string crash in (string[])["DIE", "OVERFLOW"])
        {
            using Client client = new(server.EndPoint);
            int worker = PidOf(client);
            client.Send(crash + "\r\n");
            Assert.Equal("", client.ReadToEnd());
            Client.Until(() => server.Log.Contains($"worker process {worker} ended with status 134 while it served a client", StringComparison.Ordinal));
            other.Ask("ECHO hi\r\n", Hi);
        }

        // One that is killed while it waits is replaced as well.
        int idle = Workers(server).First(w => w != PidOf(other));
        Process.GetProcessById(idle).Kill();
        Client.Until(() => server.Log.Contains($"worker process {idle} ended with status 137 while it served no client", StringComparison.Ordinal));
        for (int i = 0; i < 5; i++)
        {
            using Client client = new(server.EndPoint);
            client.Ask("ECHO hi\r\n", Hi);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void OneConnectionMoreThanProcessesIsToldSo(TransportKind transport)
    {
        using EchoProcess server = Start(transport, "--max-processes", "2");
        using Client first = new(server.EndPoint), second = new(server.EndPoint);
        first.Ask("ECHO hi\r\n", Hi);
        second.Ask("ECHO hi\r\n", Hi);
        using (Client refused = new(server.EndPoint))
        {
            Assert.Equal(TooMany, refused.ReadToEnd());
        }

        first.Dispose();

        // The process is free when it has reported, a moment after its last client has gone.
        Client.Until(() =>
        {
            using Client next = new(server.EndPoint);
            next.Socket.Send("ECHO hi\r\n"u8);
            return next.Read(Hi.Length) == Hi;
        });
    }

    [Theory, MemberData(nameof(All))]
    public void AProcessThatHasServedItsShareIsReplacedAndNothingIsLeft(TransportKind transport)
    {
        const int Share = 3;
        const int Clients = 30;

        using EchoProcess server = Start(transport, "--spare-processes", "3", "--max-processes", "8", "--max-connections-per-process", $"{Share}");
        Dictionary<int, int> served = [];
        int descriptors = 0;
        for (int i = 0; i < Clients; i++)
        {
            using Client client = new(server.EndPoint);
            int worker = PidOf(client);
            served[worker] = served.GetValueOrDefault(worker) + 1;
            if (i == Clients / 2)
            {
                descriptors = Descriptors(server);
            }
        }

        Assert.All(served.Values, static count => Assert.InRange(count, 1, Share));
        Assert.DoesNotContain("ended with status", server.Log, StringComparison.Ordinal);

        // Twice as many as are to be kept ready may wait; each is one descriptor.
        Client.Until(() => Workers(server).Length <= 6);
        Assert.InRange(Descriptors(server), 1, descriptors + 6);
    }

    [Theory, MemberData(nameof(All))]
    public void ADrainAnswersWhatIsInFlightAndEndsTheWorkers(TransportKind transport)
    {
        using EchoProcess server = Start(transport);
        using Client busy = new(server.EndPoint), idle = new(server.EndPoint);
        idle.Ask("ECHO hi\r\n", Hi);
        busy.Ask("ECHO hi\r\n", Hi);
        busy.Send("ECHO h");
        int[] workers = Workers(server);
        server.Terminate();
        Assert.Equal("", idle.ReadToEnd());
        busy.Ask("i\r\n", Hi);
        Assert.Equal("", busy.ReadToEnd());
        busy.Dispose();
        idle.Dispose();
        Assert.Equal(ExitStatus.Drained, server.ExitCode);
        Assert.Contains("has drained: 3 requests answered, 0 connections cut off", server.Log, StringComparison.Ordinal);
        Assert.All(workers, static w => Assert.False(IsAlive(w)));
    }

    [Theory, MemberData(nameof(All))]
    public void AWorkerThatDoesNotDrainIsKilledAndCounted(TransportKind transport)
    {
        using EchoProcess server = Start(transport, "--drain-timeout-seconds", "0");
        using Client client = new(server.EndPoint);
        int worker = PidOf(client);
        client.Send("BLOCK nobody-opens-it\r\n");
        Client.Until(() => client.Socket.Poll(0, SelectMode.SelectWrite));
        server.Terminate();
        Assert.Equal(ExitStatus.Aborted, server.ExitCode);
        Assert.False(IsAlive(worker));
    }

    [Theory, MemberData(nameof(All))]
    public void AKilledServerTakesItsWorkersWithIt(TransportKind transport)
    {
        using EchoProcess server = Start(transport);
        using Client client = new(server.EndPoint);
        client.Ask("ECHO hi\r\n", Hi);
        int[] workers = Workers(server);
        Assert.NotEmpty(workers);
        server.Kill();
        Assert.Equal("", client.ReadToEnd());
        Client.Until(() => !workers.Any(IsAlive));
    }

    [Theory, MemberData(nameof(All))]
    public async Task AProgramThatDoesNotComeUpIsToldAndClientsDoNotWaitForIt(TransportKind transport)
    {
        RecordingLogger log = new();
        ServerSettings settings = FaultyServer.DeclaredSettings();
        Assert.True(settings.TryChoose(ConcurrencyModel.ProcessPerConnection));
        settings.Transport = transport;
        settings.Logger = log;
        settings.WorkerCommand = ["false"];
        await using ServerRun run = new FaultyServer().Start(settings);
        Client.Until(() => log.Has("ended with status 1 while it served no client"));
        using Client client = new(run);
        Assert.Contains(client.ReadToEnd(), (string[])["", TooMany]);
        Assert.True(run.Signals.Sum(static c => c.WorkerFailures) > 0);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientThatWaitsForAProcessWhenTheServerDrainsIsServed(TransportKind transport)
    {
        string directory = Directory.CreateTempSubdirectory("declserver-").FullName;
        string gate = Path.Combine(directory, "gate");
        await using ServerRun run = StartInProcess(transport, ["bash", "-c", $"until [ -e {gate} ]; do sleep 0.02; done; exec \"$@\"", "bash", .. EchoProcess.Command, "faulty", "--concurrency", "process"]);
        using Client first = new(run), second = new(run);
        first.Send("ECHO hi\r\n");
        second.Send("ECHO hi\r\n");
        Client.Until(() => run.ConnectionCount == 2);
        Task<int> drained = run.DrainAsync();
        Client.Until(() => !TryConnect(run));
        await File.WriteAllTextAsync(gate, "");
        Assert.Equal(Hi, first.ReadToEnd());
        Assert.Equal(Hi, second.ReadToEnd());
        first.Dispose();
        second.Dispose();
        Assert.Equal(ExitStatus.Drained, await drained);
        Directory.Delete(directory, recursive: true);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AClientForWhomNoProcessComesUpUntilTheDeadlineIsToldSo(TransportKind transport)
    {
        await using ServerRun run = StartInProcess(transport, ["sleep", "3600"], static s => s.DrainTimeoutSeconds = 1);
        using Client client = new(run);
        client.Send("ECHO hi\r\n");
        Client.Until(() => run.ConnectionCount == 1);
        Task<int> drained = run.DrainAsync();
        Assert.Equal(TooMany, client.ReadToEnd(orReset: true));
        Assert.Equal(ExitStatus.Drained, await drained);
    }

    private static bool TryConnect(ServerRun run)
    {
        try
        {
            new Client(run).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ServerRun StartInProcess(TransportKind transport, string[] worker, Action<ServerSettings>? change = null)
    {
        ServerSettings settings = FaultyServer.DeclaredSettings();
        Assert.True(settings.TryChoose(ConcurrencyModel.ProcessPerConnection));
        settings.Transport = transport;
        settings.WorkerCommand = worker;
        change?.Invoke(settings);
        return new FaultyServer().Start(settings);
    }

    [Fact]
    public void WithoutAWorkersCommandOnlyAProgramMayHaveProcesses()
    {
        ServerSettings settings = FaultyServer.DeclaredSettings();
        Assert.True(settings.TryChoose(ConcurrencyModel.ProcessPerConnection));
        Assert.ThrowsAny<Exception>(() => new FaultyServer().Start(settings));
    }

    private static EchoProcess Start(TransportKind transport, params string[] arguments) =>
        new(["faulty", "--concurrency", "process", "--transport", transport.ToString(), .. arguments]);

    private static int PidOf(Client client)
    {
        client.Send("PID\r\n");
        Assert.Equal(":", client.Read(1));
        string number = "";
        for (string next = client.Read(1); next != "\r"; next = client.Read(1))
        {
            number += next;
        }

        Assert.Equal("\n", client.Read(1));
        return int.Parse(number, CultureInfo.InvariantCulture);
    }

    private static int[] Workers(EchoProcess server) =>
        [.. Directory.GetDirectories($"/proc/{server.Id}/task").SelectMany(Children).Select(static p => int.Parse(p, CultureInfo.InvariantCulture))];

    private static string[] Children(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            // A thread that has ended since the directory was read.
            return [];
        }
    }

    private static int Descriptors(EchoProcess server) => Directory.GetFiles($"/proc/{server.Id}/fd").Length;

    private static bool IsAlive(int process) => File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
