using Messages.Tests.Families;

namespace DeclServer.Benchmarks.Families;

/// <summary>A search filter: checked once by recursion, then walked without checks.</summary>
internal struct LdapFamily : IFamily
{
    private const int MaxDepth = 16;
    private const int MaxSize = 64 << 10;

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = LdapFilter.TryParse(input, ref state, out LdapFilter filter, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            Add(filter, ref fold);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        int at = 0;
        consumed = 0;
        ParseStatus status = Check(input, ref at, MaxDepth);
        if (status == ParseStatus.Done)
        {
            consumed = at;
            at = 0;
            Add(input, ref at, ref fold);
        }

        return status;
    }

    private static void Add<TFold>(scoped in LdapFilter filter, ref TFold fold)
        where TFold : struct, IFold
    {
        fold.Add(filter.Choice);
        switch (filter.Choice)
        {
            case 0xA0:
                Add(filter.And, ref fold);
                break;
            case 0xA1:
                Add(filter.Or, ref fold);
                break;
            case 0xA2:
                Add(filter.Not, ref fold);
                break;
            case 0xA3:
                Add(filter.Equal, ref fold);
                break;
            case 0xA4:
                fold.Add(filter.Substrings.Attribute);
                foreach (ref readonly LdapSubstring part in filter.Substrings.Parts)
                {
                    fold.Add(part.Place);
                    fold.Add(part.Text);
                }

                break;
            case 0xA5:
                Add(filter.GreaterOrEqual, ref fold);
                break;
            case 0xA6:
                Add(filter.LessOrEqual, ref fold);
                break;
            case 0xA8:
                Add(filter.Approximate, ref fold);
                break;
            case 0xA9:
                foreach (ref readonly LdapMatchPart part in filter.Extensible)
                {
                    fold.Add(part.Part);
                    fold.Add(part.Text);
                    fold.Add(part.NamesCount);
                }

                break;
            default:
                fold.Add(filter.Present);
                break;
        }
    }

    private static void Add<TFold>(scoped in Seq<LdapFilter> filters, ref TFold fold)
        where TFold : struct, IFold
    {
        foreach (ref readonly LdapFilter filter in filters)
        {
            Add(filter, ref fold);
        }
    }

    private static void Add<TFold>(scoped in LdapAssertion assertion, ref TFold fold)
        where TFold : struct, IFold
    {
        fold.Add(assertion.Attribute);
        fold.Add(assertion.Value);
    }

    /// <summary>The fields of a filter that was checked.</summary>
    private static void Add<TFold>(ReadOnlySpan<byte> input, ref int at, ref TFold fold)
        where TFold : struct, IFold
    {
        byte choice = input[at++];
        int end = Length(input, ref at, MaxSize);
        end += at;
        fold.Add(choice);
        switch (choice)
        {
            case 0xA0 or 0xA1 or 0xA2:
                while (at < end)
                {
                    Add(input, ref at, ref fold);
                }

                break;
            case 0xA3 or 0xA5 or 0xA6 or 0xA8:
                at++;
                AddString(input, ref at, ref fold);
                at++;
                AddString(input, ref at, ref fold);
                break;
            case 0xA4:
                at++;
                AddString(input, ref at, ref fold);
                at++;
                Length(input, ref at, MaxSize);
                while (at < end)
                {
                    fold.Add(input[at++]);
                    AddString(input, ref at, ref fold);
                }

                break;
            case 0xA9:
                while (at < end)
                {
                    byte part = input[at++];
                    fold.Add(part);
                    if (part == 0x84)
                    {
                        fold.Add(ReadOnlySpan<byte>.Empty);
                        fold.Add(input[at + 1]);
                        at += 2;
                    }
                    else
                    {
                        AddString(input, ref at, ref fold);
                        fold.Add(0);
                    }
                }

                break;
            default:
                fold.Add(input[at..end]);
                at = end;
                break;
        }
    }

    private static void AddString<TFold>(ReadOnlySpan<byte> input, ref int at, ref TFold fold)
        where TFold : struct, IFold
    {
        int size = Length(input, ref at, MaxSize);
        fold.Add(input.Slice(at, size));
        at += size;
    }

