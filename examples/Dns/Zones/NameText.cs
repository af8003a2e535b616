namespace Dns.Zones;

/// <summary>Names as master files write them, to wire form (RFC 1035 §5.1).</summary>
internal static class NameText
{
    /// <summary>Null if all is well, else what is wrong and how to mend it.</summary>
    /// <param name="origin">What a name without a dot at its end, and @, are relative to; null if there is none yet.</param>
    /// <param name="name">Room for <see cref="WireName.MaxName"/> octets.</param>
    internal static string? Parse(ReadOnlySpan<byte> text, byte[]? origin, Span<byte> name, out int length)
    {
        length = 0;
        if (text is [(byte)'.'])
        {
            name[length++] = 0;
            return null;
        }

        bool absolute = false;
        int at = 0;
        if (text is [(byte)'@'])
        {
            at = 1;
        }
        else if (text.IsEmpty)
        {
            return "a name cannot be empty: write . for the root or @ for the origin";
        }

        while (at < text.Length)
        {
            int labelAt = length++;
            absolute = false;
            while (at < text.Length)
            {
                if (!Escapes.TryRead(text, ref at, out byte octet, out bool escaped))
                {
                    return "\\ before a digit wants three digits, 000 to 255";
                }

                if (octet == (byte)'.' && !escaped)
                {
                    absolute = true;
                    break;
                }

                if (length - labelAt > WireName.MaxLabel)
                {
                    return $"a label is longer than {WireName.MaxLabel} octets (RFC 1035 §2.3.4): shorten it";
                }

                // One octet is kept for the root.
                if (length >= WireName.MaxName - 1)
                {
                    return TooLong;
                }

                name[length++] = octet;
            }

            int label = length - labelAt - 1;
            if (label == 0)
            {
                return "a name has an empty label: write one dot between labels";
            }

            name[labelAt] = (byte)label;

            // The next label's length octet needs room too.
            if (length >= WireName.MaxName - 1 && at < text.Length)
            {
                return TooLong;
            }
        }

        if (absolute)
        {
            name[length++] = 0;
            return null;
        }

        if (origin is null)
        {
            return "a relative name and no origin: begin the file with $ORIGIN, or end the name with a dot";
        }

        if (length + origin.Length > WireName.MaxName)
        {
            return TooLong;
        }

        origin.CopyTo(name[length..]);
        length += origin.Length;
        return null;
    }

    private static string TooLong => $"a name is longer than {WireName.MaxName} octets (RFC 1035 §2.3.4): shorten it";
}
