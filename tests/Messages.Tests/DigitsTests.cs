using System.ComponentModel.DataAnnotations;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests;

/// <summary>Numbers in digits of any base and width, and lines that take a lone LF.</summary>
public sealed class DigitsTests
{
    [Theory]
    [InlineData("0 0 00000000 0000;")]
    [InlineData("1a2f 1777 11111111 9999;")]
    [InlineData("ffffffffffffffff 37777777777 00000001 0042;")]
    public void ReadsAndWrites(string text) => MessageTest<Numbers>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("01 0 00000000 0000;", ErrorCode.NotANumber, "Numbers.Hex")]
    [InlineData("1A 0 00000000 0000;", ErrorCode.UnexpectedByte, "Numbers.Hex")]
    [InlineData("g 0 00000000 0000;", ErrorCode.NotANumber, "Numbers.Hex")]
    [InlineData("10000000000000000 0 00000000 0000;", ErrorCode.OutOfRange, "Numbers.Hex")]
    [InlineData("0 40000000000 00000000 0000;", ErrorCode.OutOfRange, "Numbers.Octal")]
    [InlineData("0 8 00000000 0000;", ErrorCode.NotANumber, "Numbers.Octal")]
    [InlineData("0 0 0000000 0000;", ErrorCode.NotANumber, "Numbers.Mask")]
    [InlineData("0 0 000000000 0000;", ErrorCode.UnexpectedByte, "Numbers.Mask")]
    [InlineData("0 0 00000002 0000;", ErrorCode.NotANumber, "Numbers.Mask")]
    [InlineData("0 0 00000000 00a0;", ErrorCode.NotANumber, "Numbers.Year")]
    [InlineData("0 0 00000000 -001;", ErrorCode.NotANumber, "Numbers.Year")]
    public void Refuses(string text, ErrorCode code, string field) => MessageTest<Numbers>.Invalid(Wire.Bytes(text), code, field);

    [Theory]
    [InlineData("x 00Ff yes\n", 255, true)]
    [InlineData("X 0\r\n", 0, false)]
    [InlineData("x 0000000000000001 YES\r\n", 1, true)]
    public void ReadsWhatIsDeclaredLenient(string text, int number, bool yes)
    {
        byte[] bytes = Wire.Bytes(text);
        MessageTest<Lenient>.Splits(bytes);
        MessageTest<Lenient>.Survives(bytes);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, Lenient.TryParse(bytes, ref state, out Lenient message, out int length, out _));
        Assert.Equal((bytes.Length, number, yes), (length, message.Number, message.Yes));
    }

    [Theory]
    [InlineData("x 00000000000000001\n", ErrorCode.TooLong, "Lenient.Number")]
    [InlineData("x 100\n", ErrorCode.OutOfRange, "Lenient.Number")]
    [InlineData("x 1 no\n", ErrorCode.TrailingBytes, "Lenient.Yes")]
    public void RefusesWhatIsNot(string text, ErrorCode code, string field) => MessageTest<Lenient>.Invalid(Wire.Bytes(text), code, field);
}

[Message(MaxSize = 64)]
internal readonly ref partial struct Numbers
{
    [Ascii(Base = 16), Literal(After = " ")] public partial ulong Hex { get; init; }

    [Ascii(Base = 8), Literal(After = " ")] public partial uint Octal { get; init; }

    [Ascii(Base = 2, Digits = 8), Literal(After = " ")] public partial byte Mask { get; init; }

    [Ascii(Digits = 4), Literal(After = ";")] public partial short Year { get; init; }
}

[Message(MaxSize = 64), Text(LineEnd = LineEnd.CrLfOrLf, IgnoreCase = true)]
internal readonly ref partial struct Lenient
{
    [Literal(Before = "x "), Ascii(Base = 16, LeadingZeros = true, IgnoreCase = true), Range(0, 255)] public partial int Number { get; init; }

    [Flag("yes")] public partial bool Yes { get; init; }
}
