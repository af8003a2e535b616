using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace StackExchangeConformance;

/// <summary>What an application does through StackExchange.Redis, by group; each throws when an answer is not a real Redis's.</summary>
internal static class Checks
{
    public static readonly (string Name, Func<IConnectionMultiplexer, Task> Check)[] All =
    [
        ("server facts", ServerFactsAsync),
        ("strings", StringsAsync),
        ("conditional set", ConditionalSetAsync),
        ("expiry", ExpiryAsync),
        ("increments", IncrementsAsync),
        ("string ranges", StringRangesAsync),
        ("keys", KeysAsync),
        ("batch and pipeline", BatchAndPipelineAsync),
        ("lists", ListsAsync),
        ("hashes", HashesAsync),
        ("SCAN through IServer.Keys", ScanAsync),
        ("wrong type and other errors", ErrorsAsync),
        ("large values", LargeValuesAsync),
        ("50 tasks of 200 operations", ConcurrencyAsync),
    ];

    private static async Task ServerFactsAsync(IConnectionMultiplexer connection)
    {
        var server = TheServer(connection);
        Equal(true, connection.IsConnected);
        Equal(true, server.IsConnected);
        Equal(false, server.IsReplica);
        Equal(ServerType.Standalone, server.ServerType);
        Equal(true, server.Version >= new Version(6, 0));
        var asked = connection.Configuration.Contains("resp3", StringComparison.Ordinal) ? RedisProtocol.Resp3 : RedisProtocol.Resp2;
        Equal(asked, server.Protocol);
        Equal(true, await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
        Equal("hello", (string?)await server.EchoAsync("hello"));
        await EmptyAsync(connection);
        Equal(0L, await server.DatabaseSizeAsync());
    }

    /// <summary>What the library only allows, and the facts it only asks for, when the configuration says allowAdmin.</summary>
    public static async Task AdministrationAsync(IConnectionMultiplexer connection)
    {
        var server = TheServer(connection);
        var db = connection.GetDatabase();
        Equal(true, (await server.InfoAsync("server")).Any(section => section.Key == "Server"));
        Equal(true, (await server.InfoRawAsync())!.Contains("# Keyspace", StringComparison.Ordinal));
        Equal("maxmemory", (await server.ConfigGetAsync("maxmemory")).Single().Key);
        await server.ConfigSetAsync("maxmemory-policy", "noeviction");
        Equal(true, (await server.ClientListAsync()).Any(client => client.Id > 0 && client.Name == connection.ClientName));
        await db.StringSetAsync("k", "v");
        await server.FlushDatabaseAsync();
        Equal(false, await db.KeyExistsAsync("k"));
        await db.StringSetAsync("k", "v");
        await server.FlushAllDatabasesAsync();
        Equal(0L, await server.DatabaseSizeAsync());
    }

    private static async Task StringsAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(true, await db.StringSetAsync("k", "value"));
        Equal("value", (string?)await db.StringGetAsync("k"));
        Equal(true, (await db.StringGetAsync("missing")).IsNull);
        Equal(true, await db.StringSetAsync("empty", ""));
        Equal("", (string?)await db.StringGetAsync("empty"));
        Equal(true, await db.StringSetAsync("n", 42));
        Equal(42, (int)await db.StringGetAsync("n"));
        var bytes = Enumerable.Range(0, 256).Select(n => (byte)n).ToArray();
        Equal(true, await db.StringSetAsync(bytes, bytes));
        Equal(true, ((byte[])(await db.StringGetAsync(bytes))!).AsSpan().SequenceEqual(bytes));
        Equal(true, await db.StringSetAsync([new("a", "1"), new("b", "2")]));
        RedisValue[] found = await db.StringGetAsync(["a", "missing", "b"]);
        Equal("1,,2", string.Join(',', found));
        Equal("value", (string?)await db.StringGetSetAsync("k", "next"));
        Equal("next", (string?)await db.StringGetDeleteAsync("k"));
        Equal(false, await db.KeyExistsAsync("k"));
        Equal(5L, await db.StringAppendAsync("appended", "hello"));
        Equal(11L, await db.StringAppendAsync("appended", " world"));
        Equal(11L, await db.StringLengthAsync("appended"));
        using var lease = await db.StringGetLeaseAsync("appended");
        Equal(11, lease!.Length);
    }

