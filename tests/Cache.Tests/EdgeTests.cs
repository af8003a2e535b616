using System.Globalization;
using Xunit;

namespace Cache.Tests;

/// <summary>Limits and texts that random commands do not meet.</summary>
public sealed class EdgeTests
{
    private readonly CacheStore _store = new(1);

    [Fact]
    public void Nothing_is_longer_than_the_limit()
    {
        byte[] most = new byte[CacheStore.MaxValueSize];
        byte[] more = new byte[CacheStore.MaxValueSize + 1];
        Assert.Equal(Outcome.Ok, _store.Set("k"u8, most));
        Assert.Equal(Outcome.TooLarge, _store.Set("k"u8, more));
        Assert.Equal(Outcome.TooLarge, _store.Append("k"u8, "x"u8, SetCondition.Always, out _));
        Assert.Equal(Outcome.TooLarge, _store.Prepend("k"u8, "x"u8, SetCondition.Always, out _));
        Assert.Equal(Outcome.TooLarge, _store.SetRange("k"u8, CacheStore.MaxValueSize, "x"u8, out _));
        Assert.Equal(Outcome.TooLarge, _store.SetRange("new"u8, long.MaxValue, "x"u8, out _));
        Assert.Equal(Outcome.OffsetOutOfRange, _store.SetRange("new"u8, -1, "x"u8, out _));
        Assert.Equal(Outcome.Ok, _store.SetRange("new"u8, long.MaxValue, ""u8, out int length));
        Assert.Equal(0, length);
        Assert.Equal(Outcome.TooLarge, _store.PushLeft("list"u8, more, out _));
        Assert.Equal(Outcome.Ok, _store.PushLeft("list"u8, most, out _));
        Assert.Equal(Outcome.TooLarge, _store.HashSet("hash"u8, "f"u8, more, out _));
        Assert.Equal(Outcome.TooLarge, _store.HashSet("hash"u8, more, "v"u8, out _));
        Assert.Equal(Outcome.Ok, _store.HashSet("hash"u8, most, most, out _));
        Assert.Equal(Outcome.TooLarge, _store.Set(more, "v"u8));
        Assert.Equal(Outcome.TooLarge, _store.Increment(more, 1, out _));
        Assert.Equal(Outcome.TooLarge, _store.Append(more, "v"u8, SetCondition.Always, out _));
        Assert.Equal(Outcome.TooLarge, _store.SetRange(more, 0, "v"u8, out _));
        Assert.Equal(Outcome.TooLarge, _store.PushLeft(more, "v"u8, out _));
        Assert.Equal(Outcome.TooLarge, _store.HashSet(more, "f"u8, "v"u8, out _));
        Assert.Equal(Outcome.TooLarge, _store.Rename("k"u8, more));
        Assert.Equal(3, _store.Count);
        Assert.Equal(Outcome.Ok, _store.Set(""u8, ""u8));
        Assert.Equal("$", StoreCommands.Do(_store, "GET", ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-0")]
    [InlineData("00")]
    [InlineData("-")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999999")]
    public void Is_not_an_integer_to_redis(string text)
    {
        _store.Set("k"u8, Bytes.Of(text));
        Assert.Equal(Outcome.NotInteger, _store.Increment("k"u8, 1, out _));
        Assert.Equal("$" + text, StoreCommands.Do(_store, "GET", "k"));
    }

    [Theory]
    [InlineData("9223372036854775807", 1)]
    [InlineData("-9223372036854775808", -1)]
    [InlineData("-1", long.MinValue)]
    public void Overflows(string text, long by)
    {
        _store.Set("k"u8, Bytes.Of(text));
        Assert.Equal(Outcome.Overflow, _store.Increment("k"u8, by, out _));
        _store.HashSet("h"u8, "f"u8, Bytes.Of(text), out _);
        Assert.Equal(Outcome.Overflow, _store.HashIncrement("h"u8, "f"u8, by, out _));
    }

    /// <summary>Value, increment, sum: as redis-server 7.0.15 says, with the noise of its 80-bit floats.</summary>
    public static TheoryData<string, string, string> Floats => new()
    {
        { "10.5", "0.1", "$10.6" },
        { "10.6", "-5", "$5.6" },
        { "5.0e3", "2.0e2", "$5200" },
        { "0.1", "0.2", "$0.3" },
        { "3.0", "1.10", "$4.1" },
        { "1", "-1", "$0" },
        { "-0.5", "0.5", "$0" },
        { ".5", "5.", "$5.5" },
        { "+1", "+1", "$2" },
        { "0", "1e-17", "$0.00000000000000001" },
        { "0", "1e-18", "$0" },
        { "0", "-1e-18", "$0" },
        { "1e20", "0", "$100000000000000000000" },
        { "123456789.123", "0.001", "$123456789.12399999999615829" },
        { "0.000001", "1e10", "$10000000000.00000100024044514" },
        { "5000", "-0.1", "$4999.89999999999999991" },
        { "100000000000000000000", "1", "$100000000000000000000" },
        { "18446744073709551615", "0.5", "$18446744073709551616" },
        { "18446744073709551617", "0", "$18446744073709551616" },
        { "1e27", "1e-300", "$1" + new string('0', 27) },
        { "1e-4950", "0", "$0" },
        { "1e-4951", "0", "NotFloat" },
        { "1e5000", "1", "NotFloat" },
        { "1", "1e5000", "NotFloat" },
        { "1e4932", "1.1e4932", "NotFinite" },
        { "0e9999999999", "0", "$0" },
        { "1e", "1", "NotFloat" },
        { ".", "1", "NotFloat" },
        { "1\0", "1", "NotFloat" },
        { "", "1", "NotFloat" },
        { "abc", "1", "NotFloat" },
        { "1", "abc", "NotFloat" },
        { " 1", "1", "NotFloat" },
        { "1 ", "1", "NotFloat" },
        { "nan", "1", "NotFloat" },
        { "1,000", "1", "NotFloat" },
        { "1", "inf", "NotFinite" },
        { "-inf", "1", "NotFinite" },
        { "1", "+Infinity", "NotFinite" },
    };

    [Theory]
    [MemberData(nameof(Floats))]
    public void Adds_fractions(string value, string by, string expected)
    {
        _store.Set("k"u8, Bytes.Of(value));
        Assert.Equal(expected, StoreCommands.Do(_store, "INCRBYFLOAT", "k", by));
    }

    [Fact]
    public void Adds_the_longest_fractions()
    {
        _store.Set("k"u8, "-1.18973149535723176502e4932"u8);
        Assert.Equal(Outcome.Ok, _store.IncrementFloat("k"u8, "1e-4940"u8, out ReadOnlySpan<byte> sum));
        Assert.Equal(4934, sum.Length);
        Assert.Equal(Outcome.NotFinite, _store.IncrementFloat("k"u8, "-1e4920"u8, out _));
        Assert.Equal(Outcome.NotFloat, _store.IncrementFloat("k"u8, Bytes.Of("0." + new string('1', 5118)), out _));
        Assert.Equal(Outcome.Ok, _store.IncrementFloat("other"u8, Bytes.Of("0." + new string('1', 5117)), out sum));
        Assert.Equal("0.11111111111111111", System.Text.Encoding.ASCII.GetString(sum));
    }

    [Fact]
    public void The_old_value_outlives_the_write_that_replaced_it()
    {
        _store.Set("k"u8, "old value"u8);
        _store.Set("k"u8, "new value"u8, default, out StringValue previous);
        Assert.Equal("old value", Bytes.Text(previous.Bytes));
        _store.Get("k"u8, out ReadOnlySpan<byte> got);
        _store.Delete("k"u8);
        Assert.Equal("new value", Bytes.Text(got));
    }

    [Fact]
    public void A_long_queue_keeps_its_order_and_its_memory()
    {
        Queue<string> queue = new();
        Random random = new(5);
        for (int i = 0; i < 50_000; i++)
        {
            string element = $"{i}:" + new string('x', random.Next(100));
            queue.Enqueue(element);
            _store.PushRight("queue"u8, Bytes.Of(element), out _);
            while (queue.Count > 500)
            {
                Assert.Equal("[" + queue.Dequeue() + "]", StoreCommands.Do(_store, "LPOP", "queue", "1"));
            }
        }

        Assert.InRange(_store.MemoryOf("queue"u8), 1, 80_000);
        for (int index = 0; index < 500; index++)
        {
            Assert.Equal("$" + queue.ElementAt(index), StoreCommands.Do(_store, "LINDEX", "queue", $"{index}"));
            Assert.Equal("$" + queue.ElementAt(index), StoreCommands.Do(_store, "LINDEX", "queue", $"{index - 500}"));
        }
    }

    [Fact]
    public void A_million_keys_are_all_found()
    {
        for (int i = 0; i < 1_000_000; i++)
        {
            _store.Set(BitConverter.GetBytes(i), BitConverter.GetBytes(~i));
        }

        for (int i = 0; i < 1_000_000; i++)
        {
            Assert.Equal(Outcome.Ok, _store.Get(BitConverter.GetBytes(i), out ReadOnlySpan<byte> value));
            Assert.Equal(~i, BitConverter.ToInt32(value));
        }
    }

    [Fact]
    public void Hashes_of_keys_are_spread()
    {
        // Keys that differ in one place only, of each length class of the hash.
        foreach (int length in (int[])[3, 6, 12, 16, 17, 33, 100])
        {
            HashSet<uint> low = [];
            for (int at = 0; at < length; at++)
            {
                for (int value = 1; value < 256; value++)
                {
                    byte[] key = new byte[length];
                    key[at] = (byte)value;
                    low.Add(KeyHash.Of(key));
                }
            }

            Assert.InRange(low.Count, (length * 255) - 3, length * 255);
        }
    }
}
