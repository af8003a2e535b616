using Xunit;

namespace Package.Tests;

/// <summary>
/// The package as somebody uses it who has nothing else: packed into a feed of the test's own, referenced by a fresh project outside the
/// repository, with a package folder of its own so that no package of an earlier run is taken.
/// </summary>
public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Broken = """
        using DeclServer;

        return await new Broken().RunAsync(args);

        [Server]
        [Listen<Resp>(6379)]
        internal sealed partial class Broken
        {
            [Command("GET")]
            private static RespReply Get([System.ComponentModel.DataAnnotations.Range(5, 1)] int depth) => RespReply.Integer(depth);
        }
        """;

    [Fact]
    public void TheReadmesServerBuildsWithoutAWarningServesAndDrains()
    {
        string project = feed.NewProject("Notes", Repository.ReadmeServer());
        Dotnet.Succeed(project, "build", "-c", "Release", "-warnaserror", "--disable-build-servers");
        using ServerProcess server = new(Path.Combine(project, "bin", "Release", "net10.0", "Notes"), "--port", "0");
        server.Ask("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhello\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "+OK\r\n$5\r\nhello\r\n");
        server.Ask("GET nothing\r\n", "$-1\r\n");
        server.Ask("GET\r\n", "-ERR wrong number of arguments for 'get' command\r\n");
        Assert.Equal(0, server.Terminate());
    }

    [Fact]
    public void ABrokenDeclarationIsToldByARuleAndByNothingElse()
    {
        string project = feed.NewProject("Broken", Broken);
        (int status, string output) = Dotnet.Run(project, "build", "-c", "Release", "--disable-build-servers");
        Assert.NotEqual(0, status);
        string[] errors = [.. output.Split('\n').Where(static l => l.Contains(": error ", StringComparison.Ordinal)).Select(static l => l.Split(": error ")[1].Split(':')[0]).Distinct()];
        Assert.True(errors is ["DS1003"], output);
    }
}
