using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DeclServer.Benchmarks.Resp;

/// <summary>What <see cref="RequestParser.Parse"/> found at the start of its input.</summary>
public enum ParseStatus
{
    /// <summary>A whole request.</summary>
    Done,

    /// <summary>The beginning of a request: call again, from its first byte, when more bytes are there.</summary>
    NeedMore,

    /// <summary>Bytes that begin no request: the connection cannot be used any further.</summary>
    Invalid,
}

/// <summary>The place of one argument in the input, in bytes.</summary>
public readonly struct Slice(int start, int length)
{
    public int Start { get; } = start;

    public int Length { get; } = length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> input) => input.Slice(Start, Length);
}

/// <summary>
/// A RESP2 request reader written by hand: the baseline that generated parsers are measured against, and the parser of the peer
/// servers. Stateless, over one contiguous span, no allocation.
/// <code>
/// request  = "*" count CRLF argument{count}      ; the first argument is the name of the command
/// argument = "$" size CRLF byte{size} CRLF
/// count, size = "0" / ("1"-"9" digit*)           ; no sign, no leading zero
/// </code>
/// </summary>
public static class RequestParser
{
    /// <summary>The longest argument, in bytes: 512 MiB, redis's default for <c>proto-max-bulk-len</c>.</summary>
    public const int MaxArgumentLength = 512 * 1024 * 1024;

    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';
    private const byte ArrayMark = (byte)'*';
    private const byte BulkMark = (byte)'$';

    private const ushort LineEnd = Cr | (Lf << 8);

    /// <summary><c>"*" 0 CRLF "$3" CRLF</c> as a little-endian number.</summary>
    private const ulong ShortNameHeaders =
        ArrayMark | ((ulong)LineEnd << 16) | ((ulong)BulkMark << 32) | ((ulong)'3' << 40) | ((ulong)LineEnd << 48);

    /// <summary>Both headers, three bytes of name and the line end.</summary>
    private const int ShortNameLength = 8 + 3 + 2;

    /// <summary>Reads the request that <paramref name="input"/> begins with.</summary>
    /// <param name="input">The bytes received.</param>
    /// <param name="arguments">Receives the place of the name and of every argument. A request with more of them is invalid.</param>
    /// <param name="count">How many of <paramref name="arguments"/> were filled; 0 unless done.</param>
    /// <param name="consumed">The length of the request in bytes; 0 unless done.</param>
    public static ParseStatus Parse(ReadOnlySpan<byte> input, Span<Slice> arguments, out int count, out int consumed)
    {
        count = 0;
        consumed = 0;
        int at = 0;
        int announced;
        int i = 0;
        ParseStatus status;

        // "*" digit CRLF "$3" CRLF byte{3} CRLF: GET, SET, DEL and their like. One compare decides both headers, and because it
        // makes their lengths constants, the processor can begin with the next argument before this one is loaded.
        if (input.Length >= ShortNameLength
            && (BinaryPrimitives.ReadUInt64LittleEndian(input) & ~0xFF00UL) == ShortNameHeaders
            && input[1] - (uint)'1' <= 8
            && input[1] - '0' <= arguments.Length
            && BinaryPrimitives.ReadUInt16LittleEndian(input.Slice(ShortNameLength - sizeof(ushort))) == LineEnd)
        {
            announced = input[1] - '0';
            arguments[0] = new Slice(8, 3);
            at = ShortNameLength;
            i = 1;
        }
        else
        {
            // "*" count CRLF
            status = ReadHeader(input, ref at, ArrayMark, out announced);
            if (status != ParseStatus.Done)
            {
                return status;
            }

            if (announced == 0 || announced > arguments.Length)
            {
                return ParseStatus.Invalid;
            }
        }

        for (; i < announced; i++)
        {
            // "$" size CRLF
            status = ReadHeader(input, ref at, BulkMark, out int size);
            if (status != ParseStatus.Done)
            {
                return status;
            }

            // byte{size} CRLF
            if (input.Length - at < size + sizeof(ushort))
            {
                return ParseStatus.NeedMore;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(input.Slice(at + size)) != LineEnd)
            {
                return ParseStatus.Invalid;
            }

            arguments[i] = new Slice(at, size);
            at += size + sizeof(ushort);
        }

        count = announced;
        consumed = at;
        return ParseStatus.Done;
    }

    /// <summary>Reads <c>mark number CRLF</c> at <paramref name="at"/> and moves it past what was read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ParseStatus ReadHeader(ReadOnlySpan<byte> input, ref int at, byte mark, out int value)
    {
        // Nearly every header has one digit or two: four bytes at once decide the one, a fifth the other.
        if (input.Length - at > sizeof(uint))
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(input.Slice(at));
            uint first = ((word >> 8) & 0xFF) - '0';
            if ((word & 0xFFFF_00FF) == (mark | ((uint)LineEnd << 16)) && first <= 9)
            {
                value = (int)first;
                at += 4;
                return ParseStatus.Done;
            }

            uint second = ((word >> 16) & 0xFF) - '0';
            if ((word & 0xFF00_00FF) == (mark | ((uint)Cr << 24)) && first - 1 <= 8 && second <= 9 && input[at + 4] == Lf)
            {
                value = (int)((first * 10) + second);
                at += 5;
                return ParseStatus.Done;
            }
        }

        return ReadHeaderSlow(input, ref at, mark, out value);
    }

    /// <summary>Any header, byte by byte: longer numbers, the end of the input, and whatever is wrong.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ParseStatus ReadHeaderSlow(ReadOnlySpan<byte> input, ref int at, byte mark, out int value)
    {
        value = 0;
        ReadOnlySpan<byte> rest = input.Slice(at);
        if (rest.IsEmpty)
        {
            return ParseStatus.NeedMore;
        }

        if (rest[0] != mark)
        {
            return ParseStatus.Invalid;
        }

        int i = 1;
        for (; i < rest.Length; i++)
        {
            uint digit = (uint)(rest[i] - '0');
            if (digit > 9)
            {
                break;
            }

            // A digit after a leading zero, or a number beyond the limit (checked before it can overflow).
            if ((i > 1 && value == 0) || value > (MaxArgumentLength - (int)digit) / 10)
            {
                return ParseStatus.Invalid;
            }

            value = (value * 10) + (int)digit;
        }

        // At least one digit, then CRLF.
        if (i == rest.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (i == 1 || rest[i] != Cr)
        {
            return ParseStatus.Invalid;
        }

        if (i + 1 == rest.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (rest[i + 1] != Lf)
        {
            return ParseStatus.Invalid;
        }

        at += i + 2;
        return ParseStatus.Done;
    }
}
