namespace DeclServer;

/// <summary>A line of text put together in a buffer of the caller's; what does not fit is cut off.</summary>
internal ref struct TextBuilder(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _length;

    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void Add(scoped ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, _buffer.Length - _length);
        text[..length].CopyTo(_buffer[_length..]);
        _length += length;
    }

    /// <summary>Adds a client's bytes; those that could end the line become spaces.</summary>
    public void AddPrintable(scoped ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            Put(b is (byte)'\r' or (byte)'\n' ? (byte)' ' : b);
        }
    }

    /// <summary>Adds a command's name in small letters, a subcommand behind a bar.</summary>
    public void AddLower(scoped ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            Put(b switch { >= (byte)'A' and <= (byte)'Z' => (byte)(b | 0x20), (byte)' ' => (byte)'|', (byte)'\r' or (byte)'\n' => (byte)' ', _ => b });
        }
    }

    /// <summary>Adds a name in capitals.</summary>
    public void AddUpper(scoped ReadOnlySpan<byte> name)
    {
        foreach (byte b in name)
        {
            Put(b switch { >= (byte)'a' and <= (byte)'z' => (byte)(b & ~0x20), (byte)'\r' or (byte)'\n' => (byte)' ', _ => b });
        }
    }

    private void Put(byte value)
    {
        if (_length < _buffer.Length)
        {
            _buffer[_length++] = value;
        }
    }
}
