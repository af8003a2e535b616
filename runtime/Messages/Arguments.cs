using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>A request's arguments: views of the receive buffer, in their order.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct Arguments
{
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

/// <summary>Where an argument lies in the receive buffer.</summary>
internal readonly record struct ArgumentRange(int Offset, int Length);

/// <summary>Where the arguments of the request at hand lie: one table a loop, filled anew for each request.</summary>
public sealed class ArgumentTable
{
    private const int UsualCount = 64;

    private ArgumentRange[] _ranges = new ArgumentRange[UsualCount];
    private int _count;

    /// <summary>Forgets the last request's arguments.</summary>
    public void Clear()
    {
        _count = 0;
        if (_ranges.Length > UsualCount * 64)
        {
            _ranges = new ArgumentRange[UsualCount];
        }
    }

    /// <summary>Adds an argument that lies inside <paramref name="input"/>.</summary>
    public void Add(ReadOnlySpan<byte> input, ReadOnlySpan<byte> argument)
    {
        int offset = (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(
            ref MemoryMarshal.GetReference(input), ref MemoryMarshal.GetReference(argument));
        ArgumentRange[] ranges = _ranges;
        int count = _count;
        if ((uint)count >= (uint)ranges.Length)
        {
            Array.Resize(ref _ranges, ranges.Length * 2);
            ranges = _ranges;
        }

        ranges[count] = new ArgumentRange(offset, argument.Length);
        _count = count + 1;
    }

    /// <summary>The arguments added, as views of <paramref name="input"/>.</summary>
    public Arguments Of(ReadOnlySpan<byte> input) => new(input, _ranges.AsSpan(0, _count));
}
