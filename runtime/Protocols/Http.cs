#pragma warning disable IL2026 // MaxLength reflects when it validates objects; here it is only read by the generator.
using System.ComponentModel.DataAnnotations;
using System.Text;

namespace DeclServer;

/// <summary>What the messages of HTTP/1.1 are made of (RFC 9110, RFC 9112).</summary>
public static class Http
{
    /// <summary>The most bytes of a head, its empty line included.</summary>
    public const int MaxHeadSize = 32 << 10;

    /// <summary>The most headers of a head.</summary>
    public const int MaxHeaders = 100;

    /// <summary>The most bytes of a header line.</summary>
    public const int MaxHeaderSize = 8 << 10;

    /// <summary>The most bytes of a request's body. It is streamed, so this bounds what a client can send, not what is held.</summary>
    public const int MaxBodySize = 1 << 30;

    /// <summary>A byte of a token (RFC 9110, 5.6.2), in ABNF.</summary>
    public const string TokenChar = "(ALPHA / DIGIT / \"!\" / \"#\" / \"$\" / \"%\" / \"&\" / \"'\" / \"*\" / \"+\" / \"-\" / \".\" / \"^\" / \"_\" / \"`\" / \"|\" / \"~\")";

    /// <summary>A byte of a field's value or of a reason (RFC 9110, 5.5), in ABNF: no control but HTAB.</summary>
    public const string TextChar = "(HTAB / %x20-7E / %x80-FF)";

    /// <summary>A byte of an authority (RFC 3986, 3.2), in ABNF.</summary>
    public const string HostChar = "(ALPHA / DIGIT / %x21 / %x24-2E / %x3A-3B / %x3D / %x5B / %x5D / %x5F / %x7E)";
}

/// <summary>A header line. A space before the colon, a folded line and a control in the value are refused; blanks around the value are no part of it.</summary>
[Message(MaxSize = Http.MaxHeaderSize, Owned = true), Text(Separator = ":", Blank = " \t")]
public readonly ref partial struct HttpHeader
{
    /// <summary>The name; its case does not matter.</summary>
    [Chars("1*128" + Http.TokenChar)] public partial ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The value.</summary>
    [Rest, Chars("*" + Http.TextChar)] public partial ReadOnlySpan<byte> Value { get; init; }
}

/// <summary>
/// The head of a request (RFC 9112, 3). What could make two readers see two bodies is refused: both framings, two lengths, a coding that is
/// not chunked. A server answers a head that is refused and closes: where its body ends is not known.
/// </summary>
[Message(MaxSize = Http.MaxHeadSize, Owned = true), Text]
public readonly ref partial struct HttpRequestHead
{
    /// <summary>The method.</summary>
    [Chars("1*32" + Http.TokenChar)] public partial ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The target.</summary>
    [Chars("1*8192(%x21-7E)")] public partial ReadOnlySpan<byte> Target { get; init; }

    /// <summary>The minor version: 0 or 1, and what may follow.</summary>
    [Literal(Before = "HTTP/1.", LineEnd = true), Ascii(Digits = 1)] public partial byte Minor { get; init; }

    /// <summary>The header lines.</summary>
    [Until("\r\n"), MaxLength(Http.MaxHeaders)] public partial Seq<HttpHeader> Headers { get; init; }

    /// <summary>The body's length in bytes.</summary>
    [Header("content-length", Single = true), Ascii] public partial ulong? ContentLength { get; }

    /// <summary>How the body is coded.</summary>
    [Header("transfer-encoding", Single = true), MinLength(1)] public partial ReadOnlySpan<byte> TransferEncoding { get; }

    /// <summary>The authority that the request is for.</summary>
    [Header("host", Single = true), Chars("*" + Http.HostChar)] public partial ReadOnlySpan<byte> Host { get; }

    /// <summary>The body's end is told in one way (RFC 9112, 6.3).</summary>
    [Require] public bool OneFraming => ContentLength is null || TransferEncoding.IsEmpty;

    /// <summary>A coding is chunked, and nothing besides (RFC 9112, 6.1), and only where chunks are known.</summary>
    [Require] public bool OnlyChunked => TransferEncoding.IsEmpty || (Minor > 0 && Ascii.EqualsIgnoreCase(TransferEncoding, "chunked"u8));

    /// <summary>Since 1.1 a request says which host it is for (RFC 9112, 3.2).</summary>
    [Require] public bool HasHost => Minor == 0 || !Host.IsEmpty;

    /// <summary>Whether <see cref="Sized"/> follows.</summary>
    public bool IsSized => ContentLength is not null;

    /// <summary>Whether <see cref="Chunks"/> follow.</summary>
    public bool IsChunked => !TransferEncoding.IsEmpty;

    /// <summary>What decodes a body of <see cref="ContentLength"/> bytes; null where none is announced so. With no framing there is no body (RFC 9112, 6.3).</summary>
    [When(nameof(IsSized)), Size(nameof(ContentLength)), MaxLength(Http.MaxBodySize)] public partial SizedBodyReader? Sized { get; }

    /// <summary>What decodes a chunked body; null where none is announced.</summary>
    [When(nameof(IsChunked)), MaxLength(Http.MaxBodySize)] public partial ChunkedBodyReader? Chunks { get; }
}

/// <summary>The head of a response (RFC 9112, 4).</summary>
[Message(MaxSize = Http.MaxHeadSize, Owned = true), Text]
public readonly ref partial struct HttpResponseHead
{
    /// <summary>The minor version.</summary>
    [Literal(Before = "HTTP/1."), Ascii(Digits = 1)] public partial byte Minor { get; init; }

    /// <summary>The status.</summary>
    [Ascii(Digits = 3), Range(100, 599)] public partial short Status { get; init; }

    /// <summary>The reason in words; may be empty, but the space before it stands there all the same.</summary>
    [Rest, Chars("*512" + Http.TextChar), Literal(LineEnd = true)] public partial ReadOnlySpan<byte> Reason { get; init; }

    /// <summary>The header lines.</summary>
    [Until("\r\n"), MaxLength(Http.MaxHeaders)] public partial Seq<HttpHeader> Headers { get; init; }

    /// <summary>The body's length in bytes.</summary>
    [Header("content-length", Single = true), Ascii] public partial ulong? ContentLength { get; }

    /// <summary>How the body is coded.</summary>
    [Header("transfer-encoding", Single = true), MinLength(1)] public partial ReadOnlySpan<byte> TransferEncoding { get; }

    /// <summary>The body's end is told in one way (RFC 9112, 6.3).</summary>
    [Require] public bool OneFraming => ContentLength is null || TransferEncoding.IsEmpty;

    /// <summary>A coding is chunked, and nothing besides (RFC 9112, 6.1), and only where chunks are known.</summary>
    [Require] public bool OnlyChunked => TransferEncoding.IsEmpty || (Minor > 0 && Ascii.EqualsIgnoreCase(TransferEncoding, "chunked"u8));
}
