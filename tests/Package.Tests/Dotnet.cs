using System.Diagnostics;
using System.Text;
using Xunit;

namespace Package.Tests;

/// <summary>The dotnet command, as a user runs it: nothing of the test's own build is in its environment.</summary>
internal static class Dotnet
{
    /// <summary>Only keeps a build that hangs from hanging the tests.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit status and everything that it printed.</returns>
    public static (int Status, string Output) Run(string directory, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name is "NUGET_PACKAGES" or "DOTNET_HOST_PATH" or "Configuration" or "Platform")
            {
                start.Environment.Remove(name);
            }
        }

        // No compiler or build server stays behind, and messages are those that the tests look for.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start)!;
        StringBuilder output = new();
        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"dotnet {string.Join(' ', arguments)} hangs:\n{output}");
        }

        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Add(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }
    }

    /// <summary>Runs a command that must succeed without a warning.</summary>
    public static void Succeed(string directory, params string[] arguments)
    {
        (int status, string output) = Run(directory, arguments);
        Assert.True(status == 0 && !output.Contains(" warning ", StringComparison.Ordinal), $"dotnet {string.Join(' ', arguments)}: {status}\n{output}");
    }
}
