namespace Cache;

/// <content>String values as bytes.</content>
public sealed partial class CacheStore
{
    /// <summary>The value of a string key (GET). <see cref="Outcome.NotFound"/>, <see cref="Outcome.WrongType"/>.</summary>
    public Outcome Get(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.String, out Entry entry);
        value = outcome == Outcome.Ok ? entry.TextBehind(key.Length) : default;
        return outcome;
    }

    /// <summary>
    /// The value of a string key with its flags and CAS number (memcached <c>gets</c>). <see cref="Outcome.NotFound"/>,
    /// <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome Get(ReadOnlySpan<byte> key, out StringValue value)
    {
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.String, out Entry entry);
        value = outcome == Outcome.Ok ? new StringValue(entry) : default;
        return outcome;
    }

    /// <summary>
    /// Plain SET: any old value of any kind, its expiry and flags go. <see cref="Outcome.TooLarge"/>,
    /// <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Set(key, KeyHash.Of(key), value, default, keepOld: false, out _);

    /// <summary>
    /// SET with NX, XX, KEEPTTL, an expiry; memcached <c>set</c>, <c>add</c>, <c>replace</c>. <see cref="Outcome.Exists"/>
    /// or <see cref="Outcome.NotFound"/> if the condition fails; <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    public Outcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, scoped in SetOptions options) =>
        Set(key, KeyHash.Of(key), value, options, keepOld: false, out _);

    /// <summary>
    /// SET with GET: as the others and gives the value that was there, also if the condition fails; an old value of
    /// another kind is <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, scoped in SetOptions options, out StringValue previous) =>
        Set(key, KeyHash.Of(key), value, options, keepOld: true, out previous);

    /// <summary>
    /// Adds to the end of a string (APPEND, memcached <c>append</c>), keeping flags and expiry.
    /// <see cref="SetCondition.IfPresent"/> for memcached, which makes no new key: <see cref="Outcome.NotFound"/>.
    /// </summary>
    /// <param name="key">The key; without <see cref="SetCondition.IfPresent"/> it need not be there.</param>
    /// <param name="value">What to add.</param>
    /// <param name="condition">Whether the key must be there.</param>
    /// <param name="length">Bytes of the whole value afterwards.</param>
    public Outcome Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, SetCondition condition, out int length) =>
        Extend(key, value, condition, atEnd: true, out length);

    /// <summary>Adds to the start of a string (memcached <c>prepend</c>); else as <see cref="Append"/>.</summary>
    public Outcome Prepend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, SetCondition condition, out int length) =>
        Extend(key, value, condition, atEnd: false, out length);

    /// <summary>Bytes of a string value, 0 if there is no such key (STRLEN). <see cref="Outcome.WrongType"/>.</summary>
    public Outcome StringLength(ReadOnlySpan<byte> key, out int length)
    {
        Outcome outcome = Get(key, out ReadOnlySpan<byte> value);
        length = value.Length;
        return outcome == Outcome.NotFound ? Outcome.Ok : outcome;
    }

    /// <summary>
    /// The bytes from <paramref name="start"/> to <paramref name="end"/>, both included, negative ones counted from the
    /// end (GETRANGE); empty if there is no such key. <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome GetRange(ReadOnlySpan<byte> key, long start, long end, out ReadOnlySpan<byte> range)
    {
        Outcome outcome = Get(key, out ReadOnlySpan<byte> value);
        range = default;
        if (outcome != Outcome.Ok || (start < 0 && end < 0 && start > end))
        {
            return outcome == Outcome.NotFound ? Outcome.Ok : outcome;
        }

        // Redis: an end before the beginning is the beginning, so that "0 -100" gives one byte.
        start = Math.Max(0, start < 0 ? start + value.Length : start);
        end = Math.Min(value.Length - 1, Math.Max(0, end < 0 ? end + value.Length : end));
        if (start <= end)
        {
            range = value[(int)start..((int)end + 1)];
        }

        return Outcome.Ok;
    }

    /// <summary>
    /// Overwrites from <paramref name="offset"/> on, with zero bytes between the old end and there (SETRANGE). An empty
    /// value changes nothing and makes no key.
    /// </summary>
    /// <param name="key">The key, which need not be there.</param>
    /// <param name="offset">In bytes; negative is <see cref="Outcome.OffsetOutOfRange"/>.</param>
    /// <param name="value">What to write.</param>
    /// <param name="length">Bytes of the whole value afterwards.</param>
    public Outcome SetRange(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> value, out int length)
    {
        length = 0;
        if (offset < 0)
        {
            return Outcome.OffsetOutOfRange;
        }

        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome == Outcome.WrongType)
        {
            return outcome;
        }

        int old = entry.Exists ? entry.Length : 0;
        if (value.IsEmpty)
        {
            length = old;
            return Outcome.Ok;
        }

        if (key.Length > MaxValueSize || offset > MaxValueSize - value.Length)
        {
            return Outcome.TooLarge;
        }

        int end = (int)offset + value.Length;
        outcome = entry.Exists ? Reshape(ref entry, Math.Max(old, end), shift: 0) : CreateString(key, hash, end, Never, out entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        if (old < offset)
        {
            entry.Room[old..(int)offset].Clear();
        }

        value.CopyTo(entry.Room[(int)offset..]);
        length = entry.Length;
        Written(entry);
        return Outcome.Ok;
    }

    private Outcome Set(
        ReadOnlySpan<byte> key, uint hash, ReadOnlySpan<byte> value, scoped in SetOptions options, bool keepOld, out StringValue previous)
    {
        previous = default;
        if (value.Length > MaxValueSize || key.Length > MaxValueSize)
        {
            return Outcome.TooLarge;
        }

        Entry entry = Find(key, hash);
        if (entry.Exists && keepOld)
        {
            if (entry.Kind != ValueKind.String)
            {
                return Outcome.WrongType;
            }

            previous = new StringValue(entry);
        }

        if (options.Condition != SetCondition.Always && (options.Condition == SetCondition.IfPresent) != entry.Exists)
        {
            return entry.Exists ? Outcome.Exists : Outcome.NotFound;
        }

        long expiresAt = options.ExpiresAt == 0 ? Never : options.ExpiresAt;
        if (options.KeepExpiry)
        {
            expiresAt = entry.Exists ? entry.ExpiresAt : Never;
        }

        if (expiresAt <= _now)
        {
            if (entry.Exists)
            {
                Remove(entry);
            }

            return Outcome.Ok;
        }

        Outcome outcome = entry.Exists
            ? ReplaceByString(ref entry, value.Length, expiresAt, mayReuse: !keepOld)
            : CreateString(key, hash, value.Length, expiresAt, out entry);
        if (outcome == Outcome.Ok)
        {
            value.CopyTo(entry.Room);
            entry.Flags = options.Flags;
            Written(entry);
        }

        return outcome;
    }

    private Outcome Extend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, SetCondition condition, bool atEnd, out int length)
    {
        length = 0;
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.String, out Entry entry);
        if (outcome == Outcome.WrongType || (!entry.Exists && condition == SetCondition.IfPresent))
        {
            return outcome;
        }

        if (entry.Exists && condition == SetCondition.IfMissing)
        {
            return Outcome.Exists;
        }

        int old = entry.Exists ? entry.Length : 0;
        if (key.Length > MaxValueSize || value.Length > MaxValueSize - old)
        {
            return Outcome.TooLarge;
        }

        outcome = entry.Exists
            ? Reshape(ref entry, old + value.Length, shift: atEnd ? 0 : value.Length)
            : CreateString(key, hash, value.Length, Never, out entry);
        if (outcome == Outcome.Ok)
        {
            value.CopyTo(entry.Room[(atEnd ? old : 0)..]);
            length = entry.Length;
            Written(entry);
        }

        return outcome;
    }

    /// <summary>A new entry with a string of undefined content.</summary>
    private Outcome CreateString(ReadOnlySpan<byte> key, uint hash, int length, long expiresAt, out Entry entry, int minRoom = 0)
    {
        int room = Math.Max(minRoom, length);
        Growing growing = expiresAt == Never ? Growing.Table : Growing.Table | Growing.Expiring;
        if (!MakeRoom(Entry.BytesFor(key.Length, room), pinned: default, growing))
        {
            entry = default;
            return Outcome.OutOfMemory;
        }

        entry = Entry.Create(key, ValueKind.String, room);
        Insert(entry, hash);
        entry.Length = length;
        SetExpiry(entry, expiresAt);
        return Outcome.Ok;
    }

    /// <summary>Makes any entry a string of undefined content.</summary>
    private Outcome ReplaceByString(ref Entry entry, int length, long expiresAt, bool mayReuse)
    {
        bool reuses = mayReuse && entry.Kind == ValueKind.String && entry.Fits(length);
        if (reuses
            ? !MakeRoomForExpiry(entry, expiresAt)
            : !TryGiveArray(ref entry, length, addsExpiry: expiresAt != Never && entry.ExpiresAt == Never))
        {
            return Outcome.OutOfMemory;
        }

        entry.Length = length;
        SetExpiry(entry, expiresAt);
        return Outcome.Ok;
    }

    /// <summary>Gives a string a length that is not less, and moves its content up by <paramref name="shift"/>.</summary>
    private Outcome Reshape(ref Entry entry, int length, int shift)
    {
        ReadOnlySpan<byte> text = entry.Text;
        bool moves = length > entry.Room.Length;
        if (moves && !TryGiveArray(ref entry, ValueBuffer.GrownLength(length), addsExpiry: false))
        {
            return Outcome.OutOfMemory;
        }

        if (moves || shift > 0)
        {
            text.CopyTo(entry.Room[shift..]);
        }

        entry.Length = length;
        return Outcome.Ok;
    }

    /// <summary>
    /// Gives any entry a new array, with its key and room for a string of undefined content, in place of what it holds; false if there is
    /// no memory for it. What it held stays as it was for those who still read it.
    /// </summary>
    private bool TryGiveArray(ref Entry entry, int room, bool addsExpiry)
    {
        long growth = Entry.BytesFor(entry.Key.Length, room) - BytesOf(entry);
        if ((growth > 0 || addsExpiry) && !MakeRoom(growth, entry, addsExpiry ? Growing.Expiring : Growing.Values))
        {
            return false;
        }

        Entry fresh = entry.WithRoom(room);
        _table.Replace(entry, fresh, KeyHash.Of(entry.Key));
        TakesPlace(fresh);
        if (entry.Kind != ValueKind.String)
        {
            DropCollection(entry);
        }

        _entryBytes += growth;
        entry = fresh;
        return true;
    }
}
