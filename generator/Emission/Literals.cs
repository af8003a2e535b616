using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Emission;

/// <summary>The one door through which values enter emitted code as literals.</summary>
internal static class Literals
{
    public static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    public static string Byte(byte value) => value switch
    {
        (byte)'\r' => "(byte)'\\r'",
        (byte)'\n' => "(byte)'\\n'",
        (byte)'\'' => "(byte)'\\''",
        (byte)'\\' => "(byte)'\\\\'",
        >= 0x20 and < 0x7F => $"(byte)'{(char)value}'",
        _ => "0x" + value.ToString("X2", CultureInfo.InvariantCulture),
    };

    /// <summary>Bytes as a <c>ReadOnlySpan&lt;byte&gt;</c>: a UTF-8 literal where they are ASCII.</summary>
    public static string Bytes(IEnumerable<byte> value)
    {
        byte[] bytes = [.. value];
        return bytes.All(static b => b < 0x80)
            ? Text(Encoding.ASCII.GetString(bytes)) + "u8"
            : "[" + string.Join(", ", bytes.Select(static b => "0x" + b.ToString("X2", CultureInfo.InvariantCulture))) + "]";
    }

    /// <summary>Text as the UTF-8 bytes of a literal.</summary>
    public static string Utf8(string value) => value.Length == 0 ? "default" : Text(value) + "u8";

    public static string Number(decimal value) => value switch
    {
        long.MinValue => "long.MinValue",
        > long.MaxValue => value.ToString(CultureInfo.InvariantCulture) + "UL",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Bytes as prose: <c>"$"</c>, CR LF, 0x00.</summary>
    public static string Prose(IEnumerable<byte> value)
    {
        List<string> words = [];
        StringBuilder run = new();
        foreach (byte b in value)
        {
            if (b is > 0x20 and < 0x7F || (b == 0x20 && run.Length > 0))
            {
                run.Append((char)b);
                continue;
            }

            Flush();
            words.Add(b switch { (byte)'\r' => "CR", (byte)'\n' => "LF", (byte)' ' => "SP", 0 => "NUL", _ => "0x" + b.ToString("X2", CultureInfo.InvariantCulture) });
        }

        Flush();
        return string.Join(" ", words);

        void Flush()
        {
            if (run.Length > 0)
            {
                words.Add("\"" + run + "\"");
                run.Clear();
            }
        }
    }

    /// <summary>Text for a comment: its line ends and other control characters escaped.</summary>
    public static string OneLine(string text) => SymbolDisplay.FormatLiteral(text, quote: false);

    public static string Count(decimal value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
