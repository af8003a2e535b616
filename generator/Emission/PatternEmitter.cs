using System.Globalization;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Emission;

/// <summary>
/// Emits what checks a pattern: the set of bytes for a vectorised search where it is a repetition of one class, a switch over the state where
/// there are few, and tables where there are many. Each takes one step a byte and allocates nothing.
/// </summary>
internal static class PatternEmitter
{
    /// <summary>Up to so many states are emitted as code that can be read beside the pattern.</summary>
    private const int MostReadable = 8;

    /// <summary>A switch with more ranges of bytes than these is slower than a table, and no longer read.</summary>
    private const int MostRanges = 48;

    private const int PerLine = 16;

    /// <summary>The members that check a pattern.</summary>
    public static string[] Declare(BytePattern pattern, string name)
    {
        CodeWriter code = new(0);
        if (pattern.Class is { } charClass)
        {
            byte[] members = [.. charClass.Bytes.Members];
            string bytes = members.All(static b => b is >= 0x20 and < 0x7F) ? Literals.Bytes(members) : "[" + string.Join(", ", members.Select(Hex)) + "]";
            code.Line($"// {Literals.OneLine(pattern.Text)}");
            code.Line($"internal static readonly global::System.Buffers.SearchValues<byte> s_{Camel(name)} = global::System.Buffers.SearchValues.Create({bytes});");
            return code.ToString().Split('\n');
        }

        ByteAutomaton automaton = pattern.Automaton!;
        code.Line($"/// <summary>Whether the whole value matches <c>{System.Security.SecurityElement.Escape(Literals.OneLine(pattern.Text))}</c>; if not, from which byte on it cannot.</summary>");
        code.Open($"internal static global::DeclServer.ErrorCode Match{name}(global::System.ReadOnlySpan<byte> value, out int wrongAt)");
        int ranges = Enumerable.Range(0, automaton.StateCount).Sum(s => automaton.Targets(s).Sum(t => automaton.On(s, t).Ranges.Count()));
        if (automaton.StateCount <= MostReadable && ranges <= MostRanges)
        {
            Switch(code, pattern.Text, automaton);
        }
        else
        {
            Tables(code, automaton);
        }

        code.Close();
        return code.ToString().Split('\n');
    }

    /// <summary>The call that answers <c>ErrorCode.None</c> or why the value does not match.</summary>
    public static string Call(BytePattern pattern, string owner, string name, string value, string wrongAt) => pattern.Class is { } charClass
        ? $"global::DeclServer.Messages.Grammar.Class({value}, {owner}s_{Camel(name)}, {charClass.Min}, {charClass.Max ?? int.MaxValue}, out {wrongAt})"
        : $"{owner}Match{name}({value}, out {wrongAt})";

    private static void Switch(CodeWriter code, string text, ByteAutomaton automaton)
    {
        code.Line("int state = 0;");
        code.Open("for (wrongAt = 0; wrongAt < value.Length; wrongAt++)");
        code.Open("switch (state)");
        for (int state = 0; state < automaton.StateCount; state++)
        {
            code.Line($"case {Number(state)}: // {Position(text, automaton, state)}");
            code.Indent();
            int[] targets = [.. automaton.Targets(state)];
            if (targets.Length == 0)
            {
                code.Line("return global::DeclServer.ErrorCode.BadCharacter;");
                code.Outdent();
                continue;
            }

            // What is left for the last arm: no match, or a state when every byte leads to one.
            bool total = automaton.On(state, ByteAutomaton.Dead).IsEmpty;
            int last = total ? targets.OrderByDescending(t => automaton.On(state, t).Ranges.Count()).First() : ByteAutomaton.Dead;
            code.Open("state = value[wrongAt] switch");
            foreach (int target in targets.Where(t => t != last))
            {
                code.Line($"{string.Join(" or ", automaton.On(state, target).Ranges.Select(Range))} => {Number(target)},");
            }

            code.Line($"_ => {Number(last)},");
            code.Close(";");
            code.Line("break;");
            code.Outdent();
        }

        code.Close();
        code.If("state < 0", "return global::DeclServer.ErrorCode.BadCharacter;");
        code.Close();
        int[] accepting = [.. Enumerable.Range(0, automaton.StateCount).Where(automaton.Accepts)];
        code.Line(accepting.Length == automaton.StateCount
            ? "return global::DeclServer.ErrorCode.None;"
            : $"return state is {string.Join(" or ", accepting.Select(Number))} ? global::DeclServer.ErrorCode.None : global::DeclServer.ErrorCode.TooShort;");
    }

