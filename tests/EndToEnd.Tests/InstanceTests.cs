using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>An instance of the server for each loop: what a loop's handlers share needs no lock.</summary>
public sealed class InstanceTests
{
    private static int s_tests;

    public static TheoryData<Service> Loops => [.. Service.Every.Where(static s => s.Model == ConcurrencyModel.EventLoop)];

    [Theory, MemberData(nameof(Loops))]
    public async Task EachLoopHasItsOwnStateAndItsOwnSchedule(Service service)
    {
        const int Clients = 8;
        const int Requests = 2_000;

        int test = Interlocked.Increment(ref s_tests);
        await using ServerRun run = new InstanceServer { Test = test }.StartOn(service);
        InstanceServer[] instances = InstanceServer.InstancesOf(test);
        Assert.Equal(2, instances.Distinct().Count());
        string requests = string.Concat(Enumerable.Repeat("COUNT\r\n", Requests));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() =>
        {
            using Client client = new(run);
            client.Send(requests);
            client.FinishSending();
            long[] counts = [.. client.ReadToEnd().Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(static r => long.Parse(r[1..], System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(Requests, counts.Length);
            Assert.Equal(counts.Distinct().Order(), counts);
        })));
        Assert.Equal(Clients * Requests, instances.Sum(static i => i.Requests));
        Client.Until(() => instances.All(static i => Volatile.Read(ref i.Ticks) > 3));

        // A client is its loop's: until both have one.
        Client.Until(() =>
        {
            using Client next = new(run);
            next.Send("COUNT\r\n");
            next.Read(3);
            return instances.All(static i => i.Requests > 0);
        });

        await run.DrainAsync();
        Assert.All(instances, static i => Assert.Equal(1, i.Stops));
    }
}
