using System.Globalization;
using System.Numerics;

namespace Cache.Tests;

/// <summary>The same commands, done in the plainest way on dictionaries, lists and strings.</summary>
internal sealed class ReferenceStore
{
    private readonly Dictionary<string, Item> _items = [];

    internal long Now { get; set; }

    internal string Do(params string[] command)
    {
        Purge();
        string reply = Reply(command);
        Purge();
        return reply;
    }

    private void Purge()
    {
        foreach (string dead in _items.Where(p => p.Value.ExpiresAt <= Now).Select(p => p.Key).ToList())
        {
            _items.Remove(dead);
        }
    }

    private string Reply(string[] command)
    {

        string key = command.Length > 1 ? command[1] : "";
        string[] rest = command.Length > 2 ? command[2..] : [];
        Item? item = _items.GetValueOrDefault(key);
        Type? wanted = command[0] switch
        {
            "GET" or "APPEND" or "MC.APPEND" or "MC.PREPEND" or "STRLEN" or "GETRANGE" or "SETRANGE" or "INCRBY"
                or "INCRBYFLOAT" or "MC.INCR" or "MC.DECR" => typeof(string),
            "LPUSH" or "RPUSH" or "LPUSHX" or "LPOP" or "RPOP" or "LRANGE" or "LLEN" or "LINDEX" => typeof(List<string>),
            "HSET" or "HGET" or "HDEL" or "HLEN" or "HGETALL" or "HINCRBY" => typeof(Dictionary<string, string>),
            _ => null,
        };
        if (item is not null && wanted is not null && item.Value.GetType() != wanted)
        {
            return "WrongType";
        }

        string text = item?.Value as string ?? "";
        List<string> list = item?.Value as List<string> ?? [];
        Dictionary<string, string> hash = item?.Value as Dictionary<string, string> ?? [];
        switch (command[0])
        {
            case "GET":
                return item is null ? "nil" : "$" + text;
            case "SET":
                return Set(key, item, rest);
            case "APPEND":
                return Store(key, text + rest[0]);
            case "MC.APPEND":
                return item is null ? "NotFound" : Store(key, text + rest[0]);
            case "MC.PREPEND":
                return item is null ? "NotFound" : Store(key, rest[0] + text);
            case "STRLEN":
                return $"{text.Length}";
            case "GETRANGE":
                return "$" + GetRange(text, Long(rest[0]), Long(rest[1]));
            case "SETRANGE":
                int offset = (int)Long(rest[0]);
                return rest[1].Length == 0
                    ? $"{text.Length}"
                    : Store(key, text.PadRight(offset, '\0')[..offset] + rest[1] + text[Math.Min(text.Length, offset + rest[1].Length)..]);
            case "INCRBY":
                return Increment(item is null ? "0" : text, rest[0], sum => Store(key, sum));
            case "INCRBYFLOAT":
                return IncrementFloat(key, item is null ? "0" : text, rest[0]);
            case "MC.INCR" or "MC.DECR":
                return item is null ? "NotFound" : ChangeUnsigned(key, text, ulong.Parse(rest[0], CultureInfo.InvariantCulture), command[0] == "MC.DECR");
            case "DEL":
                return _items.Remove(key) ? "1" : "0";
            case "EXISTS":
                return item is null ? "0" : "1";
            case "PEXPIREAT":
                if (item is not null)
                {
                    item.ExpiresAt = Long(rest[0]);
                }

                return item is null ? "0" : "1";
            case "PEXPIRETIME":
                return item is null ? "-2" : item.ExpiresAt == long.MaxValue ? "-1" : $"{item.ExpiresAt}";
            case "PERSIST":
                bool had = item is not null && item.ExpiresAt != long.MaxValue;
                if (had)
                {
                    item!.ExpiresAt = long.MaxValue;
                }

                return had ? "1" : "0";
            case "TYPE":
                return item is null ? "none" : item.Value is string ? "string" : item.Value is List<string> ? "list" : "hash";
            case "RENAME" or "RENAMENX":
                return Rename(key, rest[0], command[0] == "RENAMENX");
            case "FLUSHALL":
                _items.Clear();
                return "OK";
            case "KEYS":
                return StoreCommands.Sorted([.. _items.Keys.Where(k => key == "*" || k.StartsWith(key.TrimEnd('*'), StringComparison.Ordinal))]);
            case "LPUSHX" when item is null:
                return "0";
            case "LPUSH" or "LPUSHX":
                list.InsertRange(0, rest.Reverse());
                return $"{Keep(key, list, list.Count)}";
            case "RPUSH":
                list.AddRange(rest);
                return $"{Keep(key, list, list.Count)}";
            case "LPOP" or "RPOP":
                if (item is null)
                {
                    return "nil";
                }

                int count = Math.Min((int)Long(rest[0]), list.Count);
                int from = command[0] == "LPOP" ? 0 : list.Count - count;
                List<string> popped = list.GetRange(from, count);
                list.RemoveRange(from, count);
                Keep(key, list, list.Count);
                return "[" + string.Join(',', command[0] == "LPOP" ? popped : Enumerable.Reverse(popped)) + "]";
            case "LRANGE":
                long start = Math.Max(0, Long(rest[0]) < 0 ? Long(rest[0]) + list.Count : Long(rest[0]));
                long stop = Long(rest[1]) < 0 ? Long(rest[1]) + list.Count : Long(rest[1]);
                return "[" + string.Join(',', list.Where((_, i) => i >= start && i <= stop)) + "]";
            case "LLEN":
                return $"{list.Count}";
            case "LINDEX":
                long index = Long(rest[0]) < 0 ? Long(rest[0]) + list.Count : Long(rest[0]);
                return index < 0 || index >= list.Count ? "nil" : "$" + list[(int)index];
            case "HSET":
                int before = hash.Count;
                for (int i = 0; i < rest.Length; i += 2)
                {
                    hash[rest[i]] = rest[i + 1];
                }

                Keep(key, hash, hash.Count);
                return $"{hash.Count - before}";
            case "HGET":
                return hash.TryGetValue(rest[0], out string? value) ? "$" + value : "nil";
            case "HDEL":
                bool removed = hash.Remove(rest[0]);
                Keep(key, hash, hash.Count);
                return removed ? "1" : "0";
            case "HLEN":
                return $"{hash.Count}";
            case "HGETALL":
                return StoreCommands.SortedPairs([.. hash.SelectMany(p => new[] { p.Key, p.Value })]);
            case "HINCRBY":
                return Increment(hash.GetValueOrDefault(rest[0], "0"), rest[1], sum =>
                {
                    hash[rest[0]] = sum;
                    Keep(key, hash, hash.Count);
                });
            default:
                throw new ArgumentException(command[0]);
        }
    }

