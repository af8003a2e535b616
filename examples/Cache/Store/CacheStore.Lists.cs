namespace Cache;

/// <content>Lists. A list that becomes empty is deleted; a key that is not there is an empty list.</content>
public sealed partial class CacheStore
{
    /// <summary>Adds one element at the left end; see the other overload.</summary>
    public Outcome PushLeft(ReadOnlySpan<byte> key, ReadOnlySpan<byte> element, out int length) =>
        Push(key, new One(element), left: true, SetCondition.Always, out length);

    /// <summary>
    /// Adds elements one after the other at the left end, so that the last comes to stand first (LPUSH, LPUSHX): all or
    /// none. <see cref="Outcome.WrongType"/>, <see cref="Outcome.TooLarge"/>, <see cref="Outcome.OutOfMemory"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="elements">What to add.</param>
    /// <param name="condition">Whether the list must be there: else <see cref="Outcome.NotFound"/> or <see cref="Outcome.Exists"/>.</param>
    /// <param name="length">Elements of the list afterwards.</param>
    public Outcome PushLeft<T>(ReadOnlySpan<byte> key, in T elements, SetCondition condition, out int length)
        where T : IByteStrings, allows ref struct => Push(key, elements, left: true, condition, out length);

    /// <summary>Adds one element at the right end; see the other overload.</summary>
    public Outcome PushRight(ReadOnlySpan<byte> key, ReadOnlySpan<byte> element, out int length) =>
        Push(key, new One(element), left: false, SetCondition.Always, out length);

    /// <summary>Adds elements in order at the right end (RPUSH, RPUSHX); else as <see cref="PushLeft{T}"/>.</summary>
    public Outcome PushRight<T>(ReadOnlySpan<byte> key, in T elements, SetCondition condition, out int length)
        where T : IByteStrings, allows ref struct => Push(key, elements, left: false, condition, out length);

    /// <summary>
    /// Takes up to <paramref name="count"/> elements off the left end (LPOP). <see cref="Outcome.NotFound"/>,
    /// <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome PopLeft(ReadOnlySpan<byte> key, int count, out ListElements popped) => Pop(key, count, left: true, out popped);

    /// <summary>
    /// Takes up to <paramref name="count"/> elements off the right end, the last one first (RPOP).
    /// <see cref="Outcome.NotFound"/>, <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome PopRight(ReadOnlySpan<byte> key, int count, out ListElements popped) => Pop(key, count, left: false, out popped);

    /// <summary>
    /// Elements from <paramref name="start"/> to <paramref name="stop"/>, both included, negative ones counted from the
    /// end (LRANGE); empty if there is no such key. <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome ListRange(ReadOnlySpan<byte> key, long start, long stop, out ListElements elements)
    {
        elements = default;
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.List, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome == Outcome.NotFound ? Outcome.Ok : outcome;
        }

        ByteList list = ListOf(entry);
        start = Math.Max(0, start < 0 ? start + list.Count : start);
        stop = Math.Min(list.Count - 1, stop < 0 ? stop + list.Count : stop);
        if (start <= stop)
        {
            elements = list.Range((int)start, (int)(stop - start) + 1);
        }

        return Outcome.Ok;
    }

    /// <summary>How many elements a list has (LLEN); 0 if there is no such key. <see cref="Outcome.WrongType"/>.</summary>
    public Outcome ListLength(ReadOnlySpan<byte> key, out int length)
    {
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.List, out Entry entry);
        length = outcome == Outcome.Ok ? ListOf(entry).Count : 0;
        return outcome == Outcome.NotFound ? Outcome.Ok : outcome;
    }

    /// <summary>
    /// The element at an index, a negative one counted from the end (LINDEX). <see cref="Outcome.NotFound"/> (the key or
    /// the index), <see cref="Outcome.WrongType"/>.
    /// </summary>
    public Outcome ListIndex(ReadOnlySpan<byte> key, long index, out ReadOnlySpan<byte> element)
    {
        element = default;
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.List, out Entry entry);
        if (outcome != Outcome.Ok)
        {
            return outcome;
        }

        ByteList list = ListOf(entry);
        index = index < 0 ? index + list.Count : index;
        if (index < 0 || index >= list.Count)
        {
            return Outcome.NotFound;
        }

        ListElements.Enumerator only = list.Range((int)index, 1).GetEnumerator();
        only.MoveNext();
        element = only.Current;
        return Outcome.Ok;
    }

    private Outcome Push<T>(ReadOnlySpan<byte> key, in T elements, bool left, SetCondition condition, out int length)
        where T : IByteStrings, allows ref struct
    {
        length = 0;
        uint hash = KeyHash.Of(key);
        Outcome outcome = Use(key, hash, ValueKind.List, out Entry entry);
        if (outcome == Outcome.WrongType)
        {
            return outcome;
        }

        if (condition != SetCondition.Always && (condition == SetCondition.IfPresent) != entry.Exists)
        {
            return entry.Exists ? Outcome.Exists : Outcome.NotFound;
        }

        if (elements.Count == 0)
        {
            length = entry.Exists ? ListOf(entry).Count : 0;
            return Outcome.Ok;
        }

        ByteList? list = entry.Exists ? ListOf(entry) : null;
        if (key.Length > MaxValueSize || ByteList.PushGrowth(list, elements, left) is not { } growth)
        {
            return Outcome.TooLarge;
        }

        if (list is null)
        {
            list = new ByteList();
            entry = Create(key, hash, ValueKind.List, list, growth);
            if (!entry.Exists)
            {
                return Outcome.OutOfMemory;
            }
        }
        else if (!MakeRoom(growth, entry, Growing.Values))
        {
            return Outcome.OutOfMemory;
        }

        for (int i = 0; i < elements.Count; i++)
        {
            if (left)
            {
                list.PushLeft(elements[i]);
            }
            else
            {
                list.PushRight(elements[i]);
            }
        }

        _entryBytes += growth;
        length = list.Count;
        Written(entry);
        return Outcome.Ok;
    }

    private Outcome Pop(ReadOnlySpan<byte> key, int count, bool left, out ListElements popped)
    {
        popped = default;
        Outcome outcome = Use(key, KeyHash.Of(key), ValueKind.List, out Entry entry);
        if (outcome != Outcome.Ok || count <= 0)
        {
            return outcome;
        }

        ByteList list = ListOf(entry);
        if (count >= list.Count)
        {
            // Removed first, while the accounts still agree with what the list holds.
            Remove(entry);
            count = list.Count;
            popped = left ? list.PopLeft(count) : list.PopRight(count);
            return Outcome.Ok;
        }

        long before = list.Bytes;
        popped = left ? list.PopLeft(count) : list.PopRight(count);
        _entryBytes += list.Bytes - before;
        Written(entry);
        return Outcome.Ok;
    }

    private readonly ref struct One(ReadOnlySpan<byte> element) : IByteStrings
    {
        private readonly ReadOnlySpan<byte> _element = element;

        public int Count => 1;

        public ReadOnlySpan<byte> this[int index] => _element;
    }
}
