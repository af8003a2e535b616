using System.Globalization;

namespace Cache.Tests;

/// <summary>
/// Redis commands (and a few of memcached's, as MC.*) done on a store, with the reply as text: the form in which the
/// store, the naive reference and the real redis-server can be compared. Unordered replies are sorted.
/// </summary>
internal static class StoreCommands
{
    internal static string Do(CacheStore store, params string[] command)
    {
        byte[] key = Bytes.Of(command.Length > 1 ? command[1] : "");
        string[] rest = command.Length > 2 ? command[2..] : [];
        switch (command[0])
        {
            case "GET":
                return Text(store.Get(key, out ReadOnlySpan<byte> got), got);
            case "SET":
                return Set(store, key, rest);
            case "APPEND":
                return Number(store.Append(key, Bytes.Of(rest[0]), SetCondition.Always, out int appended), appended);
            case "MC.APPEND":
                return Number(store.Append(key, Bytes.Of(rest[0]), SetCondition.IfPresent, out appended), appended);
            case "MC.PREPEND":
                return Number(store.Prepend(key, Bytes.Of(rest[0]), SetCondition.IfPresent, out appended), appended);
            case "STRLEN":
                return Number(store.StringLength(key, out int strlen), strlen);
            case "GETRANGE":
                return Text(store.GetRange(key, Long(rest[0]), Long(rest[1]), out ReadOnlySpan<byte> range), range);
            case "SETRANGE":
                return Number(store.SetRange(key, Long(rest[0]), Bytes.Of(rest[1]), out int ranged), ranged);
            case "INCRBY":
                return Number(store.Increment(key, Long(rest[0]), out long sum), sum);
            case "INCRBYFLOAT":
                return Text(store.IncrementFloat(key, Bytes.Of(rest[0]), out ReadOnlySpan<byte> real), real);
            case "MC.INCR":
                Outcome incremented = store.AddUnsigned(key, ulong.Parse(rest[0], CultureInfo.InvariantCulture), out ulong up);
                return incremented == Outcome.Ok ? $"{up}" : $"{incremented}";
            case "MC.DECR":
                Outcome decremented = store.SubtractUnsigned(key, ulong.Parse(rest[0], CultureInfo.InvariantCulture), out ulong down);
                return decremented == Outcome.Ok ? $"{down}" : $"{decremented}";
            case "DEL":
                return store.Delete(key) ? "1" : "0";
            case "EXISTS":
                return store.Exists(key) ? "1" : "0";
            case "PEXPIREAT":
                return store.ExpireAt(key, Long(rest[0])) == Outcome.Ok ? "1" : "0";
            case "PEXPIRETIME":
                return !store.TryGetExpiry(key, out long at) ? "-2" : at == CacheStore.Never ? "-1" : $"{at}";
            case "PERSIST":
                return store.Persist(key) ? "1" : "0";
            case "TYPE":
                return store.TypeOf(key).ToString().ToLowerInvariant();
            case "RENAME":
                return Simple(store.Rename(key, Bytes.Of(rest[0])));
            case "RENAMENX":
                Outcome renamed = store.Rename(key, Bytes.Of(rest[0]), onlyIfMissing: true);
                return renamed == Outcome.Ok ? "1" : renamed == Outcome.Exists ? "0" : $"{renamed}";
            case "FLUSHALL":
                store.Flush();
                return "OK";
            case "KEYS":
                List<string> keys = [];
                foreach (ReadOnlySpan<byte> one in store.Keys(key))
                {
                    keys.Add(Bytes.Text(one));
                }

                return Sorted(keys);
            case "LPUSH":
                return Number(store.PushLeft(key, new Many(rest), SetCondition.Always, out int lpushed), lpushed);
            case "RPUSH":
                return Number(store.PushRight(key, new Many(rest), SetCondition.Always, out int rpushed), rpushed);
            case "LPUSHX":
                Outcome lx = store.PushLeft(key, new Many(rest), SetCondition.IfPresent, out lpushed);
                return lx == Outcome.NotFound ? "0" : Number(lx, lpushed);
            case "LPOP":
                return Elements(store.PopLeft(key, (int)Long(rest[0]), out ListElements lpopped), lpopped);
            case "RPOP":
                return Elements(store.PopRight(key, (int)Long(rest[0]), out ListElements rpopped), rpopped);
            case "LRANGE":
                return Elements(store.ListRange(key, Long(rest[0]), Long(rest[1]), out ListElements elements), elements);
            case "LLEN":
                return Number(store.ListLength(key, out int llen), llen);
            case "LINDEX":
                return Text(store.ListIndex(key, Long(rest[0]), out ReadOnlySpan<byte> element), element);
            case "HSET":
                return Number(store.HashSet(key, new Many(rest), out int added), added);
            case "HGET":
                return Text(store.HashGet(key, Bytes.Of(rest[0]), out ReadOnlySpan<byte> value), value);
            case "HDEL":
                Outcome deleted = store.HashDelete(key, Bytes.Of(rest[0]));
                return deleted == Outcome.NotFound ? "0" : Number(deleted, 1);
            case "HLEN":
                return Number(store.HashLength(key, out int hlen), hlen);
            case "HGETALL":
                return Fields(store.HashAll(key, out HashFields fields), fields);
            case "HINCRBY":
                return Number(store.HashIncrement(key, Bytes.Of(rest[0]), Long(rest[1]), out long hashSum), hashSum);
            default:
                throw new ArgumentException(command[0]);
        }
    }

