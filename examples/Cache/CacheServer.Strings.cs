using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Cache;

/// <summary>Redis's string commands.</summary>
internal sealed partial class CacheServer
{
    [Command("GET")]
    private RespReply Get(ReadOnlySpan<byte> key, Client client)
    {
        Outcome outcome = _store.Get(key, out ReadOnlySpan<byte> value);
        if (outcome == Outcome.Ok)
        {
            _hits++;
            return RespReply.Bulk(value);
        }

        _misses++;
        return Text(outcome, value, client);
    }

    [Command("SET")]
    private RespReply Set(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        [Option("EX")] long? seconds,
        [Option("PX")] long? milliseconds,
        [Option("EXAT")] long? unixSeconds,
        [Option("PXAT")] long? unixMilliseconds,
        [Flag("NX")] bool onlyIfMissing,
        [Flag("XX")] bool onlyIfPresent,
        [Flag("KEEPTTL")] bool keepExpiry,
        [Flag("GET")] bool getOld,
        Client client)
    {
        if (IsFull)
        {
            return Full;
        }

        if (seconds is null && milliseconds is null && unixSeconds is null && unixMilliseconds is null && !(onlyIfMissing | onlyIfPresent | keepExpiry | getOld))
        {
            Outcome plain = _store.Set(key, value);
            return plain == Outcome.Ok ? RespReply.Ok : Failure(plain);
        }

        Expiry expiry = new(seconds, milliseconds, unixSeconds, unixMilliseconds, _now);
        if ((onlyIfMissing && onlyIfPresent) || expiry.Count + (keepExpiry ? 1 : 0) > 1)
        {
            return SyntaxError;
        }

        if (!expiry.IsValid)
        {
            return RespReply.Error("ERR invalid expire time in 'set' command"u8);
        }

        SetOptions options = new()
        {
            Condition = onlyIfMissing ? SetCondition.IfMissing : onlyIfPresent ? SetCondition.IfPresent : SetCondition.Always,
            ExpiresAt = expiry.At,
            KeepExpiry = keepExpiry,
        };
        if (!getOld)
        {
            Outcome outcome = _store.Set(key, value, options);
            return outcome == Outcome.Ok ? RespReply.Ok : outcome is Outcome.Exists or Outcome.NotFound ? client.Null : Failure(outcome);
        }

        Outcome exchanged = _store.Set(key, value, options, out StringValue previous);
        return exchanged is not (Outcome.Ok or Outcome.Exists or Outcome.NotFound) ? Failure(exchanged)
            : previous.Exists ? RespReply.Bulk(previous.Bytes) : client.Null;
    }

    [Command("SETEX")]
    private RespReply SetEx(ReadOnlySpan<byte> key, long seconds, ReadOnlySpan<byte> value) =>
        SetUntil(key, value, new Expiry(seconds, null, null, null, _now), "ERR invalid expire time in 'setex' command"u8);

    [Command("PSETEX")]
    private RespReply PSetEx(ReadOnlySpan<byte> key, long milliseconds, ReadOnlySpan<byte> value) =>
        SetUntil(key, value, new Expiry(null, milliseconds, null, null, _now), "ERR invalid expire time in 'psetex' command"u8);

    private RespReply SetUntil(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Expiry expiry, ReadOnlySpan<byte> invalid)
    {
        if (IsFull)
        {
            return Full;
        }

        if (!expiry.IsValid)
        {
            return RespReply.Error(invalid);
        }

        Outcome outcome = _store.Set(key, value, new SetOptions { ExpiresAt = expiry.At });
        return outcome == Outcome.Ok ? RespReply.Ok : Failure(outcome);
    }

    [Command("SETNX")]
    private RespReply SetNx(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        IsFull ? Full : Number(_store.Set(key, value, new SetOptions { Condition = SetCondition.IfMissing }), 1);

    [Command("GETSET")]
    private RespReply GetSet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Client client)
    {
        Outcome outcome = _store.Set(key, value, default, out StringValue previous);
        return outcome != Outcome.Ok ? Failure(outcome) : previous.Exists ? RespReply.Bulk(previous.Bytes) : client.Null;
    }

    [Command("GETDEL")]
    private RespReply GetDel(ReadOnlySpan<byte> key, Client client)
    {
        Outcome outcome = _store.Get(key, out ReadOnlySpan<byte> value);
        if (outcome == Outcome.Ok)
        {
            _store.Delete(key);
        }

        return Text(outcome, value, client);
    }

