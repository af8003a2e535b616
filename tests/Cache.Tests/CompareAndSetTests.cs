using Xunit;

namespace Cache.Tests;

/// <summary>memcached's conditional writes.</summary>
public sealed class CompareAndSetTests
{
    private readonly CacheStore _store = new(1);

    [Fact]
    public void Writes_only_over_what_was_read()
    {
        Assert.Equal(Outcome.NotFound, _store.CompareAndSet("k"u8, "v"u8, default, 1));
        _store.Set("k"u8, "1"u8, new SetOptions { Flags = 5 });
        _store.Get("k"u8, out StringValue read);
        Assert.Equal(5u, read.Flags);
        Assert.Equal(Outcome.Ok, _store.CompareAndSet("k"u8, "2"u8, new SetOptions { Flags = 6 }, read.Cas));
        Assert.Equal(Outcome.Exists, _store.CompareAndSet("k"u8, "3"u8, default, read.Cas));
        _store.Get("k"u8, out read);
        Assert.Equal("2", Bytes.Text(read.Bytes));
        Assert.Equal(6u, read.Flags);
        _store.PushLeft("list"u8, "x"u8, out _);
        Assert.Equal(Outcome.WrongType, _store.CompareAndSet("list"u8, "v"u8, default, 1));
    }

    [Fact]
    public void Numbers_and_extensions_keep_the_flags()
    {
        _store.Set("k"u8, "1"u8, new SetOptions { Flags = uint.MaxValue });
        _store.AddUnsigned("k"u8, 99, out _);
        _store.Append("k"u8, "0"u8, SetCondition.IfPresent, out _);
        _store.Prepend("k"u8, "1"u8, SetCondition.IfPresent, out _);
        _store.Get("k"u8, out StringValue read);
        Assert.Equal("11000", Bytes.Text(read.Bytes));
        Assert.Equal(uint.MaxValue, read.Flags);
        _store.Set("k"u8, "1"u8);
        _store.Get("k"u8, out read);
        Assert.Equal(0u, read.Flags);
    }
}
