namespace Cache;

/// <summary>
/// Keys met on a walk over the slots, to be enumerated without allocation until the next write to the store. It is its
/// own enumerator.
/// </summary>
public ref struct KeyScan
{
    private readonly CacheStore _store;
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ValueKind _kind;
    private int _slot;
    private int _left;
    private ReadOnlySpan<byte> _current;

    internal KeyScan(CacheStore store, ulong cursor, int count, ReadOnlySpan<byte> pattern, ValueKind kind)
    {
        _store = store;
        _pattern = pattern;
        _kind = kind;
        _left = count;

        // A cursor that no step gave is past the last slot.
        _slot = (int)Math.Min(cursor, int.MaxValue - 1);
    }

    /// <summary>Where the next step goes on; 0 if all keys have been seen. Valid when <see cref="MoveNext"/> has returned false.</summary>
    public readonly ulong Cursor => (ulong)_slot;

    /// <summary>The key.</summary>
    public readonly ReadOnlySpan<byte> Current => _current;

    /// <summary>Returns a copy, so that this one keeps its place: for the cursor, call <see cref="MoveNext"/> on the variable.</summary>
    public readonly KeyScan GetEnumerator() => this;

    /// <summary>Goes to the next key that matches; false at the end of the step.</summary>
    public bool MoveNext()
    {
        while (_left > 0)
        {
            _left--;
            _slot = _store.NextLive(_slot, out _current, out ValueKind kind);
            if (_slot == 0)
            {
                _left = 0;
                return false;
            }

            if ((_kind == ValueKind.None || _kind == kind) && Glob.Matches(_pattern, _current))
            {
                return true;
            }
        }

        return false;
    }
}
