namespace DeclServer;

/// <summary>Messages that stand one behind the other, read one at a time as they are enumerated. A view: nothing is copied.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly ref struct Seq<T>
    where T : IMessage<T>, allows ref struct
{
    /// <summary>A view of <paramref name="count"/> elements whose bytes a parser has checked.</summary>
    public Seq(ReadOnlySpan<byte> bytes, int count)
    {
        Bytes = bytes;
        Count = count;
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; }

    /// <summary>The elements as they stand on the wire.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Enumerates the elements.</summary>
    public Enumerator GetEnumerator() => new(Bytes, Count);

    /// <summary>Writes elements into a buffer of the caller's and gives them as a <see cref="Seq{T}"/>.</summary>
    /// <param name="buffer">Where the elements are written.</param>
    public ref struct Builder(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;
        private int _count;

        /// <summary>Adds an element if it fits.</summary>
        public bool TryAdd(scoped in T element)
        {
            if (!element.TryWrite(_buffer[_length..], out int written))
            {
                return false;
            }

            _length += written;
            _count++;
            return true;
        }

        /// <summary>The elements added.</summary>
        public readonly Seq<T> ToSeq() => new(_buffer[.._length], _count);
    }

    /// <summary>Reads the elements in turn.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private int _left;
        private T _current;

        internal Enumerator(ReadOnlySpan<byte> bytes, int count)
        {
            _rest = bytes;
            _left = count;
            _current = default!;
        }

        /// <summary>The element read last.</summary>
        public readonly T Current => _current;

        /// <summary>Reads the next element.</summary>
        public bool MoveNext()
        {
            if (_left <= 0)
            {
                return false;
            }

            ParseState state = default;
            if (T.TryParse(_rest, ref state, out _current, out int consumed, out _) != ParseStatus.Done)
            {
                _left = 0;
                return false;
            }

            _rest = _rest[consumed..];
            _left--;
            return true;
        }
    }
}
