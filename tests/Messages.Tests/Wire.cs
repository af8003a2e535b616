using System.Text;

namespace Messages.Tests;

/// <summary>Text as it is sent.</summary>
internal static class Wire
{
    /// <summary>The bytes of text in Latin-1, in which each line of a raw string literal ends with CR LF.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The bytes as text.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
