namespace Package.Tests;

/// <summary>A folder outside the repository with the packed runtime, and the projects that use it.</summary>
public sealed class PackageFeed : IDisposable
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="DeclServer" Version="[0.0.1-packed]" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>The feed, beside the sources that the machine has set up; without an audit, which would ask another feed.</summary>
    private const string Configuration = """
        <configuration>
          <packageSources>
            <add key="packed" value="feed" />
          </packageSources>
          <config>
            <add key="globalPackagesFolder" value="packages" />
          </config>
        </configuration>
        """;

    private const string Properties = "<Project><PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup></Project>";

    private readonly string _root = Directory.CreateTempSubdirectory("declserver-package").FullName;

    public PackageFeed()
    {
        File.WriteAllText(Path.Combine(_root, "nuget.config"), Configuration);
        File.WriteAllText(Path.Combine(_root, "Directory.Build.props"), Properties);
        Dotnet.Succeed(Path.Combine(Repository.Root, "runtime"), "pack", "-c", "Release", "--no-restore", "-p:PackageVersion=0.0.1-packed", "-o", Path.Combine(_root, "feed"), "--disable-build-servers");
    }

    /// <summary>Makes a project of one file.</summary>
    /// <returns>Its folder.</returns>
    public string NewProject(string name, string program)
    {
        string folder = Path.Combine(_root, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), Project);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        return folder;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
