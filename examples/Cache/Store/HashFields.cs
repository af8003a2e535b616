namespace Cache;

/// <summary>All fields of a hash in no particular order, to be enumerated without allocation until the next write to the store.</summary>
public readonly struct HashFields
{
    private readonly ByteHash? _hash;

    internal HashFields(ByteHash hash) => _hash = hash;

    /// <summary>How many fields there are.</summary>
    public int Count => _hash?.Count ?? 0;

    /// <summary>Begins before the first field.</summary>
    public Enumerator GetEnumerator() => new(_hash);

    /// <summary>Walks the fields.</summary>
    public struct Enumerator
    {
        private readonly ByteHash? _hash;
        private int _entry = -1;

        internal Enumerator(ByteHash? hash) => _hash = hash;

        /// <summary>The field with its value.</summary>
        public readonly HashField Current => _hash is null ? default : new HashField(_hash[_entry]);

        /// <summary>Goes to the next field; false if there is none.</summary>
        public bool MoveNext()
        {
            if (_hash is null)
            {
                return false;
            }

            do
            {
                _entry++;
            }
            while (_entry < _hash.End && _hash[_entry].Data is null);

            return _entry < _hash.End;
        }
    }
}

/// <summary>A field of a hash with its value.</summary>
public readonly ref struct HashField
{
    internal HashField(in ByteHash.Entry entry)
    {
        Field = entry.Field;
        Value = entry.Value;
    }

    /// <summary>The field's name.</summary>
    public ReadOnlySpan<byte> Field { get; }

    /// <summary>The field's value.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
