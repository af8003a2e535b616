using System.Diagnostics;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A program that is asked for its settings, or given wrong ones, ends at once.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task TheSettingsArePrintedAndNothingListens()
    {
        await File.WriteAllTextAsync(_file, """{ "EchoServer": { "IdleTimeoutSeconds": 77 } }""");
        (int status, string said, string wrong) = await RunAsync("--config", _file, "--port=7", "--print-config");
        Assert.Equal((ExitStatus.Drained, ""), (status, wrong));
        string[] lines = said.Split(Environment.NewLine);
        foreach (string line in (string[])["port = 7 (command line)", $"idle-timeout-seconds = 77 ({_file}: EchoServer)", "backlog = 9 (environment DECLSERVER_BACKLOG)", "concurrency = event-loop (declared)"])
        {
            Assert.Contains(line, lines);
        }
    }

    [Fact]
    public async Task AWrongFileIsOneLineAndAnExitStatus()
    {
        await File.WriteAllTextAsync(_file, """{ "EchoServer": { "IdleTimeout": 77 } }""");
        Assert.Equal((ExitStatus.BadConfiguration, "", $"{_file}: EchoServer: IdleTimeout: no such setting; --help lists them{Environment.NewLine}"), await RunAsync("--config", _file, "--port", "0"));
    }

    private static async Task<(int Status, string Said, string Wrong)> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(EchoServer).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DECLSERVER_BACKLOG"] = "9";
        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string wrong = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said, wrong);
    }
}
