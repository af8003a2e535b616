using System.Buffers.Binary;
using Messages.Tests.Families;

namespace DeclServer.Benchmarks.Families;

/// <summary>memcached's <c>set key flags exptime bytes [noreply]</c> and its data: one search ends and checks the key.</summary>
internal struct MemcachedFamily : IFamily
{
    private const int MaxLine = 304;
    private const uint Verb = 's' | ('e' << 8) | ('t' << 16) | (' ' << 24);

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = MemcachedSet.TryParse(input, ref state, out MemcachedSet set, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(set.Key);
            fold.Add(set.Flags);
            fold.Add(set.Exptime);
            fold.Add(set.NoReply ? 1 : 0);
            fold.Add(set.Data);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseStatus status = Parse(input, out ReadOnlySpan<byte> key, out uint flags, out long exptime, out bool noReply, out ReadOnlySpan<byte> data, out consumed);
        if (status == ParseStatus.Done)
        {
            fold.Add(key);
            fold.Add(flags);
            fold.Add(exptime);
            fold.Add(noReply ? 1 : 0);
            fold.Add(data);
        }

        return status;
    }

    private static ParseStatus Parse(
        ReadOnlySpan<byte> input, out ReadOnlySpan<byte> key, out uint flags, out long exptime, out bool noReply, out ReadOnlySpan<byte> data, out int consumed)
    {
        key = default;
        flags = 0;
        exptime = 0;
        noReply = false;
        data = default;
        consumed = 0;
        if (input.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(input) != Verb)
        {
            return TextScan.Unfinished(input, MaxLine);
        }

        // The key ends at the first byte that is none of it, which must be the space.
        int at = input[4..].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) + 4;
        bool wrongKey = false;
        if (at < 5 || at > 254 || input[at] != ' ')
        {
            if (TextScan.Unfinished(input, MaxLine) == ParseStatus.NeedMore)
            {
                return ParseStatus.NeedMore;
            }

            // A key of other bytes or too many is a rule broken: its data is still to be waited for.
            int space = input[4..].IndexOfAny((byte)' ', (byte)'\n');
            if (space <= 0 || input[4 + space] == '\n')
            {
                return ParseStatus.Malformed;
            }

            at = 4 + space;
            wrongKey = true;
        }

        key = input[4..at++];
        if (!TextScan.Number(input, ref at, uint.MaxValue, out ulong flagBits) || input[at++] != ' ')
        {
            return TextScan.Unfinished(input, MaxLine);
        }

        bool negative = at < input.Length && input[at] == '-';
        at += negative ? 1 : 0;
        if (!TextScan.Number(input, ref at, negative ? 1UL << 63 : long.MaxValue, out ulong seconds) || (negative && seconds == 0) || input[at++] != ' ')
        {
            return TextScan.Unfinished(input, MaxLine);
        }

        if (!TextScan.Number(input, ref at, 1 << 20, out ulong bytes))
        {
            return TextScan.Unfinished(input, MaxLine);
        }

        noReply = input[at..].StartsWith(" noreply\r"u8);
        at += noReply ? 8 : 0;
        if (input.Length - at < 2 || input[at] != '\r' || input[at + 1] != '\n' || at + 2 > MaxLine)
        {
            return TextScan.Unfinished(input, MaxLine);
        }

        at += 2;
        int size = (int)bytes;
        if (input.Length - at < size + 2)
        {
            return ParseStatus.NeedMore;
        }

        if (wrongKey || input[at + size] != '\r' || input[at + size + 1] != '\n')
        {
            return ParseStatus.Malformed;
        }

        flags = (uint)flagBits;
        exptime = negative ? (long)(0 - seconds) : (long)seconds;
        data = input.Slice(at, size);
        consumed = at + size + 2;
        return ParseStatus.Done;
    }
}
