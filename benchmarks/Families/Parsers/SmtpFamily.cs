using System.Buffers;
using System.Buffers.Binary;

namespace DeclServer.Benchmarks.Families;

/// <summary>SMTP's MAIL: the verb by two words, the path by the search for the first byte that is none of it.</summary>
internal struct SmtpFamily : IFamily
{
    private const ulong Verb = 0x4F52_4620_4C49_414D; // "MAIL FRO", its letters in upper case
    private const ulong Letters = 0xDFDF_DFFF_DFDF_DFDF;

    private static readonly SearchValues<byte> s_path =
        SearchValues.Create([.. Enumerable.Range(0x21, 0xDF).Where(static c => c is not ('<' or '>' or 0x7F)).Select(static c => (byte)c)]);

    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = SmtpMail.TryParse(input, ref state, out SmtpMail mail, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(mail.ReversePath);
            foreach (ReadOnlySpan<byte> parameter in mail.Parameters)
            {
                fold.Add(parameter);
            }
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        if (!TryParse(input, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> parameters, out consumed))
        {
            return TextScan.Unfinished(input, Smtp.MaxCommandSize);
        }

        fold.Add(path);
        while (!parameters.IsEmpty)
        {
            int length = parameters.IndexOf((byte)' ');
            length = length < 0 ? parameters.Length : length;
            if (length > 0)
            {
                fold.Add(parameters[..length]);
            }

            parameters = parameters[Math.Min(length + 1, parameters.Length)..];
        }

        return ParseStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> parameters, out int consumed)
    {
        path = default;
        parameters = default;
        consumed = 0;
        if (input.Length < 11
            || (BinaryPrimitives.ReadUInt64LittleEndian(input) & Letters) != Verb
            || (input[8] & 0xDF) != 'M' || input[9] != ':' || input[10] != '<')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = input[11..];
        int length = rest.IndexOfAnyExcept(s_path);
        if (length is < 0 or > 254 || rest[length] != '>')
        {
            return false;
        }

        path = rest[..length];
        rest = rest[(length + 1)..];
        int end = rest.IndexOf((byte)'\n');
        if (end < 1 || rest[end - 1] != '\r')
        {
            return false;
        }

        consumed = 11 + length + 1 + end + 1;
        if (end > 1)
        {
            if (rest[0] != ' ' || end == 2)
            {
                return false;
            }

            parameters = rest[1..(end - 1)];
        }

        return consumed <= Smtp.MaxCommandSize;
    }
}
