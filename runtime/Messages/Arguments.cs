using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>A request's arguments, in their order: views of the receive buffer, or of the loop's copy where a word had to be decoded.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct Arguments
{
    /// <summary>What the ranges are offsets into.</summary>
    private readonly ReadOnlySpan<byte> _input;
    private readonly ReadOnlySpan<ArgumentRange> _ranges;

    internal Arguments(ReadOnlySpan<byte> input, ReadOnlySpan<ArgumentRange> ranges)
    {
        _input = input;
        _ranges = ranges;
    }

    /// <summary>How many there are.</summary>
    public int Count => _ranges.Length;

    /// <summary>One argument.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentRange range = _ranges[index];
            return _input.Slice(range.Offset, range.Length);
        }
    }

    /// <summary>Some of the arguments; makes <c>arguments[1..]</c> work.</summary>
    public Arguments Slice(int start, int length) => new(_input, _ranges.Slice(start, length));

    /// <summary>Enumerates the arguments.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Gives the arguments in turn.</summary>
    public ref struct Enumerator
    {
        private readonly Arguments _arguments;
        private int _index = -1;

        internal Enumerator(Arguments arguments) => _arguments = arguments;

        /// <summary>The argument reached.</summary>
        public readonly ReadOnlySpan<byte> Current => _arguments[_index];

        /// <summary>Goes to the next argument.</summary>
        public bool MoveNext() => ++_index < _arguments.Count;
    }
}

/// <summary>Where an argument lies in the received bytes, or in their copy.</summary>
internal readonly record struct ArgumentRange(int Offset, int Length);

/// <summary>Where the arguments of the request at hand lie: one table a loop, filled anew for each request.</summary>
public sealed class ArgumentTable
{
    private const int UsualCount = 64;

    private ArgumentRange[] _ranges = new ArgumentRange[UsualCount];
    private int _count;

    /// <summary>A copy of the line at hand, with its encoded words decoded; allocated by the first such line, as long as the longest so far.</summary>
    private byte[] _decoded = [];

    /// <summary>How much of the copy the line takes; 0 while none of its words was encoded.</summary>
    private int _decodedLength;

    /// <summary>How many arguments there are.</summary>
    public int Count => _count;

    /// <summary>Forgets the last request's arguments.</summary>
    public void Clear()
    {
        _count = 0;
        _decodedLength = 0;
        if (_ranges.Length > UsualCount * 64)
        {
            _ranges = new ArgumentRange[UsualCount];
        }
    }

    /// <summary>Adds an argument that lies inside <paramref name="input"/>.</summary>
    public void Add(ReadOnlySpan<byte> input, ReadOnlySpan<byte> argument) => Add(Offset(input, argument), argument.Length);

    /// <summary>Adds an argument by its place in the request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int offset, int length)
    {
        ArgumentRange[] ranges = _ranges;
        int count = _count;
        if ((uint)count < (uint)ranges.Length)
        {
            ranges[count] = new ArgumentRange(offset, length);
            _count = count + 1;
        }
        else
        {
            AddToLarger(offset, length);
        }
    }

    /// <summary>Adds the words of a line that lies inside <paramref name="input"/>.</summary>
    public void Add(ReadOnlySpan<byte> input, Words words)
    {
        Words.Enumerator word = words.GetEnumerator();
        while (word.MoveNext())
        {
            if (word.IsEncoded)
            {
                AddDecoded(input, words.Line, word);
            }
            else
            {
                Add(input, word.Current);
            }
        }
    }

    /// <summary>The arguments added, as views of <paramref name="input"/> or of its decoded copy.</summary>
    public Arguments Of(ReadOnlySpan<byte> input) =>
        new(_decodedLength == 0 ? input : _decoded.AsSpan(0, _decodedLength), _ranges.AsSpan(0, _count));

    private static int Offset(ReadOnlySpan<byte> input, ReadOnlySpan<byte> part) =>
        (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(input), ref MemoryMarshal.GetReference(part));

    /// <summary>
    /// A value is shorter than the word that encodes it, so it has room where that word stood: all words keep their places, and ranges that
    /// were added before hold in the copy as well.
    /// </summary>
    private void AddDecoded(ReadOnlySpan<byte> input, ReadOnlySpan<byte> line, scoped in Words.Enumerator word)
    {
        if (_decodedLength == 0)
        {
            _decodedLength = Offset(input, line) + line.Length;
            if (_decoded.Length < _decodedLength)
            {
                _decoded = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_decodedLength)];
            }

            input[.._decodedLength].CopyTo(_decoded);
        }

        int offset = Offset(input, word.Current);
        Add(offset, word.Decode(_decoded.AsSpan(offset)));
    }

    private void AddToLarger(int offset, int length)
    {
        Array.Resize(ref _ranges, _ranges.Length * 2);
        Add(offset, length);
    }
}
