using Xunit;

namespace Cache.Tests;

/// <summary>The hot paths allocate nothing: not little, nothing.</summary>
public sealed class AllocationTests
{
    private const int Calls = 10_000;

    [Fact]
    public void A_get_allocates_nothing()
    {
        CacheStore store = new();
        store.Set("key"u8, new byte[100]);
        Assert.Equal(0, Measure(() => store.Get("key"u8, out ReadOnlySpan<byte> _)));
        Assert.Equal(0, Measure(() => store.Get("key"u8, out StringValue _)));
        Assert.Equal(0, Measure(() => store.Get("another key"u8, out ReadOnlySpan<byte> _)));
    }

    [Fact]
    public void A_set_of_the_same_size_allocates_nothing()
    {
        CacheStore store = new() { MaxMemory = 1 << 20, EvictionPolicy = EvictionPolicy.AllKeysLru };
        byte[] value = new byte[1000];
        SetOptions expiring = new() { ExpiresAt = 5_000, Flags = 7 };
        store.Set("key"u8, value);
        Assert.Equal(0, Measure(() => store.Set("key"u8, value)));
        Assert.Equal(0, Measure(() => store.Set("key"u8, value.AsSpan(0, 600))));
        Assert.Equal(0, Measure(() => store.Set("key"u8, value, expiring)));
        Assert.Equal(0, Measure(() => store.ExpireAt("key"u8, 6_000)));
    }

    [Fact]
    public void A_counter_is_allocated_once()
    {
        CacheStore store = new();
        store.Increment("made"u8, 1, out _);
        store.Set("set"u8, "999"u8);
        store.Set("unsigned"u8, "18446744073709551000"u8);
        store.HashSet("hash"u8, "field"u8, "1000000"u8, out _);
        Assert.Equal(0, Measure(() => store.Increment("made"u8, long.MaxValue / 20_000, out _)));
        Assert.Equal(0, Measure(() => store.Increment("set"u8, 12_345, out _)));
        Assert.Equal(0, Measure(() => store.AddUnsigned("unsigned"u8, 1, out _)));
        Assert.Equal(0, Measure(() => store.HashIncrement("hash"u8, "field"u8, 1, out _)));
    }

    [Fact]
    public void Walks_allocate_nothing()
    {
        CacheStore store = new();
        for (int i = 0; i < 50; i++)
        {
            store.Set(Bytes.Of($"string{i}"), "v"u8);
            store.PushRight("list"u8, Bytes.Of($"element {i}"), out _);
            store.HashSet("hash"u8, Bytes.Of($"field {i}"), "v"u8, out _);
        }

        int seen = 0;
        long allocated = Measure(() =>
        {
            seen = 0;
            KeyScan scan = store.Scan(0, 1000, "*"u8);
            while (scan.MoveNext())
            {
                seen++;
            }

            store.ListRange("list"u8, 0, -1, out ListElements elements);
            foreach (ReadOnlySpan<byte> _ in elements)
            {
                seen++;
            }

            store.HashAll("hash"u8, out HashFields fields);
            foreach (HashField _ in fields)
            {
                seen++;
            }
        });
        Assert.Equal(0, allocated);
        Assert.Equal(52 + 50 + 50, seen);
    }

    [Fact]
    public void A_value_does_not_keep_a_much_larger_array()
    {
        CacheStore store = new();
        store.Set("key"u8, new byte[100_000]);
        store.Set("key"u8, new byte[10]);
        Assert.InRange(store.MemoryOf("key"u8), 1, 100);
    }

    private static long Measure(Action call)
    {
        // Twice: the first round also warms the code up.
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                call();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
