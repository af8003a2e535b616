namespace DeclServer.Benchmarks.Families;

/// <summary>Shows before anything is timed that both parsers of a family are the same: a wrong one may be as fast as it likes.</summary>
internal static class SelfCheck
{
    /// <summary>Random changes of each message.</summary>
    private const int Rounds = 20_000;

    /// <summary>Throws where two parsers differ; returns the number of inputs tried.</summary>
    public static int Run() => Family.All.Sum(static family => family.Check());

    /// <summary>All prefixes, all single-byte changes, whole and cut short, and random changes of several bytes.</summary>
    public static int Run<T>(string name, byte[][] messages)
        where T : IFamily
    {
        int tried = 0;
        Random random = new(42);
        foreach (byte[] message in messages)
        {
            for (int length = 0; length <= message.Length; length++, tried++)
            {
                Compare<T>(name, message.AsSpan(0, length));
            }

            Compare<T>(name, [.. message, .. message]);
            byte[] changed = [.. message];
            for (int at = 0; at < message.Length; at++)
            {
                for (int value = 0; value <= byte.MaxValue; value++, tried += 2)
                {
                    changed[at] = (byte)value;
                    T.Mend(changed);
                    Compare<T>(name, changed);
                    Compare<T>(name, changed.AsSpan(0, random.Next(at, changed.Length)));
                }

                message.CopyTo(changed, 0);
            }

            for (int round = 0; round < Rounds; round++, tried++)
            {
                message.CopyTo(changed, 0);
                for (int change = random.Next(2, 6); change > 0; change--)
                {
                    // A byte of the message somewhere else makes more that is nearly right than any byte does.
                    changed[random.Next(changed.Length)] = random.Next(4) == 0 ? (byte)random.Next(256) : message[random.Next(message.Length)];
                }

                Span<byte> cut = changed.AsSpan(0, random.Next(2) == 0 ? changed.Length : random.Next(changed.Length + 1));
                T.Mend(cut);
                Compare<T>(name, cut);
            }
        }

        return tried;
    }

    private static void Compare<T>(string name, ReadOnlySpan<byte> input)
        where T : IFamily
    {
        if (!T.Covers(input))
        {
            return;
        }

        Contents expected = default;
        Contents found = default;
        ParseStatus emitted = T.Emitted(input, ref expected, out int consumed);
        ParseStatus written = T.HandWritten(input, ref found, out int length);
        bool same = emitted switch
        {
            ParseStatus.Done => written == ParseStatus.Done && length == consumed && found.Hash == expected.Hash,
            ParseStatus.NeedMore => written == ParseStatus.NeedMore,
            _ => written is ParseStatus.Malformed or ParseStatus.Refused,
        };
        if (!same)
        {
            throw new InvalidOperationException($"{name}: {written} and {length} bytes by hand, {emitted} and {consumed} bytes emitted: {Convert.ToHexString(input)}");
        }
    }
}
