using Dns.Zones;
using Xunit;

namespace Dns.Tests;

/// <summary>Reloading: all or nothing, and who has the old zones keeps them.</summary>
public sealed class ZoneStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dns-tests").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_reload_replaces_all_zones_or_none()
    {
        ZoneStore store = new([Write("one", 1), Write("two", 1)]);
        Assert.Empty(store.Current.Zones);
        Assert.True(store.Reload(static fault => Assert.Fail(fault.ToString())));
        Assert.Equal([1u, 1u], Serials(store));
        ZoneSet old = store.Current;
        ZoneTransfer transfer = new(old.Zones[0], new Query { Id = 1, Flags = 0, Name = old.Zones[0].Apex, Type = RecordType.Axfr, Class = 1, Limit = MessageHeader.MaxTcp });
        byte[] message = new byte[MessageHeader.MaxTcp];
        Assert.True(transfer.WriteNext(message, bound: 1) > 0);

        Write("one", 2);
        File.WriteAllText(PathOf("two"), "$ORIGIN two.test.\n@ 1 A nonsense\n");
        List<ZoneFault> faults = [];
        Assert.False(store.Reload(faults.Add));
        Assert.Same(old, store.Current);
        Assert.StartsWith($"{PathOf("two")}:2: nonsense is no address", Assert.Single(faults).ToString(), StringComparison.Ordinal);

        Write("two", 3);
        Assert.True(store.Reload(faults.Add));
        Assert.Equal([2u, 3u], Serials(store));

        // The transfer that began before still sends the zone it began with.
        string last = "";
        for (int length; (length = transfer.WriteNext(message, bound: 1)) > 0;)
        {
            last = new Message(message.AsSpan(0, length)).Answers[^1];
        }

        Assert.Contains(" 0000000100", last, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_or_a_zone_that_is_there_twice_keeps_the_old_set()
    {
        ZoneStore store = new([Write("one", 1), new ZoneSource(PathOf("three"), null)]);
        List<ZoneFault> faults = [];
        Assert.False(store.Reload(faults.Add));
        Assert.Contains("cannot be read", Assert.Single(faults).ToString(), StringComparison.Ordinal);

        File.Copy(PathOf("one"), PathOf("three"));
        faults.Clear();
        Assert.False(store.Reload(faults.Add));
        Assert.Contains("name each zone once", Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_command_says_what_came_of_each_file()
    {
        ZoneSource one = Write("one", 42);
        File.WriteAllText(PathOf("bad"), "$ORIGIN bad.test.\n@ 1 A nonsense\n");
        StringWriter output = new();
        StringWriter errors = new();
        Assert.Equal(0, ZoneChecker.Run(["--check", "--zone", one.Path], output, errors));
        Assert.Equal($"one.test. serial 42, 3 records{Environment.NewLine}", output.ToString());
        Assert.Equal("", errors.ToString());

        Assert.Equal(1, ZoneChecker.Run(["--zone", $"x.={PathOf("bad")}", "--zone", one.Path, "--check"], output, errors));
        Assert.StartsWith($"{PathOf("bad")}:2: nonsense", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, ZoneChecker.Run(["--zone", one.Path], output, errors));
        Assert.Equal(2, ZoneChecker.Run(["--check", "--zone", $"a..b={one.Path}"], output, errors));
        Assert.Equal(2, ZoneChecker.Run(["--check", "--what"], output, errors));
    }

    private static IEnumerable<uint> Serials(ZoneStore store) => store.Current.Zones.Select(static zone => zone.Serial);

    private string PathOf(string name) => Path.Combine(_directory, name);

    private ZoneSource Write(string name, int serial)
    {
        File.WriteAllText(PathOf(name), $"$ORIGIN {name}.test.\n$TTL 1h\n@ SOA ns host {serial} 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n");
        return new ZoneSource(PathOf(name), null);
    }
}