    private static string Set(CacheStore store, byte[] key, string[] rest)
    {
        SetOptions options = default;
        bool get = false;
        for (int i = 1; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case "NX":
                    options = options with { Condition = SetCondition.IfMissing };
                    break;
                case "XX":
                    options = options with { Condition = SetCondition.IfPresent };
                    break;
                case "KEEPTTL":
                    options = options with { KeepExpiry = true };
                    break;
                case "PXAT":
                    options = options with { ExpiresAt = Long(rest[++i]) };
                    break;
                default:
                    get = true;
                    break;
            }
        }

        byte[] value = Bytes.Of(rest[0]);
        if (!get)
        {
            Outcome plain = options == default ? store.Set(key, value) : store.Set(key, value, options);
            return plain is Outcome.Exists or Outcome.NotFound ? "nil" : Simple(plain);
        }

        Outcome outcome = store.Set(key, value, options, out StringValue previous);
        return outcome is Outcome.Ok or Outcome.Exists or Outcome.NotFound
            ? (previous.Exists ? "$" + Bytes.Text(previous.Bytes) : "nil")
            : $"{outcome}";
    }

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Simple(Outcome outcome) => outcome == Outcome.Ok ? "OK" : $"{outcome}";

    private static string Number(Outcome outcome, long number) => outcome == Outcome.Ok ? $"{number}" : $"{outcome}";

    private static string Text(Outcome outcome, ReadOnlySpan<byte> text) => outcome switch
    {
        Outcome.Ok => "$" + Bytes.Text(text),
        Outcome.NotFound => "nil",
        _ => $"{outcome}",
    };

    private static string Elements(Outcome outcome, ListElements elements)
    {
        if (outcome != Outcome.Ok)
        {
            return outcome == Outcome.NotFound ? "nil" : $"{outcome}";
        }

        List<string> texts = [];
        foreach (ReadOnlySpan<byte> element in elements)
        {
            texts.Add(Bytes.Text(element));
        }

        return "[" + string.Join(',', texts) + "]";
    }

    private static string Fields(Outcome outcome, HashFields fields)
    {
        List<string> texts = [];
        foreach (HashField field in fields)
        {
            texts.Add(Bytes.Text(field.Field));
            texts.Add(Bytes.Text(field.Value));
        }

        return outcome == Outcome.Ok ? SortedPairs(texts) : $"{outcome}";
    }

    internal static string Sorted(List<string> texts)
    {
        texts.Sort(StringComparer.Ordinal);
        return "[" + string.Join(',', texts) + "]";
    }

    internal static string SortedPairs(List<string> texts)
    {
        List<string> pairs = [];
        for (int i = 0; i < texts.Count; i += 2)
        {
            pairs.Add(texts[i] + "=" + texts[i + 1]);
        }

        return Sorted(pairs);
    }
}
