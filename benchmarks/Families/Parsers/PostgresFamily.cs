using System.Buffers.Binary;
using Messages.Tests.Families;

namespace DeclServer.Benchmarks.Families;

/// <summary>PostgreSQL's Parse and Bind, waited for by their length and read in one pass.</summary>
internal struct PostgresFamily : IFamily
{
    private const int MaxName = 63;
    private const int MaxQuery = 1 << 19;

    private static readonly Slice[] s_values = new Slice[ushort.MaxValue];

    public static bool Covers(ReadOnlySpan<byte> input) => input.IsEmpty || input[0] is (byte)'P' or (byte)'B';

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = PgFrontend.TryParse(input, ref state, out PgFrontend message, out consumed, out _);
        if (status == ParseStatus.Done && message.Type == 'P')
        {
            PgParse parse = message.Parse;
            fold.Add(parse.Statement);
            fold.Add(parse.Query);
            fold.Add(parse.Types);
        }
        else if (status == ParseStatus.Done)
        {
            PgBind bind = message.Bind;
            fold.Add(bind.Portal);
            fold.Add(bind.Statement);
            fold.Add(bind.Formats);
            foreach (ref readonly PgValue value in bind.Values)
            {
                fold.Add(DeclServer.Messages.Layout.IsAbsent(value.Data) ? 1 : 0);
                fold.Add(value.Data);
            }

            fold.Add(bind.Results);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        consumed = 0;
        if (input.Length < 5)
        {
            return ParseStatus.NeedMore;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(input[1..]);
        if (length is < 4 or > (1 << 24) - 1)
        {
            return ParseStatus.Malformed;
        }

        if (input.Length - 1 < length)
        {
            return ParseStatus.NeedMore;
        }

        ReadOnlySpan<byte> body = input[5..(length + 1)];
        if (input[0] == 'P' ? !TryParse(body, ref fold) : !TryBind(body, ref fold))
        {
            return ParseStatus.Malformed;
        }

        consumed = length + 1;
        return ParseStatus.Done;
    }

    private static bool TryParse<TFold>(ReadOnlySpan<byte> body, ref TFold fold)
        where TFold : struct, IFold
    {
        int at = 0;
        if (!TryString(body, ref at, MaxName, out ReadOnlySpan<byte> statement) || !TryString(body, ref at, MaxQuery, out ReadOnlySpan<byte> query)
            || !TryBlock(body, ref at, 4, out ReadOnlySpan<byte> types) || at != body.Length)
        {
            return false;
        }

        fold.Add(statement);
        fold.Add(query);
        fold.Add(types);
        return true;
    }

    private static bool TryBind<TFold>(ReadOnlySpan<byte> body, ref TFold fold)
        where TFold : struct, IFold
    {
        int at = 0;
        if (!TryString(body, ref at, MaxName, out ReadOnlySpan<byte> portal) || !TryString(body, ref at, MaxName, out ReadOnlySpan<byte> statement)
            || !TryBlock(body, ref at, 2, out ReadOnlySpan<byte> formats) || body.Length - at < 2)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
        at += 2;
        Span<Slice> values = s_values.AsSpan(0, count);
        for (int i = 0; i < values.Length; i++)
        {
            if (body.Length - at < 4)
            {
                return false;
            }

            int size = BinaryPrimitives.ReadInt32BigEndian(body[at..]);
            at += 4;
            if (size > body.Length - at || size is < -1 or > 1 << 23)
            {
                return false;
            }

            values[i] = new Slice(at, size);
            at += Math.Max(0, size);
        }

        if (!TryBlock(body, ref at, 2, out ReadOnlySpan<byte> results) || at != body.Length)
        {
            return false;
        }

        fold.Add(portal);
        fold.Add(statement);
        fold.Add(formats);
        foreach (Slice value in values)
        {
            fold.Add(value.Length < 0 ? 1 : 0);
            fold.Add(value.Length < 0 ? default : value.Of(body));
        }

        fold.Add(results);
        return true;
    }

    /// <summary>Bytes up to a NUL.</summary>
    private static bool TryString(ReadOnlySpan<byte> body, ref int at, int max, out ReadOnlySpan<byte> text)
    {
        int length = body[at..].IndexOf((byte)0);
        if ((uint)length > (uint)max)
        {
            text = default;
            return false;
        }

        text = body.Slice(at, length);
        at += length + 1;
        return true;
    }

    /// <summary>A count of two bytes and as many units of so many bytes.</summary>
    private static bool TryBlock(ReadOnlySpan<byte> body, ref int at, int unit, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (body.Length - at < 2)
        {
            return false;
        }

        int size = unit * BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
        at += 2;
        if (body.Length - at < size)
        {
            return false;
        }

        block = body.Slice(at, size);
        at += size;
        return true;
    }
}
