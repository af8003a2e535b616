using System.Buffers;
using System.ComponentModel.DataAnnotations;
using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>
/// <c>MAIL FROM:&lt;path&gt;</c> with all of RFC 5321, 4.1.2: a source route, and a local part in quotes, which may hold whatever ends a path elsewhere.
/// No attribute says that, so a method does.
/// </summary>
[Message(MaxSize = 512), Text(IgnoreCase = true)]
public readonly ref partial struct SmtpReversePath
{
    private static readonly SearchValues<byte> s_atom = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);
    private static readonly SearchValues<byte> s_domain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    private static readonly SearchValues<byte> s_literal = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.:"u8);
    private static readonly SearchValues<byte> s_quoted = SearchValues.Create([.. Enumerable.Range(32, 95).Select(static b => (byte)b).Where(static b => b is not ((byte)'"' or (byte)'\\'))]);

    /// <summary>The path.</summary>
    [Literal(Before = "MAIL FROM:<", After = ">"), Parser(nameof(ReadPath)), MaxLength(254)] public partial ReadOnlySpan<byte> Path { get; init; }

    /// <summary>The parameters.</summary>
    public partial Words Parameters { get; init; }

    private static bool ReadPath(ref FieldReader reader)
    {
        if (!reader.TryPeek(out byte next) || next == '>')
        {
            return next == '>';
        }

        // A-d-l: "@" Domain *( "," "@" Domain ) ":".
        while (next == '@')
        {
            if (!reader.TryTake(out _) || !Some(ref reader, s_domain) || !reader.TryTake(out byte behind) || behind is not ((byte)',' or (byte)':') || !reader.TryPeek(out next) || (next == '@') != (behind == ','))
            {
                return false;
            }
        }

        if (!(next == '"' ? ReadQuoted(ref reader) : ReadDotted(ref reader)) || !reader.TryTake(out byte at) || at != '@' || !reader.TryPeek(out next))
        {
            return false;
        }

        return next == '[' ? reader.TryTake(out _) && Some(ref reader, s_literal) && reader.TryTake(out byte end) && end == ']' : Some(ref reader, s_domain);
    }

    /// <summary>Quoted-string: DQUOTE *( qtextSMTP / "\" %d32-126 ) DQUOTE.</summary>
    private static bool ReadQuoted(ref FieldReader reader)
    {
        if (!reader.TryTake(out _))
        {
            return false;
        }

        while (reader.TryTakeWhile(s_quoted, out _) && reader.TryTake(out byte end))
        {
            if (end == '"')
            {
                return true;
            }

            if (end != '\\' || !reader.TryTake(out byte escaped) || escaped is < 32 or > 126)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Dot-string: Atom *( "." Atom ).</summary>
    private static bool ReadDotted(ref FieldReader reader)
    {
        while (Some(ref reader, s_atom) && reader.TryPeek(out byte next))
        {
            if (next != '.')
            {
                return true;
            }

            reader.TryTake(out _);
        }

        return false;
    }

    private static bool Some(ref FieldReader reader, SearchValues<byte> set) => reader.TryTakeWhile(set, out ReadOnlySpan<byte> bytes) && !bytes.IsEmpty;
}

/// <summary>
/// What a TELNET client sends between two of its commands (RFC 854): data in which a byte 0xFF stands twice, up to one that stands there once.
/// It stands in no line and no frame, so its method starts again at each resume.
/// </summary>
[Message(MaxSize = 512)]
public readonly ref partial struct TelnetData
{
    public partial byte Window { get; init; }

    [Parser(nameof(ReadData)), MaxLength(200)] public partial ReadOnlySpan<byte> Data { get; init; }

    [Literal(Before = "\xFF")] public partial byte Command { get; init; }

    [Until("\0"), MaxLength(9)] public partial ReadOnlySpan<byte> Name { get; init; }

    private static bool ReadData(ref FieldReader reader)
    {
        while (reader.TryPeek(out byte next))
        {
            if (next == 0xFF)
            {
                if (!reader.TryPeek(2, out ReadOnlySpan<byte> pair) || pair[1] != 0xFF)
                {
                    return true;
                }

                reader.TryTake(out _);
            }

            reader.TryTake(out _);
        }

        return true;
    }
}

/// <summary>Fields that a method reads: the same at every split, whatever the method answers; their bytes are what is written.</summary>
public sealed class SmtpPathTests
{
    [Theory]
    [InlineData("MAIL FROM:<>\r\n")]
    [InlineData("MAIL FROM:<Smith@bar.com>\r\n")]
    [InlineData("MAIL FROM:<first.last+tag@example.org> SIZE=3\r\n")]
    [InlineData("MAIL FROM:<\"Fred\\ Bloggs\"@example.com>\r\n")] // this and the next two: RFC 3696, erratum 246
    [InlineData("MAIL FROM:<\"Joe.\\\\Blow\"@example.com>\r\n")]
    [InlineData("MAIL FROM:<\"Abc\\@def\"@example.com> BODY=8BITMIME\r\n")]
    [InlineData("MAIL FROM:<\"Full Name\"@Domain>\r\n")] // RFC 822, 3.4.1
    [InlineData("MAIL FROM:<\"a> RCPT TO:<b\"@example.com>\r\n")]
    [InlineData("MAIL FROM:<\"\"@example.com>\r\n")]
    [InlineData("MAIL FROM:<\"\\\"\"@[IPv6:2001:db8::1]>\r\n")]
    [InlineData("MAIL FROM:<user@[192.0.2.1]>\r\n")]
    [InlineData("MAIL FROM:<@hosta.int,@jkl.org:userc@d.bar.org>\r\n")] // appendix C's source route
    public void ReadsAndWritesPaths(string text) => MessageTest<SmtpReversePath>.Valid(Wire.Bytes(text));

    [Theory]
    [InlineData("MAIL FROM:<Joe Smith@example.org>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<\"Joe Smith@example.org>\r\n", ErrorCode.UnexpectedByte)] // the quotes are not closed
    [InlineData("MAIL FROM:<\"Joe\"Smith@example.org>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<\"Joe\\\x01\"@example.org>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<a..b@example.org>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<.a@example.org>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<a@>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<a>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<a@[1.2.3.4>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<@hosta.int:>\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("MAIL FROM:<a@b\r\n", ErrorCode.UnexpectedByte)]
    public void RefusesPaths(string text, ErrorCode code) => MessageTest<SmtpReversePath>.Invalid(Wire.Bytes(text), code, "SmtpReversePath.Path");

    [Fact]
    public void KeepsTheBytesAsTheyStand()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, SmtpReversePath.TryParse("mail from:<\"a\\\"b\"@c.d> X\r\n"u8, ref state, out SmtpReversePath path, out _, out _));
        Assert.Equal("\"a\\\"b\"@c.d", Wire.Text(path.Path));
        Assert.Equal("X", Wire.Text(path.Parameters.Line));
    }

    [Theory]
    [InlineData(254, ParseStatus.Done)]
    [InlineData(255, ParseStatus.Malformed)]
    public void HoldsItsBound(int length, ParseStatus expected)
    {
        byte[] bytes = Wire.Bytes($"MAIL FROM:<{new string('a', length - 4)}@b.c>\r\n");
        ParseState state = default;
        Assert.Equal(expected, SmtpReversePath.TryParse(bytes, ref state, out _, out _, out ParseError error));
        Assert.Equal(expected == ParseStatus.Done ? ErrorCode.None : ErrorCode.TooLong, error.Code);
        MessageTest<SmtpReversePath>.Splits(bytes);
    }

    [Fact]
    public void WaitsWhereTheMethodWantsMore()
    {
        byte[] bytes = [7, 1, 2, 0xFF, 0xFF, 3, 0xFF, 0xFF, 0xFF, 0xF6, (byte)'a', 0];
        MessageTest<TelnetData>.Valid(bytes);
        ParseState state = default;
        TelnetData.TryParse(bytes, ref state, out TelnetData data, out _, out _);
        Assert.Equal(bytes[1..8], data.Data.ToArray());
        Assert.Equal(0xF6, data.Command);
        MessageTest<TelnetData>.Invalid([7, .. Enumerable.Repeat((byte)1, 201)], ErrorCode.TooLong, "TelnetData.Data");
        MessageTest<TelnetData>.Splits([7, .. Enumerable.Repeat((byte)0xFF, 205)]);
    }

    [Fact]
    public void SurvivesRandomBytes()
    {
        MessageTally tally = MessageTest<TelnetData>.Random(5, 5_000);
        Assert.True(tally.Valid > 400 && tally.Refused > 100, tally.ToString());
    }

    /// <summary>A reader that is thrown away or put back does not hide what it wanted to see.</summary>
    [Fact]
    public void CannotBreakAResume()
    {
        byte[] bytes = Wire.Bytes("abc;");
        MessageTest<Tricky>.Splits(bytes);
        ParseState state = default;
        Assert.Equal(ParseStatus.NeedMore, Tricky.TryParse(bytes.AsSpan(0, 3), ref state, out _, out _, out _));
        Assert.Equal(ParseStatus.Done, Tricky.TryParse(bytes, ref state, out Tricky tricky, out int consumed, out _));
        Assert.Equal((0, 1), (tricky.Bytes.Length, consumed));
    }
}

/// <summary>A method that looks ahead, then acts as if it had not.</summary>
[Message(MaxSize = 99)]
public readonly ref partial struct Tricky
{
    [Parser(nameof(Read)), MaxLength(20)] public partial ReadOnlySpan<byte> Bytes { get; init; }

    public partial byte Next { get; init; }

    private static bool Read(ref FieldReader reader)
    {
        FieldReader before = reader;
        reader.TryTakeUntil((byte)';', out _);
        reader = before;
        reader.TryPeek(-1, out _);
        FieldReader none = default;
        none.TryTake(3, out _);
        return true;
    }
}
