namespace Dns.Zones;

/// <summary>The two escapes of master files: \DDD is the octet of that decimal number, \X is X itself (RFC 1035 §5.1).</summary>
internal static class Escapes
{
    /// <summary>Reads one octet at <paramref name="at"/> and moves behind it. False for a \DDD that is no octet.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, ref int at, out byte octet, out bool escaped)
    {
        octet = text[at++];
        escaped = octet == (byte)'\\' && at < text.Length;
        if (!escaped)
        {
            return true;
        }

        octet = text[at++];
        if (!IsDigit(octet))
        {
            return true;
        }

        if (at + 2 > text.Length || !IsDigit(text[at]) || !IsDigit(text[at + 1]))
        {
            return false;
        }

        int number = ((octet - '0') * 100) + ((text[at] - '0') * 10) + (text[at + 1] - '0');
        at += 2;
        octet = (byte)number;
        return number <= byte.MaxValue;
    }

    private static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';
}
