using System.Text;

namespace Cache.Tests;

/// <summary>Tests speak in Latin-1 text, in which every byte string has exactly one spelling.</summary>
internal static class Bytes
{
    internal static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}

/// <summary>The arguments of a many-argument command.</summary>
internal readonly struct Many(params string[] items) : IByteStrings
{
    public int Count => items.Length;

    public ReadOnlySpan<byte> this[int index] => Bytes.Of(items[index]);
}
