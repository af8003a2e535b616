using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>Requests of HTTP/1.1 with what follows their heads: the head says which body comes, and gives what decodes it.</summary>
public sealed class HttpBodyTests
{
    private const string Post = "POST /upload HTTP/1.1\r\nHost: 127.0.0.1:18181\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n";
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n\r\n";
    private const string Chunked = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private const string Next = "GET /next";

    public static TheoryData<string, string, string> Requests => new()
    {
        // Captured from curl 7.88.1: -d, -H "Transfer-Encoding: chunked" -d, -T - behind its 100 (Continue), an empty PUT, a GET.
        { Post + "Content-Length: 7\r\n" + Form, "a=1&b=2", "a=1&b=2" },
        { Post + "Transfer-Encoding: chunked\r\n" + Form, "b\r\nhello world\r\n0\r\n\r\n", "hello world" },
        { "PUT /upload HTTP/1.1\r\nHost: 127.0.0.1:18181\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", "10\r\nstreamed upload\n\r\n0\r\n\r\n", "streamed upload\n" },
        { "PUT /upload HTTP/1.1\r\nHost: 127.0.0.1:18181\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: 0\r\n" + Form, "", "" },
        { "GET /upload HTTP/1.1\r\nHost: 127.0.0.1:18181\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n", "", "" },

        // RFC 9112, 7.1: zeros before a size, hex digits in both cases; 7.1.2: trailers.
        { Chunked, "00000a\r\n0123456789\r\nA\r\nabcdefghij\r\n000\r\n\r\n", "0123456789abcdefghij" },
        { Chunked, "3\r\nabc\r\n0\r\nExpires: Sat, 27 Mar 2004 21:12:00 GMT\r\nX-Sum: 900150983cd24fb0\r\n\r\n", "abc" },
        { Chunked, "5\r\nGET /\r\na\r\n\r\n0\r\n\r\nGET\r\n0\r\n\r\n", "GET /\r\n0\r\n\r\nGET" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void ReadsWhatFollowsAHead(string head, string encoded, string data)
    {
        byte[] all = Wire.Bytes(head + encoded + Next);
        Outcome whole = Received([all]);
        Assert.Equal(new Outcome(ParseStatus.Done, data, Next, default), whole);
        for (int cut = 1; cut < all.Length; cut++)
        {
            Assert.Equal(whole, Received([all[..cut], all[cut..]]));
        }

        for (int cut = 1; cut < all.Length; cut += 7)
        {
            for (int other = cut + 1; other < all.Length; other += 5)
            {
                Assert.Equal(whole, Received([all[..cut], all[cut..other], all[other..]]));
            }
        }

        Assert.Equal(whole, Received([.. all.Select(static b => (byte[])[b])]));
    }

    [Theory]
    [InlineData("10000000000000000\r\n", ErrorCode.TooLong)] // 17 digits: past 64 bits
    [InlineData("ffffffffffffffff\r\n", ErrorCode.TooLong)]
    [InlineData("40000001\r\n", ErrorCode.TooLong)] // a byte past the bound
    [InlineData("3 \r\nabc\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("3;a=b\r\nabc\r\n", ErrorCode.UnexpectedByte)] // an extension, which is let through where the codec is told so
    [InlineData("3\nabc\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("3\r\nabcd\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("-3\r\nabc\r\n", ErrorCode.NotANumber)]
    [InlineData("\r\n", ErrorCode.NotANumber)]
    [InlineData("0\r\n folded\r\n\r\n", ErrorCode.UnexpectedByte)]
    [InlineData("0\r\nno colon\r\n\r\n", ErrorCode.UnexpectedByte)]
    public void RefusesChunksAtEverySplit(string encoded, ErrorCode code)
    {
        byte[] all = Wire.Bytes(Chunked + encoded);
        Outcome whole = Received([all]);
        Assert.Equal((ParseStatus.Malformed, code), (whole.Status, whole.Error.Code));
        for (int cut = 1; cut < all.Length; cut++)
        {
            Outcome split = Received([all[..cut], all[cut..]]);
            Assert.Equal((whole.Status, whole.Error), (split.Status, split.Error));
        }
    }

    [Theory]
    [InlineData("Content-Length: 1073741825\r\n", ErrorCode.TooLong, "HttpRequestHead.Sized")] // a byte past Http.MaxBodySize
    [InlineData("Content-Length: 18446744073709551615\r\n", ErrorCode.TooLong, "HttpRequestHead.Sized")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", ErrorCode.Required, "HttpRequestHead.OneFraming")]
    public void RefusesHeadsWhoseBodyCannotBe(string header, ErrorCode code, string field) =>
        MessageTest<HttpRequestHead>.Invalid(Wire.Bytes($"PUT / HTTP/1.1\r\nHost: a\r\n{header}\r\n"), code, field);

    /// <summary>Two bodies are refused though no <c>[Require]</c> asks for that.</summary>
    [Fact]
    public void TwoBodiesAreRefused()
    {
        MessageTest<Parcel>.Valid([1, 0, 0, 0, 9]);
        MessageTest<Parcel>.Valid([2, 0, 0, 0, 0]);
        MessageTest<Parcel>.Invalid([3, 0, 0, 0, 9], ErrorCode.Required, "Parcel.Mail");
        MessageTest<Parcel>.Invalid([1, 0, 0, 0, 101], ErrorCode.TooLong, "Parcel.Data");
        MessageTest<Parcel>.Invalid([1, 0xFF, 0xFF, 0xFF, 0xFF], ErrorCode.OutOfRange, "Parcel.Data");
        Assert.Equal(["Data", "Mail"], DeclServer.Description.MessageGrammar.Of<Parcel>().Bodies.Select(static b => b.Name));
        Assert.Equal(5, Parcel.MaxSize);
    }

    [Fact]
    public void ACopyGivesWhatDecodesItsBodyToo()
    {
        ParseState state = default;
        HttpRequestHead.TryParse(Wire.Bytes(Post + "Content-Length: 7\r\n\r\n"), ref state, out HttpRequestHead head, out _, out _);
        HttpRequestHead.Owned copy = head.ToOwned();
        Assert.Equal(7, copy.Sized!.Value.Left);
        Assert.Null(copy.Chunks);
    }

    /// <summary>What a server does: it keeps what is not consumed, reads a head, and hands what follows to its body.</summary>
    private static Outcome Received(byte[][] pieces)
    {
        List<byte> kept = [];
        List<byte> data = [];
        ParseState state = default;
        SizedBodyReader? sized = null;
        ChunkedBodyReader? chunks = null;
        bool hasHead = false;
        Outcome outcome = new(ParseStatus.NeedMore, "", "", default);
        foreach (byte[] piece in pieces)
        {
            kept.AddRange(piece);
            if (outcome.Status != ParseStatus.NeedMore)
            {
                continue;
            }

            if (!hasHead)
            {
                ParseStatus status = HttpRequestHead.TryParse(kept.ToArray(), ref state, out HttpRequestHead head, out int consumed, out ParseError error);
                if (status == ParseStatus.NeedMore)
                {
                    continue;
                }

                Assert.True(status == ParseStatus.Done, error.ToString());
                hasHead = true;
                (sized, chunks) = (head.Sized, head.Chunks);
                kept.RemoveRange(0, consumed);
            }

            if (sized is { } s)
            {
                outcome = Read(ref s, kept, data);
                sized = s;
            }
            else if (chunks is { } c)
            {
                outcome = Read(ref c, kept, data);
                chunks = c;
            }
            else
            {
                outcome = outcome with { Status = ParseStatus.Done };
            }
        }

        return outcome with { Data = Wire.Text(data.ToArray()), Left = Wire.Text(kept.ToArray()) };
    }

    private static Outcome Read<TReader>(ref TReader reader, List<byte> kept, List<byte> data)
        where TReader : IBodyReader
    {
        while (true)
        {
            ParseStatus status = reader.Read(kept.ToArray(), out ReadOnlySpan<byte> piece, out int consumed, out ParseError error);
            data.AddRange(piece);
            kept.RemoveRange(0, consumed);
            if (status != ParseStatus.NeedMore || piece.IsEmpty)
            {
                return new Outcome(status, "", "", error);
            }
        }
    }

    private sealed record Outcome(ParseStatus Status, string Data, string Left, ParseError Error);
}

/// <summary>A message with two bodies that nothing keeps apart but the generator.</summary>
[Message(MaxSize = 5)]
public readonly ref partial struct Parcel
{
    public partial byte Kinds { get; init; }

    public partial int Length { get; init; }

    public bool IsData => Kinds is 1 or 3;

    public bool IsMail => Kinds is 2 or 3;

    [When(nameof(IsData)), Size(nameof(Length)), System.ComponentModel.DataAnnotations.MaxLength(100)] public partial SizedBodyReader? Data { get; }

    [When(nameof(IsMail)), System.ComponentModel.DataAnnotations.MaxLength(100)] public partial DotStuffedBodyReader? Mail { get; }
}
