using System.ComponentModel.DataAnnotations;
using System.Text;
using DeclServer;

namespace Cache;

/// <summary>Redis's commands on keys of any type.</summary>
internal sealed partial class CacheServer
{
    [Command("DEL")]
    [Command("UNLINK")]
    private RespReply Del([MinLength(1)] Arguments keys)
    {
        int deleted = 0;
        foreach (ReadOnlySpan<byte> key in keys)
        {
            deleted += _store.Delete(key) ? 1 : 0;
        }

        return RespReply.Integer(deleted);
    }

    [Command("EXISTS")]
    private RespReply Exists([MinLength(1)] Arguments keys)
    {
        int found = 0;
        foreach (ReadOnlySpan<byte> key in keys)
        {
            found += _store.Exists(key) ? 1 : 0;
        }

        return RespReply.Integer(found);
    }

    [Command("TYPE")]
    private RespReply Type(ReadOnlySpan<byte> key) => RespReply.Simple(_store.TypeOf(key) switch
    {
        ValueKind.String => "string"u8,
        ValueKind.List => "list"u8,
        ValueKind.Hash => "hash"u8,
        _ => "none"u8,
    });

    [Command("EXPIRE")]
    private RespReply Expire(ReadOnlySpan<byte> key, long seconds, Arguments conditions) =>
        ExpireAt(key, seconds, 1_000, _now, "expire"u8, conditions);

    [Command("PEXPIRE")]
    private RespReply PExpire(ReadOnlySpan<byte> key, long milliseconds, Arguments conditions) =>
        ExpireAt(key, milliseconds, 1, _now, "pexpire"u8, conditions);

    [Command("EXPIREAT")]
    private RespReply ExpireAt(ReadOnlySpan<byte> key, long unixSeconds, Arguments conditions) =>
        ExpireAt(key, unixSeconds, 1_000, 0, "expireat"u8, conditions);

    [Command("PEXPIREAT")]
    private RespReply PExpireAt(ReadOnlySpan<byte> key, long unixMilliseconds, Arguments conditions) =>
        ExpireAt(key, unixMilliseconds, 1, 0, "pexpireat"u8, conditions);

    private RespReply ExpireAt(ReadOnlySpan<byte> key, long number, long factor, long start, ReadOnlySpan<byte> command, Arguments conditions)
    {
        bool ifNone = false;
        bool ifSome = false;
        bool ifLater = false;
        bool ifEarlier = false;
        foreach (ReadOnlySpan<byte> condition in conditions)
        {
            bool isNone = Ascii.EqualsIgnoreCase(condition, "NX"u8);
            bool isSome = Ascii.EqualsIgnoreCase(condition, "XX"u8);
            bool isLater = Ascii.EqualsIgnoreCase(condition, "GT"u8);
            bool isEarlier = Ascii.EqualsIgnoreCase(condition, "LT"u8);
            if (!(isNone | isSome | isLater | isEarlier))
            {
                return Error($"ERR Unsupported option {Printable(condition)}");
            }

            ifNone |= isNone;
            ifSome |= isSome;
            ifLater |= isLater;
            ifEarlier |= isEarlier;
        }

        if (ifNone && (ifSome || ifLater || ifEarlier))
        {
            return RespReply.Error("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
        }

        if (ifLater && ifEarlier)
        {
            return RespReply.Error("ERR GT and LT options at the same time are not compatible"u8);
        }

        if (number > long.MaxValue / factor || number < long.MinValue / factor || number * factor > long.MaxValue - start)
        {
            return RespReply.Error(command switch
            {
                [(byte)'e', .., (byte)'t'] => "ERR invalid expire time in 'expireat' command"u8,
                [(byte)'e', ..] => "ERR invalid expire time in 'expire' command"u8,
                [.., (byte)'t'] => "ERR invalid expire time in 'pexpireat' command"u8,
                _ => "ERR invalid expire time in 'pexpire' command"u8,
            });
        }

        if (!_store.TryGetExpiry(key, out long current))
        {
            return RespReply.Integer(0);
        }

        // A key without expiry counts as one that never expires: nothing is later, everything is earlier.
        long at = number * factor + start;
        if ((ifNone && current != CacheStore.Never) || (ifSome && current == CacheStore.Never) || (ifLater && at <= current) || (ifEarlier && at >= current))
        {
            return RespReply.Integer(0);
        }

        return RespReply.Integer(_store.ExpireAt(key, at) == Outcome.Ok ? 1 : 0);
    }

    [Command("TTL")]
    private RespReply Ttl(ReadOnlySpan<byte> key) => RespReply.Integer(Left(key) is var left && left < 0 ? left : (left + 500) / 1_000);

    [Command("PTTL")]
    private RespReply PTtl(ReadOnlySpan<byte> key) => RespReply.Integer(Left(key));

    private long Left(ReadOnlySpan<byte> key) => !_store.TryGetExpiry(key, out long at) ? -2 : at == CacheStore.Never ? -1 : at - _now;

    [Command("PERSIST")]
    private RespReply Persist(ReadOnlySpan<byte> key) => RespReply.Integer(_store.Persist(key) ? 1 : 0);

    [Command("KEYS")]
    private void Keys(ReadOnlySpan<byte> pattern, ReplyWriter<RespReply> reply)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in _store.Keys(pattern))
        {
            count++;
        }

