using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A test of what only Linux has, and perhaps of a program that is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnLinuxAttribute : FactAttribute
{
    public FactOnLinuxAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Only Linux has it.";

    /// <summary>The program.</summary>
    public string? Program
    {
        get;
        set
        {
            field = value;
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
            Skip ??= folders.Any(f => File.Exists(Path.Combine(f, value ?? ""))) ? null : $"{value} is not installed.";
        }
    }
}