    private string Set(string key, Item? item, string[] rest)
    {
        int pxat = Array.IndexOf(rest, "PXAT");
        long expiresAt = pxat < 0 ? long.MaxValue : Long(rest[pxat + 1]);
        bool get = rest[1..].Contains("GET");
        if (get && item is { Value: not string })
        {
            return "WrongType";
        }

        string old = item is null ? "nil" : $"${item.Value}";
        if ((rest[1..].Contains("NX") && item is not null) || (rest[1..].Contains("XX") && item is null))
        {
            return get ? old : "nil";
        }

        if (rest[1..].Contains("KEEPTTL") && item is not null)
        {
            expiresAt = item.ExpiresAt;
        }

        _items[key] = new Item { Value = rest[0], ExpiresAt = expiresAt };
        return get ? old : "OK";
    }

    private static string GetRange(string text, long start, long end)
    {
        if (start < 0 && end < 0 && start > end)
        {
            return "";
        }

        start = Math.Max(0, start < 0 ? start + text.Length : start);
        end = Math.Max(0, end < 0 ? end + text.Length : end);
        return string.Concat(text.Where((_, i) => i >= start && i <= end));
    }

    private static string Increment(string text, string by, Action<string> store)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long old)
            || old.ToString(CultureInfo.InvariantCulture) != text)
        {
            return "NotInteger";
        }

        BigInteger sum = new BigInteger(old) + Long(by);
        if (sum < long.MinValue || sum > long.MaxValue)
        {
            return "Overflow";
        }

        store(sum.ToString(CultureInfo.InvariantCulture));
        return sum.ToString(CultureInfo.InvariantCulture);
    }

    private string IncrementFloat(string key, string text, string by)
    {
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal old) || text.Any(char.IsWhiteSpace) || text.Contains('\0'))
        {
            return "NotFloat";
        }

        string sum = Rounded(Extended(old) + Extended(decimal.Parse(by, NumberStyles.Float, CultureInfo.InvariantCulture)));
        Store(key, sum);
        return "$" + sum;
    }

    /// <summary>The nearest number of 64 significant bits, of two as near the even one, in units of 2^-300.</summary>
    private static BigInteger Extended(decimal value)
    {
        int[] parts = decimal.GetBits(value);
        BigInteger digits = (new BigInteger((uint)parts[2]) << 64) + (new BigInteger((uint)parts[1]) << 32) + (uint)parts[0];
        BigInteger divisor = BigInteger.Pow(10, (parts[3] >> 16) & 0xFF);

        // Twice the quotient, and 1 more for a remainder: where a half is exact the number is even.
        BigInteger doubled = BigInteger.DivRem(digits << 301, divisor, out BigInteger rest) & ~BigInteger.One;
        BigInteger magnitude = Nearest64(doubled + (rest.IsZero ? 0 : 1)) >> 1;
        return parts[3] < 0 ? -magnitude : magnitude;
    }

    /// <summary>The sum with 17 digits after the point at most.</summary>
    private static string Rounded(BigInteger exact)
    {
        BigInteger sum = Nearest64(BigInteger.Abs(exact));
        BigInteger scaled = sum * BigInteger.Pow(10, 17);
        BigInteger whole = scaled >> 300;
        BigInteger half = BigInteger.One << 299;
        BigInteger rest = scaled - (whole << 300);
        whole += rest > half || (rest == half && !whole.IsEven) ? 1 : 0;
        string digits = whole.ToString("D18", CultureInfo.InvariantCulture);
        string text = (digits[..^17] + "." + digits[^17..]).TrimEnd('0').TrimEnd('.');
        return exact.Sign < 0 && text != "0" ? "-" + text : text;
    }

    private static BigInteger Nearest64(BigInteger value)
    {
        int drop = (int)value.GetBitLength() - 64;
        if (drop <= 0)
        {
            return value;
        }

        BigInteger kept = value >> drop;
        BigInteger rest = value - (kept << drop);
        BigInteger half = BigInteger.One << (drop - 1);
        return (kept + (rest > half || (rest == half && !kept.IsEven) ? 1 : 0)) << drop;
    }

    private string ChangeUnsigned(string key, string text, ulong delta, bool subtract)
    {
        string number = text.TrimStart(' ').Split(' ', '\0')[0];
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong old))
        {
            return "NotInteger";
        }

        string changed = (subtract ? old - Math.Min(old, delta) : old + delta).ToString(CultureInfo.InvariantCulture);
        Store(key, changed.PadRight(text.Length));
        return changed;
    }

    private string Rename(string from, string to, bool onlyIfMissing)
    {
        if (!_items.TryGetValue(from, out Item? moved))
        {
            return "NotFound";
        }

        if (onlyIfMissing && _items.ContainsKey(to))
        {
            return "0";
        }

        _items.Remove(from);
        _items[to] = moved;
        return onlyIfMissing ? "1" : "OK";
    }

    private string Store(string key, string value)
    {
        Keep(key, value, 1);
        return $"{value.Length}";
    }

    private int Keep(string key, object value, int count)
    {
        if (count == 0)
        {
            _items.Remove(key);
        }
        else if (_items.TryGetValue(key, out Item? item))
        {
            item.Value = value;
        }
        else
        {
            _items[key] = new Item { Value = value, ExpiresAt = long.MaxValue };
        }

        return count;
    }

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Item
    {
        internal required object Value { get; set; }

        internal long ExpiresAt { get; set; }
    }
}
