using System.Globalization;
using System.Text;
using DeclServer;

namespace Runtime.Tests.Messages;

/// <summary>
/// The emitted parsers and writers of the declared protocols: any split gives the same verdict, what is read is written back, nothing throws,
/// nothing is allocated.
/// </summary>
public sealed class MessageTests
{
    /// <summary>How many random inputs are tried: the environment's DECLSERVER_INPUTS, for a long run, or a few seconds' worth.</summary>
    private static readonly long s_inputs =
        long.TryParse(Environment.GetEnvironmentVariable("DECLSERVER_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out long inputs) ? inputs : 200_000;

    public static TheoryData<MessageKind, string> Messages
    {
        get
        {
            TheoryData<MessageKind, string> data = [];
            foreach ((MessageKind kind, byte[] bytes) in Corpus.Messages)
            {
                data.Add(kind, Encoding.Latin1.GetString(bytes));
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryPrefixNeedsMoreAndEverySplitGivesTheSame(MessageKind kind, string text)
    {
        byte[] bytes = Latin(text);
        byte[] followed = [.. bytes, .. "*1\r\n"u8];
        Verdict done = new(ParseStatus.Done, bytes.Length, default);
        Assert.Equal(done, ParserLaws.OneVerdict(kind, bytes));
        for (int first = 0; first < bytes.Length; first++)
        {
            Assert.Equal(ParseStatus.NeedMore, ParserLaws.OneVerdict(kind, bytes.AsSpan(0, first)).Status);
            Assert.Equal(done, ParserLaws.OneVerdict(kind, bytes, first));
            Assert.Equal(done, ParserLaws.OneVerdict(kind, followed, first));
        }

        ParserLaws.OneVerdictWhenItDrips(kind, bytes);
        Random random = new(bytes.Length);
        for (int i = 0; i < 200; i++)
        {
            int second = random.Next(bytes.Length);
            Assert.Equal(done, ParserLaws.OneVerdict(kind, followed, random.Next(second + 1), second));
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void IsWrittenAsItWasRead(MessageKind kind, string text)
    {
        // A line that ended in a lone LF is written with CR LF.
        string canonical = text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text[..^1] + "\r\n";
        Assert.Equal(canonical, Encoding.Latin1.GetString(ParserLaws.Written(kind, Latin(text))));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void EveryMutationOfAByteHasOneVerdict(MessageKind kind, string text)
    {
        byte[] bytes = Latin(text);
        Random random = new(bytes.Length);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte old = bytes[at];
            for (int value = 0; value < 256; value++)
            {
                bytes[at] = (byte)value;
                ParserLaws.OneVerdictWhenItDrips(kind, bytes);
                ParserLaws.OneVerdict(kind, bytes, random.Next(bytes.Length));
            }

            bytes[at] = old;
        }
    }

    [Fact]
    public void EveryMessageHasOneVerdictReadAsAnyOther()
    {
        foreach ((_, byte[] bytes) in Corpus.Messages)
        {
            foreach (MessageKind kind in Enum.GetValues<MessageKind>())
            {
                ParserLaws.OneVerdictWhenItDrips(kind, bytes);
            }
        }
    }

    [Fact]
    public void RandomInputHasOneVerdict()
    {
        int seed = 20_261_124;
        RandomInput random = new(seed);
        long[] verdicts = new long[4];
        for (long i = 0; i < s_inputs; i++)
        {
            ReadOnlySpan<byte> input = random.Next(out MessageKind kind);
            try
            {
                int second = random.Cut(input.Length);
                verdicts[(int)ParserLaws.OneVerdict(kind, input, random.Cut(second), second).Status]++;
                if (i % 16 == 0)
                {
                    ParserLaws.OneVerdictWhenItDrips(kind, input);
                }
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"input {i} of seed {seed}, as {kind}: {Convert.ToHexString(input)}", exception);
            }
        }

        // The inputs are worth something only if all answers are among them.
        Assert.All(verdicts, static count => Assert.NotEqual(0, count));
    }

    [Fact]
    public void RandomBytesHaveOneVerdict()
    {
        Random random = new(20_260);
        byte[] alphabet = Encoding.ASCII.GetBytes("*$+-:\r\n0123456789GET \"'\\\t=%_,");
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input = new byte[random.Next(1, 40)];
            random.NextBytes(input);
            for (int at = 0; i % 2 == 0 && at < input.Length; at++)
            {
                input[at] = alphabet[random.Next(alphabet.Length)];
            }

            foreach (MessageKind kind in Enum.GetValues<MessageKind>())
            {
                ParserLaws.OneVerdictWhenItDrips(kind, input);
            }
        }
    }

    [Theory]
    [InlineData("*65537")]
    [InlineData("*99999999999")]
    [InlineData("*+1")]
    [InlineData("*01")]
    [InlineData("*2147483648\r\n")]
    [InlineData("*9223372036854775808\r\n")]
    [InlineData("*1\r\n$-1\r\n")]
    [InlineData("*1\r\n$00")]
    [InlineData("*1\r\n$01\r\n")]
    [InlineData("*1\r\n$+1\r\n")]
    [InlineData("*1\r\n$ 1")]
    [InlineData("*1\r\n$1073741824")]
    [InlineData("*1\r\n$9223372036854775808")]
    public void AnImpossibleLengthIsRefusedAtOnceWithoutAllocating(string text)
    {
        byte[] input = Latin(text);
        Assert.Equal(ParseStatus.Malformed, ParserLaws.OneVerdict(MessageKind.Command, input).Status);
        ParserLaws.OneVerdictWhenItDrips(MessageKind.Command, input);
        ParseState state = default;
        long before = GC.GetAllocatedBytesForCurrentThread();
        RespCommand.TryParse(input, ref state, out _, out _, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("$-99\r\n")]
    [InlineData("*-99\r\n")]
    public void ANegativeNumberPastTheRangeHasOneVerdict(string text) => ParserLaws.OneVerdictWhenItDrips(MessageKind.Reply, Latin(text));

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
