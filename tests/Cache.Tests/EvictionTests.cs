using Xunit;

namespace Cache.Tests;

/// <summary>The memory bound: it holds at each moment, it counts real bytes, and the policies choose as they say.</summary>
public sealed class EvictionTests
{
    private const long Bound = 16 << 20;

    [Theory]
    [InlineData(EvictionPolicy.AllKeysLru)]
    [InlineData(EvictionPolicy.AllKeysRandom)]
    [InlineData(EvictionPolicy.VolatileLru)]
    [InlineData(EvictionPolicy.VolatileRandom)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void The_bound_holds_while_sizes_vary(EvictionPolicy policy)
    {
        Random random = new(7);
        CacheStore store = new(1) { MaxMemory = Bound, EvictionPolicy = policy };
        byte[] source = new byte[100 << 10];
        for (int i = 0; i < 30_000; i++)
        {
            // First many small values, then large ones: the table that the small ones made has to make room too.
            int size = i < 10_000 ? random.Next(100) : random.Next(1 << 10, 100 << 10);
            byte[] key = Bytes.Of($"key:{random.Next(20_000)}");
            store.NowMilliseconds = i;
            Outcome outcome = random.Next(10) switch
            {
                0 => store.Append(key, source.AsSpan(0, size / 4), SetCondition.Always, out _),
                1 => store.PushRight(Bytes.Of($"list:{random.Next(50)}"), source.AsSpan(0, size), out _),
                2 => store.HashSet(Bytes.Of($"hash:{random.Next(50)}"), key, source.AsSpan(0, size), out _),
                3 => store.Increment(Bytes.Of($"count:{random.Next(5_000)}"), 1, out _),
                _ => store.Set(key, source.AsSpan(0, size), new SetOptions { ExpiresAt = 1_000_000 + random.Next(1_000_000) }),
            };
            Assert.True(store.UsedMemory <= Bound, $"{store.UsedMemory} at {i}");
            Assert.True(outcome is Outcome.Ok or Outcome.TooLarge || policy is not (EvictionPolicy.AllKeysLru or EvictionPolicy.AllKeysRandom), $"{outcome} at {i}");
        }

        Assert.True(store.EvictedKeys > 5_000);
        Assert.True(store.UsedMemory > Bound * 8 / 10);
    }

    /// <summary>Accounted memory is what the collector finds, within 3 percent.</summary>
    [Theory]
    [InlineData("tiny strings")]
    [InlineData("mixed strings")]
    [InlineData("lists")]
    [InlineData("hashes")]
    [InlineData("after churn")]
    public void Accounts_agree_with_the_collector(string content)
    {
        byte[] source = new byte[100 << 10];
        long before = Live();
        CacheStore store = new(1);
        Random random = new(3);
        for (int i = 0; i < 60_000; i++)
        {
            switch (content)
            {
                case "tiny strings":
                    store.Set(Bytes.Of($"k{i}"), source.AsSpan(0, 3), new SetOptions { ExpiresAt = 1 + i });
                    break;
                case "mixed strings":
                    store.Set(Bytes.Of($"k{i % 1500}"), source.AsSpan(0, random.Next(1 << 10, 100 << 10)));
                    break;
                case "lists":
                    store.PushLeft(Bytes.Of($"k{i % 300}"), source.AsSpan(0, random.Next(300)), out _);
                    break;
                case "hashes":
                    store.HashSet(Bytes.Of($"k{i % 3000}"), Bytes.Of($"field{random.Next(30)}"), source.AsSpan(0, random.Next(100)), out _);
                    break;
                default:
                    store.Set(Bytes.Of($"k{i}"), source.AsSpan(0, 30));
                    store.Delete(Bytes.Of($"k{i - 20_000}"));
                    store.Set(Bytes.Of($"big{i % 200}"), source.AsSpan(0, random.Next(10_000)));
                    break;
            }
        }

        double ratio = (double)(Live() - before) / store.UsedMemory;
        GC.KeepAlive(store);
        GC.KeepAlive(source);
        Assert.True(ratio is > 0.97 and < 1.03, $"{content}: collector / accounted = {ratio:F3}");
    }

    [Fact]
    public void Deleting_all_gives_all_back()
    {
        CacheStore store = new(1);
        long empty = store.UsedMemory;
        for (int i = 0; i < 50_000; i++)
        {
            store.Set(Bytes.Of($"k{i}"), "value"u8, new SetOptions { ExpiresAt = 1000 });
        }

        for (int i = 0; i < 50_000; i++)
        {
            Assert.True(store.Delete(Bytes.Of($"k{i * 7 % 50_000}")));
        }

        Assert.Equal(0, store.Count);

        // A spare chunk each of buckets, of those that overflow and of expiries stays, and so do the directories.
        Assert.InRange(store.UsedMemory, empty, empty + (40 << 10));
    }

    [Fact]
    public void Without_eviction_a_write_fails_and_changes_nothing()
    {
        CacheStore store = new(1) { MaxMemory = 200_000 };
        int stored = 0;
        while (store.Set(Bytes.Of($"k{stored}"), new byte[1000]) == Outcome.Ok)
        {
            stored++;
        }

        Assert.InRange(stored, 100, 200);
        long used = store.UsedMemory;
        Assert.Equal(Outcome.OutOfMemory, store.Set("k0"u8, new byte[50_000]));
        Assert.Equal(Outcome.OutOfMemory, store.Append("k0"u8, new byte[50_000], SetCondition.Always, out _));
        Assert.Equal(Outcome.OutOfMemory, store.PushLeft("list"u8, new byte[50_000], out _));
        Assert.Equal(Outcome.OutOfMemory, store.HashSet("hash"u8, "f"u8, new byte[50_000], out _));
        Assert.Equal(Outcome.OutOfMemory, store.SetRange("k0"u8, 100_000, "x"u8, out _));
        Assert.Equal(used, store.UsedMemory);
        Assert.Equal(stored, store.Count);
        Assert.Equal(0, store.EvictedKeys);
        Assert.Equal(Outcome.Ok, store.Set("k0"u8, new byte[1000]));
        Assert.Equal(Outcome.Ok, store.Set("k0"u8, "shorter"u8));
        Assert.True(store.Delete("k1"u8));
        Assert.Equal(Outcome.Ok, store.Set("k1"u8, new byte[1000]));
    }

    [Fact]
    public void Without_eviction_an_expiry_is_let_past_the_bound_and_counted()
    {
        CacheStore store = Filled(EvictionPolicy.NoEviction, out int stored);
        long used = store.UsedMemory;
        for (int i = 0; i < stored; i++)
        {
            Assert.Equal(Outcome.Ok, store.ExpireAt(Bytes.Of($"k{i}"), 1_000));
        }

        Assert.Equal(stored, store.ExpiringCount);
        Assert.InRange(store.UsedMemory - used, 8 * stored, 8 * stored + (8 << 10));
        Assert.True(store.UsedMemory > store.MaxMemory);
        Assert.Equal(Outcome.OutOfMemory, store.Set("more"u8, new byte[10]));

        // What is over goes with the first write that may evict, and the expired keys make room without.
        store.EvictionPolicy = EvictionPolicy.AllKeysLru;
        Assert.Equal(Outcome.Ok, store.Set("more"u8, new byte[10]));
        Assert.InRange(store.UsedMemory, 0, store.MaxMemory);
        store.NowMilliseconds = 2_000;
        store.ExpireSome(stored);
        Assert.Equal(1, store.Count);
    }

    [Theory]
    [InlineData(EvictionPolicy.AllKeysLru)]
    [InlineData(EvictionPolicy.AllKeysRandom)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void With_eviction_the_bound_holds_while_keys_get_an_expiry(EvictionPolicy policy)
    {
        CacheStore store = Filled(policy, out int stored);
        long used = store.UsedMemory;
        int found = 0;
        for (int i = stored - 1; i >= 0; i--)
        {
            // The first key is the only one that a volatile policy could let go: nothing makes room for the list it starts.
            found += store.ExpireAt(Bytes.Of($"k{i}"), 1_000 + i) == Outcome.Ok ? 1 : 0;
            Assert.True(store.UsedMemory <= store.MaxMemory || (policy == EvictionPolicy.VolatileTtl && store.UsedMemory <= used + (5 << 10)), $"{store.UsedMemory} at {i}");
        }

        Assert.InRange(found, 1, stored);
        Assert.Equal(Outcome.Ok, store.Set("more"u8, new byte[10]));
        Assert.InRange(store.UsedMemory, 0, store.MaxMemory);
    }

    private static CacheStore Filled(EvictionPolicy policy, out int stored)
    {
        CacheStore store = new(1) { MaxMemory = 1_000_000, EvictionPolicy = policy };
        stored = 0;
        while (store.EvictedKeys == 0 && store.Set(Bytes.Of($"k{stored}"), new byte[100]) == Outcome.Ok)
        {
            stored++;
        }

        return store;
    }

    [Fact]
    public void What_can_never_fit_does_not_empty_the_store()
    {
        CacheStore store = new(1) { MaxMemory = 500_000, EvictionPolicy = EvictionPolicy.AllKeysLru };
        for (int i = 0; i < 100; i++)
        {
            store.Set(Bytes.Of($"k{i}"), new byte[1000]);
        }

        Assert.Equal(Outcome.OutOfMemory, store.Set("huge"u8, new byte[490_000]));
        Assert.Equal(100, store.Count);
    }

    [Fact]
    public void The_key_being_written_is_not_evicted_for_itself()
    {
        CacheStore store = new(1) { MaxMemory = 500_000, EvictionPolicy = EvictionPolicy.AllKeysRandom };
        int length = 0;
        for (int i = 0; i < 2_000; i++)
        {
            store.Set(Bytes.Of($"other{i}"), new byte[5_000]);
            if (!store.Exists("grows"u8))
            {
                length = 0;
            }

            Assert.Equal(Outcome.Ok, store.Append("grows"u8, new byte[100], SetCondition.Always, out int now));
            Assert.Equal(length + 100, now);
            length = now;
        }
    }

    [Fact]
    public void Lru_keeps_what_is_used()
    {
        CacheStore store = new(1) { MaxMemory = 2 << 20, EvictionPolicy = EvictionPolicy.AllKeysLru };
        for (int i = 0; i < 100; i++)
        {
            store.Set(Bytes.Of($"hot{i}"), new byte[500]);
        }

        for (int i = 0; i < 100_000; i++)
        {
            store.NowMilliseconds = i;
            store.Set(Bytes.Of($"cold{i}"), new byte[500]);
            store.Get(Bytes.Of($"hot{i % 100}"), out ReadOnlySpan<byte> _);
        }

        int left = Enumerable.Range(0, 100).Count(i => store.Exists(Bytes.Of($"hot{i}")));
        Assert.InRange(left, 95, 100);
    }

    [Theory]
    [InlineData(EvictionPolicy.VolatileLru)]
    [InlineData(EvictionPolicy.VolatileRandom)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void Volatile_policies_touch_only_keys_with_expiry(EvictionPolicy policy)
    {
        CacheStore store = new(1) { MaxMemory = 2 << 20, EvictionPolicy = policy };
        for (int i = 0; i < 1000; i++)
        {
            store.Set(Bytes.Of($"stays{i}"), new byte[500]);
            store.Set(Bytes.Of($"goes{i}"), new byte[500], new SetOptions { ExpiresAt = 10_000 + i });
        }

        int more = 0;
        while (store.Set(Bytes.Of($"more{more}"), new byte[1000]) == Outcome.Ok)
        {
            more++;
        }

        Assert.Equal(1000 + more, store.Count);
        Assert.Equal(1000, store.EvictedKeys);
    }

    [Fact]
    public void Ttl_lets_the_soonest_go_first()
    {
        CacheStore store = new(1) { EvictionPolicy = EvictionPolicy.VolatileTtl };
        for (int i = 0; i < 2000; i++)
        {
            store.Set(Bytes.Of($"k{i}"), new byte[500], new SetOptions { ExpiresAt = 10_000 + i });
        }

        store.MaxMemory = store.UsedMemory / 2;
        int soon = Enumerable.Range(0, 1000).Count(i => store.Exists(Bytes.Of($"k{i}")));
        Assert.InRange(soon, 0, store.Count / 3);
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
