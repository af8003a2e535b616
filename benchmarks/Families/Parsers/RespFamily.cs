using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DeclServer.Benchmarks.Families;

/// <summary>RESP2 requests: headers of one or two digits are decided by one word, all else byte by byte.</summary>
internal struct RespFamily : IFamily
{
    private const ushort LineEnd = '\r' | ('\n' << 8);

    private static readonly Slice[] s_arguments = new Slice[Resp.MaxArguments];

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = RespCommand.TryParse(input, ref state, out RespCommand request, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(request.ArgumentCount);
            foreach (RespArgument argument in request.Arguments)
            {
                fold.Add(argument.Value);
            }
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseStatus status = Parse(input, s_arguments, out int count, out consumed);
        if (status == ParseStatus.Done)
        {
            fold.Add(count);
            foreach (Slice argument in s_arguments.AsSpan(0, Math.Max(0, count)))
            {
                fold.Add(argument.Of(input));
            }
        }

        return status;
    }

    private static ParseStatus Parse(ReadOnlySpan<byte> input, Span<Slice> arguments, out int count, out int consumed)
    {
        consumed = 0;
        int at = 0;

        // "*" count CRLF
        ParseStatus status = Header(input, ref at, '*', int.MinValue, Resp.MaxArguments, out count);
        if (status != ParseStatus.Done)
        {
            return status;
        }

        for (int i = 0; i < count; i++)
        {
            // "$" size CRLF
            status = Header(input, ref at, '$', 0, Resp.MaxBulkLength, out int size);
            if (status != ParseStatus.Done)
            {
                return status;
            }

            // byte{size} CRLF
            if (at + size + sizeof(ushort) > Resp.MaxRequestSize)
            {
                return ParseStatus.Malformed;
            }

            if (input.Length - at < size + sizeof(ushort))
            {
                return ParseStatus.NeedMore;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(input.Slice(at + size)) != LineEnd)
            {
                return ParseStatus.Malformed;
            }

            arguments[i] = new Slice(at, size);
            at += size + sizeof(ushort);
        }

        consumed = at;
        return ParseStatus.Done;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ParseStatus Header(ReadOnlySpan<byte> input, ref int at, char mark, int min, int max, out int value)
    {
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
            if ((word & 0xFF00_00FF) == (mark | ((uint)'\r' << 24)) && first - 1 <= 8 && second <= 9 && input[at + 4] == '\n')
            {
                value = (int)((first * 10) + second);
                at += 5;
                return ParseStatus.Done;
            }
        }

        return LongHeader(input, ref at, mark, min, max, out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ParseStatus LongHeader(ReadOnlySpan<byte> input, ref int at, char mark, int min, int max, out int value)
    {
        value = 0;
        if (at == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (input[at] != mark)
        {
            return ParseStatus.Malformed;
        }

        int next = at + 1;
        bool negative = next < input.Length && input[next] == '-';
        if (negative && min >= 0)
        {
            return ParseStatus.Malformed;
        }

        next += negative ? 1 : 0;
        int digits = next;
        long number = 0;
        long limit = negative ? -(long)min : max;
        for (; next < input.Length && (uint)(input[next] - '0') <= 9; next++)
        {
            // A second digit behind a zero, or one too many.
            if ((next > digits && number == 0) || (number = (number * 10) + input[next] - '0') > limit)
            {
                return ParseStatus.Malformed;
            }
        }

        if (next == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (next == digits || (negative && number == 0) || input[next] != '\r')
        {
            return ParseStatus.Malformed;
        }

        if (next + 1 == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (input[next + 1] != '\n')
        {
            return ParseStatus.Malformed;
        }

        value = (int)(negative ? -number : number);
        at = next + 2;
        return ParseStatus.Done;
    }
}
