namespace Cache;

/// <content>Hashes. A hash that becomes empty is deleted; a key that is not there is an empty hash.</content>
public sealed partial class CacheStore
{
    /// <summary>Sets one field; see the other overload.</summary>
    public Outcome HashSet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, out int added) =>
        HashSet(key, new Pair(field, value), out added);

    /// <summary>
    /// Sets fields (HSET), all or none: <paramref name="pairs"/> are a field, its value, the next field and so on; an
    /// odd one at the end is not looked at. <see cref="Outcome.WrongType"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="pairs">Fields and values by turns.</param>
    /// <param name="added">How many fields are new.</param>
    public Outcome HashSet<T>(ReadOnlySpan<byte> key, in T pairs, out int added)
        where T : IByteStrings, allows ref struct
    {
        added = 0;
        uint keyHash = KeyHash.Of(key);
        Outcome outcome = Use(key, keyHash, ValueKind.Hash, out Entry entry);
        if (outcome == Outcome.WrongType || pairs.Count < 2)
        {
            return outcome == Outcome.WrongType ? outcome : Outcome.Ok;
        }

        ByteHash? hash = entry.Exists ? HashOf(entry) : null;
        if (key.Length > MaxValueSize || ByteHash.SetGrowth(hash, pairs) is not { } growth)
        {
            return Outcome.TooLarge;
        }

        long before = hash?.Bytes ?? 0;
        if (hash is null)
        {
            hash = new ByteHash();
            entry = Create(key, keyHash, ValueKind.Hash, hash, growth);
            if (!entry.Exists)
            {
                return Outcome.OutOfMemory;
            }
        }
        else if (growth > 0 && !MakeRoom(growth, entry, Growing.Values))
        {
            return Outcome.OutOfMemory;
        }

        for (int i = 0; i + 1 < pairs.Count; i += 2)
        {
            added += hash.Set(pairs[i], pairs[i + 1]) ? 1 : 0;
        }

        _entryBytes += hash.Bytes - before;
        Written(entry);
        return Outcome.Ok;
    }

    /// <summary>
    /// The value of a field (HGET, HEXISTS, HSTRLEN). <see cref="Outcome.NotFound"/> (the key or the field),
    /// <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome HashGet(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = default;
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.Hash, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        ByteHash hash = HashOf(entry);
        int index = hash.Find(field, KeyHash.Of(field));
        if (index < 0)
        {
            return Outcome.NotFound;
        }

        value = hash[index].Value;
        return Outcome.Ok;
    }

    /// <summary>Deletes a field (HDEL). <see cref="Outcome.NotFound"/> (the key or the field), <see cref="Outcome.WrongType"/>.</summary>
    public Outcome HashDelete(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field)
    {
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.Hash, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        ByteHash hash = HashOf(entry);
        long before = hash.Bytes;
        if (!hash.Delete(field))
        {
            return Outcome.NotFound;
        }

        _entryBytes += hash.Bytes - before;
        Written(entry);
        if (hash.Count == 0)
        {
            Remove(entry);
        }

        return Outcome.Ok;
    }

    /// <summary>
    /// All fields with their values (HGETALL, HKEYS, HVALS); empty if there is no such key.
    /// <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome HashAll(ReadOnlySpan<byte> key, out HashFields fields)
    {
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.Hash, out Entry entry);
        fields = outcome == Outcome.Ok ? new HashFields(HashOf(entry)) : default;
        return outcome == Outcome.NotFound ? Outcome.Ok : outcome;
    }

    /// <summary>How many fields a hash has (HLEN); 0 if there is no such key. <see cref="Outcome.WrongType"/>.</summary>
    public Outcome HashLength(ReadOnlySpan<byte> key, out int length)
    {
        Outcome outcome = HashAll(key, out HashFields fields);
        length = fields.Count;
        return outcome;
    }

    /// <summary>
    /// Adds to a signed 64-bit integer in a field (HINCRBY); a field that is not there counts as 0. <see cref="Outcome.WrongType"/>,
    /// <see cref="Outcome.NotInteger"/>, <see cref="Outcome.Overflow"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome HashIncrement(ReadOnlySpan<byte> key, ReadOnlySpan<byte> field, long by, out long result)
    {
        result = 0;
        Outcome outcome = HashGet(key, field, out ReadOnlySpan<byte> value);
        if (outcome == Outcome.WrongType)
        {
            return outcome;
        }

        long old = 0;
        if (outcome == Outcome.Ok && !IntegerText.TryParseRedis(value, out old))
        {
            return Outcome.NotInteger;
        }

        if (!TryAdd(old, by, out long sum))
        {
            return Outcome.Overflow;
        }

        Span<byte> text = stackalloc byte[IntegerText.MaxLength];
        text = text[..IntegerText.Format(sum, text)];
        outcome = HashSet(key, new Pair(field, text), out _);
        result = outcome == Outcome.Ok ? sum : 0;
        return outcome;
    }

    private readonly ref struct Pair(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value) : IByteStrings
    {
        private readonly ReadOnlySpan<byte> _field = field;
        private readonly ReadOnlySpan<byte> _value = value;

        public int Count => 2;

        public ReadOnlySpan<byte> this[int index] => index == 0 ? _field : _value;
    }
}
