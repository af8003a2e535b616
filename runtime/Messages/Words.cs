namespace DeclServer;

/// <summary>The words of a line: a view that finds them one at a time as they are enumerated.</summary>
public readonly ref struct Words
{
    private readonly byte _separator;
    private readonly WordRules? _rules;

    /// <summary>A view of the words in <paramref name="line"/>, with one byte between them and no quotes.</summary>
    public Words(ReadOnlySpan<byte> line, byte separator)
    {
        Line = line;
        _separator = separator;
    }

    /// <summary>A view of the words in <paramref name="line"/>, whose quotes a parser has checked.</summary>
    public Words(ReadOnlySpan<byte> line, WordRules rules)
    {
        Line = line;
        _rules = rules;
    }

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Line { get; }

    /// <summary>Enumerates the words; several separators in a row count as one.</summary>
    public Enumerator GetEnumerator() => new(Line, _separator, _rules);

    /// <summary>Finds the words in turn.</summary>
    public ref struct Enumerator
    {
        private readonly byte _separator;
        private readonly WordRules? _rules;
        private ReadOnlySpan<byte> _rest;
        private ReadOnlySpan<byte> _current;
        private bool _isEncoded;

        internal Enumerator(ReadOnlySpan<byte> line, byte separator, WordRules? rules)
        {
            _rest = line;
            _separator = separator;
            _rules = rules;
        }

        /// <summary>
        /// The word found last, without its quotes; as it stands on the wire, quotes and escapes included, where <see cref="IsEncoded"/>
        /// says so: its value is then what <see cref="Decode"/> writes.
        /// </summary>
        public readonly ReadOnlySpan<byte> Current => _current;

        /// <summary>Whether the word's value is no part of the line: it holds escapes, or a quote stands inside it.</summary>
        public readonly bool IsEncoded => _isEncoded;

        /// <summary>Writes the value of the word found last; <paramref name="destination"/> needs no more bytes than <see cref="Current"/> has.</summary>
        /// <returns>The value's length.</returns>
        public readonly int Decode(Span<byte> destination)
        {
            if (_isEncoded)
            {
                return _rules!.Decode(_current, destination);
            }

            _current.CopyTo(destination);
            return _current.Length;
        }

        /// <summary>Finds the next word.</summary>
        public bool MoveNext()
        {
            if (_rules is not null)
            {
                return MoveNext(_rules);
            }

            int start = _rest.IndexOfAnyExcept(_separator);
            if (start < 0)
            {
                return false;
            }

            ReadOnlySpan<byte> rest = _rest[start..];
            int end = rest.IndexOf(_separator);
            _current = end < 0 ? rest : rest[..end];
            _rest = end < 0 ? default : rest[end..];
            return true;
        }

        private bool MoveNext(WordRules rules)
        {
            int position = 0;
            if (!rules.Find(_rest, ref position))
            {
                return false;
            }

            int start = position;
            if (rules.Scan(_rest, ref position, out bool isQuoted, out _isEncoded) != ErrorCode.None)
            {
                // A line that no parser has checked ends at its bad quote.
                return false;
            }

            _current = isQuoted && !_isEncoded ? _rest[(start + 1)..(position - 1)] : _rest[start..position];
            _rest = _rest[position..];
            return true;
        }
    }
}
