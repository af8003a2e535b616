using DeclServer;
using DeclServer.Testing;
using Xunit;

namespace Messages.Tests.Families;

/// <summary>Heads of HTTP/1.1 (RFC 9112): a line, lines of names and values up to an empty one, and the names that say where a body ends.</summary>
public sealed class HttpTests
{
    private const string Line = "GET / HTTP/1.1\r\n";

    public static TheoryData<string> Requests => new()
    {
        "GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\nHost: www.example.com\r\nAccept-Language: en, mi\r\n\r\n", // RFC 9110, 3.9
        "GET http://www.example.org/pub/WWW/TheProject.html HTTP/1.1\r\nHost: www.example.org\r\n\r\n", // RFC 9112, 3.2.2
        "OPTIONS * HTTP/1.1\r\nHost: www.example.org:8001\r\n\r\n", // RFC 9112, 3.2.4
        "CONNECT www.example.com:80 HTTP/1.1\r\nHost: www.example.com\r\n\r\n", // RFC 9112, 3.2.3
        "GET /index.html HTTP/1.0\r\n\r\n",
        "POST /a HTTP/1.1\r\nhOST:[::1]:8080\r\nContent-Length:\t 12 \r\nX-Empty:\r\n\r\n",
        "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nExpect: 100-continue\r\n\r\n",
        // Captured over loopback from curl 7.88.1, GNU Wget 1.21.3 and Python 3.11's urllib.
        "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:41299\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n",
        "POST /form HTTP/1.1\r\nHost: localhost:59093\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nX-Empty:\r\nContent-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", // -d x=1 -H 'X-Empty;'
        "PUT /up HTTP/1.1\r\nHost: 127.0.0.1:35219\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", // -T -
        "GET / HTTP/1.0\r\nHost: 127.0.0.1:34469\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n", // --http1.0
        "GET /w HTTP/1.1\r\nHost: 127.0.0.1:38297\r\nUser-Agent: Wget/1.21.3\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive\r\n\r\n",
        "GET /p HTTP/1.1\r\nAccept-Encoding: identity\r\nHost: 127.0.0.1:37145\r\nUser-Agent: Python-urllib/3.11\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\xE9\tb\r\n\r\n", // obs-text
    };

