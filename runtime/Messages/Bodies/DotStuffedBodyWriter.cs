using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>
/// Encodes lines that end at a line with a single dot (RFC 5321, section 4.5.2). The data's lines end in CR LF; a CR or LF alone is refused
/// and not passed on, since the receiver may take it for a line's end.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct DotStuffedBodyWriter : IBodyWriter
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private Position _position;

    /// <summary>Where in a line the next byte stands.</summary>
    private enum Position : byte
    {
        LineStart,
        Line,
        LineLf,
        Done,
    }

    /// <summary>Copies, with a dot before each line that starts with one. <see cref="ErrorCode.UnexpectedByte"/> for a CR or LF alone, <see cref="ErrorCode.TooLong"/> after the end.</summary>
    /// <inheritdoc/>
    public ErrorCode Write(ReadOnlySpan<byte> data, Span<byte> destination, out int consumed, out int written)
    {
        consumed = written = 0;
        while (consumed < data.Length)
        {
            byte value = data[consumed];
            switch (_position)
            {
                case Position.LineStart when value == (byte)'.':
                    if (destination.Length - written < 2)
                    {
                        return ErrorCode.None;
                    }

                    destination[written++] = value;
                    destination[written++] = value;
                    consumed++;
                    _position = Position.Line;
                    continue;
                case Position.LineStart:
                    _position = Position.Line;
                    continue;
                case Position.LineLf when value != Lf:
                    return ErrorCode.UnexpectedByte;
                case Position.Done:
                    return ErrorCode.TooLong;
            }

            if (written == destination.Length)
            {
                return ErrorCode.None;
            }

            if (_position == Position.LineLf)
            {
                destination[written++] = value;
                consumed++;
                _position = Position.LineStart;
                continue;
            }

            // The rest of the line, as far as there is room.
            ReadOnlySpan<byte> rest = data.Slice(consumed, Math.Min(data.Length - consumed, destination.Length - written));
            int end = rest.IndexOfAny(Cr, Lf);
            int copied = end < 0 ? rest.Length : end;
            rest[..copied].CopyTo(destination[written..]);
            consumed += copied;
            written += copied;
            if (end >= 0)
            {
                if (rest[end] == Lf)
                {
                    return ErrorCode.UnexpectedByte;
                }

                destination[written++] = Cr;
                consumed++;
                _position = Position.LineLf;
            }
        }

        return ErrorCode.None;
    }

    /// <summary>The line with a single dot, behind a line end where the data has none; <see cref="ErrorCode.UnexpectedByte"/> behind a CR alone.</summary>
    /// <inheritdoc/>
    public ErrorCode Finish(Span<byte> destination, out int written)
    {
        written = 0;
        if (_position == Position.Done)
        {
            return ErrorCode.None;
        }

        if (_position == Position.LineLf)
        {
            return ErrorCode.UnexpectedByte;
        }

        ReadOnlySpan<byte> end = _position == Position.LineStart ? ".\r\n"u8 : "\r\n.\r\n"u8;
        if (!end.TryCopyTo(destination))
        {
            return ErrorCode.Incomplete;
        }

        written = end.Length;
        _position = Position.Done;
        return ErrorCode.None;
    }
}