    private static ParseStatus Check(ReadOnlySpan<byte> input, ref int at, int depth)
    {
        if (depth == 0)
        {
            return ParseStatus.Malformed;
        }

        if (at == input.Length)
        {
            return ParseStatus.NeedMore;
        }

        int start = at;
        byte choice = input[at++];
        int max = choice switch
        {
            0xA0 or 0xA1 or 0xA2 or 0xA9 => MaxSize,
            0xA3 or 0xA5 or 0xA6 or 0xA8 => 4096,
            0xA4 => 8192,
            0x87 => 255,
            _ => -1,
        };
        if (max < 0)
        {
            return ParseStatus.Malformed;
        }

        int length = Length(input, ref at, max);
        if (length < 0 || at - start + length > MaxSize)
        {
            return length == Incomplete ? ParseStatus.NeedMore : ParseStatus.Malformed;
        }

        if (input.Length - at < length)
        {
            return ParseStatus.NeedMore;
        }

        ReadOnlySpan<byte> window = input[..(at + length)];
        if (choice == 0x87)
        {
            at = window.Length;
            return ParseStatus.Done;
        }

        bool? isRight = choice switch
        {
            0xA3 or 0xA5 or 0xA6 or 0xA8 => TryString(window, ref at, 255) && TryString(window, ref at, 2048) && at == window.Length,
            0xA4 => TrySubstrings(window, ref at),
            0xA9 => TryMatch(window, ref at),
            _ => null,
        };
        if (isRight is { } right)
        {
            return right ? ParseStatus.Done : ParseStatus.Malformed;
        }

        int left = choice == 0xA2 ? 1 : 64;
        if (length == 0)
        {
            return ParseStatus.Malformed;
        }

        for (; at < window.Length; left--)
        {
            if (left == 0 || Check(window, ref at, depth - 1) != ParseStatus.Done)
            {
                return ParseStatus.Malformed;
            }
        }

        return ParseStatus.Done;
    }

    /// <summary>An attribute, and parts of its value.</summary>
    private static bool TrySubstrings(ReadOnlySpan<byte> window, ref int at)
    {
        if (!TryString(window, ref at, 255) || at == window.Length || window[at++] != 0x30 || Length(window, ref at, MaxSize) is var size && at + size != window.Length)
        {
            return false;
        }

        int count = 0;
        for (; at < window.Length; count++)
        {
            if (count == 64 || window[at++] is < 0x80 or > 0x82 || at == window.Length || window[at] == 0 || !TryContent(window, ref at, 2048))
            {
                return false;
            }
        }

        return count > 0;
    }

    /// <summary>One to four parts of an extensible match.</summary>
    private static bool TryMatch(ReadOnlySpan<byte> window, ref int at)
    {
        int count = 0;
        for (; at < window.Length; count++)
        {
            byte part = window[at++];
            if (count == 4 || part is < 0x81 or > 0x84)
            {
                return false;
            }

            if (part < 0x84 ? !TryContent(window, ref at, 2048) : window.Length - at < 2 || window[at] != 1 || window[at + 1] is not (0 or 0xFF))
            {
                return false;
            }

            at += part < 0x84 ? 0 : 2;
        }

        return count > 0;
    }

    /// <summary>An octet string.</summary>
    private static bool TryString(ReadOnlySpan<byte> window, ref int at, int max) => at < window.Length && window[at++] == 4 && TryContent(window, ref at, max);

    private static bool TryContent(ReadOnlySpan<byte> window, ref int at, int max)
    {
        int length = Length(window, ref at, max);
        at += length;
        return length >= 0 && at <= window.Length;
    }

    private const int Incomplete = -1;
    private const int Wrong = -2;

    /// <summary>A definite length in its shortest form.</summary>
    private static int Length(ReadOnlySpan<byte> input, ref int at, int max)
    {
        if (at >= input.Length)
        {
            return Incomplete;
        }

        int first = input[at];
        if (first < 0x80)
        {
            at++;
            return first <= max ? first : Wrong;
        }

        int size = first & 0x7F;
        if (size is 0 or > 4)
        {
            return Wrong;
        }

        if (input.Length - at <= size)
        {
            return Incomplete;
        }

        uint length = 0;
        foreach (byte next in input.Slice(at + 1, size))
        {
            length = (length << 8) | next;
        }

        if (length < 0x80 || length >> (8 * (size - 1)) == 0 || length > (uint)max)
        {
            return Wrong;
        }

        at += size + 1;
        return (int)length;
    }
}