    public static TheoryData<string> Responses => new()
    {
        "HTTP/1.1 200 OK\r\nDate: Mon, 27 Jul 2009 12:28:53 GMT\r\nServer: Apache\r\nLast-Modified: Wed, 22 Jul 2009 19:15:56 GMT\r\nETag: \"34aa387-d-1568eb00\"\r\nAccept-Ranges: bytes\r\nContent-Length: 51\r\nVary: Accept-Encoding\r\nContent-Type: text/plain\r\n\r\n", // RFC 9110, 3.9
        "HTTP/1.0 404 File not found\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\nDate: Tue, 24 Nov 2026 09:05:30 GMT\r\nConnection: close\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: 335\r\n\r\n", // captured from Python 3.11's http.server
        "HTTP/1.1 404 \r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.0 503 Service Unavailable\r\nTransfer: x\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void ReadsAndWritesRequests(string text) => MessageTest<HttpRequestHead>.Valid(Wire.Bytes(text));

    [Theory]
    [MemberData(nameof(Responses))]
    public void ReadsAndWritesResponses(string text) => MessageTest<HttpResponseHead>.Valid(Wire.Bytes(text));

    [Fact]
    public void ReadsARequest()
    {
        ParseState state = default;
        byte[] bytes = Wire.Bytes("POST /a?b HTTP/1.1\r\nhOsT:  example.org \r\ncontent-LENGTH: 1073741824\r\nA: 1\r\nA:2\r\n\r\nbody");
        Assert.Equal(ParseStatus.Done, HttpRequestHead.TryParse(bytes, ref state, out HttpRequestHead head, out int length, out _));
        Assert.Equal(bytes.Length - 4, length);
        Assert.Equal("POST", Wire.Text(head.Method));
        Assert.Equal("/a?b", Wire.Text(head.Target));
        Assert.Equal(1, head.Minor);
        Assert.Equal("example.org", Wire.Text(head.Host));
        Assert.Equal(1UL << 30, head.ContentLength);
        Assert.Equal(1L << 30, head.Sized!.Value.Left);
        Assert.Null(head.Chunks);
        Assert.True(head.TransferEncoding.IsEmpty);
        List<string> headers = [];
        foreach (HttpHeader header in head.Headers)
        {
            headers.Add($"{Wire.Text(header.Name)}={Wire.Text(header.Value)}");
        }

        Assert.Equal(["hOsT=example.org", "content-LENGTH=1073741824", "A=1", "A=2"], headers);
    }

    [Fact]
    public void WritesARequest()
    {
        Seq<HttpHeader>.Builder headers = new(new byte[100]);
        Assert.True(headers.TryAdd(new HttpHeader { Name = "Host"u8, Value = "a"u8 }));
        Assert.True(headers.TryAdd(new HttpHeader { Name = "Content-Length"u8, Value = "3"u8 }));
        HttpRequestHead head = new() { Method = "PUT"u8, Target = "/x"u8, Minor = 1, Headers = headers.ToSeq() };
        Span<byte> written = stackalloc byte[head.GetSize()];
        Assert.True(head.TryWrite(written, out _));
        Assert.Equal("PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", Wire.Text(written));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", ErrorCode.Required, "HttpRequestHead.OneFraming")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", ErrorCode.Required, "HttpRequestHead.OneFraming")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", ErrorCode.Duplicate, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: 5\r\ncontent-length: 6\r\n", ErrorCode.Duplicate, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: 5, 5\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: +5\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: -5\r\n", ErrorCode.OutOfRange, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: 0x5\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: 5 5\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length:\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Content-Length: 18446744073709551616\r\n", ErrorCode.NotANumber, "HttpRequestHead.ContentLength")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ErrorCode.Duplicate, "HttpRequestHead.TransferEncoding")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n", ErrorCode.Required, "HttpRequestHead.OnlyChunked")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", ErrorCode.Required, "HttpRequestHead.OnlyChunked")]
    [InlineData("Transfer-Encoding: xchunked\r\n", ErrorCode.Required, "HttpRequestHead.OnlyChunked")]
    [InlineData("Transfer-Encoding: \r\n", ErrorCode.TooShort, "HttpRequestHead.TransferEncoding")]
    [InlineData("Transfer-Encoding: \x0B" + "chunked\r\n", ErrorCode.BadCharacter, "HttpHeader.Value")]
    [InlineData("Transfer-Encoding : chunked\r\n", ErrorCode.BadCharacter, "HttpHeader.Name")] // a space before the colon
    [InlineData("Transfer-Encoding\t: chunked\r\n", ErrorCode.BadCharacter, "HttpHeader.Name")]
    [InlineData(" Transfer-Encoding: chunked\r\n", ErrorCode.BadCharacter, "HttpHeader.Name")] // obs-fold
    [InlineData("A: b\r\n c\r\n", ErrorCode.UnexpectedByte, "HttpHeader.Value")]
    [InlineData("A: b\r\n\tc: d\r\n", ErrorCode.BadCharacter, "HttpHeader.Name")]
    [InlineData("A: b\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Headers")] // a bare LF
    [InlineData("A: b\rContent-Length: 5\r\n", ErrorCode.BadCharacter, "HttpHeader.Value")] // a bare CR
    [InlineData("A: b\0\r\n", ErrorCode.BadCharacter, "HttpHeader.Value")]
    [InlineData("A b\r\n", ErrorCode.UnexpectedByte, "HttpHeader.Value")]
    [InlineData(": b\r\n", ErrorCode.TooShort, "HttpHeader.Name")]
    [InlineData("Host: b\r\n", ErrorCode.Duplicate, "HttpRequestHead.Host")]
    public void RefusesSmuggling(string headers, ErrorCode code, string field) =>
        MessageTest<HttpRequestHead>.Invalid(Wire.Bytes($"{Line}Host: a\r\n{headers}\r\n"), code, field);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", ErrorCode.Required, "HttpRequestHead.HasHost")]
    [InlineData("GET / HTTP/1.1\r\nHost:\r\n\r\n", ErrorCode.Required, "HttpRequestHead.HasHost")]
    [InlineData("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", ErrorCode.BadCharacter, "HttpRequestHead.Host")]
    [InlineData("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", ErrorCode.Required, "HttpRequestHead.OnlyChunked")]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", ErrorCode.TooShort, "HttpRequestHead.Target")]
    [InlineData("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", ErrorCode.TrailingBytes, "HttpRequestHead.Minor")]
    [InlineData("GET / HTTP/1.10\r\nHost: a\r\n\r\n", ErrorCode.TrailingBytes, "HttpRequestHead.Minor")]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Minor")]
    [InlineData("GET / http/1.1\r\nHost: a\r\n\r\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Minor")]
    [InlineData("GET /\r\n\r\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Minor")] // HTTP/0.9
    [InlineData("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ErrorCode.TooShort, "HttpRequestHead.Method")] // an empty line first
    [InlineData("GET /\r\nHost: a HTTP/1.1\r\n\r\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Minor")]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", ErrorCode.BadCharacter, "HttpRequestHead.Method")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n", ErrorCode.UnexpectedByte, "HttpRequestHead.Headers")]
    public void RefusesRequests(string text, ErrorCode code, string field) => MessageTest<HttpRequestHead>.Invalid(Wire.Bytes(text), code, field);

    [Theory]
    [InlineData("HTTP/1.1 200\r\n\r\n", ErrorCode.UnexpectedByte, "HttpResponseHead.Reason")]
    [InlineData("HTTP/1.1 99 a\r\n\r\n", ErrorCode.NotANumber, "HttpResponseHead.Status")]
    [InlineData("HTTP/1.1 099 a\r\n\r\n", ErrorCode.OutOfRange, "HttpResponseHead.Status")]
    [InlineData("HTTP/1.1 2000 a\r\n\r\n", ErrorCode.UnexpectedByte, "HttpResponseHead.Reason")]
    public void RefusesResponses(string text, ErrorCode code, string field) => MessageTest<HttpResponseHead>.Invalid(Wire.Bytes(text), code, field);

    [Fact]
    public void TellsWhereAHeadersValueIsWrong()
    {
        ParseState state = default;
        Assert.Equal(ParseStatus.Malformed, HttpRequestHead.TryParse("GET / HTTP/1.1\r\nContent-Length: 5,5\r\n\r\n"u8, ref state, out _, out _, out ParseError error));
        Assert.Equal(new ParseError(ErrorCode.NotANumber, 32, "HttpRequestHead.ContentLength"), error);
    }

    [Fact]
    public void TakesSoManyHeadersAndNoMore()
    {
        string hundred = string.Concat(Enumerable.Range(0, 99).Select(static i => $"h{i}: {i}\r\n"));
        ParseState state = default;
        Assert.Equal(ParseStatus.Done, HttpRequestHead.TryParse(Wire.Bytes($"{Line}Host: a\r\n{hundred}\r\n"), ref state, out _, out _, out _));
        MessageTest<HttpRequestHead>.Invalid(Wire.Bytes($"{Line}Host: a\r\n{hundred}x: y\r\n\r\n"), ErrorCode.TooLong, "HttpRequestHead.Headers");
        MessageTest<HttpRequestHead>.Invalid(Wire.Bytes(Line + new string('a', Http.MaxHeadSize)), ErrorCode.TooLong, "HttpRequestHead.Headers");
    }
}
