using System.Buffers.Binary;
using System.Text;

namespace Dns.Zones;

/// <summary>
/// What can be asked of a domain name in wire form: labels, each behind its length octet, then the root's zero octet, no
/// compression pointers (RFC 1035 §3.1). Letter case never counts (§2.3.3).
/// </summary>
internal static class WireName
{
    /// <summary>Octets of one label, RFC 1035 §2.3.4.</summary>
    internal const int MaxLabel = 63;

    /// <summary>Octets of a whole name, length octets and root included, RFC 1035 §2.3.4.</summary>
    internal const int MaxName = 255;

    /// <summary>Labels of the longest name, one octet each, without the root.</summary>
    internal const int MaxLabels = 127;

    /// <summary>The name without its first label. Not for the root.</summary>
    internal static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> name) => name[(name[0] + 1)..];

    internal static bool IsRoot(ReadOnlySpan<byte> name) => name.Length == 1;

    /// <summary>Whether the first label is a lone asterisk, RFC 4592 §2.1.1.</summary>
    internal static bool IsWildcard(ReadOnlySpan<byte> name) => name.Length > 2 && name[0] == 1 && name[1] == (byte)'*';

    internal static int CountLabels(ReadOnlySpan<byte> name)
    {
        int count = 0;
        for (int at = 0; name[at] != 0; at += name[at] + 1)
        {
            count++;
        }

        return count;
    }

    internal static bool Equal(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        // Length octets are below 'A', so the whole wire form may be lowered at once.
        if (a.Length != b.Length)
        {
            return false;
        }

        int at = 0;
        for (; at + 8 <= a.Length; at += 8)
        {
            if (Lower(BinaryPrimitives.ReadUInt64LittleEndian(a[at..])) != Lower(BinaryPrimitives.ReadUInt64LittleEndian(b[at..])))
            {
                return false;
            }
        }

        for (; at < a.Length; at++)
        {
            if (Lower(a[at]) != Lower(b[at]))
            {
                return false;
            }
        }

        return true;
    }

    internal static bool IsAtOrBelow(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ancestor)
    {
        while (name.Length > ancestor.Length)
        {
            name = Parent(name);
        }

        return Equal(name, ancestor);
    }

    /// <summary>Whether the octets are one whole name and nothing else.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> octets) => TryMeasure(octets, out int length) && length == octets.Length;

    /// <summary>The length of the name that the octets begin with.</summary>
    internal static bool TryMeasure(ReadOnlySpan<byte> octets, out int length)
    {
        length = 0;
        while (length < octets.Length && length < MaxName)
        {
            int label = octets[length];
            length += label + 1;
            if (label == 0)
            {
                return true;
            }

            if (label > MaxLabel)
            {
                return false;
            }
        }

        return false;
    }

    internal static byte[] ToLower(ReadOnlySpan<byte> name)
    {
        byte[] lower = name.ToArray();
        foreach (ref byte octet in lower.AsSpan())
        {
            octet = Lower(octet);
        }

        return lower;
    }

    internal static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    /// <summary>Lowers eight octets at once: sets bit 5 of those in 'A'..'Z'.</summary>
    internal static ulong Lower(ulong octets)
    {
        const ulong ones = 0x0101_0101_0101_0101;
        ulong low = octets & (0x7F * ones);
        ulong atLeastA = low + ((0x80 - 'A') * ones);
        ulong aboveZ = low + ((0x7F - 'Z') * ones);
        ulong upper = ~octets & (atLeastA ^ aboveZ) & (0x80 * ones);
        return octets | (upper >> 2);
    }

    /// <summary>The name as a master file writes it, with a dot at the end and escapes where needed (RFC 1035 §5.1).</summary>
    internal static string ToText(ReadOnlySpan<byte> name)
    {
        if (IsRoot(name))
        {
            return ".";
        }

        StringBuilder text = new();
        for (int at = 0; name[at] != 0; at += name[at] + 1)
        {
            foreach (byte octet in name.Slice(at + 1, name[at]))
            {
                if (octet is <= 0x20 or >= 0x7F)
                {
                    text.Append('\\').Append(octet.ToString("D3"));
                    continue;
                }

                if (".\\\"();@$".Contains((char)octet))
                {
                    text.Append('\\');
                }

                text.Append((char)octet);
            }

            text.Append('.');
        }

        return text.ToString();
    }
}
