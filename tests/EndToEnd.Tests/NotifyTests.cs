using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>What a service manager is told (sd_notify(3)).</summary>
public sealed partial class NotifyTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("declserver-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [FactOnLinux]
    public void AServerTellsThatItIsReadyReloadsAndStops()
    {
        using NotifySocket manager = new(Path.Combine(_directory, "notify"));

        // Whoever runs the tests may ignore SIGHUP, as nohup does, and that would be inherited.
        using EchoProcess server = new(new ProcessStartInfo("env", ["--default-signal=HUP", $"NOTIFY_SOCKET={manager.Path}", .. EchoProcess.Command, "--port", "0"]));
        Assert.Equal("READY=1", manager.Next());
        long before = Monotonic();
        server.Signal("HUP");
        Match reloading = Reloading().Match(manager.Next());
        Assert.True(reloading.Success);
        Assert.InRange(long.Parse(reloading.Groups[1].ValueSpan, CultureInfo.InvariantCulture), before, Monotonic());
        Assert.Equal("READY=1", manager.Next());
        using Client client = new(server.EndPoint);
        client.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        server.Terminate();
        Assert.Equal("STOPPING=1", manager.Next());
        Assert.Equal("", client.ReadToEnd());
        client.Dispose();
        Assert.Equal(ExitStatus.Drained, server.ExitCode);
        Assert.True(manager.IsEmpty);
        Assert.Equal(0, manager.Beats);
    }

    [FactOnLinux]
    public void ASocketMayHaveNoFileAndWorkersTellNothing()
    {
        using NotifySocket manager = new("@declserver-" + Path.GetFileName(_directory));
        using EchoProcess server = new(["--concurrency", "process"], ("NOTIFY_SOCKET", manager.Path));
        Assert.Equal("READY=1", manager.Next());
        using (Client client = new(server.EndPoint))
        {
            client.Ask("ECHO hi\r\n", "$2\r\nhi\r\n");
        }

        server.Terminate();
        Assert.Equal("STOPPING=1", manager.Next());
        Assert.Equal(ExitStatus.Drained, server.ExitCode);
        Assert.True(manager.IsEmpty);
    }

    [FactOnLinux]
    public void ALoopThatIsHeldIsNotToldToLive()
    {
        const int Watchdog = 200;
        const int MostWhileHeld = 4;

        using NotifySocket manager = new(Path.Combine(_directory, "notify"));
        using EchoProcess server = new(["faulty"], ("NOTIFY_SOCKET", manager.Path), ("WATCHDOG_USEC", $"{Watchdog * 1000}"));
        Assert.Equal("READY=1", manager.Next());
        Client.Until(() => manager.Beats > 3);
        using Client client = new(server.EndPoint);
        client.Send("BLOCK nobody-opens-it\r\n");
        Client.Until(() => server.Log.Contains("holds loop", StringComparison.Ordinal));

        // However long it is waited for: within the time it may still be told to live, and not behind it.
        int before = manager.Beats;
        Thread.Sleep(10 * Watchdog);
        Assert.InRange(manager.Beats - before, 0, MostWhileHeld);
    }

    [FactOnLinux]
    public void AHostTellsOnceWhetherOrNotItsLifetimeDoes()
    {
        foreach (bool hasSystemd in (bool[])[false, true])
        {
            using NotifySocket manager = new(Path.Combine(_directory, "notify"));
            using EchoProcess server = new(["hosted", hasSystemd ? "systemd" : "console"], ("NOTIFY_SOCKET", manager.Path), ("WATCHDOG_USEC", "100000"));
            Assert.Equal("READY=1", manager.Next());
            Client.Until(() => manager.Beats > 3);
            server.Terminate();
            Assert.Equal("STOPPING=1", manager.Next());
            Assert.Equal(ExitStatus.Drained, server.ExitCode);
            Assert.True(manager.IsEmpty);
        }
    }

    /// <summary>CLOCK_MONOTONIC in microseconds (clock_gettime(2)).</summary>
    private static long Monotonic()
    {
        Assert.Equal(0, clock_gettime(1, out Moment now));
        return (now.Seconds * 1_000_000) + (now.Nanoseconds / 1_000);
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Moment now);

    private readonly record struct Moment(long Seconds, long Nanoseconds);

    [GeneratedRegex("^RELOADING=1\nMONOTONIC_USEC=([0-9]+)$")]
    private static partial Regex Reloading();
}
