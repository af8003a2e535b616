using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>Decodes a body of a known number of bytes (Content-Length of RFC 9112, section 6.2; BDAT of RFC 3030).</summary>
[StructLayout(LayoutKind.Auto)]
public struct SizedBodyReader : IBodyReader
{
    private readonly long _maxSize;
    private long _left;

    /// <param name="size">The body's size in bytes; a negative one is refused by the first read.</param>
    /// <param name="maxSize">The most bytes accepted; a larger size is refused by the first read, before any byte of it.</param>
    public SizedBodyReader(long size, long maxSize)
    {
        _left = size;
        _maxSize = maxSize;
    }

    /// <summary>How many bytes are still to come.</summary>
    public readonly long Left => _left;

    /// <inheritdoc/>
    public ParseStatus Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, out int consumed, out ParseError error)
    {
        // What is left only falls, so a size within the bound stays within it.
        if (_left < 0 || _left > _maxSize)
        {
            data = default;
            consumed = 0;
            error = new ParseError(_left < 0 ? ErrorCode.OutOfRange : ErrorCode.TooLong, 0, "Body.Size");
            return ParseStatus.Malformed;
        }

        consumed = (int)Math.Min(_left, input.Length);
        data = input[..consumed];
        error = default;
        _left -= consumed;
        return _left == 0 ? ParseStatus.Done : ParseStatus.NeedMore;
    }
}

/// <summary>Encodes a body of a size announced before it.</summary>
/// <param name="size">The size announced, in bytes.</param>
public struct SizedBodyWriter(long size) : IBodyWriter
{
    private long _left = size;

    /// <summary>Copies; <see cref="ErrorCode.TooLong"/> for a byte past the size.</summary>
    /// <inheritdoc/>
    public ErrorCode Write(ReadOnlySpan<byte> data, Span<byte> destination, out int consumed, out int written)
    {
        consumed = written = (int)Math.Min(Math.Max(_left, 0), Math.Min(data.Length, destination.Length));
        data[..consumed].CopyTo(destination);
        _left -= consumed;
        return consumed < data.Length && _left <= 0 ? ErrorCode.TooLong : ErrorCode.None;
    }

    /// <summary>Writes nothing; <see cref="ErrorCode.TooShort"/> when fewer bytes than announced were written: the connection must then close.</summary>
    /// <inheritdoc/>
    public readonly ErrorCode Finish(Span<byte> destination, out int written)
    {
        written = 0;
        return _left > 0 ? ErrorCode.TooShort : ErrorCode.None;
    }
}