    private static async Task ConditionalSetAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(false, await db.StringSetAsync("k", "a", when: When.Exists));
        Equal(true, await db.StringSetAsync("k", "b", when: When.NotExists));
        Equal(false, await db.StringSetAsync("k", "c", when: When.NotExists));
        Equal(true, await db.StringSetAsync("k", "d", TimeSpan.FromSeconds(100), When.Exists));
        Near(100, (await db.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds);
        Equal(true, await db.StringSetAsync("k", "e", keepTtl: true));
        Near(100, (await db.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds);
        Equal("e", (string?)await db.StringSetAndGetAsync("k", "f"));
        Equal(true, (await db.StringSetAndGetAsync("fresh", "f")).IsNull);
        Equal(false, await db.StringSetAsync([new("k", "1"), new("other", "2")], When.NotExists));
        Equal(false, await db.KeyExistsAsync("other"));
        Equal(true, await db.LockTakeAsync("lock", "me", TimeSpan.FromSeconds(10)));
        Equal(false, await db.LockTakeAsync("lock", "you", TimeSpan.FromSeconds(10)));
        Equal("me", (string?)await db.LockQueryAsync("lock"));
    }

    private static async Task ExpiryAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(true, await db.StringSetAsync("seconds", "v", TimeSpan.FromSeconds(100)));
        Near(100, (await db.KeyTimeToLiveAsync("seconds"))!.Value.TotalSeconds);
        Equal(true, await db.StringSetAsync("milliseconds", "v", TimeSpan.FromMilliseconds(50500)));
        Near(50.5, (await db.KeyTimeToLiveAsync("milliseconds"))!.Value.TotalSeconds);
        Equal(true, await db.StringSetAsync("k", "v"));
        Equal<TimeSpan?>(null, await db.KeyTimeToLiveAsync("k"));
        Equal<TimeSpan?>(null, await db.KeyTimeToLiveAsync("missing"));
        Equal(true, await db.KeyExpireAsync("k", TimeSpan.FromSeconds(30)));
        Near(30, (await db.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds);
        Equal(true, await db.KeyExpireAsync("k", DateTime.UtcNow.AddSeconds(60)));
        Near(60, (await db.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds);
        Equal(false, await db.KeyExpireAsync("k", TimeSpan.FromSeconds(30), ExpireWhen.GreaterThanCurrentExpiry));
        Equal(true, await db.KeyPersistAsync("k"));
        Equal(false, await db.KeyPersistAsync("k"));
        Equal(false, await db.KeyExpireAsync("missing", TimeSpan.FromSeconds(30)));
        var withExpiry = await db.StringGetWithExpiryAsync("seconds");
        Equal("v", (string?)withExpiry.Value);
        Near(100, withExpiry.Expiry!.Value.TotalSeconds);
        Equal("v", (string?)await db.StringGetSetExpiryAsync("k", TimeSpan.FromSeconds(20)));
        Near(20, (await db.KeyTimeToLiveAsync("k"))!.Value.TotalSeconds);
        Equal(true, await db.StringSetAsync("short", "v", TimeSpan.FromMilliseconds(50)));
        await Task.Delay(200);
        Equal(true, (await db.StringGetAsync("short")).IsNull);
        Equal(false, await db.KeyExistsAsync("short"));
    }

    private static async Task IncrementsAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(1L, await db.StringIncrementAsync("n"));
        Equal(11L, await db.StringIncrementAsync("n", 10));
        Equal(10L, await db.StringDecrementAsync("n"));
        Equal(-5L, await db.StringDecrementAsync("n", 15));
        Equal(1.5, await db.StringIncrementAsync("f", 1.5));
        Equal(1.25, await db.StringDecrementAsync("f", 0.25));
        await db.StringSetAsync("max", long.MaxValue);
        await ThrowsAsync("overflow", db.StringIncrementAsync("max"));
        Equal(long.MaxValue, (long)await db.StringGetAsync("max"));
    }

    private static async Task StringRangesAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        await db.StringSetAsync("k", "Hello World");
        Equal("Hello", (string?)await db.StringGetRangeAsync("k", 0, 4));
        Equal("World", (string?)await db.StringGetRangeAsync("k", -5, -1));
        Equal(11L, (long)await db.StringSetRangeAsync("k", 6, "Redis"));
        Equal("Hello Redis", (string?)await db.StringGetAsync("k"));
    }

