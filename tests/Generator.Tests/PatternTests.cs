using System.Text;
using DeclServer.Generator.Planning.Dfa;

namespace Generator.Tests;

/// <summary>What patterns mean, how they are bounded, and what is said of those that cannot be compiled.</summary>
public sealed class PatternTests
{
    // RFC 3986, appendix A.
    private const string DecOctet = "(DIGIT / %x31-39 DIGIT / \"1\" 2DIGIT / \"2\" %x30-34 DIGIT / \"25\" %x30-35)";
    private const string IPv4 = DecOctet + " \".\" " + DecOctet + " \".\" " + DecOctet + " \".\" " + DecOctet;
    private const string SubDelims = "(\"!\" / \"$\" / \"&\" / \"'\" / \"(\" / \")\" / \"*\" / \"+\" / \",\" / \";\" / \"=\")";
    private const string RegName = "*(ALPHA / DIGIT / \"-\" / \".\" / \"_\" / \"~\" / \"%\" HEXDIG HEXDIG / " + SubDelims + ")";

    // RFC 5322, section 3.2.3 (atext), as RFC 5321, section 4.1.2 takes it; RFC 9110, section 5.6.2.
    private const string Atext = "(ALPHA / DIGIT / \"!\" / \"#\" / \"$\" / \"%\" / \"&\" / \"'\" / \"*\" / \"+\" / \"-\" / \"/\" / \"=\" / \"?\" / \"^\" / \"_\" / \"`\" / \"{\" / \"|\" / \"}\" / \"~\")";
    private const string DotString = "1*" + Atext + " *(\".\" 1*" + Atext + ")";
    private const string Token = "1*(\"!\" / \"#\" / \"$\" / \"%\" / \"&\" / \"'\" / \"*\" / \"+\" / \"-\" / \".\" / \"^\" / \"_\" / \"`\" / \"|\" / \"~\" / DIGIT / ALPHA)";

    [Theory]
    [InlineData("ALPHA", "azAZ", "@[`{0")]
    [InlineData("BIT", "01", "2/")]
    [InlineData("CHAR", "\u0001\u007F", "\0\u0080")]
    [InlineData("CR", "\r", "\n")]
    [InlineData("CTL", "\0\u001F\u007F", " ~\u0080")]
    [InlineData("DIGIT", "09", "/:a")]
    [InlineData("DQUOTE", "\"", "'")]
    [InlineData("HEXDIG", "09AFaf", "Gg/:")]
    [InlineData("HTAB", "\t", " ")]
    [InlineData("LF", "\n", "\r")]
    [InlineData("OCTET", "\0\u007F\u0080\u00FF", "")]
    [InlineData("SP", " ", "\t")]
    [InlineData("VCHAR", "!~", " \u007F")]
    [InlineData("WSP", " \t", "\n")]
    public void CoreRules(string rule, string members, string others)
    {
        Assert.All(members, c => Assert.True(Abnf(rule, c.ToString())));
        Assert.All(others, c => Assert.False(Abnf(rule, c.ToString())));
    }

    [Theory]
    [InlineData("CRLF", "\r\n", "\n|\r|\r\n\r\n|")]
    [InlineData("LWSP", "| |\t|\r\n |\r\n\t \r\n ", "\r\n|\r\n\r\n |a| \r\n")]
    [InlineData("1*8(ALPHA / DIGIT) \".\" 1*3DIGIT", "a.1|abcdefgh.123|0.0", "|.1|abcdefghi.1|a.|a.1234|a.b|a1")]
    [InlineData("[\"+\"] 1*DIGIT", "1|+12", "+|++1|1+")]
    [InlineData("\"aBc\"", "abc|ABC|aBC", "ab|abcd|ab[")]
    [InlineData("%s\"aBc\"", "aBc", "abc|ABC")]
    [InlineData("%i\"aBc\"", "abc|ABC", "ab")]
    [InlineData("%x61.62.63", "abc", "ABC|ab")]
    [InlineData("%d97 %b01100010", "ab", "aB")]
    [InlineData("2(\"a\" / \"bc\")", "aa|abc|bca|bcbc", "a|bc|aaa|")]
    [InlineData("*2\"ab\"", "|ab|abab", "a|aba|ababab")]
    [InlineData("\"a\" *( \"b\" \"c\" ) ; a comment / \"z\"", "a|abc|abcbc", "ab|z")]
    [InlineData("\"a\" /\r\n \"bc\"", "a|bc", "abc")]
    [InlineData(IPv4, "0.0.0.0|192.168.255.1|255.255.255.255|127.0.0.1", "256.1.1.1|1.1.1|01.1.1.1|1.1.1.1.|1.1.1.299|a.1.1.1")]
    [InlineData(RegName, "|example.org|a%2Fb|~_!$&'()*+,;=", "a b|a%2|a%gg|a/b|[::1]|a:b")]
    [InlineData("*DIGIT", "|80|65535", "-1|8a")]
    [InlineData(DotString, "a first.last x!#$%&'*+-/=?^_`{|}~", ".a a. a..b a@b \"q\"")]
    [InlineData(Token, "GET x-y.z !#$%&'*+.^_`|~", " a/b a:b a( a\t")]
    public void AbnfMatches(string abnf, string matching, string others)
    {
        Assert.All(matching.Split(Between(abnf)), v => Assert.True(Abnf(abnf, v), v));
        Assert.All(others.Split(Between(abnf)), v => Assert.False(Abnf(abnf, v), v));
    }

