namespace Cache.Tests;

/// <summary>Commands by chance over few keys, so that kinds clash and values are met again; sizes from nothing to some KiB.</summary>
internal sealed class RandomCommands(int seed, bool withExpiry, bool withMemcached)
{
    private static readonly string[] s_numbers =
        ["0", "1", "-1", "7", "42", "99", "-100", "9223372036854775807", "-9223372036854775808", "12345678901", "3"];

    private static readonly string[] s_floats = ["0.1", "-0.1", "10.5", "5.0e3", "1e-5", "3", "-2.75", "0.30000000000000004"];

    private readonly Random _random = new(seed);

    internal long Now { get; private set; } = 1_000_000;

    internal string[] Next()
    {
        // Mostly onwards; sometimes the clock is set back.
        Now += _random.Next(200) == 0 ? -_random.Next(5000) : _random.Next(40);
        int kinds = withMemcached ? 43 : 39;
        return _random.Next(kinds) switch
        {
            0 or 1 => ["GET", Key()],
            2 => ["SET", Key(), Value()],
            3 => ["SET", Key(), Number()],
            4 => ["SET", Key(), Value(), Of("NX", "XX")],
            5 => ["SET", Key(), Value(), "GET"],
            6 => ["SET", Key(), Value(), Of("NX", "XX"), "GET"],
            7 => withExpiry ? ["SET", Key(), Value(), "KEEPTTL"] : ["SET", Key(), Float()],
            8 => withExpiry ? ["SET", Key(), Value(), "PXAT", Time()] : ["SET", Key(), Number()],
            9 => ["APPEND", Key(), Value()],
            10 => ["STRLEN", Key()],
            11 => ["GETRANGE", Key(), Index(), Index()],
            12 => ["SETRANGE", Key(), $"{_random.Next(60)}", Value()],
            13 or 14 => ["INCRBY", Key(), Number()],
            15 => ["INCRBYFLOAT", Key(), Float()],
            16 => ["DEL", Key()],
            17 => ["EXISTS", Key()],
            18 => withExpiry ? ["PEXPIREAT", Key(), Time()] : ["EXISTS", Key()],
            19 => ["PEXPIRETIME", Key()],
            20 => ["PERSIST", Key()],
            21 => ["TYPE", Key()],
            22 => ["RENAME", Key(), Key()],
            23 => ["RENAMENX", Key(), Key()],
            24 => _random.Next(50) == 0 ? ["FLUSHALL"] : ["KEYS", Of("*", "k1*", "k2*")],
            25 or 26 => ["LPUSH", Key(), .. Values()],
            27 or 28 => ["RPUSH", Key(), .. Values()],
            29 => ["LPUSHX", Key(), Value()],
            30 => ["LPOP", Key(), $"{_random.Next(12)}"],
            31 => ["RPOP", Key(), $"{_random.Next(12)}"],
            32 => ["LRANGE", Key(), Index(), Index()],
            33 => _random.Next(2) == 0 ? ["LLEN", Key()] : ["LINDEX", Key(), Index()],
            34 or 35 => ["HSET", Key(), .. Pairs()],
            36 => _random.Next(2) == 0 ? ["HGET", Key(), Field()] : ["HLEN", Key()],
            37 => _random.Next(4) == 0 ? ["HGETALL", Key()] : ["HDEL", Key(), Field()],
            38 => ["HINCRBY", Key(), Field(), Number()],
            39 => ["MC.APPEND", Key(), Value()],
            40 => ["MC.PREPEND", Key(), Value()],
            41 => ["MC.INCR", Key(), $"{(ulong)_random.NextInt64()}"],
            _ => ["MC.DECR", Key(), $"{_random.Next(100)}"],
        };
    }

    private string Key() => $"k{_random.Next(30)}";

    private string Field() => $"f{_random.Next(40)}";

    private string Number() => Of(s_numbers);

    private string Float() => Of(s_floats);

    private string Time() => $"{Now + _random.Next(-100, 3000)}";

    private string Index() => $"{_random.Next(-30, 30)}";

    private string Value()
    {
        int length = _random.Next(20) switch { 0 => 0, 1 => _random.Next(6000), _ => _random.Next(40) };
        return new string((char)_random.Next('a', 'z'), length);
    }

    private string[] Values() => [.. Enumerable.Range(0, _random.Next(1, 8)).Select(_ => Value())];

    private string[] Pairs() => [.. Enumerable.Range(0, _random.Next(1, 6)).SelectMany(_ => new[] { Field(), _random.Next(2) == 0 ? Number() : Value() })];

    private string Of(params string[] choices) => choices[_random.Next(choices.Length)];
}
