using DeclServer.Benchmarks.Resp;

namespace DeclServer.Benchmarks.Parsing;

using ParseStatus = DeclServer.Benchmarks.Resp.ParseStatus;

/// <summary>Shows before anything is timed that the hand-written parser is right: a wrong one may be as fast as it likes.</summary>
public static class SelfCheck
{
    private const int MaxArguments = 16;

    /// <summary>Valid forms beside the two that are timed: empty and long arguments, numbers of one to three digits.</summary>
    private static readonly byte[][] s_valid =
    [
        Requests.Get,
        Requests.Set,
        "*1\r\n$4\r\nPING\r\n"u8.ToArray(),
        "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n"u8.ToArray(),
        "*2\r\n$4\r\nECHO\r\n$4\r\n\r\n\r\n\r\n"u8.ToArray(),
        [.. "*2\r\n$4\r\nECHO\r\n$100\r\n"u8, .. new byte[100], .. "\r\n"u8],
        [.. "*12\r\n"u8, .. Enumerable.Repeat("$1\r\nx\r\n"u8.ToArray(), 12).SelectMany(bytes => bytes)],
    ];

    private static readonly byte[][] s_invalid =
    [
        "GET key\r\n"u8.ToArray(),
        "*0\r\n"u8.ToArray(),
        "*\r\n"u8.ToArray(),
        "*-1\r\n"u8.ToArray(),
        "*01\r\n$4\r\nPING\r\n"u8.ToArray(),
        "*17\r\n"u8.ToArray(),
        "*1\n$4\r\nPING\r\n"u8.ToArray(),
        "*1\r\n$04\r\nPING\r\n"u8.ToArray(),
        "*1\r\n$00\r\n\r\n"u8.ToArray(),
        "*1\r\n$+4\r\nPING\r\n"u8.ToArray(),
        "*1\r\n$-1\r\n"u8.ToArray(),
        "*1\r\n$536870913\r\n"u8.ToArray(),
        "*1\r\n$99999999999999999999\r\n"u8.ToArray(),
        "*1\r\n$3\r\nPING\r\n"u8.ToArray(),
        "*1\r\n$4\r\nPING\n\r"u8.ToArray(),
        "*1\r\n:4\r\nPING\r\n"u8.ToArray(),
    ];

    /// <summary>Throws when the parser is wrong; returns the number of inputs tried.</summary>
    public static int Run()
    {
        int tried = 0;
        foreach (byte[] request in s_valid)
        {
            Expect(ParseStatus.Done, request);
            Expect(ParseStatus.Done, [.. request, .. request]);
            tried += 2;
            for (int length = 0; length < request.Length; length++, tried++)
            {
                Expect(ParseStatus.NeedMore, request.AsSpan(0, length));
            }
        }

        foreach (byte[] request in s_invalid)
        {
            Expect(ParseStatus.Invalid, request);
            tried++;
        }

        return tried + Mutate();
    }

    /// <summary>Every single-byte change of every valid request, whole and cut short; then random changes of several bytes.</summary>
    private static int Mutate()
    {
        int tried = 0;
        Random random = new(42);
        foreach (byte[] request in s_valid)
        {
            byte[] changed = [.. request];
            for (int at = 0; at < request.Length; at++)
            {
                for (int value = 0; value <= byte.MaxValue; value++, tried += 2)
                {
                    changed[at] = (byte)value;
                    Compare(changed);
                    Compare(changed.AsSpan(0, random.Next(at, changed.Length)));
                }

                changed[at] = request[at];
            }

            for (int round = 0; round < 20_000; round++, tried++)
            {
                request.CopyTo(changed, 0);
                for (int change = random.Next(2, 6); change > 0; change--)
                {
                    changed[random.Next(changed.Length)] = "*$\r\n0123456789-+x"u8[random.Next(17)];
                }

                Compare(changed.AsSpan(0, random.Next(changed.Length + 1)));
            }
        }

        return tried;
    }

    private static void Expect(ParseStatus status, ReadOnlySpan<byte> input)
    {
        if (Compare(input) != status)
        {
            throw new InvalidOperationException($"not {status}: {Convert.ToHexString(input)}");
        }
    }

    /// <summary>Holds the parser against <see cref="Obvious"/>.</summary>
    private static ParseStatus Compare(ReadOnlySpan<byte> input)
    {
        Span<Slice> arguments = new Slice[MaxArguments];
        ParseStatus status = RequestParser.Parse(input, arguments, out int count, out int consumed);
        List<(int Start, int Length)> expected = [];
        int position = 0;
        ParseStatus obvious = Obvious(input, ref position, expected);

        bool same = status == obvious;
        if (same && status == ParseStatus.Done)
        {
            same = consumed == position && count == expected.Count;
            for (int i = 0; same && i < count; i++)
            {
                same = arguments[i].Start == expected[i].Start && arguments[i].Length == expected[i].Length;
            }
        }
        else if (same)
        {
            same = count == 0 && consumed == 0;
        }

        return same ? status : throw new InvalidOperationException($"{status}, should be {obvious}: {Convert.ToHexString(input)}");
    }

    /// <summary>The grammar again, without a thought for speed.</summary>
    private static ParseStatus Obvious(ReadOnlySpan<byte> input, ref int position, List<(int Start, int Length)> arguments)
    {
        ParseStatus status = Number(input, ref position, '*', out long count);
        if (status != ParseStatus.Done)
        {
            return status;
        }

        if (count is 0 or > MaxArguments)
        {
            return ParseStatus.Invalid;
        }

        for (; count > 0; count--)
        {
            status = Number(input, ref position, '$', out long size);
            if (status != ParseStatus.Done)
            {
                return status;
            }

            if (position + size + 2 > input.Length)
            {
                return ParseStatus.NeedMore;
            }

            arguments.Add((position, (int)size));
            position += (int)size;
            if (input[position++] != '\r' || input[position++] != '\n')
            {
                return ParseStatus.Invalid;
            }
        }

        return ParseStatus.Done;
    }

    private static ParseStatus Number(ReadOnlySpan<byte> input, ref int position, char mark, out long value)
    {
        value = 0;
        if (position == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        if (input[position++] != mark)
        {
            return ParseStatus.Invalid;
        }

        int first = position;
        for (; position < input.Length && char.IsAsciiDigit((char)input[position]); position++)
        {
            value = (value * 10) + (input[position] - '0');
            if (value > RequestParser.MaxArgumentLength || (position > first && input[first] == '0'))
            {
                return ParseStatus.Invalid;
            }
        }

        int digits = position - first;
        foreach (char expected in "\r\n")
        {
            if (position == input.Length)
            {
                return ParseStatus.NeedMore;
            }

            if (digits == 0 || input[position++] != expected)
            {
                return ParseStatus.Invalid;
            }
        }

        return ParseStatus.Done;
    }
}
