using System.Globalization;
using System.Text;
using Xunit;

namespace Cache.Tests;

/// <summary>The store against the real redis-server, where there is one (written against 7.0.15).</summary>
public sealed class RedisDifferentialTests
{
    [FactWithProgram("redis-server")]
    public void Agrees_with_redis_on_random_commands()
    {
        using RealServer redis = RealServer.Redis();
        foreach (int seed in (int[])[11, 12, 13])
        {
            CacheStore store = new(1);
            Ask(redis, "FLUSHALL");
            RandomCommands commands = new(seed, withExpiry: false, withMemcached: false);
            for (int step = 0; step < 15_000; step++)
            {
                string[] command = commands.Next();
                string expected = Ask(redis, command);
                string actual = StoreCommands.Do(store, command);
                Assert.True(expected == actual, $"seed {seed} step {step}: {string.Join(' ', command)}\nredis {expected}\nstore {actual}");
            }
        }
    }

    [FactWithProgram("redis-server")]
    public void Agrees_with_redis_on_patterns()
    {
        using RealServer redis = RealServer.Redis();
        foreach (object[] row in (IEnumerable<object[]>)GlobTests.Table)
        {
            (string pattern, string text, bool expected) = ((string)row[0], (string)row[1], (bool)row[2]);
            Ask(redis, "FLUSHALL");
            Ask(redis, "SET", "x" + text, "v");
            Assert.True((Ask(redis, "KEYS", "x" + pattern) != "[]") == expected, $"redis: {pattern} {text}");
        }

        Random random = new(1);
        const string Alphabet = "ab-^[]*?\\";
        for (int i = 0; i < 20_000; i++)
        {
            string pattern = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Alphabet[random.Next(random.Next(2) == 0 ? 2 : Alphabet.Length)]));
            Ask(redis, "FLUSHALL");
            Ask(redis, "SET", text, "v");
            bool expected = Ask(redis, "SCAN", "0", "MATCH", pattern) == $"[0,{text}]";
            Assert.True(expected == Glob.Matches(Bytes.Of(pattern), Bytes.Of(text)), $"{pattern} {text}: redis says {expected}");
        }
    }

    [FactWithProgram("redis-server")]
    public void Agrees_with_redis_on_numbers()
    {
        using RealServer redis = RealServer.Redis();
        foreach (object[] row in (IEnumerable<object[]>)EdgeTests.Floats)
        {
            Ask(redis, "SET", "k", (string)row[0]);
            Assert.Equal((string)row[2], Ask(redis, "INCRBYFLOAT", "k", (string)row[1]));
        }

        CacheStore store = new();
        Random random = new(2);
        foreach (string text in (string[])["", "+1", "01", "-0", "0", "-", " 1", "1 ", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"])
        {
            foreach (string by in (string[])["1", "-1", "9223372036854775807", "-9223372036854775808"])
            {
                Ask(redis, "SET", "k", text);
                store.Set("k"u8, Bytes.Of(text));
                Assert.Equal(Ask(redis, "INCRBY", "k", by), StoreCommands.Do(store, "INCRBY", "k", by));
            }
        }

        Ask(redis, "SET", "k", "0");
        store.Set("k"u8, "0"u8);
        for (int i = 0; i < 5_000; i++)
        {
            string by = (random.Next(-1_000_000, 1_000_000) / 100m).ToString(CultureInfo.InvariantCulture);
            Assert.Equal(Ask(redis, "INCRBYFLOAT", "k", by), StoreCommands.Do(store, "INCRBYFLOAT", "k", by));
        }

        for (int i = 0; i < 5_000; i++)
        {
            (string value, string by) = (Float(), Float());
            Ask(redis, "SET", "k", value);
            store.Set("k"u8, Bytes.Of(value));
            string expected = Ask(redis, "INCRBYFLOAT", "k", by);
            Assert.True(expected == StoreCommands.Do(store, "INCRBYFLOAT", "k", by), $"{value} + {by}: redis {expected}");
        }

        string Digits(params int[] lengths) => string.Concat(Enumerable.Range(0, lengths[random.Next(lengths.Length)]).Select(_ => (char)('0' + random.Next(10))));

        string Float() => (random.Next(2) == 0 ? "-" : "") + Digits(0, 1, 5, 19, 20, 40) + "." + Digits(0, 1, 2, 17, 18, 30)
            + (random.Next(3) == 0 ? "e" + random.Next(-40, 40).ToString(CultureInfo.InvariantCulture) : "");
    }

    /// <summary>Sends a command and gives the reply in the words of <see cref="StoreCommands"/>.</summary>
    private static string Ask(RealServer redis, params string[] command)
    {
        StringBuilder request = new();
        request.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (string argument in command)
        {
            request.Append(CultureInfo.InvariantCulture, $"${argument.Length}\r\n{argument}\r\n");
        }

        redis.Send(request.ToString());
        object? reply = Read(redis);
        if (reply is not List<string> list)
        {
            return (string?)reply ?? "nil";
        }

        return command[0] switch
        {
            "KEYS" => StoreCommands.Sorted(list),
            "HGETALL" => StoreCommands.SortedPairs(list),
            _ => "[" + string.Join(',', list) + "]",
        };
    }

    private static object? Read(RealServer redis)
    {
        string line = redis.ReadLine();
        int length = line[0] is '$' or '*' ? int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        return line[0] switch
        {
            '+' or ':' => line[1..],
            '-' => Word(line),
            _ when length < 0 => null,
            '$' => "$" + redis.ReadBlock(length),
            _ => Enumerable.Range(0, length).Select(_ => Element(Read(redis))).ToList(),
        };
    }

    /// <summary>A bulk string inside an array goes without the mark that tells it from a status.</summary>
    private static string Element(object? reply) => reply is List<string> list ? string.Join(',', list) : ((string)reply!)[1..];

    private static string Word(string error) => error switch
    {
        _ when error.StartsWith("-WRONGTYPE", StringComparison.Ordinal) => "WrongType",
        _ when error.Contains("not an integer", StringComparison.Ordinal) => "NotInteger",
        _ when error.Contains("overflow", StringComparison.Ordinal) => "Overflow",
        _ when error.Contains("valid float", StringComparison.Ordinal) => "NotFloat",
        _ when error.Contains("NaN or Infinity", StringComparison.Ordinal) => "NotFinite",
        _ when error.Contains("no such key", StringComparison.Ordinal) => "NotFound",
        _ => error,
    };
}