    private static async Task KeysAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(true, string.IsNullOrEmpty(await db.KeyRandomAsync()));
        await db.StringSetAsync([new("a", "1"), new("b", "2"), new("c", "3")]);
        Equal(true, await db.KeyExistsAsync("a"));
        Equal(2L, await db.KeyExistsAsync(["a", "b", "missing"]));
        Equal(RedisType.String, await db.KeyTypeAsync("a"));
        Equal(RedisType.None, await db.KeyTypeAsync("missing"));
        Equal(true, ((string)(await db.KeyRandomAsync())!) is "a" or "b" or "c");
        Equal(true, await db.KeyRenameAsync("a", "z"));
        Equal("1", (string?)await db.StringGetAsync("z"));
        await ThrowsAsync("no such key", db.KeyRenameAsync("missing", "x"));
        Equal(true, await db.KeyDeleteAsync("z"));
        Equal(false, await db.KeyDeleteAsync("z"));
        Equal(2L, await db.KeyDeleteAsync(["b", "c", "missing"]));
        Equal(0L, await TheServer(connection).DatabaseSizeAsync());
    }

    private static async Task BatchAndPipelineAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        var batch = db.CreateBatch();
        var sets = Enumerable.Range(0, 500).Select(n => batch.StringSetAsync($"batch:{n}", n)).ToArray();
        var gets = Enumerable.Range(0, 500).Select(n => batch.StringGetAsync($"batch:{n}")).ToArray();
        batch.Execute();
        Equal(true, (await Task.WhenAll(sets)).All(stored => stored));
        Equal(true, (await Task.WhenAll(gets)).Select((value, n) => (int)value == n).All(same => same));

        var increments = Enumerable.Range(0, 1000).Select(_ => db.StringIncrementAsync("pipelined")).ToArray();
        Equal(true, (await Task.WhenAll(increments)).Select((value, n) => value == n + 1).All(same => same));
        db.StringSet("forgotten", "v", flags: CommandFlags.FireAndForget);
        Equal("v", (string?)await db.StringGetAsync("forgotten"));
    }

    private static async Task ListsAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(1L, await db.ListRightPushAsync("l", "b"));
        Equal(3L, await db.ListRightPushAsync("l", ["c", "d"]));
        Equal(4L, await db.ListLeftPushAsync("l", "a"));
        Equal("a,b,c,d", string.Join(',', await db.ListRangeAsync("l")));
        Equal("b,c", string.Join(',', await db.ListRangeAsync("l", 1, -2)));
        Equal(4L, await db.ListLengthAsync("l"));
        Equal("c", (string?)await db.ListGetByIndexAsync("l", 2));
        Equal(true, (await db.ListGetByIndexAsync("l", 10)).IsNull);
        Equal("a", (string?)await db.ListLeftPopAsync("l"));
        Equal("d", (string?)await db.ListRightPopAsync("l"));
        Equal("b,c", string.Join(',', (await db.ListLeftPopAsync("l", 5))!));
        Equal(true, (await db.ListLeftPopAsync("l")).IsNull);
        Equal(0, (await db.ListRangeAsync("l")).Length);
        Equal(false, await db.KeyExistsAsync("l"));
    }

    private static async Task HashesAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        Equal(true, await db.HashSetAsync("h", "a", "1"));
        Equal(false, await db.HashSetAsync("h", "a", "2"));
        await db.HashSetAsync("h", [new("b", "3"), new("c", "4")]);
        Equal("2", (string?)await db.HashGetAsync("h", "a"));
        Equal(true, (await db.HashGetAsync("h", "missing")).IsNull);
        Equal("2,,4", string.Join(',', await db.HashGetAsync("h", ["a", "missing", "c"])));
        Equal("a=2,b=3,c=4", string.Join(',', (await db.HashGetAllAsync("h")).Select(entry => $"{entry.Name}={entry.Value}").Order()));
        Equal(3L, await db.HashLengthAsync("h"));
        Equal(true, await db.HashExistsAsync("h", "b"));
        Equal(7L, await db.HashIncrementAsync("h", "n", 7));
        Equal(5L, await db.HashDecrementAsync("h", "n", 2));
        Equal(true, await db.HashDeleteAsync("h", "n"));
        Equal(2L, await db.HashDeleteAsync("h", ["a", "b", "missing"]));
        Equal(0, (await db.HashGetAllAsync("missing")).Length);
        Equal(RedisType.Hash, await db.KeyTypeAsync("h"));
    }

    private static async Task ScanAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        var server = TheServer(connection);
        await db.StringSetAsync(Enumerable.Range(0, 1000).Select(n => new KeyValuePair<RedisKey, RedisValue>($"key:{n}", n)).ToArray());
        await db.StringSetAsync("other", "v");
        Equal(1001L, await server.DatabaseSizeAsync());
        Equal(1001, server.Keys().Distinct().Count());
        Equal(1000, server.Keys(pattern: "key:*", pageSize: 10).Distinct().Count());
        var found = new HashSet<string>();
        await foreach (var key in server.KeysAsync(pattern: "key:1?", pageSize: 100))
        {
            found.Add(key!);
        }

        Equal(10, found.Count);
        Equal(0, server.Keys(pattern: "none*").Count());
    }

    private static async Task ErrorsAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        await db.ListRightPushAsync("l", "a");
        await ThrowsAsync("WRONGTYPE", db.StringGetAsync("l"));
        await ThrowsAsync("WRONGTYPE", db.HashGetAsync("l", "f"));
        await db.StringSetAsync("s", "abc");
        await ThrowsAsync("not an integer", db.StringIncrementAsync("s"));
        await ThrowsAsync("unknown command", db.ExecuteAsync("NOSUCH", "a"));
        await ThrowsAsync("wrong number of arguments", db.ExecuteAsync("GET"));
        Equal("abc", (string?)await db.ExecuteAsync("GET", "s"));
    }

    private static async Task LargeValuesAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        var value = new byte[1 << 20];
        new Random(1).NextBytes(value);
        for (var n = 0; n < 5; n++)
        {
            Equal(true, await db.StringSetAsync($"large:{n}", value));
        }

        var all = await db.StringGetAsync(Enumerable.Range(0, 5).Select(n => (RedisKey)$"large:{n}").ToArray());
        Equal(true, all.All(found => ((byte[])found!).AsSpan().SequenceEqual(value)));
        await EmptyAsync(connection);
    }

    private static async Task ConcurrencyAsync(IConnectionMultiplexer connection)
    {
        var db = await EmptyAsync(connection);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(task => Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++)
            {
                Equal(true, await db.StringSetAsync($"own:{task}", $"{task}-{n}"));
                Equal($"{task}-{n}", (string?)await db.StringGetAsync($"own:{task}"));
                await db.StringIncrementAsync("shared");
                Equal(n + 1L, await db.HashIncrementAsync("hash", $"f{task}"));
            }
        })));
        Equal(2500L, (long)await db.StringGetAsync("shared"));
        Equal(50L, await db.HashLengthAsync("hash"));
        await EmptyAsync(connection);
    }

    private static IServer TheServer(IConnectionMultiplexer connection) => connection.GetServer(connection.GetEndPoints()[0]);

    // IServer.FlushDatabase needs allowAdmin; the default configuration is what is tested, so the command goes as it is.
    private static async Task<IDatabase> EmptyAsync(IConnectionMultiplexer connection)
    {
        var db = connection.GetDatabase();
        await db.ExecuteAsync("FLUSHDB");
        return db;
    }

    private static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what} is {actual}, not {expected}");
        }
    }

    private static void Near(double expected, double actual)
    {
        if (Math.Abs(expected - actual) > 2)
        {
            throw new InvalidOperationException($"{actual} s is not about {expected} s");
        }
    }

    private static async Task ThrowsAsync(string message, Task call)
    {
        try
        {
            await call;
        }
        catch (RedisServerException error) when (error.Message.Contains(message, StringComparison.Ordinal))
        {
            return;
        }

        throw new InvalidOperationException($"no error with '{message}'");
    }
}
