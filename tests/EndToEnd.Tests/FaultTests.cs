using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Handlers, clocks and logs that do what they should not: what other clients see of it, and that the server goes on.</summary>
public sealed class FaultTests
{
    private const string Hi = "$2\r\nhi\r\n";
    private const string Failed = "-ERR internal error\r\n";

    public static TheoryData<Service> All => Service.All;

    public static TheoryData<Service> Loops => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.EventLoop)];

    public static TheoryData<Service> Others => [.. Service.Every.Where(static s => s.Model != ConcurrencyModel.EventLoop)];

    public static TheoryData<string> Models => ["event-loop", "hybrid", "thread-pool", "thread"];

    [Theory, MemberData(nameof(Loops))]
    public async Task AHandlerThatHoldsALoopIsToldOfWhileItDoes(Service service)
    {
        RecordingLogger log = new();
        FaultyServer server = new();
        await using ServerRun run = server.StartOn(service, static s => s.StallMilliseconds = 20, log);
        using Client client = new(run), other = new(run);
        other.Ask("ECHO hi\r\n", Hi);
        client.Send("BLOCK g\r\n");
        Client.Until(() => log.Has("BLOCK holds loop 0"));
        Assert.InRange(run.Signals.Sum(static c => c.Stalls), 1, int.MaxValue);
        Assert.Equal(0, client.Socket.Available);
        server.Gate("g").Set();
        Assert.Equal("+OK\r\n", client.Read(5));
        Client.Until(() => log.Has("BLOCK has let go of loop 0"));
        other.Ask("ECHO hi\r\n", Hi);
        Assert.Single(log.Lines, static l => l.StartsWith("BLOCK holds", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Others))]
    public async Task AHandlerThatBlocksHoldsNobodyElse(Service service)
    {
        FaultyServer server = new();
        await using ServerRun run = server.StartOn(service, null, NullLogger.Instance);
        using Client first = new(run), second = new(run), other = new(run);
        first.Send("BLOCK g\r\nECHO hi\r\n");
        second.Send("BLOCK g\r\n");
        for (int i = 0; i < 100; i++)
        {
            other.Ask("ECHO hi\r\n", Hi);
        }

        Assert.Equal(0, first.Socket.Available + second.Socket.Available);
        server.Gate("g").Set();
        Assert.Equal("+OK\r\n" + Hi, first.Read(5 + Hi.Length));
        Assert.Equal("+OK\r\n", second.Read(5));
    }

    [Theory, MemberData(nameof(All))]
    public async Task HandlersThatThrowAgainAndAgainLeaveNothingBehind(Service service)
    {
        const int Times = 2_000;

        await using ServerRun run = new FaultyServer().StartOn(service, null, NullLogger.Instance);
        using (Client client = new(run), other = new(run))
        {
            string failures = string.Concat(Enumerable.Repeat("FAIL\r\n", 20));
            string replies = string.Concat(Enumerable.Repeat(Failed, 20));
            for (int i = 0; i < Times / 20; i++)
            {
                client.Ask(failures, replies);
                other.Ask("ECHO hi\r\n", Hi);
            }
        }

        Client.Until(() => run.ConnectionCount == 0);
        Assert.Equal(Times, run.Signals.Sum(static c => c.HandlerFailures));
        Assert.Equal(run.Signals.Sum(static c => c.Accepted), run.Signals.Sum(static c => c.Closed));
    }

    [Theory, MemberData(nameof(All))]
    public async Task ADeepRecursionThatAsksForRoomIsAnswered(Service service)
    {
        await using ServerRun run = new FaultyServer().StartOn(service, null, NullLogger.Instance);
        using Client client = new(run), other = new(run);
        for (int i = 0; i < 3; i++)
        {
            client.Ask("DEEP\r\n", Failed);
            other.Ask("ECHO hi\r\n", Hi);
        }
    }

    /// <summary>.NET ends a process whose stack is exhausted, and no model that has one process can help it.</summary>
    [Theory, MemberData(nameof(Models))]
    public void ARecursionWithoutEndEndsTheProcessAndEveryClientSeesItsEnd(string model)
    {
        using EchoProcess server = new(["faulty", "--concurrency", model], ("DOTNET_DbgEnableMiniDump", "0"));
        using Client client = new(server.EndPoint), other = new(server.EndPoint);
        other.Ask("ECHO hi\r\n", Hi);
        client.Send("OVERFLOW\r\n");
        Assert.Equal("", client.ReadToEnd(orReset: true));
        Assert.Equal("", other.ReadToEnd(orReset: true));
        Assert.NotEqual(0, server.ExitCode);
        Assert.Contains("Stack overflow", server.Log);
    }

    [Theory, MemberData(nameof(All))]
    public async Task AGigabyteIsGivenAndTakenBack(Service service)
    {
        await using ServerRun run = new FaultyServer().StartOn(service, null, NullLogger.Instance);
        using Client client = new(run), other = new(run);
        for (int i = 0; i < 3; i++)
        {
            client.Ask("GIGABYTE\r\n", ":1073741824\r\n");
            other.Ask("ECHO hi\r\n", Hi);
        }

        Client.Until(static () => GC.GetTotalMemory(forceFullCollection: true) < 1 << 29);
    }

    [Theory, MemberData(nameof(Models))]
    public void AGigabyteThatThereIsNotIsAnsweredAsAnyFailure(string model)
    {
        const string OneEighth = "0x8000000";

        using EchoProcess server = new(["faulty", "--concurrency", model], ("DOTNET_GCHeapHardLimit", OneEighth));
        using Client client = new(server.EndPoint), other = new(server.EndPoint);
        for (int i = 0; i < 20; i++)
        {
            client.Ask("GIGABYTE\r\n", Failed);
            other.Ask("ECHO hi\r\n", Hi);
        }

        Assert.False(server.HasExited);
    }

    /// <summary>The wall clock jumps by a year, forth and back, each time that anybody looks: no deadline stands on it.</summary>
    [Theory, MemberData(nameof(Models))]
    public void AClockThatJumpsMovesNoDeadline(string model)
    {
        if (!OperatingSystem.IsLinux() || JumpingClock() is not { } clock)
        {
            return;
        }

        try
        {
            using EchoProcess server = new(["--concurrency", model, "--idle-timeout-seconds", "600", "--request-timeout-seconds", "1"], ("LD_PRELOAD", clock));
            using Client idle = new(server.EndPoint), halfway = new(server.EndPoint);
            idle.Ask("ADD 1 1\r\n", ":2\r\n");
            halfway.Ask("ADD 1 1\r\n", ":2\r\n");
            for (int i = 0; i < 200; i++)
            {
                idle.Ask("ADD 1 1\r\n", ":2\r\n");
            }

            // The one deadline that is near is met, and no other.
            halfway.Send("ADD 1");
            Assert.Equal("", halfway.ReadToEnd());
            idle.Ask("FAIL\r\n", Failed);
            idle.Ask("ADD 1 1\r\n", ":2\r\n");

            // The log's times tell that the clock did jump.
            Client.Until(() => server.Log.Contains("FAIL", StringComparison.Ordinal));
            int[] years = [.. server.Log.Split('\n').Where(static l => l.Contains("Z ", StringComparison.Ordinal)).Select(static l => int.Parse(l[..4], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.All(years, static y => Assert.NotEqual(DateTime.UtcNow.Year, y));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(clock)!, recursive: true);
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task ALogThatBlocksHoldsNoClient(Service service)
    {
        const int Failures = 3_000;
        const int Waiting = 1_024;

        RecordingLogger log = new();
        await using (ServerRun run = new FaultyServer().StartOn(service, null, log))
        {
            log.Open.Reset();
            using Client client = new(run), other = new(run);
            string failures = string.Concat(Enumerable.Repeat("FAIL\r\n", 100));
            string replies = string.Concat(Enumerable.Repeat(Failed, 100));
            for (int i = 0; i < Failures / 100; i++)
            {
                client.Ask(failures, replies);
                other.Ask("ECHO hi\r\n", Hi);
            }

            log.Open.Set();
            Client.Until(() => log.Has("lines of the log were dropped"));
            client.Ask("FAIL\r\n", Failed);
        }

        int written = log.Lines.Count(static l => l.Contains("the handler of FAIL threw", StringComparison.Ordinal));
        Assert.InRange(written, Waiting, Failures);
        Assert.True(log.Has("has drained"), "The last lines are written before the server has ended.");
    }

    /// <summary>A library that makes CLOCK_REALTIME jump, where there is a compiler to make it with.</summary>
    private static string? JumpingClock()
    {
        const string Source = """
            #define _GNU_SOURCE
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            int clock_gettime(clockid_t clock, struct timespec *now)
            {
                static int looks;
                long failed = syscall(SYS_clock_gettime, clock, now);
                if (clock == CLOCK_REALTIME)
                    now->tv_sec += (__sync_fetch_and_add(&looks, 1) & 1 ? 400 : -400) * 24L * 3600;
                return (int)failed;
            }
            """;
        string directory = Directory.CreateTempSubdirectory("clock").FullName;
        string source = Path.Combine(directory, "clock.c");
        string library = Path.Combine(directory, "clock.so");
        File.WriteAllText(source, Source);
        try
        {
            using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-O1", "-o", library, source]);
            compiler.WaitForExit();
            return compiler.ExitCode == 0 ? library : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Directory.Delete(directory, recursive: true);
            return null;
        }
    }
}