    /// <summary>Where in the pattern a state stands: what may come next.</summary>
    private static string Position(string text, ByteAutomaton automaton, int state)
    {
        string[] next = [.. automaton.Expected(state).Select(p => Literals.OneLine(text.Substring(p.At, p.Length))).Distinct()];
        string some = string.Join(" or ", next.Take(4)) + (next.Length > 4 ? " or …" : "");
        return next.Length == 0 ? "the end" : automaton.Accepts(state) ? $"the end, or {some}" : some;
    }

    private static void Tables(CodeWriter code, ByteAutomaton automaton)
    {
        // State 0 is the dead one, and those in which the value may end come last, so that two compares tell all.
        int[] order = [.. Enumerable.Range(0, automaton.StateCount).OrderBy(automaton.Accepts)];
        int[] numbers = new int[automaton.StateCount];
        for (int i = 0; i < order.Length; i++)
        {
            numbers[order[i]] = i + 1;
        }

        int firstAccepting = automaton.StateCount - Enumerable.Range(0, automaton.StateCount).Count(automaton.Accepts) + 1;
        string type = automaton.StateCount < 256 ? "byte" : "ushort";
        code.Line("// The class of each byte: no part of the pattern tells its members apart.");
        code.Line("global::System.ReadOnlySpan<byte> classOf =");
        code.Line("[");
        code.Indent();
        for (int value = 0; value < 256; value += PerLine)
        {
            code.Line(string.Join(", ", automaton.ClassOf.Skip(value).Take(PerLine)) + ",");
        }

        code.Outdent();
        code.Line("];");
        code.Line("// The state behind each state, a line, and class; 0 where nothing matches.");
        code.Line($"global::System.ReadOnlySpan<{type}> next =");
        code.Line("[");
        code.Indent();
        code.Line(string.Concat(Enumerable.Repeat("0, ", automaton.ClassCount)).TrimEnd());
        foreach (int state in order)
        {
            code.Line(string.Join(", ", Enumerable.Range(0, automaton.ClassCount).Select(c => automaton.Next(state, c)).Select(t => Number(t == ByteAutomaton.Dead ? 0 : numbers[t]))) + ",");
        }

        code.Outdent();
        code.Line("];");
        code.Line($"int state = {Number(numbers[0])};");
        code.Open("for (wrongAt = 0; wrongAt < value.Length; wrongAt++)");
        code.Line($"state = next[(state * {Number(automaton.ClassCount)}) + classOf[value[wrongAt]]];");
        code.If("state == 0", "return global::DeclServer.ErrorCode.BadCharacter;");
        code.Close();
        code.Line($"return state >= {Number(firstAccepting)} ? global::DeclServer.ErrorCode.None : global::DeclServer.ErrorCode.TooShort;");
    }

    private static string Range((byte From, byte To) range) =>
        range.From == range.To ? Literals.Byte(range.From)
        : range.From == 0 ? $"<= {Literals.Byte(range.To)}"
        : range.To == 0xFF ? $">= {Literals.Byte(range.From)}"
        : $">= {Literals.Byte(range.From)} and <= {Literals.Byte(range.To)}";

    internal static string Camel(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    private static string Hex(byte value) => "0x" + value.ToString("X2", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
