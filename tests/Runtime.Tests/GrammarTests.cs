using System.Globalization;
using System.Numerics;
using System.Text;
using DeclServer;
using DeclServer.Messages;

namespace Runtime.Tests;

/// <summary>The steps that emitted parsers and writers are made of, against arithmetic without bounds.</summary>
public sealed class GrammarTests
{
    private static readonly (long Min, long Max)[] s_ranges =
        [(0, 9), (0, 10), (-1, 1 << 20), (int.MinValue, 1 << 16), (1, 365), (0, int.MaxValue), (long.MinValue, long.MaxValue), (-5, -3), (0, 0)];

    public static TheoryData<string> Numbers
    {
        get
        {
            BigInteger[] near = [0, 1, 9, 10, 365, 1 << 16, 1 << 20, int.MaxValue, BigInteger.One << 31, long.MaxValue, BigInteger.One << 63, ulong.MaxValue, BigInteger.One << 80];
            HashSet<string> texts = ["", "-", "+1", "-0", "00", "01", "-01", "x", " 1"];
            foreach (BigInteger number in near)
            {
                foreach (int step in (int[])[-1, 0, 1])
                {
                    texts.Add((number + step).ToString(CultureInfo.InvariantCulture));
                    texts.Add((-number + step).ToString(CultureInfo.InvariantCulture));
                }
            }

            return [.. texts];
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ANumberIsWhatArithmeticSays(string text)
    {
        bool isNumber = BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger exact)
            && exact.ToString(CultureInfo.InvariantCulture) == text;
        byte[] input = Encoding.ASCII.GetBytes(text + "\r");
        foreach ((long min, long max) in s_ranges)
        {
            bool inRange = isNumber && exact >= min && exact <= max;
            int position = 0;
            ErrorCode code = Grammar.Number(input, ref position, min, max, out long value);
            Assert.Equal(inRange, code == ErrorCode.None);
            if (inRange)
            {
                Assert.Equal((exact, text.Length), (value, position));
            }

            Assert.Equal(inRange, Grammar.WholeNumber(Encoding.ASCII.GetBytes(text), leadingZeros: false, min, max, out value) == ErrorCode.None);
            if (inRange)
            {
                Assert.Equal(exact, value);
            }
        }

        foreach (ulong max in (ulong[])[9, uint.MaxValue, ulong.MaxValue])
        {
            bool inRange = isNumber && exact >= 0 && exact <= max;
            int position = 0;
            Assert.Equal(inRange, Grammar.Number(input, ref position, 0UL, max, out ulong value) == ErrorCode.None);
            if (inRange)
            {
                Assert.Equal((exact, text.Length), (value, position));
            }
        }
    }

    [Theory]
    [InlineData("1x")]
    [InlineData("1 ")]
    [InlineData("1-")]
    public void ANumberEndsBeforeWhatIsNoDigitAndAWholeArgumentMayNotGoOn(string text)
    {
        int position = 0;
        Assert.Equal(ErrorCode.None, Grammar.Number(Encoding.ASCII.GetBytes(text), ref position, 0L, 9, out long value));
        Assert.Equal((1, 1L), (position, value));
        Assert.Equal(ErrorCode.NotANumber, Grammar.WholeNumber(Encoding.ASCII.GetBytes(text), leadingZeros: true, 0L, 9, out _));
    }

    [Theory]
    [InlineData("007", 7)]
    [InlineData("000", 0)]
    [InlineData("-007", -7)]
    [InlineData("-0", 0)]
    public void LeadingZerosAreReadWhereDeclared(string text, long number)
    {
        Assert.Equal(ErrorCode.None, Grammar.WholeNumber(Encoding.ASCII.GetBytes(text), leadingZeros: true, long.MinValue, long.MaxValue, out long value));
        Assert.Equal(number, value);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void ADigitCountIsTheLengthOfTheText(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number.ToString(CultureInfo.InvariantCulture) == text)
        {
            Assert.Equal(text.Length, Layout.DigitCount(number));
            byte[] written = new byte[20];
            int position = 0;
            Layout.Number(written, ref position, number);
            Assert.Equal(text, Encoding.ASCII.GetString(written, 0, position));
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong unsigned) && unsigned.ToString(CultureInfo.InvariantCulture) == text)
        {
            Assert.Equal(text.Length, Layout.DigitCount(unsigned));
        }
    }

    [Fact]
    public void ALongLineThatDripsInIsLookedAtOnce()
    {
        // The state remembers how far the search has come, so that a byte at a time costs no more than all at once.
        byte[] input = [.. Enumerable.Repeat((byte)'a', 1_000), .. "\r\n"u8];
        ParseState state = default;
        for (int length = 1; length < input.Length; length++)
        {
            int position = 0;
            Assert.Equal(ErrorCode.Incomplete, Grammar.Line(input.AsSpan(0, length), ref position, 2_000, allowLf: false, ref state, out _));
            Assert.Equal((0, length), (state.ScanStart, state.Scanned));
        }

        int at = 0;
        Assert.Equal(ErrorCode.None, Grammar.Line(input, ref at, 2_000, allowLf: false, ref state, out int end));
        Assert.Equal((1_000, 1_002), (end, at));
    }

    [Fact]
    public void ALineOrAFieldPastItsBoundIsRefusedBeforeItsEndHasCome()
    {
        byte[] input = new byte[64];
        ParseState state = default;
        int position = 0;
        Assert.Equal(ErrorCode.TooLong, Grammar.Line(input, ref position, 64, allowLf: true, ref state, out _));
        state = default;
        position = 0;
        Assert.Equal(ErrorCode.Incomplete, Grammar.Until(input, ref position, "\r\n"u8, 63, ref state, out _));
        state = default;
        position = 0;
        Assert.Equal(ErrorCode.TooLong, Grammar.Until(input, ref position, "\r\n"u8, 62, ref state, out _));
    }
}
