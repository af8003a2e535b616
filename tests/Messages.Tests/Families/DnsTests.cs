using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>RFC 1035 and RFC 9267: messages of dig and of RFC 1035, section 4.1.4, and everything about names that hurts.</summary>
public sealed class DnsTests
{
    /// <summary>dig example.com A +noedns, id 0x1234.</summary>
    private const string Question = "1234 0120 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001";

    /// <summary>The answer: the name compressed to the question's.</summary>
    private const string Answer = "1234 8580 0001 0001 0000 0001 07 6578616d706c65 03 636f6d 00 0001 0001 c00c 0001 0001 00000e10 0004 5db8d822 00 0029 04d0 00000000 0000";

    [Fact]
    public void ReadsAQuestion()
    {
        byte[] bytes = Hex.Bytes(Question);
        MessageTest<DnsMessage>.Valid(bytes);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, DnsMessage.TryParse(bytes, ref state, out DnsMessage message, out int length, out _));
        Assert.Equal(bytes.Length, length);
        Assert.Equal(0x1234, message.Id);
        Assert.True(message.RecursionDesired);
        Assert.True(message.AuthenticData);
        Assert.False(message.IsResponse);
        Assert.Equal(DnsOpcode.Query, message.Opcode);
        foreach (DnsQuestion question in message.Questions)
        {
            Assert.Equal("example.com.", Text(question.Name));
            Assert.Equal(1, question.Type);
            Assert.Equal(1, question.Class);
            Assert.Equal(13, question.Name.Labels.Bytes.Length);
        }
    }

    [Fact]
    public void FollowsCompressedNames()
    {
        byte[] bytes = Hex.Bytes(Answer);
        MessageTest<DnsMessage>.Judge(bytes);
        MessageTest<DnsMessage>.Survives(bytes);
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, DnsMessage.TryParse(bytes, ref state, out DnsMessage message, out _, out _));
        Assert.True(message.IsAuthoritative);
        foreach (DnsRecord record in message.Answers)
        {
            Assert.Equal("example.com.", Text(record.Name));
            Assert.Equal(3600u, record.Ttl);
            Assert.Equal(new byte[] { 93, 184, 216, 34 }, record.Data.ToArray());
        }

        foreach (DnsRecord record in message.Additionals)
        {
            Assert.Equal(".", Text(record.Name));
            Assert.Equal(41, record.Type);
        }

        // Written without jumps: 11 bytes more for the name in full.
        Assert.Equal(bytes.Length + 11, message.GetSize());
    }

    /// <summary>RFC 1035, section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92; records of no data behind each.</summary>
    [Fact]
    public void ReadsTheExampleOfTheRfc()
    {
        byte[] bytes = new byte[93];
        Hex.Bytes("01 46 03 495349 04 41525041 00").CopyTo(bytes, 20);
        Hex.Bytes("03 464f4f c014").CopyTo(bytes, 40);
        Hex.Bytes("c01a").CopyTo(bytes, 64);
        Assert.Equal("F.ISI.ARPA.", At(bytes, 20));
        Assert.Equal("FOO.F.ISI.ARPA.", At(bytes, 40));
        Assert.Equal("ARPA.", At(bytes, 64));
        Assert.Equal(".", At(bytes, 92));

        static string At(byte[] bytes, int start)
        {
            ParseState state = default;
            Assert.Equal(ParseStatus.Done, DnsName.TryParseAt(bytes, start, 1, ref state, out DnsName name, out _, out _));
            return Text(name);
        }
    }

    [Theory]
    [InlineData("c00c", ErrorCode.BadOffset)] // to itself
    [InlineData("c00e 0001", ErrorCode.BadOffset)] // forward
    [InlineData("01 61 c00c", ErrorCode.BadOffset)] // a loop
    [InlineData("01 61 c00d", ErrorCode.BadOffset)] // into itself
    [InlineData("ffff", ErrorCode.BadOffset)] // past the end
    [InlineData("40", ErrorCode.UnknownCase)] // reserved label type 01
    [InlineData("80", ErrorCode.UnknownCase)] // reserved label type 10
    [InlineData("c0", ErrorCode.Truncated)] // half an offset
    [InlineData("05 6161", ErrorCode.Truncated)] // a label that ends with the message
    [InlineData("01 61", ErrorCode.Truncated)] // no root
    [InlineData("00 0001", ErrorCode.Truncated)] // no class
    [InlineData("00 0001 0001 00", ErrorCode.TrailingBytes)]
    public void RefusesBrokenNames(string question, ErrorCode code)
    {
        byte[] bytes = Hex.Bytes("1234 0100 0001 0000 0000 0000 " + question);
        ParseState state = default;
        Assert.Equal(ParseStatus.Malformed, DnsMessage.TryParse(bytes, ref state, out _, out _, out ParseError error));
        Assert.Equal(code, error.Code);
        MessageTest<DnsMessage>.Survives(bytes);
    }

    [Theory]
    [InlineData(62, true)] // 1 + 63 + 1 + 63 + 1 + 63 + 1 + 61 + 1 = 255 with a last label of 61
    [InlineData(63, false)]
    public void BoundsNamesAt255Bytes(int last, bool fits)
    {
        string label = "3f" + new string('6', 126);
        string name = label + label + label + (last - 1).ToString("x2") + string.Concat(Enumerable.Repeat("61", last - 1)) + "00";
        byte[] bytes = Hex.Bytes("1234 0100 0001 0000 0000 0000 " + name + "0001 0001");
        ParseState state = default;
        Assert.Equal(fits ? ParseStatus.Done : ParseStatus.Malformed, DnsMessage.TryParse(bytes, ref state, out _, out _, out ParseError error));
        Assert.Equal(fits ? ErrorCode.None : ErrorCode.TooLong, error.Code);
    }

    /// <summary>Names that jump to each other: each hop adds a label, so either the hops or the bytes run out.</summary>
    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void BoundsHops(int hops, bool allowed)
    {
        // Root at 12, then "a" + jump to the one before, over and over, as questions.
        List<byte> bytes = [.. Hex.Bytes("1234 0100 0000 0000 0000 0000 00 0001 0001")];
        int before = 12;
        for (int i = 0; i < hops; i++)
        {
            int here = bytes.Count;
            bytes.AddRange([1, (byte)'a', (byte)(0xC0 | (before >> 8)), (byte)before, 0, 1, 0, 1]);
            before = here;
        }

        bytes[5] = (byte)(hops + 1);
        byte[] message = [.. bytes];
        if (hops + 1 > 16)
        {
            // The count of questions is a rule of its own: look at the last name alone.
            ParseState nameState = default;
            ParseStatus status = DnsName.TryParseAt(message, before, 1, ref nameState, out _, out _, out ParseError error);
            Assert.Equal(allowed ? ParseStatus.Done : ParseStatus.Malformed, status);
            Assert.Equal(allowed ? ErrorCode.None : ErrorCode.BadOffset, error.Code);
        }
    }

    [Theory]
    [InlineData("0001 ffff 0000 0000", "DnsMessage.AnswerCount", ErrorCode.OutOfRange)]
    [InlineData("0011 0000 0000 0000", "DnsMessage.QuestionCount", ErrorCode.OutOfRange)]
    public void RefusesCountsThatLie(string counts, string field, ErrorCode code) =>
        MessageTest<DnsMessage>.Invalid(Hex.Bytes($"1234 0100 {counts} 00 0001 0001"), code, field);

    [Fact]
    public void WritesAnswers()
    {
        Span<byte> labels = stackalloc byte[64];
        Seq<DnsLabel>.Builder name = new(labels);
        Assert.True(name.TryAdd(new DnsLabel { Text = "example"u8 }) && name.TryAdd(new DnsLabel { Text = "com"u8 }) && name.TryAdd(default));
        Span<byte> questions = stackalloc byte[64];
        Seq<DnsQuestion>.Builder question = new(questions);
        Assert.True(question.TryAdd(new DnsQuestion { Name = new DnsName { Labels = name.ToSeq() }, Type = 1, Class = 1 }));
        DnsMessage message = new() { Id = 0x1234, RecursionDesired = true, AuthenticData = true, Questions = question.ToSeq() };
        byte[] written = new byte[message.GetSize()];
        Assert.True(message.TryWrite(written, out _));
        Assert.Equal(Hex.Bytes(Question), written);
    }

    private static string Text(DnsName name)
    {
        List<string> labels = [];
        foreach (DnsLabel label in name.Labels)
        {
            labels.Add(System.Text.Encoding.ASCII.GetString(label.Text));
        }

        return labels.Count == 1 ? "." : string.Join('.', labels);
    }
}