    [Theory]
    [InlineData("é+", "é|éé", "e|\u00C3")]
    [InlineData("[à-ï]x", "éx|àx|ïx", "ðx|x|ax")]
    [InlineData("[aé]", "a|é", "e|aé")]
    [InlineData("\\u00e9|\U0001F600", "é|\U0001F600", "e")]
    [InlineData("[\u0080-\U0010FFFF]", "\u0080|\u07FF|\u0800|\uFFFF|\U00010000|\U0010FFFF", "a|")]
    [InlineData("a|ab", "a|ab", "b")]
    [InlineData("^a$|^b$", "a|b", "ab|a\n")]
    [InlineData("(^a|^b)(c$)?", "a|bc", "c|ac\n")]
    [InlineData("\\Aa*?\\Z", "|a|aaaa", "b")]
    [InlineData("(?#note)(?<year>\\d{4})-(?'m'\\d\\d)", "2026-11", "2026-1")]
    [InlineData("\\0\\cA\\e\\t\\x41", "\0\u0001\u001B\tA", "A")]
    [InlineData("()", "", "a")]
    public void RegexMatches(string regex, string matching, string others)
    {
        Assert.All(matching.Split('|'), v => Assert.True(PatternDifferentialTests.Matches(Compile(regex, PatternSyntax.Regex), Encoding.UTF8.GetBytes(v)), v));
        Assert.All(others.Split('|').Where(o => others.Length > 0), v => Assert.False(PatternDifferentialTests.Matches(Compile(regex, PatternSyntax.Regex), Encoding.UTF8.GetBytes(v)), v));
    }

    [Fact]
    public void EscapedBytesAreBytes()
    {
        BytePattern pattern = Compile("[^\\x00-\\x1F\\x7F-\\xFF]\\xFF(?:é|[\\x80-\\xBF])", PatternSyntax.Regex);
        Assert.True(PatternDifferentialTests.Matches(pattern, [0x41, 0xFF, 0xC3, 0xA9]));
        Assert.True(PatternDifferentialTests.Matches(pattern, [0x41, 0xFF, 0xA9]));
        Assert.False(PatternDifferentialTests.Matches(pattern, [0xC3, 0xFF, 0xA9]));
    }

    /// <summary>All code points of a few ranges, against the encoder.</summary>
    [Fact]
    public void CharactersAreTheirUtf8Bytes()
    {
        foreach ((int from, int to) in new[] { (0x80, 0x7FF), (0x7F0, 0x812), (0xFFF0, 0x1000F), (0xD700, 0xE100), (0x1F5FF, 0x1F64F), (0x3FF0, 0x5012) })
        {
            HashSet<string> spelled = [];
            foreach (ByteSet[] sequence in Utf8Sequences.Of(from, to))
            {
                IEnumerable<string> all = [""];
                foreach (ByteSet set in sequence)
                {
                    all = [.. all.SelectMany(a => set.Members.Select(m => a + (char)m))];
                }

                Assert.All(all, s => Assert.True(spelled.Add(s)));
            }

            Assert.Equal(
                Enumerable.Range(from, to - from + 1).Where(static p => p is < 0xD800 or > 0xDFFF).Select(static p => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(p)))).Order(StringComparer.Ordinal),
                spelled.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("1*250(%x21-7E)", 1, 250, true)]
    [InlineData("*(ALPHA / DIGIT / \"-\")", 0, null, true)]
    [InlineData("ALPHA 2*5ALPHA", 3, 6, true)]
    [InlineData("1*8(ALPHA / DIGIT) \".\" 1*3DIGIT", 3, 12, false)]
    [InlineData("ALPHA *DIGIT", 1, null, false)]
    [InlineData(IPv4, 7, 15, false)]
    public void BoundsAndShape(string abnf, int shortest, int? longest, bool isClass)
    {
        BytePattern pattern = Compile(abnf, PatternSyntax.Abnf);
        Assert.Equal((shortest, longest, isClass), (pattern.Shortest, pattern.Longest, pattern.Class is not null));
    }

