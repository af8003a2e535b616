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
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_there_all_along_is_returned_once_while_the_table_shrinks_to_it_and_grows_again(int seed)
    {
        Random random = new(seed);
        CacheStore store = new(1);
        for (int i = 0; i < 100; i++)
        {
            store.Set(Bytes.Of($"stays{i}"), "v"u8);
        }

        // At each step either all others go, or so many come that the table has to split each of its buckets several times over.
        Dictionary<string, int> seen = [];
        ulong cursor = 0;
        bool many = false;
        do
        {
            for (int i = 0; i < 5_000; i++)
            {
                _ = many ? store.Delete(Bytes.Of($"other{i}")) : store.Set(Bytes.Of($"other{i}"), "v"u8) == Outcome.Ok;
            }

            many = !many;
            for (int step = random.Next(1, 30); step > 0; step--)
            {
                KeyScan scan = store.Scan(cursor, random.Next(1, 20), "stays*"u8);
                while (scan.MoveNext())
                {
                    string key = Bytes.Text(scan.Current);
                    seen[key] = seen.GetValueOrDefault(key) + 1;
                }

                cursor = scan.Cursor;
                if (cursor == 0)
                {
                    break;
                }
            }
        }
        while (cursor != 0);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(1, seen.GetValueOrDefault($"stays{i}")));
    }

    [Theory]
    [InlineData(ulong.MaxValue, true)]
    [InlineData(1UL << 32, true)]
    [InlineData((ulong)uint.MaxValue, false)]
    [InlineData((ulong)int.MaxValue, false)]
    [InlineData(123_456_789UL, false)]
    public void A_made_up_cursor_leads_to_the_end_of_the_scan(ulong cursor, bool isPastTheEnd)
    {
        CacheStore store = new();
        for (int i = 0; i < 1000; i++)
        {
            store.Set(Bytes.Of($"k{i}"), "v"u8);
        }

        HashSet<string> seen = [];
        do
        {
            KeyScan scan = store.Scan(cursor, 10);
            while (scan.MoveNext())
            {
                Assert.True(seen.Add(Bytes.Text(scan.Current)));
            }

            Assert.True(scan.Cursor == 0 || scan.Cursor > cursor);
            cursor = scan.Cursor;
        }
        while (cursor != 0);

        Assert.True(seen.Count < 1000);
        Assert.True(!isPastTheEnd || seen.Count == 0);
    }

    [Fact]
    public void A_step_looks_at_little_more_than_it_was_told_to()
    {
        CacheStore store = new(1);
        for (int i = 0; i < 10_000; i++)
        {
            store.Set(Bytes.Of($"k{i}"), "v"u8);
        }

        ulong cursor = 0;
        do
        {
            KeyScan scan = store.Scan(cursor, 10);
            int found = 0;
            while (scan.MoveNext())
            {
                found++;
            }

            cursor = scan.Cursor;

            // A chain more: 3 keys or 6 by the load, and by chance hardly ever three times that.
            Assert.InRange(found, cursor == 0 ? 0 : 10, 10 + 30);
        }
        while (cursor != 0);
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
