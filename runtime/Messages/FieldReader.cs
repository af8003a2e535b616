using System.Buffers;

namespace DeclServer;

/// <summary>
/// What a <see cref="ParserAttribute"/> method reads its field with. Each operation answers <see langword="false"/>, and takes nothing, where
/// the input or the field's bound ends before it is done; that it did is remembered, so that the field is read again when more has come,
/// whatever the method answers. What the method cannot see it cannot depend on: nothing tells how much has arrived.
/// </summary>
public ref struct FieldReader
{
    /// <summary>How many bytes behind the longest field a method can look at, to tell where it ends.</summary>
    public const int MostAhead = 16;

    private readonly ReadOnlySpan<byte> _input;
    private readonly ref bool _ended;

    internal FieldReader(ReadOnlySpan<byte> input, ref bool ended)
    {
        _input = input;
        _ended = ref ended;
    }

    /// <summary>How many bytes were taken: those of the field, where the method answers <see langword="true"/>.</summary>
    public int Taken { get; private set; }

    /// <summary>Looks at the next byte.</summary>
    public readonly bool TryPeek(out byte value)
    {
        bool there = TryPeek(1, out ReadOnlySpan<byte> bytes);
        value = there ? bytes[0] : (byte)0;
        return there;
    }

    /// <summary>Looks at the next bytes.</summary>
    /// <param name="count">How many; a negative number is never there.</param>
    /// <param name="bytes">The bytes, a view of the input.</param>
    public readonly bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (count < 0 || count > _input.Length - Taken)
        {
            return count >= 0 && Ended();
        }

        bytes = _input.Slice(Taken, count);
        return true;
    }

    /// <summary>Takes the next byte.</summary>
    public bool TryTake(out byte value)
    {
        bool there = TryPeek(out value);
        Taken += there ? 1 : 0;
        return there;
    }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="count">How many; a negative number is never there.</param>
    /// <param name="bytes">The bytes, a view of the input.</param>
    public bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bool there = TryPeek(count, out bytes);
        Taken += bytes.Length;
        return there;
    }

    /// <summary>Takes the bytes before a delimiter; the delimiter is taken with them.</summary>
    /// <param name="delimiter">The delimiter.</param>
    /// <param name="bytes">The bytes before it.</param>
    public bool TryTakeUntil(byte delimiter, out ReadOnlySpan<byte> bytes) => Before(_input[Taken..].IndexOf(delimiter), 1, out bytes);

    /// <summary>Takes bytes up to the first that is not of a set, which must be there.</summary>
    /// <param name="set">The bytes to take.</param>
    /// <param name="bytes">The bytes taken; there may be none.</param>
    public bool TryTakeWhile(SearchValues<byte> set, out ReadOnlySpan<byte> bytes) => Before(_input[Taken..].IndexOfAnyExcept(set), 0, out bytes);

    private bool Before(int found, int behind, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (found < 0)
        {
            return Ended();
        }

        bytes = _input.Slice(Taken, found);
        Taken += found + behind;
        return true;
    }

    private readonly bool Ended()
    {
        // A default reader has nothing to read and nobody to tell.
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref _ended))
        {
            _ended = true;
        }

        return false;
    }
}

/// <summary>Reads a field: answers whether it stands here, having taken its bytes.</summary>
/// <param name="reader">What it is read with.</param>
public delegate bool FieldParser(ref FieldReader reader);