    [Fact]
    public void ByteSetOfAnAutomaton() =>
        Assert.Equal(".0123456789", Encoding.ASCII.GetString([.. Compile(IPv4, PatternSyntax.Abnf).Bytes.Members]));

    [Theory]
    [InlineData("(a)\\1", "'\\1' at character 4 refers back")]
    [InlineData("(?<n>a)\\k<n>", "'\\k' at character 8 refers back")]
    [InlineData("a(?=b)", "'(?=' at character 2 looks ahead")]
    [InlineData("a(?!b)", "'(?!' at character 2 looks ahead")]
    [InlineData("(?<=b)a", "'(?<=' at character 1 looks behind")]
    [InlineData("(?<!b)a", "'(?<!' at character 1 looks behind")]
    [InlineData("x(?>a*)", "'(?>' at character 2 is an atomic group")]
    [InlineData("(?i)a", "'(?i' at character 1 sets options")]
    [InlineData("(?i:a)", "'(?i' at character 1 sets options")]
    [InlineData("(?(a)b|c)", "'(?(' at character 1 is a condition")]
    [InlineData("(?<a-b>c)", "balances groups")]
    [InlineData("\\ba", "'\\b' at character 1 is a word boundary")]
    [InlineData("a\\B", "'\\B' at character 2 is a word boundary")]
    [InlineData("a\\p{L}", "'\\p' at character 2 is a Unicode category")]
    [InlineData("[\\P{L}]", "'\\P' at character 2 is a Unicode category")]
    [InlineData("a\\Gb", "'\\G' at character 2")]
    [InlineData("a^b", "'^' at character 2 asks for the value's start")]
    [InlineData("a$b", "'$' at character 2 asks for the value's end")]
    [InlineData("(^a)*", "'^' at character 2 asks for the value's start")]
    [InlineData("^*", "'^*' at character 1 repeats an anchor")]
    [InlineData("a**", "'*' at character 3 repeats a quantifier")]
    [InlineData("a{2}{3}", "'{3}' at character 5 repeats a quantifier")]
    [InlineData("a++", "'+' at character 3 repeats a quantifier")]
    [InlineData("*a", "'*' at character 1 repeats nothing")]
    [InlineData("a|{2}", "'{2}' at character 3 repeats nothing")]
    [InlineData("a{3,2}", "'{3,2}' at character 2 has its maximum below its minimum")]
    [InlineData("(a", "'(' at character 1 opens a group that nothing closes")]
    [InlineData("a)", "')' at character 2 closes no group")]
    [InlineData("[a", "'[' at character 1 opens a class that nothing closes")]
    [InlineData("[b-a]", "'b-a' at character 2 is a range whose end is below its start")]
    [InlineData("[a-\\d]", "'a-\\d' at character 2 is no range")]
    [InlineData("[^é]", "'[^é]' at character 1 leaves out a character of several bytes")]
    [InlineData("[^\\s\\S]", "'[^\\s\\S]' at character 1 holds no byte")]
    [InlineData("[a-z-[aeiou]b]", "nothing may stand behind it")]
    [InlineData("\\q", "'\\q' at character 1 is no escape")]
    [InlineData("\\x4", "has not 2 hexadecimal digits")]
    [InlineData("\\ud800", "half a character")]
    [InlineData("a\\", "'\\' at character 2 escapes nothing")]
    [InlineData("ab{1025}", "'b{1025}' at character 2 needs an automaton of more than 1024 states")]
    [InlineData("(a|b)*a(a|b){20}", "'(a|b){20}' at character 8 needs")]
    [InlineData("x(((ab){99}){99}){99}", "needs an automaton of more than 1024 states")]
    [InlineData("(a{0,9999}b){0,9999}", "'a{0,9999}' at character 2 needs")]
    public void RefusedRegex(string regex, string wrong) => AssertRefused(regex, PatternSyntax.Regex, wrong);

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("1*(", "it ends where an element is asked for")]
    [InlineData("(ALPHA", "'(' at character 1 opens a group that no ) closes")]
    [InlineData("[ALPHA)", "'[' at character 1 opens a group that no ] closes")]
    [InlineData("ALPHA)", "')' at character 6 closes no group")]
    [InlineData("\"a\"\"b\"", "'\"' at character 4 starts no element")]
    [InlineData("tchar", "'tchar' at character 1 is no core rule")]
    [InlineData("1*2 ALPHA", "' ' at character 4 stands where an element is asked for")]
    [InlineData("5*2ALPHA", "'5*2' at character 1 has its maximum below its minimum")]
    [InlineData("%x100", "'%x100' at character 1 is more than a byte")]
    [InlineData("%x5A-41", "'%x5A-41' at character 1 is a range whose end is below its start")]
    [InlineData("%xg", "has no digits")]
    [InlineData("%q41", "'%q' at character 1 is no value")]
    [InlineData("\"a", "'\"' at character 1 opens a string that nothing closes")]
    [InlineData("\"é\"", "'é' at character 2 is no visible ASCII character")]
    [InlineData("<prose>", "'<' at character 1 starts a rule in prose")]
    [InlineData("ALPHA / ", "it ends where an element is asked for")]
    [InlineData("1*600\"ab\"", "'1*600\"ab\"' at character 1 needs an automaton")]
    public void RefusedAbnf(string abnf, string wrong) => AssertRefused(abnf, PatternSyntax.Abnf, wrong);

    [Theory]
    [InlineData('(', true)]
    [InlineData('[', true)]
    [InlineData('(', false)]
    [InlineData('[', false)]
    public void DeepNestingIsRefusedWithoutOverflow(char open, bool isRegex) =>
        Assert.Null(BytePattern.Compile(string.Concat(Enumerable.Repeat(open == '[' && isRegex ? "[a-" : open.ToString(), 100_000)), isRegex ? PatternSyntax.Regex : PatternSyntax.Abnf, out _));

    /// <summary>The cap itself is reached, not passed.</summary>
    [Fact]
    public void TheCapIsExact()
    {
        Assert.Equal(1024, Compile("ab{1022}", PatternSyntax.Regex).Automaton!.StateCount);
        AssertRefused("ab{1023}", PatternSyntax.Regex, "1024 states");
    }

    /// <summary>Garbage is refused or compiled; it never throws.</summary>
    [Fact]
    public void GarbageNeverThrows()
    {
        const string Alphabet = "ab01*+?{},()[]^$|\\.-/\"%xds<>:=!#; \n\u00e9\ud83d\ude00pPkZAGuU";
        Random random = new(3);
        for (int i = 0; i < 30_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            foreach (PatternSyntax syntax in new[] { PatternSyntax.Regex, PatternSyntax.Abnf })
            {
                BytePattern? pattern = BytePattern.Compile(text, syntax, out string wrong);
                Assert.Equal(pattern is null, wrong.Length > 0);
            }
        }
    }

    private static void AssertRefused(string text, PatternSyntax syntax, string expected)
    {
        Assert.Null(BytePattern.Compile(text, syntax, out string wrong));
        Assert.Contains(expected, wrong);
    }

    /// <summary>What parts the values of a case: local parts and tokens may hold the bar.</summary>
    private static char Between(string abnf) => abnf is DotString or Token ? ' ' : '|';

    private static bool Abnf(string abnf, string value) => PatternDifferentialTests.Matches(Compile(abnf, PatternSyntax.Abnf), Encoding.Latin1.GetBytes(value));

    private static BytePattern Compile(string text, PatternSyntax syntax)
    {
        BytePattern? pattern = BytePattern.Compile(text, syntax, out string wrong);
        Assert.True(pattern is not null, wrong);
        return pattern;
    }
}
