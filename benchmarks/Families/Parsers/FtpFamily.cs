namespace DeclServer.Benchmarks.Families;

/// <summary>An FTP command: three or four letters, then one search that checks the argument and finds the line's end.</summary>
internal struct FtpFamily : IFamily
{
    public static ParseStatus Emitted<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        ParseState state = default;
        ParseStatus status = FtpCommand.TryParse(input, ref state, out FtpCommand command, out consumed, out _);
        if (status == ParseStatus.Done)
        {
            fold.Add(command.Verb);
            fold.Add(command.Argument);
        }

        return status;
    }

    public static ParseStatus HandWritten<TFold>(ReadOnlySpan<byte> input, ref TFold fold, out int consumed)
        where TFold : struct, IFold
    {
        if (!TryParse(input, out ReadOnlySpan<byte> verb, out ReadOnlySpan<byte> argument, out consumed))
        {
            return TextScan.Unfinished(input, Ftp.MaxCommandSize);
        }

        fold.Add(verb);
        fold.Add(argument);
        return ParseStatus.Done;
    }

    private static bool TryParse(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> verb, out ReadOnlySpan<byte> argument, out int consumed)
    {
        verb = default;
        argument = default;
        consumed = 0;
        if (input.Length < 5 || !IsLetter(input[0]) || !IsLetter(input[1]) || !IsLetter(input[2]))
        {
            return false;
        }

        int at = IsLetter(input[3]) ? 4 : 3;
        verb = input[..at];
        ReadOnlySpan<byte> rest = input[at..];
        int end = rest.IndexOfAny((byte)0, (byte)'\r', (byte)'\n');
        if (end < 0 || end + 1 >= rest.Length || rest[end] != '\r' || rest[end + 1] != '\n')
        {
            return false;
        }

        if (end > 0)
        {
            if (rest[0] != ' ' || end == 1)
            {
                return false;
            }

            argument = rest[1..end];
        }

        consumed = at + end + 2;
        return consumed <= Ftp.MaxCommandSize;
    }

    private static bool IsLetter(byte next) => (uint)((next | 0x20) - 'a') <= 'z' - 'a';
}
