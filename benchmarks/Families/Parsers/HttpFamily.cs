using System.Buffers;
using System.Text;

namespace DeclServer.Benchmarks.Families;

/// <summary>
/// A request head in one pass: each search for the first byte that is none of a name or value both checks it and finds its end. What is not
/// read to the end so is looked at again, to tell whether more is needed.
/// </summary>
internal struct HttpFamily : IFamily
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly SearchValues<byte> s_token = SearchValues.Create(Encoding.ASCII.GetBytes(Alphanumeric + "!#$%&'*+-.^_`|~"));
    private static readonly SearchValues<byte> s_controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(static c => c != '\t').Select(static c => (byte)c), 0x7F]);
    private static readonly SearchValues<byte> s_host = SearchValues.Create(Encoding.ASCII.GetBytes(Alphanumeric + "!$%&'()*+,-.:;=[]_~"));

    /// <summary>A name and its value, for each header.</summary>
    private static readonly Slice[] s_headers = new Slice[2 * Http.MaxHeaders];

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = HttpRequestHead.TryParse(input, ref state, out HttpRequestHead head, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(head.Method);
            fold.Add(head.Target);
            fold.Add(head.Minor);
            foreach (ref readonly HttpHeader header in head.Headers)
            {
                fold.Add(header.Name);
                fold.Add(header.Value);
            }

            fold.Add(head.ContentLength is ulong length ? (long)length : -1);
            fold.Add(head.TransferEncoding);
            fold.Add(head.Host);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        Head head = default;
        if (!TryParse(input, ref head, s_headers, out consumed))
        {
            return Unfinished(input);
        }

        fold.Add(head.Method);
        fold.Add(head.Target);
        fold.Add(head.Minor);
        foreach (Slice part in s_headers.AsSpan(0, 2 * head.HeaderCount))
        {
            fold.Add(part.Of(input));
        }

        fold.Add(head.ContentLength is ulong length ? (long)length : -1);
        fold.Add(head.TransferEncoding);
        fold.Add(head.Host);
        return ParseStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<byte> input, ref Head head, Span<Slice> headers, out int consumed)
    {
        consumed = 0;

        // method SP target SP "HTTP/1." digit CRLF
        int at = input.IndexOfAnyExcept(s_token);
        if (at is < 1 or > 32 || input[at] != ' ')
        {
            return false;
        }

        head.Method = input[..at++];
        int length = input[at..].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E);
        if (length is < 1 or > 8192 || input[at + length] != ' ')
        {
            return false;
        }

        head.Target = input.Slice(at, length);
        at += length + 1;
        if (input.Length - at < 10 || !input[at..].StartsWith("HTTP/1."u8) || (head.Minor = (byte)(input[at + 7] - '0')) > 9 || input[at + 8] != '\r' || input[at + 9] != '\n')
        {
            return false;
        }

        at += 10;
        while (true)
        {
            ReadOnlySpan<byte> rest = input[at..];
            if (rest.StartsWith("\r\n"u8))
            {
                consumed = at + 2;
                return consumed <= Http.MaxHeadSize && IsAllowed(head);
            }

            // name ":" blanks value blanks CRLF
            int colon = rest.IndexOfAnyExcept(s_token);
            if (colon is < 1 or > 128 || rest[colon] != ':' || head.HeaderCount == Http.MaxHeaders)
            {
                return false;
            }

            int start = colon + 1;
            while (start < rest.Length && rest[start] is (byte)' ' or (byte)'\t')
            {
                start++;
            }

            int size = rest[start..].IndexOfAny(s_controls);
            int end = start + size;
            if (size < 0 || end + 2 > rest.Length || rest[end] != '\r' || rest[end + 1] != '\n' || end + 2 > Http.MaxHeaderSize)
            {
                return false;
            }

            while (size > 0 && rest[start + size - 1] is (byte)' ' or (byte)'\t')
            {
                size--;
            }

            if (!TryTake(rest[..colon], rest.Slice(start, size), ref head))
            {
                return false;
            }

            headers[2 * head.HeaderCount] = new Slice(at, colon);
            headers[(2 * head.HeaderCount) + 1] = new Slice(at + start, size);
            head.HeaderCount++;
            at += end + 2;
        }
    }

    /// <summary>The headers that have a field of their own.</summary>
    private static bool TryTake(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ref Head head)
    {
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "host"u8):
                if (head.HasHost || value.ContainsAnyExcept(s_host))
                {
                    return false;
                }

                head.HasHost = true;
                head.Host = value;
                return true;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                if (head.ContentLength is not null || !TryNumber(value, out ulong number))
                {
                    return false;
                }

                head.ContentLength = number;
                return true;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                if (!head.TransferEncoding.IsEmpty || value.IsEmpty)
                {
                    return false;
                }

                head.TransferEncoding = value;
                return true;
            default:
                return true;
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> value, out ulong number)
    {
        number = 0;
        foreach (byte next in value)
        {
            uint digit = (uint)(next - '0');
            if (digit > 9 || number > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return value.Length > 0 && (value.Length == 1 || value[0] != '0');
    }

    private static bool IsAllowed(scoped in Head head) =>
        (head.ContentLength is null or <= Http.MaxBodySize) && (head.ContentLength is null || head.TransferEncoding.IsEmpty)
        && (head.TransferEncoding.IsEmpty || (head.Minor > 0 && Ascii.EqualsIgnoreCase(head.TransferEncoding, "chunked"u8)))
        && (head.Minor == 0 || !head.Host.IsEmpty);

    /// <summary>More is needed where the lines so far end with CR LF and none of them is empty.</summary>
    private static ParseStatus Unfinished(ReadOnlySpan<byte> input)
    {
        int line = 0;
        while (true)
        {
            int size = input[line..Math.Min(input.Length, Http.MaxHeadSize)].IndexOf((byte)'\n');
            if (size < 0)
            {
                return input.Length >= Http.MaxHeadSize ? ParseStatus.Malformed : ParseStatus.NeedMore;
            }

            if (size < 2 || input[line + size - 1] != '\r')
            {
                return ParseStatus.Malformed;
            }

            line += size + 1;
        }
    }

    private ref struct Head
    {
        public ReadOnlySpan<byte> Method;
        public ReadOnlySpan<byte> Target;
        public byte Minor;
        public int HeaderCount;
        public ulong? ContentLength;
        public ReadOnlySpan<byte> TransferEncoding;
        public bool HasHost;
        public ReadOnlySpan<byte> Host;
    }
}
