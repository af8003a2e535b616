using System.ComponentModel.DataAnnotations;
using DeclServer;

namespace Cache;

/// <summary>Redis's list and hash commands.</summary>
internal sealed partial class CacheServer
{
    private const string NotPositive = "value is out of range, must be positive";

    [Command("LPUSH")]
    private RespReply LPush(ReadOnlySpan<byte> key, [MinLength(1)] Arguments elements) =>
        IsFull ? Full : Number(_store.PushLeft(key, new Strings(elements), SetCondition.Always, out int length), length);

    [Command("RPUSH")]
    private RespReply RPush(ReadOnlySpan<byte> key, [MinLength(1)] Arguments elements) =>
        IsFull ? Full : Number(_store.PushRight(key, new Strings(elements), SetCondition.Always, out int length), length);

    [Command("LPOP")]
    private void LPop(ReadOnlySpan<byte> key, [Ascii(ErrorMessage = NotPositive), Range(typeof(long), "0", "9223372036854775807", ErrorMessage = NotPositive)] long? count, ReplyWriter<RespReply> reply, Client client) =>
        Pop(key, count, left: true, reply, client);

    [Command("RPOP")]
    private void RPop(ReadOnlySpan<byte> key, [Ascii(ErrorMessage = NotPositive), Range(typeof(long), "0", "9223372036854775807", ErrorMessage = NotPositive)] long? count, ReplyWriter<RespReply> reply, Client client) =>
        Pop(key, count, left: false, reply, client);

    private void Pop(ReadOnlySpan<byte> key, long? count, bool left, ReplyWriter<RespReply> reply, Client client)
    {
        int most = (int)Math.Min(count ?? 1, int.MaxValue);
        Outcome outcome = left ? _store.PopLeft(key, most, out ListElements popped) : _store.PopRight(key, most, out popped);
        if (outcome != Outcome.Ok)
        {
            reply.Write(outcome != Outcome.NotFound ? Failure(outcome) : count is null ? client.Null : client.NullArray);
            return;
        }

        if (count is not null)
        {
            reply.Write(RespReply.Array(popped.Count));
        }

        foreach (ReadOnlySpan<byte> element in popped)
        {
            reply.Write(RespReply.Bulk(element));
        }
    }

    [Command("LRANGE")]
    private void LRange(ReadOnlySpan<byte> key, long start, long stop, ReplyWriter<RespReply> reply)
    {
        Outcome outcome = _store.ListRange(key, start, stop, out ListElements elements);
        if (outcome is not (Outcome.Ok or Outcome.NotFound))
        {
            reply.Write(Failure(outcome));
            return;
        }

        reply.Write(RespReply.Array(elements.Count));
        foreach (ReadOnlySpan<byte> element in elements)
        {
            reply.Write(RespReply.Bulk(element));
        }
    }

    [Command("LLEN")]
    private RespReply LLen(ReadOnlySpan<byte> key) => Number(_store.ListLength(key, out int length), length);

    [Command("LINDEX")]
    private RespReply LIndex(ReadOnlySpan<byte> key, long index, Client client) =>
        Text(_store.ListIndex(key, index, out ReadOnlySpan<byte> element), element, client);

    [Command("HSET")]
    private RespReply HSet(ReadOnlySpan<byte> key, [MinLength(2)] Arguments pairs) => pairs.Count % 2 != 0
        ? RespReply.Error("ERR wrong number of arguments for 'hset' command"u8)
        : IsFull ? Full : Number(_store.HashSet(key, new Strings(pairs), out int added), added);

    [Command("HMSET")]
    private RespReply HMSet(ReadOnlySpan<byte> key, [MinLength(2)] Arguments pairs)
    {
        if (pairs.Count % 2 != 0)
        {
            return RespReply.Error("ERR wrong number of arguments for 'hmset' command"u8);
        }

        Outcome outcome = _store.HashSet(key, new Strings(pairs), out _);
        return outcome == Outcome.Ok ? RespReply.Ok : Failure(outcome);
    }

    [Command("HGET")]
    private RespReply HGet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field, Client client) =>
        Text(_store.HashGet(key, field, out ReadOnlySpan<byte> value), value, client);

    [Command("HMGET")]
    private void HMGet(ReadOnlySpan<byte> key, [MinLength(1)] Arguments fields, ReplyWriter<RespReply> reply, Client client)
    {
        Outcome length = _store.HashLength(key, out _);
        if (length == Outcome.WrongType)
        {
            reply.Write(Failure(length));
            return;
        }

        reply.Write(RespReply.Array(fields.Count));
        foreach (ReadOnlySpan<byte> field in fields)
        {
            reply.Write(Text(_store.HashGet(key, field, out ReadOnlySpan<byte> value), value, client));
        }
    }

    [Command("HDEL")]
    private RespReply HDel(ReadOnlySpan<byte> key, [MinLength(1)] Arguments fields)
    {
        int deleted = 0;
        foreach (ReadOnlySpan<byte> field in fields)
        {
            Outcome outcome = _store.HashDelete(key, field);
            if (outcome == Outcome.WrongType)
            {
                return Failure(outcome);
            }

            deleted += outcome == Outcome.Ok ? 1 : 0;
        }

        return RespReply.Integer(deleted);
    }

    [Command("HGETALL")]
    private void HGetAll(ReadOnlySpan<byte> key, ReplyWriter<RespReply> reply, Client client)
    {
        Outcome outcome = _store.HashAll(key, out HashFields fields);
        if (outcome is not (Outcome.Ok or Outcome.NotFound))
        {
            reply.Write(Failure(outcome));
            return;
        }

        reply.Write(client.Map(fields.Count));
        foreach (HashField field in fields)
        {
            reply.Write(RespReply.Bulk(field.Field));
            reply.Write(RespReply.Bulk(field.Value));
        }
    }

    [Command("HLEN")]
    private RespReply HLen(ReadOnlySpan<byte> key) => Number(_store.HashLength(key, out int length), length);

    [Command("HEXISTS")]
    private RespReply HExists(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field) =>
        Number(_store.HashGet(key, field, out ReadOnlySpan<byte> _), 1);

    [Command("HINCRBY")]
    private RespReply HIncrBy(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field, long increment)
    {
        if (IsFull)
        {
            return Full;
        }

        Outcome outcome = _store.HashIncrement(key, field, increment, out long result);
        return outcome == Outcome.NotInteger ? RespReply.Error("ERR hash value is not an integer"u8) : Number(outcome, result);
    }
}