    [Command("GETEX")]
    private RespReply GetEx(
        ReadOnlySpan<byte> key,
        [Option("EX")] long? seconds,
        [Option("PX")] long? milliseconds,
        [Option("EXAT")] long? unixSeconds,
        [Option("PXAT")] long? unixMilliseconds,
        [Flag("PERSIST")] bool persist,
        Client client)
    {
        Expiry expiry = new(seconds, milliseconds, unixSeconds, unixMilliseconds, _now);
        if (expiry.Count + (persist ? 1 : 0) > 1)
        {
            return SyntaxError;
        }

        Outcome outcome = _store.Get(key, out ReadOnlySpan<byte> value);
        if (outcome != Outcome.Ok)
        {
            return Text(outcome, value, client);
        }

        if (!expiry.IsValid)
        {
            return RespReply.Error("ERR invalid expire time in 'getex' command"u8);
        }

        if (persist)
        {
            _store.Persist(key);
        }
        else if (expiry.Count > 0)
        {
            _store.ExpireAt(key, expiry.At);
        }

        return RespReply.Bulk(value);
    }

    [Command("MGET")]
    private void MGet([MinLength(1)] Arguments keys, ReplyWriter<RespReply> reply, Client client)
    {
        reply.Write(RespReply.Array(keys.Count));
        foreach (ReadOnlySpan<byte> key in keys)
        {
            reply.Write(_store.Get(key, out ReadOnlySpan<byte> value) == Outcome.Ok ? RespReply.Bulk(value) : client.Null);
        }
    }

    [Command("MSET")]
    private RespReply MSet([MinLength(2)] Arguments pairs)
    {
        if (pairs.Count % 2 != 0)
        {
            return RespReply.Error("ERR wrong number of arguments for 'mset' command"u8);
        }

        return SetAll(pairs);
    }

    [Command("MSETNX")]
    private RespReply MSetNx([MinLength(2)] Arguments pairs)
    {
        if (pairs.Count % 2 != 0)
        {
            return RespReply.Error("ERR wrong number of arguments for 'msetnx' command"u8);
        }

        for (int i = 0; i < pairs.Count; i += 2)
        {
            if (_store.Exists(pairs[i]))
            {
                return RespReply.Integer(0);
            }
        }

        RespReply done = SetAll(pairs);
        return done.Kind == (byte)'-' ? done : RespReply.Integer(1);
    }

    private RespReply SetAll(Arguments pairs)
    {
        if (IsFull)
        {
            return Full;
        }

        for (int i = 0; i < pairs.Count; i += 2)
        {
            Outcome outcome = _store.Set(pairs[i], pairs[i + 1]);
            if (outcome != Outcome.Ok)
            {
                return Failure(outcome);
            }
        }

        return RespReply.Ok;
    }

    [Command("INCR")]
    private RespReply Incr(ReadOnlySpan<byte> key) => IsFull ? Full : Number(_store.Increment(key, 1, out long result), result);

    [Command("DECR")]
    private RespReply Decr(ReadOnlySpan<byte> key) => IsFull ? Full : Number(_store.Increment(key, -1, out long result), result);

    [Command("INCRBY")]
    private RespReply IncrBy(ReadOnlySpan<byte> key, long increment) => IsFull ? Full : Number(_store.Increment(key, increment, out long result), result);

    [Command("DECRBY")]
    private RespReply DecrBy(ReadOnlySpan<byte> key, long decrement) => decrement == long.MinValue
        ? RespReply.Error("ERR decrement would overflow"u8)
        : IsFull ? Full : Number(_store.Increment(key, -decrement, out long result), result);

    [Command("INCRBYFLOAT")]
    private RespReply IncrByFloat(ReadOnlySpan<byte> key, ReadOnlySpan<byte> increment, Client client) =>
        IsFull ? Full : Text(_store.IncrementFloat(key, increment, out ReadOnlySpan<byte> result), result, client);

    [Command("APPEND")]
    private RespReply Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        IsFull ? Full : Number(_store.Append(key, value, SetCondition.Always, out int length), length);

    [Command("STRLEN")]
    private RespReply StrLen(ReadOnlySpan<byte> key) => Number(_store.StringLength(key, out int length), length);

    [Command("GETRANGE")]
    [Command("SUBSTR")]
    private RespReply GetRange(ReadOnlySpan<byte> key, long start, long end)
    {
        Outcome outcome = _store.GetRange(key, start, end, out ReadOnlySpan<byte> range);
        return outcome is Outcome.Ok or Outcome.NotFound ? RespReply.Bulk(range) : Failure(outcome);
    }

    [Command("SETRANGE")]
    private RespReply SetRange(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> value) =>
        IsFull ? Full : Number(_store.SetRange(key, offset, value, out int length), length);
}
