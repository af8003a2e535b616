using System.Reflection;

namespace DeclServer.Testing;

/// <summary>
/// Tests that hold for every message, whatever it declares. Each throws a <see cref="MessageTestException"/> that shows the input, so they
/// work in any test framework: <c>MessageTest.Valid&lt;MyMessage&gt;(bytes)</c>.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public static class MessageTest<T>
    where T : IMessage<T>, allows ref struct
{
    /// <summary>Whether the input is the message, so that a part of it is not a beginning but a broken one.</summary>
    private static readonly bool s_isWhole = typeof(T).GetCustomAttribute<MessageFactsAttribute>()?.IsWhole ?? false;

    private static readonly int s_minSize = Description.MessageGrammar.Of<T>().MinSize;

    /// <summary>
    /// The bytes are one valid message: it is read to its end, the same at every split in two and one byte at a time; no prefix of it is a
    /// message; the writer gives the same bytes back; and no mutation of it breaks the parser (<see cref="Survives"/>).
    /// </summary>
    /// <param name="bytes">The message.</param>
    public static void Valid(ReadOnlySpan<byte> bytes)
    {
        Verdict whole = Verdict.Of(bytes);
        Demand(whole.Status == ParseStatus.Done, $"it is not valid but {whole}", bytes);
        Demand(whole.Length == bytes.Length, $"{whole.Length} of its {bytes.Length} bytes were read", bytes);
        Splits(bytes);
        for (int length = 0; length < bytes.Length; length++)
        {
            Verdict part = Verdict.Of(bytes[..length]);
            Demand(part.Status == (s_isWhole ? ParseStatus.Malformed : ParseStatus.NeedMore), $"its first {length} bytes are {part}", bytes);
        }

        RoundTrip(bytes);
        Survives(bytes);
    }

    /// <summary>The bytes are refused, with this error, the same at every split.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="code">Why.</param>
    /// <param name="field">The field, as <c>Message.Field</c>.</param>
    public static void Invalid(ReadOnlySpan<byte> bytes, ErrorCode code, string field)
    {
        Verdict whole = Verdict.Of(bytes);
        Demand(whole.Status is ParseStatus.Malformed or ParseStatus.Refused, $"it is not refused but {whole}", bytes);
        Demand(whole.Error.Code == code && whole.Error.Field == field, $"it is refused as {whole.Error}, not as {code} in {field}", bytes);
        Splits(bytes);
    }

    /// <summary>The verdict is the same at every split in two, and one byte at a time.</summary>
    /// <param name="bytes">Any bytes.</param>
    public static void Splits(ReadOnlySpan<byte> bytes)
    {
        if (s_isWhole)
        {
            return;
        }

        Verdict whole = Verdict.Of(bytes);
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            ParseState state = default;
            Verdict first = Verdict.Of(bytes[..cut], ref state);
            Verdict split = first.Status == ParseStatus.NeedMore ? Verdict.Of(bytes, ref state) : first;
            Demand(Same(split, whole), $"in one piece it is {whole}, cut at {cut} it is {split}", bytes);
        }

        Verdict dripped = Drip(bytes);
        Demand(Same(dripped, whole), $"in one piece it is {whole}, byte by byte it is {dripped}", bytes);
    }

    /// <summary>The message that the bytes are is written as these same bytes.</summary>
    /// <param name="bytes">A valid message in its only spelling.</param>
    public static void RoundTrip(ReadOnlySpan<byte> bytes)
    {
        ParseState state = default;
        Demand(T.TryParse(bytes, ref state, out T message, out int length, out ParseError error) == ParseStatus.Done, $"it is not valid: {error}", bytes);
        Demand(message.GetSize() == length, $"its size is {length}, and GetSize says {message.GetSize()}", bytes);
        byte[] written = new byte[length];
        Demand(message.TryWrite(written, out int size) && size == length, $"TryWrite wrote {size} of {length} bytes", bytes);
        Demand(bytes[..length].SequenceEqual(written), $"it is written as {Convert.ToHexString(written)}", bytes);
        Demand(length == 0 || !message.TryWrite(new byte[length - 1], out size) && size == 0, "it was written into a buffer too small", bytes);
    }

    /// <summary>
    /// No single-byte change, truncation or extension of the bytes makes the parser throw or answer differently when it is split; and what is
    /// accepted is written in as many bytes as it was read from.
    /// </summary>
    /// <param name="bytes">Any bytes; those of a valid message reach furthest.</param>
    public static void Survives(ReadOnlySpan<byte> bytes)
    {
        byte[] changed = new byte[bytes.Length + 1];
        for (int at = 0; at < bytes.Length; at++)
        {
            foreach (byte value in (ReadOnlySpan<byte>)[0, 1, 0x7F, 0x80, 0xFF, (byte)'\r', (byte)'\n', (byte)'0', (byte)'9', (byte)(bytes[at] + 1), (byte)(bytes[at] - 1), (byte)(bytes[at] ^ 0x20)])
            {
                bytes.CopyTo(changed);
                changed[at] = value;
                Judge(changed.AsSpan(0, bytes.Length));
            }

            // A byte less, and one byte twice.
            bytes[..at].CopyTo(changed);
            bytes[(at + 1)..].CopyTo(changed.AsSpan(at));
            Judge(changed.AsSpan(0, bytes.Length - 1));
            bytes[at..].CopyTo(changed.AsSpan(at + 1));
            changed[at] = bytes[at];
            Judge(changed);
        }
    }

    /// <summary>Any bytes: no exception, an offset inside the input, the same verdict byte by byte, and a size that is right.</summary>
    /// <param name="bytes">The bytes.</param>
    public static void Judge(ReadOnlySpan<byte> bytes) => Judge(bytes, out _);

    private static ParseStatus Judge(ReadOnlySpan<byte> bytes, out int length)
    {
        Verdict whole;
        try
        {
            whole = Verdict.Of(bytes);
        }
        catch (Exception exception) when (exception is not MessageTestException)
        {
            throw new MessageTestException($"{typeof(T).Name}: the parser threw {exception}", Convert.ToHexString(bytes));
        }

        Demand(whole.Status != ParseStatus.NeedMore || !s_isWhole, "a whole message was asked to go on", bytes);
        Demand(whole.Error.Offset >= 0 && whole.Error.Offset <= bytes.Length, $"the error's offset is {whole.Error.Offset}", bytes);
        if (!s_isWhole)
        {
            Verdict dripped = Drip(bytes);
            Demand(Same(dripped, whole), $"in one piece it is {whole}, byte by byte it is {dripped}", bytes);
        }

        if (whole.Status == ParseStatus.Done)
        {
            Demand(whole.Length >= s_minSize, $"it is shorter than its MinSize of {s_minSize}", bytes);
            ParseState state = default;
            T.TryParse(bytes, ref state, out T message, out _, out _);
            byte[] written = new byte[message.GetSize()];
            Demand(message.TryWrite(written, out int size) && size == written.Length, $"GetSize says {written.Length}, and {size} bytes were written", bytes);
            Again(bytes, whole.Length, written);
        }

        int skipped = T.SkipAt(bytes, 0, int.MaxValue);
        Demand(skipped == 0 || (whole.Status == ParseStatus.Done && skipped == whole.Length), $"it is {whole}, and skipped up to {skipped}", bytes);
        length = whole.Length;
        return whole.Status;
    }

    /// <summary>What was accepted is the same message when it is read again without checks, as an element of a sequence is.</summary>
    private static void Again(ReadOnlySpan<byte> bytes, int length, ReadOnlySpan<byte> written)
    {
        T.ReadAt(bytes, 0, int.MaxValue, out T again, out int end);
        Demand(end == length, $"it is {length} bytes long, and {end} when it is read again", bytes);
        byte[] rewritten = new byte[again.GetSize()];
        Demand(again.TryWrite(rewritten, out _) && written.SequenceEqual(rewritten), $"read again, it is written as {Convert.ToHexString(rewritten)}", bytes);
    }

    /// <summary>
    /// Random messages made from the declaration: each valid one is read to its end, the same at every split, and written back as it was; of
    /// each some are broken in one place, and none of those makes the parser throw, answer differently when it is split, or accept what no
    /// message can be.
    /// </summary>
    /// <param name="seed">Any number; the same one tries the same messages.</param>
    /// <param name="count">How many messages, valid and broken.</param>
    /// <returns>How many of them were valid, refused, and neither.</returns>
    public static MessageTally Random(ulong seed, int count)
    {
        const int BrokenEach = 9;
        MessageGenerator<T> generator = new(seed);
        MessageTally tally = default;
        for (int tried = 0; tried < count; tried += 1 + BrokenEach)
        {
            byte[] valid = generator.Next();
            tally.Valid++;
            Verdict whole = Verdict.Of(valid);
            Demand(whole.Status == ParseStatus.Done && whole.Length == valid.Length, $"made as a message of {valid.Length} bytes, it is {whole}", valid);
            if (tried % (16 * (1 + BrokenEach)) == 0)
            {
                Splits(valid);
            }

            Judge(valid);
            if (generator.IsCanonical)
            {
                RoundTrip(valid);
            }

            for (int i = 0; i < BrokenEach; i++)
            {
                MessageNearMiss broken = generator.NearMiss();
                ParseStatus status = Judge(broken.Bytes, out int length);
                Demand(!broken.IsCertain || status != ParseStatus.Done || length < broken.Bytes.Length, $"it is accepted with what is broken in it ({broken.Fault})", broken.Bytes);
                switch (status)
                {
                    case ParseStatus.Done:
                        tally.StillValid++;
                        break;
                    case ParseStatus.NeedMore:
                        tally.Unfinished++;
                        break;
                    default:
                        tally.Refused++;
                        break;
                }
            }
        }

        return tally;
    }

    private static Verdict Drip(ReadOnlySpan<byte> bytes)
    {
        ParseState state = default;
        Verdict verdict = new(ParseStatus.NeedMore, 0, default);
        for (int length = 0; length <= bytes.Length && verdict.Status == ParseStatus.NeedMore; length++)
        {
            verdict = Verdict.Of(bytes[..length], ref state);
        }

        return verdict;
    }

    private static bool Same(Verdict one, Verdict other) => one.Status == other.Status && one.Length == other.Length && one.Error == other.Error;

    private static void Demand(bool holds, string otherwise, ReadOnlySpan<byte> bytes)
    {
        if (!holds)
        {
            throw new MessageTestException($"{typeof(T).Name}: {otherwise}", Convert.ToHexString(bytes));
        }
    }

    private readonly record struct Verdict(ParseStatus Status, int Length, ParseError Error)
    {
        public static Verdict Of(ReadOnlySpan<byte> bytes)
        {
            ParseState state = default;
            return Of(bytes, ref state);
        }

        public static Verdict Of(ReadOnlySpan<byte> bytes, ref ParseState state)
        {
            ParseStatus status = T.TryParse(bytes, ref state, out _, out int length, out ParseError error);
            return new Verdict(status, length, error);
        }
    }
}
