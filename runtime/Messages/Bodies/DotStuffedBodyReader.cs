using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>
/// Decodes lines that end at a line with a single dot, with a dot before each line that starts with one (RFC 5321, sections 4.1.1.4 and
/// 4.5.2; RFC 3977, section 3.1.1), strictly: only CR LF ends a line, and a CR or LF alone is refused, since servers that take it for a
/// line's end see another end of the body than those before them (section 2.3.8). The data keeps its line ends, the last one too.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct DotStuffedBodyReader : IBodyReader
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private Position _position;
    private int _errorAt;
    private ErrorCode _code;
    private long _bytesLeft;
    private long _offset;

    /// <param name="maxSize">
    /// The most bytes of data. More are dropped until the end is found, and refused there, so that the client can be told and the
    /// connection goes on.
    /// </param>
    public DotStuffedBodyReader(long maxSize) => _bytesLeft = Math.Max(maxSize, 0);

    /// <summary>Where in a line the next byte stands.</summary>
    private enum Position : byte
    {
        LineStart,
        Line,
        LineLf,
        AfterDot,
        EndLf,
        Done,
        Failed,
    }

    /// <inheritdoc/>
    public ParseStatus Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, out int consumed, out ParseError error)
    {
        int start = 0;
        int at = 0;
        while (_position < Position.Done && at < input.Length)
        {
            byte value = input[at];
            switch (_position)
            {
                case Position.LineStart when value != (byte)'.':
                    _position = Position.Line;
                    break;
                case Position.LineStart when at > start && _bytesLeft > 0:
                    // The dot is no data: what stands before it is a piece of its own.
                    return Piece(input[start..at], at, out data, out consumed, out error);
                case Position.LineStart:
                    if (at > start)
                    {
                        PassLimit(start);
                    }

                    at++;
                    start = at;
                    _position = Position.AfterDot;
                    break;
                case Position.Line:
                    int end = input[at..].IndexOfAny(Cr, Lf);
                    at = end < 0 ? input.Length : at + end;
                    if (end >= 0 && input[at] == Cr)
                    {
                        at++;
                        _position = Position.LineLf;
                    }
                    else if (end >= 0)
                    {
                        Fail(at);
                    }

                    break;
                case Position.LineLf when value == Lf:
                    at++;
                    _position = Position.LineStart;
                    break;
                case Position.AfterDot when value == Cr:
                    at++;
                    start = at;
                    _position = Position.EndLf;
                    break;
                case Position.AfterDot:
                    _position = Position.Line;
                    break;
                case Position.EndLf when value == Lf:
                    at++;
                    start = at;
                    _position = Position.Done;
                    break;
                default:
                    Fail(at);
                    break;
            }
        }

        return Piece(input[start..at], at, out data, out consumed, out error);
    }

    private void Fail(int at)
    {
        _position = Position.Failed;
        _code = ErrorCode.UnexpectedByte;
        _errorAt = Offset(at);
    }

    /// <summary>Keeps where the first byte too many stands.</summary>
    private void PassLimit(int at)
    {
        if (_code == ErrorCode.None)
        {
            _code = ErrorCode.TooLong;
            _errorAt = Offset(at);
        }
    }

    private readonly int Offset(int at) => (int)Math.Min(_offset + at, int.MaxValue);

    private ParseStatus Piece(ReadOnlySpan<byte> piece, int at, out ReadOnlySpan<byte> data, out int consumed, out ParseError error)
    {
        data = piece;
        consumed = at;
        if (piece.Length > _bytesLeft)
        {
            data = piece[..(int)_bytesLeft];
            PassLimit(at - piece.Length + data.Length);
        }

        _bytesLeft -= data.Length;
        _offset += at;
        ParseStatus status = _position switch
        {
            Position.Done => _code == ErrorCode.None ? ParseStatus.Done : ParseStatus.Refused,
            Position.Failed => ParseStatus.Malformed,
            _ => ParseStatus.NeedMore,
        };
        error = status is ParseStatus.Refused or ParseStatus.Malformed ? new ParseError(_code, _errorAt, "Body.Lines") : default;
        return status;
    }
}
