using System.Buffers.Text;

namespace DeclServer;

/// <summary>Encodes the chunked transfer coding (RFC 9112, section 7.1): each write is one chunk, without extensions; the end is without trailers.</summary>
public struct ChunkedBodyWriter : IBodyWriter
{
    /// <summary>CR LF behind the size and CR LF behind the data.</summary>
    private const int LineEnds = 4;

    private bool _finished;

    /// <summary>One chunk, as large as fits; none for no data, since an empty chunk ends the body. <see cref="ErrorCode.TooLong"/> after the end.</summary>
    /// <inheritdoc/>
    public readonly ErrorCode Write(ReadOnlySpan<byte> data, Span<byte> destination, out int consumed, out int written)
    {
        consumed = written = 0;
        if (_finished)
        {
            return data.IsEmpty ? ErrorCode.None : ErrorCode.TooLong;
        }

        // A smaller chunk has no more digits, so the room counted here is enough.
        int size = Math.Min(data.Length, destination.Length - LineEnds);
        size = Math.Min(size, destination.Length - LineEnds - Digits(size));
        if (size <= 0)
        {
            return ErrorCode.None;
        }

        int digits = Digits(size);
        _ = Utf8Formatter.TryFormat(size, destination, out written, new('x'));
        "\r\n"u8.CopyTo(destination[digits..]);
        data[..size].CopyTo(destination[(digits + 2)..]);
        "\r\n"u8.CopyTo(destination[(digits + 2 + size)..]);
        consumed = size;
        written = digits + LineEnds + size;
        return ErrorCode.None;
    }

    /// <summary>The last chunk and an empty trailer section; nothing when it was written before.</summary>
    /// <inheritdoc/>
    public ErrorCode Finish(Span<byte> destination, out int written)
    {
        written = 0;
        if (_finished)
        {
            return ErrorCode.None;
        }

        if (!"0\r\n\r\n"u8.TryCopyTo(destination))
        {
            return ErrorCode.Incomplete;
        }

        written = 5;
        _finished = true;
        return ErrorCode.None;
    }

    private static int Digits(int size)
    {
        int digits = 1;
        while ((size >>= 4) > 0)
        {
            digits++;
        }

        return digits;
    }
}
