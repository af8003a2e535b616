namespace Cache;

/// <content>String values as numbers, by the rules of each protocol.</content>
public sealed partial class CacheStore
{
    /// <summary>
    /// Adds to a signed 64-bit integer in decimal (INCRBY, DECRBY); a key that is not there counts as 0. Expiry and flags stay.
    /// <see cref="Outcome.WrongType"/>, <see cref="Outcome.NotInteger"/>, <see cref="Outcome.Overflow"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome Increment(ReadOnlySpan<byte> key, long by, out long result)
    {
        result = 0;
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome == Outcome.WrongType)
        {
            return outcome;
        }

        long old = 0;
        if (entry.Exists && !IntegerText.TryParseRedis(entry.Text, out old))
        {
            return Outcome.NotInteger;
        }

        if (!TryAdd(old, by, out long sum))
        {
            return Outcome.Overflow;
        }

        Span<byte> text = stackalloc byte[IntegerText.MaxLength];
        outcome = WriteNumber(key, hash, entry, text[..IntegerText.Format(sum, text)]);
        result = outcome == Outcome.Ok ? sum : 0;
        return outcome;
    }

    /// <summary>
    /// Adds decimal fractions (INCRBYFLOAT); a key that is not there counts as 0. Both may have an exponent, the result
    /// has none, and up to 17 digits after the point, rounded as Redis's is. <see cref="Outcome.WrongType"/>,
    /// <see cref="Outcome.NotFloat"/>, <see cref="Outcome.NotFinite"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome IncrementFloat(ReadOnlySpan<byte> key, ReadOnlySpan<byte> by, out ReadOnlySpan<byte> result)
    {
        result = default;
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome == Outcome.WrongType)
        {
            return outcome;
        }

        Span<byte> text = stackalloc byte[FloatText.MaxLength];
        outcome = FloatText.Add(entry.Exists ? entry.Text : "0"u8, by, text, out int length);
        if (outcome == Outcome.Ok)
        {
            outcome = WriteNumber(key, hash, entry, text[..length]);
        }

        if (outcome == Outcome.Ok)
        {
            Get(key, out result);
        }

        return outcome;
    }

    /// <summary>
    /// memcached <c>incr</c>: adds to an unsigned 64-bit integer in decimal, past 2^64 - 1 it begins again at 0.
    /// <see cref="Outcome.NotFound"/>, <see cref="Outcome.WrongType"/>, <see cref="Outcome.NotInteger"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome AddUnsigned(ReadOnlySpan<byte> key, ulong delta, out ulong result) =>
        ChangeUnsigned(key, delta, subtract: false, out result);

    /// <summary>
    /// memcached <c>decr</c>: subtracts, not below 0; else as <see cref="AddUnsigned"/>. As in memcached 1.6.18 the value
    /// never gets shorter: spaces fill its old length.
    /// </summary>
    public Outcome SubtractUnsigned(ReadOnlySpan<byte> key, ulong delta, out ulong result) =>
        ChangeUnsigned(key, delta, subtract: true, out result);

    private Outcome ChangeUnsigned(ReadOnlySpan<byte> key, ulong delta, bool subtract, out ulong result)
    {
        result = 0;
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        if (!IntegerText.TryParseMemcached(entry.Text, out ulong old))
        {
            return Outcome.NotInteger;
        }

        ulong changed = subtract ? old - Math.Min(old, delta) : unchecked(old + delta);
        Span<byte> text = stackalloc byte[IntegerText.MaxLength];
        text = text[..IntegerText.Format(changed, text)];
        if (text.Length <= entry.Length)
        {
            // memcached writes in place, because the length is part of the item.
            text.CopyTo(entry.Room);
            entry.Room[text.Length..entry.Length].Fill((byte)' ');
            Written(entry);
        }
        else
        {
            outcome = WriteNumber(key, hash, entry, text);
        }

        result = outcome == Outcome.Ok ? changed : 0;
        return outcome;
    }

    /// <summary>Stores a number's text, with room for the longest so that the next ones allocate nothing; expiry and flags stay.</summary>
    private Outcome WriteNumber(ReadOnlySpan<byte> key, uint hash, Entry entry, ReadOnlySpan<byte> text)
    {
        if (key.Length > MaxValueSize)
        {
            return Outcome.TooLarge;
        }

        Outcome outcome = Outcome.Ok;
        if (!entry.Exists)
        {
            outcome = CreateString(key, hash, text.Length, Never, out entry, ValueBuffer.IntegerCapacity);
        }
        else if (!entry.Fits(text.Length) && !TryGiveArray(ref entry, Math.Max(ValueBuffer.IntegerCapacity, text.Length), addsExpiry: false))
        {
            return Outcome.OutOfMemory;
        }

        if (outcome == Outcome.Ok)
        {
            text.CopyTo(entry.Room);
            entry.Length = text.Length;
            Written(entry);
        }

        return outcome;
    }

    private static bool TryAdd(long a, long b, out long sum)
    {
        sum = unchecked(a + b);
        return ((a ^ sum) & (b ^ sum)) >= 0;
    }
}
