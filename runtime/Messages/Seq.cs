using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace DeclServer;

/// <summary>Messages that stand one behind the other, read one at a time as they are enumerated. A view: nothing is copied.</summary>
/// <typeparam name="T">The element.</typeparam>
public readonly ref struct Seq<T>
    where T : IMessage<T>, allows ref struct
{
    private readonly ReadOnlySpan<byte> _input;
    private readonly int _start;
    private readonly int _end;
    private readonly int _depth;
    private readonly int _count;
    private readonly int _hops;

    /// <summary>A view of elements that a parser has checked.</summary>
    /// <param name="input">The message around them, from its first byte, which offsets in it count from.</param>
    /// <param name="start">Where the first element starts.</param>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="count">How many there are, those behind a jump counted.</param>
    /// <param name="depth">How many messages may be nested in an element, itself counted.</param>
    /// <param name="hops">How many jumps it makes; <see cref="Messages.Grammar.Uncounted"/> where there is none and <paramref name="count"/> is not known.</param>
    public Seq(ReadOnlySpan<byte> input, int start, int end, int count, int depth, int hops = 0)
    {
        _hops = hops;
        _input = input;
        _start = start;
        _end = end;
        _depth = depth;
        _count = count;
    }

    /// <summary>How many elements there are; those of a sequence inside an element of another are counted at each call.</summary>
    public int Count => _hops >= 0 ? _count : CountElements();

    /// <summary>How many jumps the sequence makes; with none, <see cref="Bytes"/> are all of it.</summary>
    public int Hops => Math.Max(_hops, 0);

    /// <summary>The elements as they stand on the wire; of a sequence that jumps, what stands in place.</summary>
    public ReadOnlySpan<byte> Bytes => _input[_start.._end];

    /// <summary>Enumerates the elements, across jumps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Enumerator GetEnumerator() => new(_hops >= 0 ? _input : _input[.._end], _start, _hops >= 0 ? _count : int.MaxValue, _depth);

    private int CountElements()
    {
        int count = 0;
        foreach (T _ in this)
        {
            count++;
        }

        return count;
    }

    /// <summary>The bytes that the elements take when they stand one behind the other, without jumps.</summary>
    public int GetSize()
    {
        int size = 0;
        foreach (T element in this)
        {
            size += element.GetSize();
        }

        return size;
    }

    /// <summary>Writes the elements one behind the other, without jumps, if they fit.</summary>
    public bool TryWrite(Span<byte> destination, out int written)
    {
        written = 0;
        foreach (T element in this)
        {
            if (!element.TryWrite(destination[written..], out int size))
            {
                written = 0;
                return false;
            }

            written += size;
        }

        return true;
    }

    /// <summary>Writes elements into a buffer of the caller's and gives them as a <see cref="Seq{T}"/>.</summary>
    /// <param name="buffer">Where the elements are written.</param>
    public ref struct Builder(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;
        private int _length;
        private int _count;

        /// <summary>Adds an element if it fits and is valid: what is enumerated is not checked again.</summary>
        public bool TryAdd(scoped in T element)
        {
            ParseState state = default;
            if (!element.TryWrite(_buffer[_length..], out int written)
                || T.TryParseAt(_buffer[..(_length + written)], _length, int.MaxValue, ref state, out _, out int end, out _) != ParseStatus.Done
                || end != _length + written)
            {
                return false;
            }

            _length += written;
            _count++;
            return true;
        }

        /// <summary>The elements added.</summary>
        public readonly Seq<T> ToSeq() => new(_buffer, 0, _length, _count, int.MaxValue);
    }

    /// <summary>Reads the elements in turn.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _input;
        private readonly int _depth;
        private int _position;
        private int _left;
        private bool _hasCurrent;
        private T _current;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Enumerator(ReadOnlySpan<byte> input, int start, int count, int depth)
        {
            // Until one is read there is no element to look at: clearing it would cost more than many a sequence, which is empty.
            Unsafe.SkipInit(out this);
            _input = input;
            _position = start;
            _left = count;
            _depth = depth;
            _hasCurrent = false;
        }

        /// <summary>The element read last; <c>foreach (ref readonly T element in …)</c> looks at it where it is, <c>foreach (T element in …)</c> copies it.</summary>
        /// <exception cref="InvalidOperationException">None has been read.</exception>
        [UnscopedRef]
        public readonly ref readonly T Current
        {
            get
            {
                if (!_hasCurrent)
                {
                    throw new InvalidOperationException("No element has been read: MoveNext comes first.");
                }

                return ref _current;
            }
        }

        /// <summary>Reads the next element.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            while (_left > 0 && _position < _input.Length)
            {
                T.ReadAt(_input, _position, _depth, out _current, out int end);
                _hasCurrent = true;
                if (!T.TryJump(_current, out int offset))
                {
                    _position = end;
                    _left--;
                    return true;
                }

                // The parser has seen that each jump leads back, so this ends.
                _position = offset;
            }

            _left = 0;
            return false;
        }
    }
}
