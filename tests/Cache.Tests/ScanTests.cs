using Xunit;

namespace Cache.Tests;

/// <summary>SCAN's guarantee, and RANDOMKEY.</summary>
public sealed class ScanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(700)]
    public void What_is_there_all_along_is_returned_once_while_others_come_and_go(int count)
    {
        Random random = new(count);
        CacheStore store = new(1);
        for (int i = 0; i < 3000; i++)
        {
            store.Set(Bytes.Of($"stays{i}"), "v"u8);
            store.Set(Bytes.Of($"goes{i}"), "v"u8);
        }

        Dictionary<string, int> seen = [];
        ulong cursor = 0;
        int step = 0;
        do
        {
            KeyScan scan = store.Scan(cursor, count);
            while (scan.MoveNext())
            {
                string key = Bytes.Text(scan.Current);
                seen[key] = seen.GetValueOrDefault(key) + 1;
            }

            cursor = scan.Cursor;

            // First the table shrinks, then it grows past what it was.
            if (step++ < 2000 / count)
            {
                for (int i = 0; i < 3 * count; i++)
                {
                    store.Delete(Bytes.Of($"goes{random.Next(3000)}"));
                }
            }
            else if (step < 6000 / count)
            {
                for (int i = 0; i < 2 * count; i++)
                {
                    store.Set(Bytes.Of($"new{random.Next(100_000)}"), "v"u8);
                }
            }
        }
        while (cursor != 0);

        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal(1, seen.GetValueOrDefault($"stays{i}")));
    }

    [Fact]
    public void Filters_by_pattern_and_kind()
    {
        CacheStore store = new();
        store.Set("a1"u8, "v"u8);
        store.Set("b1"u8, "v"u8);
        store.PushLeft("a2"u8, "v"u8, out _);
        store.HashSet("a3"u8, "f"u8, "v"u8, out _);
        store.Set("a4"u8, "v"u8, new SetOptions { ExpiresAt = 5 });
        store.NowMilliseconds = 10;
        Assert.Equal("a1", Scanned(store, "a*", ValueKind.String));
        Assert.Equal("a2", Scanned(store, "", ValueKind.List));
        Assert.Equal("a1,a2,a3", Scanned(store, "a?", ValueKind.None));
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData((ulong)int.MaxValue)]
    [InlineData(1UL << 32)]
    [InlineData(123_456_789UL)]
    public void A_made_up_cursor_ends_the_scan(ulong cursor)
    {
        CacheStore store = new();
        store.Set("k"u8, "v"u8);
        KeyScan scan = store.Scan(cursor, 10);
        Assert.False(scan.MoveNext());
        Assert.Equal(0UL, scan.Cursor);
    }

    [Fact]
    public void Random_keys_stay_fast_and_fair_when_few_are_left()
    {
        CacheStore store = new(1);
        for (int i = 0; i < 200_000; i++)
        {
            store.Set(Bytes.Of($"k{i}"), "v"u8);
        }

        for (int i = 0; i < 200_000; i++)
        {
            if (i % 20_000 != 0)
            {
                store.Delete(Bytes.Of($"k{i}"));
            }
        }

        Dictionary<string, int> drawn = [];
        for (int i = 0; i < 100_000; i++)
        {
            Assert.True(store.RandomKey(out ReadOnlySpan<byte> key));
            string text = Bytes.Text(key);
            drawn[text] = drawn.GetValueOrDefault(text) + 1;
        }

        // 10 keys over at least 64 buckets: a shared bucket halves or thirds a key's chance.
        Assert.Equal(10, drawn.Count);
        Assert.All(drawn.Values, times => Assert.InRange(times, 2_000, 20_000));
    }

    [Fact]
    public void A_random_key_is_never_an_expired_one()
    {
        CacheStore store = new(1);
        for (int i = 0; i < 100; i++)
        {
            store.Set(Bytes.Of($"dead{i}"), "v"u8, new SetOptions { ExpiresAt = 5 });
        }

        store.Set("alive"u8, "v"u8);
        store.NowMilliseconds = 10;
        Assert.True(store.RandomKey(out ReadOnlySpan<byte> key));
        Assert.Equal("alive", Bytes.Text(key));
        store.Delete("alive"u8);
        Assert.False(store.RandomKey(out _));
        Assert.Equal(0, store.Count);
    }

    private static string Scanned(CacheStore store, string pattern, ValueKind kind)
    {
        List<string> keys = [];
        foreach (ReadOnlySpan<byte> key in store.Scan(0, 100, Bytes.Of(pattern), kind))
        {
            keys.Add(Bytes.Text(key));
        }

        keys.Sort(StringComparer.Ordinal);
        return string.Join(',', keys);
    }
}
