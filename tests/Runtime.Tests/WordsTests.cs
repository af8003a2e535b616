using System.Text;
using DeclServer;

namespace Runtime.Tests;

/// <summary>Lines as they fall into words, and the words as a handler is given them.</summary>
public sealed class WordsTests
{
    private static readonly WordRules s_rules = new(separators: " \t\r"u8, blanks: "\v\f"u8, quotes: true, escapes: true);

    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" \t\v\f ", new string[0])]
    [InlineData("a  b\tc\rd", new[] { "a", "b", "c", "d" })]
    [InlineData(" \va\vb \fc\f", new[] { "a\vb", "c\f" })]
    [InlineData("\"\" ''", new[] { "", "" })]
    [InlineData("\"a b\"\v'c \"d'", new[] { "a b", "c \"d" })]
    [InlineData("a\"b c\" d'e f'", new[] { "ab c", "de f" })]
    [InlineData("\"\\x41\\n\\r\\t\\b\\a\\\\\\\"\\q\"", new[] { "A\n\r\t\b\a\\\"q" })]
    [InlineData("\"\\x4\" \"\\xZZ\" \"\\xfF\"", new[] { "x4", "xZZ", "\u00ff" })]
    [InlineData("'it\\'s' 'no \\n \\\\ escape'", new[] { "it's", "no \\n \\\\ escape" })]
    [InlineData("a \"\\\"\" b c\"\\\\\" d", new[] { "a", "\"", "b", "c\\", "d" })]
    [InlineData("\\n a\\\" \"", new[] { "\\n", "a\\ " })]
    [InlineData("a 'b", new[] { "a" }, false)]
    [InlineData("\"a\\\"", new string[0], false)]
    [InlineData("\"a\"b", new string[0], false)]
    [InlineData("'a''b'", new string[0], false)]
    public void QuotedAndEscaped(string line, string[] words, bool right = true)
    {
        byte[] bytes = Latin(line);
        Assert.Equal(right ? ErrorCode.None : ErrorCode.BadQuotes, s_rules.Check(bytes));
        Assert.Equal(words, Decoded(new Words(bytes, s_rules)));
        if (right)
        {
            // The line lies inside what was received, with more before and behind it.
            byte[] received = Latin("##" + line + "\r\nNEXT \"\\n\"");
            Assert.Equal(words, Added(received, new Words(received.AsSpan(2, bytes.Length), s_rules)));
        }
    }

    [Fact]
    public void WithoutEscapesABackslashIsAByte()
    {
        WordRules quotes = new(separators: " "u8, blanks: default, quotes: true, escapes: false);
        byte[] line = Latin("\"a\\\" '\\'' c\\");
        Assert.Equal(ErrorCode.BadQuotes, quotes.Check(line));
        Assert.Equal(["a\\", "b\\n"], Decoded(new Words(Latin("\"a\\\" 'b\\n'"), quotes)));
    }

    [Fact]
    public void WithoutQuotesTheyAreBytes()
    {
        Assert.Equal(["\"a", "b\""], Decoded(new Words(" \"a b\""u8, (byte)' ')));
        WordRules several = new(separators: ",;"u8, blanks: " "u8, quotes: false, escapes: false);
        Assert.Equal(ErrorCode.None, several.Check("\"a; 'b"u8));
        Assert.Equal(["\"a", "'b c"], Decoded(new Words("\"a; 'b c"u8, several)));
    }

    [Fact]
    public void DecodingAllocatesOnlyForALongerLine()
    {
        ArgumentTable table = new();
        byte[] line = Latin("SET k \"" + new string('v', 1000) + "\\n\"");
        Assert.Equal(1, Allocations(table, line));
        Assert.Equal(0, Allocations(table, line));
        Assert.Equal(0, Allocations(table, Latin("SET \"\\x00\" v")));

        static int Allocations(ArgumentTable table, byte[] line)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                table.Clear();
                table.Add(line, new Words(line, s_rules));
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(3, table.Of(line).Count);
            return allocated == 0 ? 0 : allocated < 2 * line.Length + 256 ? 1 : 2;
        }
    }

    [Fact]
    public void AnyLineIsEnumeratedToItsEnd()
    {
        // Also a line that no parser has checked: a view never fails, and what it decodes is no longer than what it views.
        Random random = new(7);
        byte[] line = new byte[12];
        for (int i = 0; i < 50_000; i++)
        {
            for (int at = 0; at < line.Length; at++)
            {
                line[at] = " \t\v\"'ax0\\"u8[random.Next(9)];
            }

            s_rules.Check(line);
            Assert.InRange(Decoded(new Words(line, s_rules)).Length, 0, line.Length);
        }
    }

    private static string[] Decoded(Words words)
    {
        List<string> decoded = [];
        Words.Enumerator word = words.GetEnumerator();
        while (word.MoveNext())
        {
            byte[] value = new byte[word.Current.Length];
            decoded.Add(Encoding.Latin1.GetString(value, 0, word.Decode(value)));
        }

        return [.. decoded];
    }

    private static string[] Added(byte[] received, Words words)
    {
        ArgumentTable table = new();
        byte[] before = Latin("SET \"\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08\"");
        table.Add(before, new Words(before, s_rules));
        table.Clear();
        table.Add(received, words);
        List<string> added = [];
        foreach (ReadOnlySpan<byte> argument in table.Of(received))
        {
            added.Add(Encoding.Latin1.GetString(argument));
        }

        return [.. added];
    }

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);
}
