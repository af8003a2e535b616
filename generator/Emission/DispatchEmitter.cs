using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>
/// Emits the search for a command's number: by length, then by the byte in which most names of that length differ, then one comparison. A
/// jump table each for the first two, and nothing that a reader has to take on trust.
/// </summary>
internal static class DispatchEmitter
{
    public static string Emit(ProtocolPlan protocol)
    {
        CodeWriter code = new(0);
        IGrouping<string, CommandPlan>[] groups = [.. Grouped(protocol)];
        code.Line("/// <summary>The number of the command that the arguments name; -1 for none, -2 for a command without the subcommand named.</summary>");
        code.Open($"private static int Find{protocol.Suffix}(global::DeclServer.Arguments arguments)");
        code.Line("global::System.ReadOnlySpan<byte> name = arguments.Count > 0 ? arguments[0] : default;");
        Search(code, protocol, "name", [.. groups.Select(g => (g.Key, Found(protocol, g)))], "-1");
        code.Close();
        foreach (IGrouping<string, CommandPlan> group in groups.Where(static g => g.Any(static c => c.Words.Length > 1)))
        {
            code.Blank();
            code.Line($"/// <summary>The subcommands of {group.Key}.</summary>");
            code.Open($"private static int {SubcommandName(protocol, group.Key)}(global::DeclServer.Arguments arguments)");
            string alone = group.FirstOrDefault(static c => c.Words.Length == 1)?.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-2";
            code.If("arguments.Count < 2", $"return {alone};");
            code.Blank();
            code.Line("global::System.ReadOnlySpan<byte> name = arguments[1];");
            Search(code, protocol, "name", [.. group.Where(static c => c.Words.Length > 1).Select(static c => (c.Words[1], c.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)))], "-2");
            code.Close();
        }

        return code.ToString();
    }

    public static string Matches(ProtocolPlan protocol, string span, string word) => protocol.Spec.IgnoreCase
        ? $"global::System.Text.Ascii.EqualsIgnoreCase({span}, {Literals.Utf8(word)})"
        : $"global::System.MemoryExtensions.SequenceEqual({span}, {Literals.Utf8(word)})";

    private static IEnumerable<IGrouping<string, CommandPlan>> Grouped(ProtocolPlan protocol) =>
        protocol.Commands.GroupBy(static c => c.Words[0], protocol.Spec.IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private static string Found(ProtocolPlan protocol, IGrouping<string, CommandPlan> group) =>
        group.Any(static c => c.Words.Length > 1) ? SubcommandName(protocol, group.Key) + "(arguments)" : group.First().Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string SubcommandName(ProtocolPlan protocol, string name) =>
        "Find" + protocol.Suffix + string.Concat(name.Select(static (c, i) => char.IsLetterOrDigit(c) ? (i == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)).ToString() : "_" + ((int)c).ToString("x", System.Globalization.CultureInfo.InvariantCulture)));

    private static void Search(CodeWriter code, ProtocolPlan protocol, string span, (string Name, string Result)[] names, string none)
    {
        code.Open($"switch ({span}.Length)");
        foreach (IGrouping<int, (string Name, string Result)> sameLength in names.GroupBy(static n => n.Name.Length).OrderBy(static g => g.Key))
        {
            code.Line($"case {sameLength.Key}:");
            code.Indent();
            (string Name, string Result)[] candidates = [.. sameLength];
            if (candidates.Length <= 2)
            {
                Compare(code, protocol, span, candidates);
            }
            else
            {
                ByTellingByte(code, protocol, span, candidates);
            }

            code.Line("break;");
            code.Outdent();
        }

        code.Close();
        code.Blank();
        code.Line($"return {none};");
    }

    private static void ByTellingByte(CodeWriter code, ProtocolPlan protocol, string span, (string Name, string Result)[] candidates)
    {
        int position = Enumerable.Range(0, candidates[0].Name.Length).OrderByDescending(p => candidates.Select(c => Folded(protocol, c.Name[p])).Distinct().Count()).First();

        // Setting bit 5 folds the case of letters; what else it makes alike is told apart by the comparison.
        code.Open($"switch ({span}[{position}]{(protocol.Spec.IgnoreCase ? " | 0x20" : "")})");
        foreach (IGrouping<char, (string Name, string Result)> same in candidates.GroupBy(c => Folded(protocol, c.Name[position])))
        {
            code.Line($"case {(protocol.Spec.IgnoreCase ? Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(same.Key, quote: true) : Literals.Byte((byte)same.Key))}:");
            code.Indent();
            Compare(code, protocol, span, [.. same]);
            code.Line("break;");
            code.Outdent();
        }

        code.Close();
        code.Blank();
    }

    private static char Folded(ProtocolPlan protocol, char c) => protocol.Spec.IgnoreCase ? (char)(c | 0x20) : c;

    private static void Compare(CodeWriter code, ProtocolPlan protocol, string span, (string Name, string Result)[] candidates)
    {
        foreach ((string name, string result) in candidates)
        {
            code.If(Matches(protocol, span, name), $"return {result};");
            code.Blank();
        }
    }
}
