namespace Cache;

/// <summary>A time given in one of redis's four ways, as Unix milliseconds.</summary>
internal readonly record struct Expiry
{
    public Expiry(long? seconds, long? milliseconds, long? unixSeconds, long? unixMilliseconds, long now)
    {
        Count = (seconds is null ? 0 : 1) + (milliseconds is null ? 0 : 1) + (unixSeconds is null ? 0 : 1) + (unixMilliseconds is null ? 0 : 1);
        if (Count == 0)
        {
            IsValid = true;
            return;
        }

        long factor = seconds is null && unixSeconds is null ? 1 : 1_000;
        long number = seconds ?? milliseconds ?? unixSeconds ?? unixMilliseconds ?? 0;
        long start = seconds is null && milliseconds is null ? 0 : now;

        // Redis refuses what is not positive and what does not fit 64 bits in milliseconds.
        IsValid = number > 0 && number <= long.MaxValue / factor && number * factor <= long.MaxValue - start;
        At = IsValid ? number * factor + start : 0;
    }

    /// <summary>How many of the ways were used.</summary>
    public int Count { get; }

    /// <summary>The time; 0 when none was given.</summary>
    public long At { get; }

    /// <summary>Whether the time is positive and can be reckoned in milliseconds.</summary>
    public bool IsValid { get; }
}
