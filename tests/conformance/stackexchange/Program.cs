using StackExchange.Redis;
using StackExchangeConformance;

// Usage: StackExchangeConformance PORT. Prints `ok NAME` or `FAILED NAME: why` for each check group; the server's data is flushed.
if (args is not [var portText] || !int.TryParse(portText, out var port))
{
    Console.Error.WriteLine("usage: StackExchangeConformance PORT");
    return 2;
}

var failures = 0;
foreach (var (protocol, configuration) in new[] { ("resp2", $"127.0.0.1:{port}"), ("resp3", $"127.0.0.1:{port},protocol=resp3") })
{
    try
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        foreach (var (name, check) in Checks.All)
        {
            await RunAsync($"stackexchange {protocol} {name}", () => check(connection));
        }
    }
    catch (RedisConnectionException error)
    {
        Failed($"stackexchange {protocol} connect", error);
    }

    await RunAsync($"stackexchange {protocol} administration", async () =>
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync($"{configuration},allowAdmin=true,name=conformance");
        await Checks.AdministrationAsync(connection);
    });
}

return failures == 0 ? 0 : 1;

async Task RunAsync(string name, Func<Task> check)
{
    try
    {
        await check().WaitAsync(TimeSpan.FromSeconds(30));
        Console.WriteLine($"ok {name}");
    }
    catch (Exception error)
    {
        Failed(name, error);
    }
}

void Failed(string name, Exception error)
{
    failures++;
    Console.Error.WriteLine(error);
    Console.WriteLine($"FAILED {name}: {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}");
}
