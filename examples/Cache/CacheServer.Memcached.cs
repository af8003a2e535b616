using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using DeclServer;

namespace Cache;

/// <summary>The commands of the memcached text protocol.</summary>
internal sealed partial class CacheServer
{
    private const string TooLarge = "SERVER_ERROR object too large for cache";
    private static ReadOnlySpan<byte> TooLargeText => "SERVER_ERROR object too large for cache"u8;
    private const string BadDelta = "CLIENT_ERROR invalid numeric delta argument";
    private const string BadTime = "CLIENT_ERROR invalid exptime argument";

    private readonly MemcachedStatistics _statistics = new();

    /// <summary>Above this many seconds (30 days) an exptime is a Unix time.</summary>
    private const long LongestRelativeTime = 60 * 60 * 24 * 30;

    [Command("get")]
    private void McGet([MinLength(1)] Arguments keys, ReplyWriter<MemcachedReply> reply) => McGet(keys, reply, unique: false);

    [Command("gets")]
    private void McGets([MinLength(1)] Arguments keys, ReplyWriter<MemcachedReply> reply) => McGet(keys, reply, unique: true);

    [Command("gat")]
    private void McGat([Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int exptime, [MinLength(1)] Arguments keys, ReplyWriter<MemcachedReply> reply) =>
        McGetAndTouch(exptime, keys, reply, unique: false);

    [Command("gats")]
    private void McGats([Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int exptime, [MinLength(1)] Arguments keys, ReplyWriter<MemcachedReply> reply) =>
        McGetAndTouch(exptime, keys, reply, unique: true);

    private void McGetAndTouch(int exptime, Arguments keys, ReplyWriter<MemcachedReply> reply, bool unique)
    {
        // The values first: a time that has passed takes the key away.
        McGet(keys, reply, unique);
        foreach (ReadOnlySpan<byte> key in keys)
        {
            if (key.Length <= Memcached.MaxKeyLength && _store.TypeOf(key) == ValueKind.String)
            {
                _statistics.Count(Statistic.Touches);
                _store.ExpireAt(key, ExpiresAt(exptime));
            }
        }
    }

    private void McGet(Arguments keys, ReplyWriter<MemcachedReply> reply, bool unique)
    {
        foreach (ReadOnlySpan<byte> key in keys)
        {
            if (key.Length > Memcached.MaxKeyLength)
            {
                reply.Write(MemcachedReply.Of("CLIENT_ERROR bad command line format"u8));
                return;
            }

            bool found = _store.Get(key, out StringValue value) == Outcome.Ok;
            _statistics.Count(Statistic.Gets);
            _statistics.Count(Statistic.GetHits, found);
            if (!found)
            {
                _misses++;
                continue;
            }

            _hits++;
            if (unique)
            {
                reply.Write(new MemcachedUniqueValue { Key = key, Flags = value.Flags, Unique = value.Cas, Data = value.Bytes });
            }
            else
            {
                reply.Write(new MemcachedValue { Key = key, Flags = value.Flags, Data = value.Bytes });
            }
        }

        reply.Write(MemcachedReply.Of("END"u8));
    }

    [Command("set")]
    private MemcachedReply McSet(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => McStore(key, flags, exptime, data, SetCondition.Always);

    [Command("add")]
    private MemcachedReply McAdd(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => McStore(key, flags, exptime, data, SetCondition.IfMissing);

    [Command("replace")]
    private MemcachedReply McReplace(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => McStore(key, flags, exptime, data, SetCondition.IfPresent);

    [Command("append")]
    private MemcachedReply McAppend(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => Concatenated(_store.Append(key, data, SetCondition.IfPresent, out _));

    [Command("prepend")]
    private MemcachedReply McPrepend(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => Concatenated(_store.Prepend(key, data, SetCondition.IfPresent, out _));

    [Command("cas")]
    private MemcachedReply McCas(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Ascii(LeadingZeros = true)] ulong unique,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data)
    {
        Outcome outcome = _store.CompareAndSet(key, data, new SetOptions { Flags = flags, ExpiresAt = ExpiresAt(exptime) }, unique);
        _statistics.Count(Statistic.Sets);
        _statistics.Count(outcome switch { Outcome.Ok => Statistic.CasHits, Outcome.Exists => Statistic.CasBadValue, _ => Statistic.CasMisses });
        return outcome == Outcome.Exists ? MemcachedReply.Of("EXISTS"u8) : outcome == Outcome.NotFound ? MemcachedReply.Of("NOT_FOUND"u8) : Stored(outcome);
    }

    /// <summary>A set of a value that is too large takes the old value away, as in memcached: its client must not read the old one for the new.</summary>
    partial void OnRefused(scoped in Refusal refusal)
    {
        if (refusal.Command.SequenceEqual("set"u8) && refusal.Message.SequenceEqual(TooLargeText))
        {
            _store.Delete(refusal.Arguments[1]);
        }
    }

    private MemcachedReply Concatenated(Outcome outcome)
    {
        _statistics.Count(Statistic.Sets);
        return Stored(outcome);
    }

    private MemcachedReply McStore(ReadOnlySpan<byte> key, uint flags, int exptime, ReadOnlySpan<byte> data, SetCondition condition)
    {
        _statistics.Count(Statistic.Sets);
        _statistics.Count(Statistic.TotalItems);
        Outcome outcome = _store.Set(key, data, new SetOptions { Condition = condition, Flags = flags, ExpiresAt = ExpiresAt(exptime) });
        if (outcome is Outcome.TooLarge or Outcome.OutOfMemory)
        {
            // As memcached does: a client that set a new value must not read the old one.
            _store.Delete(key);
        }

        return Stored(outcome);
    }

    [Command("incr")]
    private MemcachedReply McIncr(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true, ErrorMessage = BadDelta), Range(typeof(ulong), "0", "18446744073709551615", ErrorMessage = BadDelta)] ulong delta,
        [Flag("noreply", Quiet = true)] bool noReply) => Counted(_store.AddUnsigned(key, delta, out ulong result), result, Statistic.IncrHits);

    [Command("decr")]
    private MemcachedReply McDecr(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true, ErrorMessage = BadDelta), Range(typeof(ulong), "0", "18446744073709551615", ErrorMessage = BadDelta)] ulong delta,
        [Flag("noreply", Quiet = true)] bool noReply) => Counted(_store.SubtractUnsigned(key, delta, out ulong result), result, Statistic.DecrHits);

    /// <summary>
    /// Behind the key may stand 0, which was once a time to wait, and noreply. What else stands there is told how the command is used, but
    /// not behind a last noreply (memcached's proto_text.c, process_delete_command).
    /// </summary>
    [Command("delete")]
    private void McDelete(ReadOnlySpan<byte> key, [MaxLength(2)] Arguments words, ReplyWriter<MemcachedReply> reply)
    {
        bool isZero = words.Count > 0 && words[0].SequenceEqual("0"u8);
        bool noReply = words.Count > 0 && words[words.Count - 1].SequenceEqual("noreply"u8);
        int known = (isZero ? 1 : 0) + (noReply ? 1 : 0);
        ReadOnlySpan<byte> told;
        if (words.Count != known)
        {
            told = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]"u8;
        }
        else if (key.Length > Memcached.MaxKeyLength)
        {
            told = "CLIENT_ERROR bad command line format"u8;
        }
        else
        {
            bool found = _store.Delete(key);
            _statistics.Count(Statistic.DeleteHits, found);
            told = found ? "DELETED"u8 : "NOT_FOUND"u8;
        }

        if (!noReply)
        {
            reply.Write(MemcachedReply.Of(told));
        }
    }

    [Command("touch")]
    private MemcachedReply McTouch(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int exptime,
        [Flag("noreply", Quiet = true)] bool noReply)
    {
        bool found = _store.ExpireAt(key, ExpiresAt(exptime)) == Outcome.Ok;
        _statistics.Count(Statistic.Touches);
        _statistics.Count(Statistic.TouchHits, found);
        return MemcachedReply.Of(found ? "TOUCHED"u8 : "NOT_FOUND"u8);
    }

    [Command("flush_all")]
    private MemcachedReply McFlushAll([Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int delay = 0, [Flag("noreply", Quiet = true)] bool noReply = false)
    {
        _statistics.Count(Statistic.Flushes);
        if (delay <= 0)
        {
            _store.Flush();
        }
        else
        {
            _store.FlushAt(ExpiresAt(delay));
        }

        return MemcachedReply.Of("OK"u8);
    }

    [Command("version")]
    private static MemcachedReply McVersion(Arguments ignored) => MemcachedReply.Of("VERSION 1.6.18"u8);

    [Command("verbosity")]
    private static MemcachedReply McVerbosity([Ascii(LeadingZeros = true)] uint level, [Flag("noreply", Quiet = true)] bool noReply) => MemcachedReply.Of("OK"u8);

    [Command("quit")]
    private static void McQuit(Arguments ignored, ReplyWriter<MemcachedReply> reply, Connection connection) => connection.Close();

    [Command("stats")]
    private void McStats(Arguments groups, ReplyWriter<MemcachedReply> reply)
    {
        if (groups.Count > 0 && groups[0].SequenceEqual("reset"u8))
        {
            _statistics.Reset();
            reply.Write(MemcachedReply.Of("RESET"u8));
            return;
        }

        // Groups that memcached has and this cache has nothing to tell of are empty; others are an error, as there.
        if (groups.Count > 0 && !(groups[0].SequenceEqual("items"u8) || groups[0].SequenceEqual("slabs"u8) || groups[0].SequenceEqual("settings"u8)
            || groups[0].SequenceEqual("conns"u8) || groups[0].SequenceEqual("sizes"u8)))
        {
            reply.Write(MemcachedReply.Of("ERROR"u8));
            return;
        }

        if (groups.Count == 0)
        {
            Write(reply, "pid", Environment.ProcessId);
            Write(reply, "uptime", (_now - _startedAt) / 1_000);
            Write(reply, "time", _now / 1_000);
            reply.Write(new MemcachedStatistic { Name = "version"u8, Value = "1.6.18"u8 });
            Write(reply, "pointer_size", 64);
            Write(reply, "curr_connections", _clients.Count);
            Write(reply, "total_connections", _connectionsReceived);
            foreach ((string name, long count) in _statistics.All)
            {
                Write(reply, name, count);
            }

            Write(reply, "limit_maxbytes", _store.MaxMemory);
            Write(reply, "threads", 1);
            Write(reply, "bytes", _store.UsedMemory);
            Write(reply, "curr_items", _store.Count);
            Write(reply, "evictions", _store.EvictedKeys);
        }

        reply.Write(MemcachedReply.Of("END"u8));
    }

    private static void Write(ReplyWriter<MemcachedReply> reply, string name, long value) =>
        reply.Write(new MemcachedStatistic { Name = Encoding.ASCII.GetBytes(name), Value = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)) });

