namespace Cache;

/// <summary>
/// Keys met on a walk over the store, to be enumerated without allocation until the next write to it. It is its own enumerator.
/// </summary>
public ref struct KeyScan
{
    private readonly CacheStore _store;
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ValueKind _kind;
    private KeyTable.Walk _walk;
    private int _left;
    private bool _ended;

    internal KeyScan(CacheStore store, KeyTable table, ulong cursor, int count, ReadOnlySpan<byte> pattern, ValueKind kind)
    {
        _store = store;
        _pattern = pattern;
        _kind = kind;
        _left = count;

        // A cursor past the last one was never given.
        _ended = cursor > uint.MaxValue;
        _walk = _ended ? default : new KeyTable.Walk(table, (uint)cursor);
    }

    /// <summary>Where the next step goes on; 0 if all keys have been seen. Valid when <see cref="MoveNext"/> has returned false.</summary>
    public readonly ulong Cursor => _walk.Next;

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Current => _walk.Current.Key;

    /// <summary>Returns a copy, so that this one keeps its place: for the cursor, call <see cref="MoveNext"/> on the variable.</summary>
    public readonly KeyScan GetEnumerator() => this;

    /// <summary>Goes to the next key that matches; false at the end of the step.</summary>
    public bool MoveNext()
    {
        while (!_ended)
        {
            while (_walk.MoveNext())
            {
                Entry entry = _walk.Current;
                if (!_store.IsLive(entry))
                {
                    continue;
                }

                _left--;
                if ((_kind == ValueKind.None || _kind == entry.Kind) && Glob.Matches(_pattern, entry.Key))
                {
                    return true;
                }
            }

            _ended = _left <= 0 || !_walk.NextChain();
        }

        return false;
    }
}
