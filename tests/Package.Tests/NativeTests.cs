using System.Runtime.InteropServices;
using Xunit;

namespace Package.Tests;

/// <summary>The example published with NativeAOT: no warning of trimming or of the native compiler, and a server that serves.</summary>
public sealed class NativeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("declserver-native").FullName;

    [FactWithLinker]
    public void TheCachePublishesWithoutAWarningServesAndDrains()
    {
        // Built in a folder of its own: a native restore would leave its traces in the example's obj.
        Dotnet.Succeed(
            Path.Combine(Repository.Root, "examples", "Cache"),
            "publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64",
            "-p:Aot=true", "-warnaserror", "--disable-build-servers", "--artifacts-path", Path.Combine(_root, "artifacts"), "-o", Path.Combine(_root, "published"));
        using ServerProcess server = new(Path.Combine(_root, "published", "Cache"), "--port", "0", "--memcached-port", "0");
        server.Ask("PING\r\n", "+PONG\r\n");
        server.Ask("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "+OK\r\n$5\r\nhello\r\n");
        Assert.Equal(0, server.Terminate());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

/// <summary>A test that needs a C linker, which NativeAOT calls, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWithLinkerAttribute : FactAttribute
{
    public FactWithLinkerAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!OperatingSystem.IsLinux() || !folders.Any(static f => File.Exists(Path.Combine(f, "clang")) || File.Exists(Path.Combine(f, "gcc"))))
        {
            Skip = "NativeAOT on Linux needs clang or gcc.";
        }
    }
}
