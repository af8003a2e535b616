namespace Messages.Tests;

/// <summary>Bytes as captures show them.</summary>
internal static class Hex
{
    /// <summary>The bytes of hexadecimal digits; blanks and what stands behind a ';' in a line are for the reader.</summary>
    public static byte[] Bytes(string text) =>
        Convert.FromHexString(string.Concat(text.Split('\n').Select(static line => line.Split(';')[0])).Replace(" ", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal));
}
