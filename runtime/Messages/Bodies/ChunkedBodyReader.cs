using System.Buffers;
using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>
/// Decodes the chunked transfer coding (RFC 9112, section 7.1), strictly, since what two parsers read differently smuggles requests: every
/// line ends in CR LF, nothing stands between a size and its line's end, and trailers are field lines without folding. Trailers are checked
/// and dropped, as section 7.1.2 allows.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct ChunkedBodyReader : IBodyReader
{
    /// <summary>The most digits of a chunk's size, zeros before it included: those of 64 bits.</summary>
    public const int MaxSizeDigits = 16;

    /// <summary>The most bytes of chunk extensions in a whole body, where they are let through: they carry nothing, so many are an attack.</summary>
    public const int MaxExtensionBytes = 4096;

    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    /// <summary>tchar of RFC 9110, section 5.6.2.</summary>
    private static readonly SearchValues<byte> s_token = SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"u8);

    private readonly bool _allowExtensions;
    private Position _position;
    private ErrorCode _code;
    private byte _digits;
    private int _trailersLeft;
    private int _trailerBytesLeft;
    private int _extensionBytesLeft;
    private long _chunkLeft;
    private long _bytesLeft;
    private long _offset;

    /// <param name="maxSize">The most bytes of data; a chunk that passes it is refused when its size is read.</param>
    /// <param name="maxTrailers">The most trailer fields.</param>
    /// <param name="maxTrailerBytes">The most bytes of the trailer section, line ends included.</param>
    /// <param name="allowExtensions">Whether chunk extensions are skipped: a declared leniency. Otherwise they are refused.</param>
    public ChunkedBodyReader(long maxSize, int maxTrailers = 16, int maxTrailerBytes = 4096, bool allowExtensions = false)
    {
        _bytesLeft = Math.Max(maxSize, 0);
        _trailersLeft = maxTrailers;
        _trailerBytesLeft = maxTrailerBytes;
        _extensionBytesLeft = MaxExtensionBytes;
        _allowExtensions = allowExtensions;
    }

    /// <summary>Where in the grammar the next byte stands.</summary>
    private enum Position : byte
    {
        SizeStart,
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLf,
        EndLf,
        Done,
        Failed,
    }

    /// <inheritdoc/>
    public ParseStatus Read(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data, out int consumed, out ParseError error)
    {
        data = default;
        error = default;
        consumed = 0;
        while (_position < Position.Done && consumed < input.Length)
        {
            if (_position == Position.Data)
            {
                int taken = (int)Math.Min(_chunkLeft, input.Length - consumed);
                data = input.Slice(consumed, taken);
                consumed += taken;
                _offset += taken;
                _chunkLeft -= taken;
                if (_chunkLeft == 0)
                {
                    _position = Position.DataCr;
                }

                return ParseStatus.NeedMore;
            }

            _code = Step(input[consumed]);
            if (_code != ErrorCode.None)
            {
                _position = Position.Failed;
                break;
            }

            consumed++;
            _offset++;
        }

        if (_position == Position.Failed)
        {
            error = new ParseError(_code, (int)Math.Min(_offset, int.MaxValue), "Body.Chunks");
            return ParseStatus.Malformed;
        }

        return _position == Position.Done ? ParseStatus.Done : ParseStatus.NeedMore;
    }

    private static int Hex(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        _ => -1,
    };

    /// <summary>field-vchar, SP and HTAB: what a field's value and an extension are made of (RFC 9110, section 5.5).</summary>
    private static bool IsText(byte value) => value is (>= 0x20 and not 0x7F) or (byte)'\t';

    /// <summary>One byte of framing.</summary>
    private ErrorCode Step(byte value)
    {
        switch (_position)
        {
            // chunk-size = 1*HEXDIG
            case Position.SizeStart or Position.Size when Hex(value) is >= 0 and int digit:
                if (++_digits > MaxSizeDigits || digit > _bytesLeft || _chunkLeft > (_bytesLeft - digit) >> 4)
                {
                    return ErrorCode.TooLong;
                }

                _chunkLeft = (_chunkLeft << 4) + digit;
                _position = Position.Size;
                return ErrorCode.None;
            case Position.SizeStart:
                return ErrorCode.NotANumber;
            case Position.Size when value == (byte)';' && _allowExtensions:
                _position = Position.Extension;
                return ExtensionByte();
            case Position.Size or Position.Extension when value == Cr:
                _position = Position.SizeLf;
                return ErrorCode.None;
            case Position.Extension when IsText(value):
                return ExtensionByte();
            case Position.SizeLf when value == Lf:
                _digits = 0;
                _bytesLeft -= _chunkLeft;
                _position = _chunkLeft == 0 ? Position.TrailerStart : Position.Data;
                return ErrorCode.None;

            // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
            case Position.DataCr when value == Cr:
                _position = Position.DataLf;
                return ErrorCode.None;
            case Position.DataLf when value == Lf:
                _position = Position.SizeStart;
                return ErrorCode.None;

            // trailer-section = *( field-line CRLF ), then the CRLF that ends the body
            case Position.TrailerStart when value == Cr:
                _position = Position.EndLf;
                return ErrorCode.None;
            case Position.TrailerStart when s_token.Contains(value):
                if (--_trailersLeft < 0)
                {
                    return ErrorCode.TooLong;
                }

                _position = Position.TrailerName;
                return TrailerByte();
            case Position.TrailerName when value == (byte)':':
                _position = Position.TrailerValue;
                return TrailerByte();
            case Position.TrailerName when s_token.Contains(value):
            case Position.TrailerValue when IsText(value):
                return TrailerByte();
            case Position.TrailerValue when value == Cr:
                _position = Position.TrailerLf;
                return TrailerByte();
            case Position.TrailerLf when value == Lf:
                _position = Position.TrailerStart;
                return TrailerByte();
            case Position.EndLf when value == Lf:
                _position = Position.Done;
                return ErrorCode.None;
            default:
                return ErrorCode.UnexpectedByte;
        }
    }

    private ErrorCode ExtensionByte() => --_extensionBytesLeft < 0 ? ErrorCode.TooLong : ErrorCode.None;

    private ErrorCode TrailerByte() => --_trailerBytesLeft < 0 ? ErrorCode.TooLong : ErrorCode.None;
}