    private static MemcachedReply Stored(Outcome outcome) => MemcachedReply.Of(outcome switch
    {
        Outcome.Ok => "STORED"u8,
        Outcome.TooLarge => TooLargeText,
        Outcome.OutOfMemory => "SERVER_ERROR out of memory storing object"u8,
        _ => "NOT_STORED"u8,
    });

    private MemcachedReply Counted(Outcome outcome, ulong result, Statistic hits)
    {
        _statistics.Count(hits, outcome != Outcome.NotFound);
        if (outcome != Outcome.Ok)
        {
            return MemcachedReply.Of(outcome == Outcome.NotFound ? "NOT_FOUND"u8 : outcome == Outcome.OutOfMemory
                ? "SERVER_ERROR out of memory in incr"u8 : "CLIENT_ERROR cannot increment or decrement non-numeric value"u8);
        }

        return MemcachedReply.Of(Encoding.ASCII.GetBytes(result.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>An exptime as Unix milliseconds: 0 is never, negative is at once, up to 30 days is from now on, more is a Unix time.</summary>
    private long ExpiresAt(int exptime) =>
        exptime == 0 ? CacheStore.Never : exptime < 0 ? 1 : exptime <= LongestRelativeTime ? _now + exptime * 1_000L : exptime * 1_000L;
}
