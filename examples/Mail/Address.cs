using System.Text;

namespace Mail;

/// <summary>Paths and mailboxes (RFC 5321, 4.1.2) as this server takes them: no source routes, no quoted local parts.</summary>
internal static class Address
{
    /// <summary>What stands between the angle brackets.</summary>
    public static bool TryPath(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> path)
    {
        path = default;
        if (argument.Length <= prefix.Length || !Ascii.EqualsIgnoreCase(argument[..prefix.Length], prefix) || argument[^1] != (byte)'>')
        {
            return false;
        }

        path = argument[prefix.Length..^1];
        return path.Length <= 254;
    }

    /// <summary>Whether it is a local part of at most 64 bytes, an at sign, and a domain.</summary>
    public static bool IsMailbox(ReadOnlySpan<byte> mailbox)
    {
        int at = mailbox.IndexOf((byte)'@');
        return at is > 0 and <= 64
            && at < mailbox.Length - 1
            && mailbox[(at + 1)..].IndexOf((byte)'@') < 0
            && mailbox.IndexOfAny("<>()[]\\,;:\" \t"u8) < 0
            && mailbox.IndexOfAnyInRange((byte)0, (byte)31) < 0;
    }
}
