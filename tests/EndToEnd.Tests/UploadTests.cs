using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Bodies behind requests: taken by a handler, or thrown away; never read as requests.</summary>
public sealed class UploadTests
{
    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task ABodyGoesToTheHandlerThatTakesIt(Service service)
    {
        await using ServerRun run = UploadServer.StartOn(service);
        using Client client = new(run);
        client.Ask("s3\nabcp0\n", "Done 294\npong\n");
        client.Ask("s0\n", "Done 0\n"); // nothing follows, so nothing is waited for
        client.Send("s4\nab");
        client.Ask("cdp0\n", "Done 394\npong\n");
        client.Ask($"s1000000\n{new string('\x01', 1_000_000)}p0\n", "Done 1000000\npong\n");
    }

    [Theory, MemberData(nameof(All))]
    public async Task WhatNoHandlerTakesIsNoRequest(Service service)
    {
        await using ServerRun run = UploadServer.StartOn(service);
        using Client client = new(run);
        client.Ask("i6\np0\np0\np0\n", "ignored\npong\n");
        client.Ask("f6\np0\np0\np0\n", "HandlerFailed\npong\n");
        client.Ask("x6\np0\np0\np0\n", "UnknownCommand\npong\n");
        client.Send("i6\np0");
        client.Ask("\np0\np0\n", "ignored\npong\n");
        client.Ask("i0\np0\n", "ignored\npong\n");
    }

    [Theory, MemberData(nameof(All))]
    public async Task BehindARefusedHeadNothingIsServed(Service service)
    {
        await using ServerRun run = UploadServer.StartOn(service);
        using Client client = new(run);
        client.Send("p0\ns1000001\np0\np0\n");
        Assert.Equal("pong\nBadArgument\n", client.ReadToEnd(orReset: true));
    }
}
