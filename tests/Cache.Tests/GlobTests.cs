using System.Diagnostics;
using Xunit;

namespace Cache.Tests;

/// <summary>Patterns; <see cref="RedisDifferentialTests"/> asks the real server about the same ones.</summary>
public sealed class GlobTests
{
    /// <summary>Pattern, text, whether they match: as redis-server 7.0.15 says.</summary>
    public static TheoryData<string, string, bool> Table => new()
    {
        { "*", "anything", true },
        { "*", "", true },
        { "", "", true },
        { "", "a", false },
        { "a", "", false },
        { "abc", "abc", true },
        { "abc", "abcd", false },
        { "abcd", "abc", false },
        { "h?llo", "hello", true },
        { "h?llo", "hllo", false },
        { "?", "", false },
        { "h*llo", "heeeello", true },
        { "h*llo", "hllo", true },
        { "h*llo", "hll", false },
        { "*llo", "hello llo", true },
        { "a*b*c", "aXXbYYc", true },
        { "a*b*c", "aXXcYYb", false },
        { "a**c", "abc", true },
        { "abc***", "abc", true },
        { "h[ae]llo", "hallo", true },
        { "h[ae]llo", "hillo", false },
        { "h[^e]llo", "hallo", true },
        { "h[^e]llo", "hello", false },
        { "h[a-c]llo", "hbllo", true },
        { "h[c-a]llo", "hbllo", true },
        { "h[a-c]llo", "hdllo", false },
        { "[a-]", "-", false },
        { "[a-]", "a", true },
        { "[^a-c]x", "dx", true },
        { "*[0-9]", "key7", true },
        { "*[0-9]", "key", false },
        { @"h\?llo", "h?llo", true },
        { @"h\?llo", "hello", false },
        { @"a\*c", "a*c", true },
        { @"a\*c", "abc", false },
        { @"[\]]", "]", true },
        { @"[\-a]", "-", true },
        { @"a\", @"a\", true },
        { "[abc", "b", true },
        { "[abc", "d", false },
        { "[a-", "a", true },
        { "[", "a", false },
        { "[]", "a", false },
        { "[^]", "a", true },
        { "[]a]", "a", false },
        { "*a*a*a*b", "aaaaaaaaaaab", true },
        { "*\u00e9?", "x\u00e9y", true },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Matches_as_redis_does(string pattern, string text, bool expected) =>
        Assert.Equal(expected, Glob.Matches(Bytes.Of(pattern), Bytes.Of(text)));

    [Fact]
    public void Many_stars_are_not_exponential()
    {
        byte[] text = Bytes.Of(new string('a', 10_000));
        byte[] pattern = Bytes.Of(string.Concat(Enumerable.Repeat("a*", 50)) + "b");
        Stopwatch watch = Stopwatch.StartNew();
        Assert.False(Glob.Matches(Bytes.Of("a*a*a*a*b"), text));
        Assert.False(Glob.Matches(pattern, text));
        Assert.True(Glob.Matches(pattern.AsSpan(0, pattern.Length - 1), text));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 500);
    }
}
