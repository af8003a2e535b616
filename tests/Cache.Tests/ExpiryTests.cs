using Xunit;

namespace Cache.Tests;

/// <summary>Time: lazy and active expiry, and the later flush.</summary>
public sealed class ExpiryTests
{
    private readonly CacheStore _store = new(1) { NowMilliseconds = 1000 };

    [Fact]
    public void A_key_is_gone_from_its_time_on()
    {
        _store.Set("k"u8, "v"u8, new SetOptions { ExpiresAt = 2000 });
        _store.NowMilliseconds = 1999;
        Assert.True(_store.Exists("k"u8));
        _store.NowMilliseconds = 2000;
        Assert.Equal(1, _store.Count);
        Assert.Equal(Outcome.NotFound, _store.Get("k"u8, out ReadOnlySpan<byte> _));
        Assert.Equal(0, _store.Count);
        Assert.Equal(1, _store.ExpiredKeys);
    }

    [Fact]
    public void A_time_that_has_passed_deletes()
    {
        _store.Set("k"u8, "v"u8);
        Assert.Equal(Outcome.Ok, _store.ExpireAt("k"u8, 1000));
        Assert.Equal(0, _store.Count);
        Assert.Equal(Outcome.NotFound, _store.ExpireAt("k"u8, 5000));
        _store.Set("k"u8, "v"u8);
        Assert.Equal(Outcome.Ok, _store.Set("k"u8, "v"u8, new SetOptions { ExpiresAt = -1 }));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Which_writes_keep_an_expiry()
    {
        foreach (string[] keeping in (string[][])[["APPEND", "k", "1"], ["INCRBY", "k", "1"], ["SETRANGE", "k", "0", "7"], ["RENAME", "k", "k"], ["SET", "k", "1", "KEEPTTL"]])
        {
            _store.Set("k"u8, "1"u8, new SetOptions { ExpiresAt = 9000 });
            StoreCommands.Do(_store, keeping);
            Assert.Equal("9000", StoreCommands.Do(_store, "PEXPIRETIME", "k"));
        }

        _store.Set("k"u8, "1"u8);
        Assert.Equal("-1", StoreCommands.Do(_store, "PEXPIRETIME", "k"));
    }

    [Fact]
    public void The_end_of_time_does_not_come()
    {
        _store.Set("k"u8, "v"u8);
        _store.NowMilliseconds = long.MaxValue;
        Assert.True(_store.Exists("k"u8));
    }

    [Fact]
    public void Few_expiring_keys_among_many_are_found_at_once()
    {
        for (int i = 0; i < 100_000; i++)
        {
            _store.Set(Bytes.Of($"stays{i}"), "v"u8);
        }

        for (int i = 0; i < 15; i++)
        {
            _store.Set(Bytes.Of($"goes{i}"), "v"u8, new SetOptions { ExpiresAt = 2000 + i });
        }

        _store.NowMilliseconds = 2009;
        Assert.Equal(10, _store.ExpireSome(20));
        _store.NowMilliseconds = 3000;
        Assert.Equal(5, _store.ExpireSome(20));
        Assert.Equal(0, _store.ExpireSome(20));
        Assert.Equal(100_000, _store.Count);
    }

    [Fact]
    public void A_call_looks_at_no_more_than_its_budget()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _store.Set(Bytes.Of($"k{i}"), "v"u8, new SetOptions { ExpiresAt = 2000 });
        }

        _store.NowMilliseconds = 2000;
        Assert.Equal(300, _store.ExpireSome(300));
        Assert.Equal(0, _store.ExpireSome(0));
        Assert.Equal(0, _store.ExpireSome(-1));
        Assert.Equal(9_700, _store.ExpireSome(int.MaxValue));
    }

    [Fact]
    public void The_search_goes_round()
    {
        // One dead key among 1999 that live, wherever it is, is found within as many calls as it takes to go round.
        for (int dead = 0; dead < 2000; dead += 111)
        {
            _store.Flush();
            for (int i = 0; i < 2000; i++)
            {
                _store.Set(Bytes.Of($"k{i}"), "v"u8, new SetOptions { ExpiresAt = i == dead ? 1001 : 9_000_000 });
            }

            _store.NowMilliseconds = 1001;
            int removed = 0;
            for (int call = 0; call < 101; call++)
            {
                removed += _store.ExpireSome(200);
            }

            Assert.Equal(1, removed);
            _store.NowMilliseconds = 1000;
        }
    }

    [Fact]
    public void Keys_whose_value_has_moved_or_whose_name_has_changed_expire_too()
    {
        for (int i = 0; i < 1_000; i++)
        {
            _store.Set(Bytes.Of($"grows{i}"), "v"u8, new SetOptions { ExpiresAt = 2000 + i });
            _store.PushLeft(Bytes.Of($"list{i}"), "v"u8, out _);
            _store.ExpireAt(Bytes.Of($"list{i}"), 2000 + i);
        }

        // Each gets another array; the times of some go, so that others move to their places in the list.
        for (int i = 0; i < 1_000; i++)
        {
            _store.Append(Bytes.Of($"grows{i}"), new byte[200], SetCondition.Always, out _);
            _store.Rename(Bytes.Of($"list{i}"), Bytes.Of($"renamed list{i}"));
            if (i % 3 == 0)
            {
                Assert.True(_store.Persist(Bytes.Of($"grows{i}")));
                _store.Set(Bytes.Of($"renamed list{i}"), new byte[300], new SetOptions { KeepExpiry = true });
            }
        }

        Assert.Equal(2_000 - 334, _store.ExpiringCount);
        _store.NowMilliseconds = 2_499;
        Assert.Equal(500 + 500 - 167, ExpireAll());
        for (int i = 0; i < 1_000; i++)
        {
            Assert.Equal(i >= 500 || i % 3 == 0, _store.Exists(Bytes.Of($"grows{i}")));
            Assert.Equal(i >= 500 ? i % 3 == 0 ? ValueKind.String : ValueKind.List : ValueKind.None, _store.TypeOf(Bytes.Of($"renamed list{i}")));
        }

        _store.NowMilliseconds = 5_000;
        Assert.Equal(500 + 500 - 167, ExpireAll());
        Assert.Equal(334, _store.Count);
        Assert.Equal(0, _store.ExpiringCount);
    }

    /// <summary>Once round, however few of a batch have expired.</summary>
    private int ExpireAll()
    {
        int removed = 0;
        for (int call = 0; call < 200; call++)
        {
            removed += _store.ExpireSome(20);
        }

        return removed;
    }

    [Fact]
    public void A_later_flush_takes_what_was_written_before_it()
    {
        _store.Set("before"u8, "v"u8);
        _store.FlushAt(5000);
        _store.Set("between"u8, "v"u8);
        _store.NowMilliseconds = 4999;
        Assert.Equal(2, _store.Count);
        _store.NowMilliseconds = 5000;
        Assert.Equal(0, _store.Count);
        _store.Set("after"u8, "v"u8);
        _store.NowMilliseconds = 6000;
        Assert.Equal(1, _store.Count);
        _store.FlushAt(6000);
        Assert.Equal(0, _store.Count);
    }
}