        reply.Write(RespReply.Array(count));
        foreach (ReadOnlySpan<byte> key in _store.Keys(pattern))
        {
            reply.Write(RespReply.Bulk(key));
        }
    }

    [Command("SCAN")]
    private void Scan(
        ReadOnlySpan<byte> cursor,
        [Option("MATCH")] ReadOnlySpan<byte> pattern,
        [Option("COUNT")] long? count,
        [Option("TYPE")] ReadOnlySpan<byte> type,
        ReplyWriter<RespReply> reply)
    {
        if (DeclServer.Messages.Grammar.WholeNumber(cursor, true, 0UL, ulong.MaxValue, out ulong from) != ErrorCode.None)
        {
            reply.Write(RespReply.Error("ERR invalid cursor"u8));
            return;
        }

        if (count <= 0)
        {
            reply.Write(SyntaxError);
            return;
        }

        // An unknown type matches no key, but the walk goes on.
        ValueKind kind = type.IsEmpty ? ValueKind.None
            : Ascii.EqualsIgnoreCase(type, "string"u8) ? ValueKind.String
            : Ascii.EqualsIgnoreCase(type, "list"u8) ? ValueKind.List
            : Ascii.EqualsIgnoreCase(type, "hash"u8) ? ValueKind.Hash : (ValueKind)255;
        int step = (int)Math.Min(count ?? 10, int.MaxValue);
        KeyScan counting = _store.Scan(from, step, pattern, kind);
        int found = 0;
        while (counting.MoveNext())
        {
            found++;
        }

        Span<byte> text = stackalloc byte[20];
        counting.Cursor.TryFormat(text, out int length);
        reply.Write(RespReply.Array(2));
        reply.Write(RespReply.Bulk(text[..length]));
        reply.Write(RespReply.Array(found));
        foreach (ReadOnlySpan<byte> key in _store.Scan(from, step, pattern, kind))
        {
            reply.Write(RespReply.Bulk(key));
        }
    }

    [Command("RANDOMKEY")]
    private RespReply RandomKey(Client client) => _store.RandomKey(out ReadOnlySpan<byte> key) ? RespReply.Bulk(key) : client.Null;

    [Command("RENAME")]
    private RespReply Rename(ReadOnlySpan<byte> key, ReadOnlySpan<byte> newKey)
    {
        Outcome outcome = _store.Rename(key, newKey);
        return outcome == Outcome.Ok ? RespReply.Ok : Failure(outcome);
    }

    [Command("DBSIZE")]
    private RespReply DbSize() => RespReply.Integer(_store.Count);

    [Command("FLUSHDB")]
    [Command("FLUSHALL")]
    private RespReply Flush(Arguments mode)
    {
        if (mode.Count > 1 || (mode.Count == 1 && !Ascii.EqualsIgnoreCase(mode[0], "ASYNC"u8) && !Ascii.EqualsIgnoreCase(mode[0], "SYNC"u8)))
        {
            return SyntaxError;
        }

        _store.Flush();
        return RespReply.Ok;
    }
}
