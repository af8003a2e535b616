using System.Reflection;
using System.Text;
using DeclServer.Generator.Planning.Dfa;
using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>Emitted matchers, in all their forms, do what the automaton they were made from does, at every split of the input.</summary>
public sealed class PatternEmissionTests
{
    private static readonly (string Form, PatternSyntax Syntax, string Text)[] s_named =
    [
        ("one class", PatternSyntax.Abnf, "1*9(%x21-7E)"),
        ("one class", PatternSyntax.Regex, "^[a-z0-9]{2,12}$"),
        ("a switch", PatternSyntax.Abnf, "1*8(ALPHA / DIGIT) \".\" 1*DIGIT"),
        ("a switch", PatternSyntax.Regex, "[a-z]+(-[a-z]+)*"),
        ("a switch where every byte leads on", PatternSyntax.Regex, "(a|[^a]b)*"),
        ("the empty value", PatternSyntax.Regex, "()"),
        ("tables of bytes", PatternSyntax.Regex, "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}"),
        ("tables of two bytes", PatternSyntax.Regex, "(a|b)*a(a|b){8}"),
        ("several bytes a character", PatternSyntax.Regex, "([à-ïa]|é!)+"),
        ("text that must be escaped", PatternSyntax.Regex, "(<&>|\"'|\\\\|\u2028|//|/\\*|\\*/)+"),
    ];

    [Fact]
    public void EmittedMatchersAgreeWithTheirAutomata()
    {
        Random random = new(77);
        List<BytePattern> patterns = [.. s_named.Select(static n => Compile(n.Syntax, n.Text))];
        while (patterns.Count < 60)
        {
            if (BytePattern.Compile(PatternDifferentialTests.RandomPattern(random, 3), PatternSyntax.Regex, out _) is { } pattern)
            {
                patterns.Add(pattern);
            }
        }

        Func<byte[], int, string>[] probes = Emit(patterns);
        for (int p = 0; p < patterns.Count; p++)
        {
            for (int i = 0; i < 200; i++)
            {
                byte[] value = i % 3 == 0 ? RandomValue(random) : PatternDifferentialTests.Walked(patterns[p], random);
                if (value.Length > 64)
                {
                    continue;
                }

                // A length past the longest match is refused before the bytes are there.
                bool tooLong = value.Length > patterns[p].Longest;

                byte[] input = [(byte)value.Length, .. value, (byte)'!'];
                bool matches = PatternDifferentialTests.Matches(patterns[p], value);
                string whole = probes[p](input, input.Length);
                Assert.True(whole.StartsWith(matches ? "Done" : tooLong ? "Malformed" : "Refused", StringComparison.Ordinal), $"{patterns[p].Text} on {Convert.ToHexString(value)}: {whole}");
                if (!matches && !tooLong)
                {
                    Assert.Equal($"Refused {WrongAt(patterns[p], value)}", whole);
                }

                for (int split = 0; split < input.Length; split++)
                {
                    Assert.Equal(whole, probes[p](input, split));
                }
            }
        }
    }

    [Fact]
    public void AnEmittedServerChecksThePatternsOfItsParameters()
    {
        Generated generated = Generation.Run(Generation.Usings + """
            namespace Sample;
            [Server, Listen<Resp>(0)]
            internal sealed partial class Hosts
            {
                [Command("ADD")]
                private static RespReply Add(
                    [RegularExpression("[a-z]+(-[a-z]+)*", ErrorMessage = "ERR no such name"), MaxLength(63)] ReadOnlySpan<byte> name,
                    [Chars("1*3DIGIT *3(\".\" 1*3DIGIT)")] ReadOnlySpan<byte> address,
                    [Option("PORT"), RegularExpression("\\d{1,5}")] ReadOnlySpan<byte> port) => RespReply.Integer(name.Length + address.Length + port.Length);
            }
            """);
        generated.AssertClean();
        string text = string.Concat(generated.Result.GeneratedSources.Select(static s => s.SourceText.ToString()));
        Assert.Contains("MatchBytes1(name, out _)", text);
        Assert.Contains("\"ERR no such name\"u8", text);
        Assert.Contains("MatchBytes2(address, out _)", text);
        Assert.Contains("Grammar.Class(port, s_bytes3, 1, 5, out _)", text);
    }

    /// <summary>Where it goes wrong, after the automaton: the first byte behind which nothing matches, or the value's end.</summary>
    private static int WrongAt(BytePattern pattern, byte[] value)
    {
        if (pattern.Class is { } charClass)
        {
            int outside = Array.FindIndex(value, b => !charClass.Bytes.Contains(b));
            return 1 + (value.Length < charClass.Min ? value.Length : value.Length > charClass.Max ? charClass.Max.Value : outside);
        }

        int state = 0;
        int at = 0;
        while (at < value.Length && (state = pattern.Automaton!.Next(state, pattern.Automaton.ClassOf[value[at]])) != ByteAutomaton.Dead)
        {
            at++;
        }

        return 1 + at;
    }

    private static BytePattern Compile(PatternSyntax syntax, string text) =>
        BytePattern.Compile(text, syntax, out string wrong) ?? throw new InvalidOperationException(text + ": " + wrong);

    private static byte[] RandomValue(Random random)
    {
        byte[] value = new byte[random.Next(6)];
        random.NextBytes(value);
        return value;
    }

    /// <summary>A message for each pattern, in one compilation, and for each a function that parses an input in two pieces.</summary>
    private static Func<byte[], int, string>[] Emit(List<BytePattern> patterns)
    {
        StringBuilder source = new(Generation.Usings + "namespace Sample;\n");
        for (int i = 0; i < patterns.Count; i++)
        {
            string attribute = patterns[i].Syntax == PatternSyntax.Abnf ? "Chars" : "RegularExpression";
            source.Append($$"""
                [Message(MaxSize = 99)]
                internal readonly ref partial struct M{{i}}
                {
                    [Range(0, 64)]
                    public partial byte Length { get; }

                    [Size(nameof(Length)), Literal(After = "!"), {{attribute}}({{Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(patterns[i].Text, true)}})]
                    public partial ReadOnlySpan<byte> Value { get; }

                    public static string Probe(byte[] input, int split)
                    {
                        ParseState state = default;
                        ParseStatus status = TryParse(input.AsSpan(0, split), ref state, out _, out int consumed, out ParseError error);
                        if (status == ParseStatus.NeedMore)
                        {
                            status = TryParse(input, ref state, out _, out consumed, out error);
                        }

                        return status == ParseStatus.Done ? status + " " + consumed : status + " " + error.Offset;
                    }
                }

                """);
        }

        Generated generated = Generation.Run(source.ToString());
        generated.AssertClean();
        using MemoryStream image = new();
        Assert.True(generated.Output.Emit(image).Success);
        Assembly assembly = Assembly.Load(image.ToArray());
        return [.. patterns.Select((_, i) => assembly.GetType("Sample.M" + i)!.GetMethod("Probe")!.CreateDelegate<Func<byte[], int, string>>())];
    }
}
