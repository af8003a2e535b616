using Dns.Zones;
using Xunit;

namespace Dns.Tests;

public sealed class ResponseRateLimiterTests
{
    private static readonly byte[] s_client = [192, 0, 2, 1];

    [Fact]
    public void So_many_a_second_go_out()
    {
        ResponseRateLimiter limiter = new(10, 0, 64, secret: 1);
        int sent = 0;
        for (int now = 0; now < 5_000; now += 50)
        {
            // 20 a second: half of them, after the 10 that may come at once.
            sent += limiter.Account(s_client, ReplyKind.Answer, 1, now) == RateVerdict.Send ? 1 : 0;
        }

        Assert.InRange(sent, 18, 21);
    }

    [Fact]
    public void Below_the_rate_nothing_is_limited()
    {
        ResponseRateLimiter limiter = new(10, 2, 64, secret: 1);
        for (int now = 0; now < 60_000; now += 100)
        {
            Assert.Equal(RateVerdict.Send, limiter.Account(s_client, ReplyKind.Answer, 1, now));
        }
    }

    [Fact]
    public void A_flood_must_stop_before_answers_go_out_again()
    {
        ResponseRateLimiter limiter = new(10, 0, 64, secret: 1);
        for (int i = 0; i < 100_000; i++)
        {
            limiter.Account(s_client, ReplyKind.Answer, 1, 0);
        }

        Assert.Equal(RateVerdict.Drop, limiter.Account(s_client, ReplyKind.Answer, 1, (ResponseRateLimiter.WindowSeconds * 1_000) - 1));
        Assert.Equal(RateVerdict.Send, limiter.Account(s_client, ReplyKind.Answer, 1, (2 * ResponseRateLimiter.WindowSeconds * 1_000) + 1_000));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 300)]
    [InlineData(2, 150)]
    [InlineData(3, 100)]
    public void Each_so_many_th_limited_reply_is_truncated(int slip, int truncated)
    {
        ResponseRateLimiter limiter = new(5, slip, 64, secret: 1);
        RateVerdict[] verdicts = [.. Enumerable.Range(0, 305).Select(_ => limiter.Account(s_client, ReplyKind.Answer, 1, 0))];
        Assert.Equal(5, verdicts.Count(static verdict => verdict == RateVerdict.Send));
        Assert.Equal(truncated, verdicts.Count(static verdict => verdict == RateVerdict.Truncate));
    }

    [Fact]
    public void A_network_shares_a_bucket_and_others_do_not()
    {
        ResponseRateLimiter limiter = new(1, 0, 1024, secret: 1);
        byte[] six = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        Assert.Equal(RateVerdict.Send, limiter.Account([192, 0, 2, 1], ReplyKind.Answer, 1, 0));
        Assert.Equal(RateVerdict.Drop, limiter.Account([192, 0, 2, 200], ReplyKind.Answer, 1, 0));
        Assert.Equal(RateVerdict.Drop, limiter.Account([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 9], ReplyKind.Answer, 1, 0));
        Assert.Equal(RateVerdict.Send, limiter.Account([192, 0, 3, 1], ReplyKind.Answer, 1, 0));
        Assert.Equal(RateVerdict.Send, limiter.Account([192, 0, 2, 1], ReplyKind.NoSuchName, 1, 0));
        Assert.Equal(RateVerdict.Send, limiter.Account([192, 0, 2, 1], ReplyKind.Answer, 2, 0));
        Assert.Equal(RateVerdict.Send, limiter.Account(six, ReplyKind.Answer, 1, 0));
        six[7] = 0x77;
        Assert.Equal(RateVerdict.Drop, limiter.Account(six, ReplyKind.Answer, 1, 0));
        six[6] = 1;
        Assert.Equal(RateVerdict.Send, limiter.Account(six, ReplyKind.Answer, 1, 0));
    }

    [Fact]
    public void Many_networks_do_not_make_one_that_floods_forgotten()
    {
        ResponseRateLimiter limiter = new(1, 0, 4096, secret: 1);
        Random random = new(3);
        byte[] other = new byte[4];
        int sent = 0;
        for (int now = 0; now < 100_000; now++)
        {
            random.NextBytes(other);
            limiter.Account(other, ReplyKind.Answer, 1, now);
            sent += limiter.Account(s_client, ReplyKind.Answer, 1, now) == RateVerdict.Send ? 1 : 0;
        }

        Assert.InRange(sent, 1, 2);
    }

    [Fact]
    public void A_clock_that_jumps_does_no_harm()
    {
        ResponseRateLimiter limiter = new(10, 2, 64, secret: 1);
        foreach (long now in (long[])[0, long.MaxValue, 0, long.MinValue, 5])
        {
            limiter.Account(s_client, ReplyKind.Answer, 1, now);
        }
    }

    /// <summary>One wildcard, one delegation or one zone's denials are one source, however many names are asked.</summary>
    [Fact]
    public void Names_of_one_source_are_counted_together()
    {
        ZoneSet set = Served.Set("$ORIGIN e.test.\n$TTL 1\n@ SOA n h 1 2 3 4 5\n@ NS n\nn A 192.0.2.1\n*.w A 192.0.2.2\nd NS n.d\nn.d A 192.0.2.3\n");
        byte[] reply = new byte[512];
        Reply Ask(string name) =>
            set.Answer(new Query { Id = 1, Flags = 0, Name = Served.Name(name), Type = RecordType.A, Class = 1, Limit = 512 }, reply);
        foreach ((string below, ReplyKind kind) in (ReadOnlySpan<(string, ReplyKind)>)[("w.", ReplyKind.Answer), ("d.", ReplyKind.Referral), ("", ReplyKind.NoSuchName)])
        {
            Reply first = Ask($"a.{below}e.test.");
            Reply second = Ask($"x.y.{below}e.test.");
            Assert.Equal((kind, kind, first.Source), (first.Kind, second.Kind, second.Source));
        }

        Assert.Equal(5, new HashSet<int> { Ask("a.w.e.test.").Source, Ask("a.d.e.test.").Source, Ask("a.e.test.").Source, Ask("n.e.test.").Source, Ask("e.test.").Source }.Count);
    }
}
