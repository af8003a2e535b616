using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace DeclServer.Benchmarks.Generation;

/// <summary>A project of many messages of many fields of every kind, each message in a file of its own.</summary>
internal static class ManyMessages
{
    private const int Messages = 200;
    private const int Fields = 20;

    /// <summary>Kinds of fields, in turn; each is whole by itself.</summary>
    private static readonly string[] s_kinds =
    [
        "public partial int F{0} {{ get; init; }}",
        "[Range(0, 99)] public partial ushort F{0} {{ get; }}",
        "[Size(nameof(F{1}))] public partial ReadOnlySpan<byte> F{0} {{ get; init; }}",
        "[LengthPrefix(typeof(ushort)), MaxLength(512)] public partial ReadOnlySpan<byte> F{0} {{ get; init; }}",
        "[Until(\";\"), Chars(\"1*40(ALPHA / DIGIT)\")] public partial ReadOnlySpan<byte> F{0} {{ get; init; }}",
        "[Ascii, Until(\"\\r\\n\"), Range(0, 1000)] public partial int F{0} {{ get; init; }}",
        "[Varint(VarintKind.Leb128)] public partial uint F{0} {{ get; init; }}",
        "[Bits(3)] public partial byte F{0} {{ get; init; }}",
        "[Bits(13)] public partial ushort F{0} {{ get; init; }}",
        "[AllowedValues(1L, 2L)] public partial long F{0} {{ get; init; }}",
    ];

    /// <summary>What it is, in words.</summary>
    public static string Description => $"{Messages} messages of {Fields} fields";

    public static IEnumerable<SyntaxTree> Sources(CSharpParseOptions options) =>
        Enumerable.Range(0, Messages).Select(i => CSharpSyntaxTree.ParseText(SourceText.From(Source(i), Encoding.UTF8), options, $"/src/M{i}.cs"))
            .Append(CSharpSyntaxTree.ParseText("return;", options, "/src/Program.cs"));

    /// <summary>The same message with another bound.</summary>
    public static SyntaxTree Edit(SyntaxTree tree) => tree.WithChangedText(SourceText.From(tree.ToString().Replace("MaxSize = 65536", "MaxSize = 65537", StringComparison.Ordinal), Encoding.UTF8));

    private static string Source(int number)
    {
        StringBuilder text = new($"using System; using System.ComponentModel.DataAnnotations; using DeclServer;\nnamespace Many;\n[Message(MaxSize = 65536), Frame] public readonly ref partial struct M{number}\n{{\n");
        for (int field = 0; field < Fields; field++)
        {
            text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, s_kinds[field % s_kinds.Length], field, field - 1).AppendLine();
        }

        return text.Append("}\n").ToString();
    }
}
