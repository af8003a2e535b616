using DeclServer;

namespace Runtime.Tests.Messages;

/// <summary>The messages whose emitted parsers are tested.</summary>
public enum MessageKind
{
    Command,
    Argument,
    Inline,
    Reply,
    Line,
    Value,
    UniqueValue,
    Statistic,
}

/// <summary>What a parser made of its input.</summary>
internal readonly record struct Verdict(ParseStatus Status, int Consumed, ParseError Error);

/// <summary>What must hold of every emitted parser on any input at all; a law that is broken throws.</summary>
internal static class ParserLaws
{
    /// <summary>Parses the input whole, then up to each of the cuts in turn and to its end: the verdicts must be the same and sane.</summary>
    public static Verdict OneVerdict(MessageKind kind, ReadOnlySpan<byte> input, params ReadOnlySpan<int> cuts) => kind switch
    {
        MessageKind.Command => OneVerdict<RespCommand>(input, cuts),
        MessageKind.Argument => OneVerdict<RespArgument>(input, cuts),
        MessageKind.Inline => OneVerdict<RespInline>(input, cuts),
        MessageKind.Reply => OneVerdict<RespReply>(input, cuts),
        MessageKind.Line => OneVerdict<MemcachedCommand>(input, cuts),
        MessageKind.Value => OneVerdict<MemcachedValue>(input, cuts),
        MessageKind.UniqueValue => OneVerdict<MemcachedUniqueValue>(input, cuts),
        _ => OneVerdict<MemcachedStatistic>(input, cuts),
    };

    /// <summary>Parses the input one byte more at a time.</summary>
    public static void OneVerdictWhenItDrips(MessageKind kind, ReadOnlySpan<byte> input)
    {
        int[] cuts = new int[input.Length];
        for (int i = 0; i < cuts.Length; i++)
        {
            cuts[i] = i;
        }

        OneVerdict(kind, input, cuts);
    }

    /// <summary>Writes a valid message anew: the size is the one computed, a byte less is too little, and it reads as the same message.</summary>
    public static byte[] Written(MessageKind kind, ReadOnlySpan<byte> input) => kind switch
    {
        MessageKind.Command => Written<RespCommand>(input),
        MessageKind.Argument => Written<RespArgument>(input),
        MessageKind.Inline => Written<RespInline>(input),
        MessageKind.Reply => Written<RespReply>(input),
        MessageKind.Line => Written<MemcachedCommand>(input),
        MessageKind.Value => Written<MemcachedValue>(input),
        MessageKind.UniqueValue => Written<MemcachedUniqueValue>(input),
        _ => Written<MemcachedStatistic>(input),
    };

    private static Verdict OneVerdict<T>(ReadOnlySpan<byte> input, ReadOnlySpan<int> cuts)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        Verdict whole = Parse<T>(input, ref state);
        state = default;
        Verdict split = default;
        bool ended = false;
        foreach (int cut in cuts)
        {
            split = Parse<T>(input[..cut], ref state);
            if (split.Status != ParseStatus.NeedMore)
            {
                ended = true;
                break;
            }
        }

        if (!ended)
        {
            split = Parse<T>(input, ref state);
        }

        if (split != whole)
        {
            throw Broken(input, $"cut at {string.Join(',', cuts.ToArray())} it is {split}, whole it is {whole}");
        }

        return whole;
    }

    private static Verdict Parse<T>(ReadOnlySpan<byte> input, ref ParseState state)
        where T : IMessage<T>, allows ref struct
    {
        ParseStatus status = T.TryParse(input, ref state, out T message, out int consumed, out ParseError error);
        bool isSane = status switch
        {
            ParseStatus.Done => consumed > 0 && consumed <= input.Length && error == default && IsZero(state),
            ParseStatus.Refused => consumed > 0 && consumed <= input.Length && error.Code != ErrorCode.None && error.Field is not null && IsZero(state),
            ParseStatus.Malformed => consumed == 0 && error.Code is not (ErrorCode.None or ErrorCode.Incomplete) && error.Field is not null
                && (uint)error.Offset <= (uint)input.Length && IsZero(state),
            _ => consumed == 0 && error == default && (uint)state.Offset <= (uint)input.Length && (uint)state.ScanStart <= (uint)input.Length
                && (uint)state.Scanned <= (uint)input.Length && state.Count >= 0 && state.Needed >= 0,
        };
        if (!isSane)
        {
            throw Broken(input, $"{status}, consumed {consumed}, {error}, state {state.Needed} {state.Offset} {state.Count} {state.ScanStart} {state.Scanned}");
        }

        // A view that is valid can be measured and written.
        if (status == ParseStatus.Done && message.GetSize() is int size && (size < consumed - 1 || size > consumed + 1))
        {
            throw Broken(input, $"{consumed} bytes were read and {size} would be written");
        }

        return new Verdict(status, consumed, error);
    }

    private static byte[] Written<T>(ReadOnlySpan<byte> input)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, T.TryParse(input, ref state, out T message, out _, out _));
        byte[] written = new byte[message.GetSize()];
        Assert.False(message.TryWrite(written.AsSpan(1), out _));
        Assert.True(message.TryWrite(written, out int length));
        Assert.Equal(written.Length, length);
        Assert.Equal(ParseStatus.Done, T.TryParse(written, ref state, out T again, out length, out _));
        Assert.Equal((written.Length, written.Length), (length, again.GetSize()));
        return written;
    }

    private static bool IsZero(in ParseState state) =>
        (state.Needed | state.Offset | state.Count | state.ScanStart | state.Scanned) == 0;

    private static InvalidOperationException Broken(ReadOnlySpan<byte> input, string how) =>
        new($"{how}: '{System.Text.Encoding.Latin1.GetString(input).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}'");
}
