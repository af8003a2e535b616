using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using DeclServer;

namespace Cache;

/// <summary>The commands of the memcached text protocol.</summary>
internal sealed partial class CacheServer
{
    private const string TooLarge = "SERVER_ERROR object too large for cache";
    private const string BadDelta = "CLIENT_ERROR invalid numeric delta argument";
    private const string BadTime = "CLIENT_ERROR invalid exptime argument";

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
        foreach (ReadOnlySpan<byte> key in keys)
        {
            if (key.Length <= Memcached.MaxKeyLength && _store.TypeOf(key) == ValueKind.String)
            {
                _store.ExpireAt(key, ExpiresAt(exptime));
            }
        }

        McGet(keys, reply, unique);
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

            if (_store.Get(key, out StringValue value) != Outcome.Ok)
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
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => Stored(_store.Append(key, data, SetCondition.IfPresent, out _));

    [Command("prepend")]
    private MemcachedReply McPrepend(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true)] uint flags,
        [Ascii(LeadingZeros = true)] int exptime,
        [Ascii(LeadingZeros = true), Range(0, Memcached.MaxValueLength, ErrorMessage = TooLarge)] int bytes,
        [Flag("noreply", Quiet = true)] bool noReply,
        [Size(nameof(bytes)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) => Stored(_store.Prepend(key, data, SetCondition.IfPresent, out _));

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
        return outcome == Outcome.Exists ? MemcachedReply.Of("EXISTS"u8) : outcome == Outcome.NotFound ? MemcachedReply.Of("NOT_FOUND"u8) : Stored(outcome);
    }

    private MemcachedReply McStore(ReadOnlySpan<byte> key, uint flags, int exptime, ReadOnlySpan<byte> data, SetCondition condition)
    {
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
        [Flag("noreply", Quiet = true)] bool noReply) => Counted(_store.AddUnsigned(key, delta, out ulong result), result);

    [Command("decr")]
    private MemcachedReply McDecr(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true, ErrorMessage = BadDelta), Range(typeof(ulong), "0", "18446744073709551615", ErrorMessage = BadDelta)] ulong delta,
        [Flag("noreply", Quiet = true)] bool noReply) => Counted(_store.SubtractUnsigned(key, delta, out ulong result), result);

    [Command("delete")]
    private MemcachedReply McDelete(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [AllowedValues("0", ErrorMessage = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]")] ReadOnlySpan<byte> time = default,
        [Flag("noreply", Quiet = true)] bool noReply = false) => MemcachedReply.Of(_store.Delete(key) ? "DELETED"u8 : "NOT_FOUND"u8);

    [Command("touch")]
    private MemcachedReply McTouch(
        [MaxLength(Memcached.MaxKeyLength)] ReadOnlySpan<byte> key,
        [Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int exptime,
        [Flag("noreply", Quiet = true)] bool noReply) => MemcachedReply.Of(_store.ExpireAt(key, ExpiresAt(exptime)) == Outcome.Ok ? "TOUCHED"u8 : "NOT_FOUND"u8);

    [Command("flush_all")]
    private MemcachedReply McFlushAll([Ascii(LeadingZeros = true, ErrorMessage = BadTime)] int delay = 0, [Flag("noreply", Quiet = true)] bool noReply = false)
    {
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
    private static MemcachedReply McVerbosity([MinLength(1)] Arguments level) => MemcachedReply.Of("OK"u8);

    [Command("quit")]
    private static void McQuit(Arguments ignored, ReplyWriter<MemcachedReply> reply, Connection connection) => connection.Close();

    [Command("stats")]
    private void McStats(Arguments groups, ReplyWriter<MemcachedReply> reply)
    {
        if (groups.Count == 0)
        {
            Statistic(reply, "pid", Environment.ProcessId);
            Statistic(reply, "uptime", (_now - _startedAt) / 1_000);
            Statistic(reply, "time", _now / 1_000);
            reply.Write(new MemcachedStatistic { Name = "version"u8, Value = "1.6.18"u8 });
            Statistic(reply, "pointer_size", 64);
            Statistic(reply, "curr_connections", _clients.Count);
            Statistic(reply, "total_connections", _connectionsReceived);
            Statistic(reply, "get_hits", _hits);
            Statistic(reply, "get_misses", _misses);
            Statistic(reply, "limit_maxbytes", _store.MaxMemory);
            Statistic(reply, "threads", 1);
            Statistic(reply, "bytes", _store.UsedMemory);
            Statistic(reply, "curr_items", _store.Count);
            Statistic(reply, "evictions", _store.EvictedKeys);
        }

        reply.Write(MemcachedReply.Of("END"u8));
    }

    private static void Statistic(ReplyWriter<MemcachedReply> reply, string name, long value) =>
        reply.Write(new MemcachedStatistic { Name = Encoding.ASCII.GetBytes(name), Value = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)) });

    private static MemcachedReply Stored(Outcome outcome) => MemcachedReply.Of(outcome switch
    {
        Outcome.Ok => "STORED"u8,
        Outcome.TooLarge => "SERVER_ERROR object too large for cache"u8,
        Outcome.OutOfMemory => "SERVER_ERROR out of memory storing object"u8,
        _ => "NOT_STORED"u8,
    });

    private static MemcachedReply Counted(Outcome outcome, ulong result)
    {
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
