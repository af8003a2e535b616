namespace DeclServer.Generator.Planning.Dfa;

/// <summary>The language a pattern is written in.</summary>
internal enum PatternSyntax
{
    /// <summary>ABNF, RFC 5234: <c>[Chars]</c>.</summary>
    Abnf,

    /// <summary>The regular part of .NET's regular expressions: <c>[RegularExpression]</c>.</summary>
    Regex,
}

/// <summary>
/// A pattern that whole values are matched against, compiled: a repetition of one class of bytes where it is that, since a vectorised search
/// checks it, else an automaton. Both take time linear in the value and never go back.
/// </summary>
internal sealed class BytePattern
{
    private BytePattern(string text, PatternSyntax syntax, CharClass? charClass, ByteAutomaton? automaton)
    {
        Text = text;
        Syntax = syntax;
        Class = charClass;
        Automaton = automaton;
    }

    public string Text { get; }

    public PatternSyntax Syntax { get; }

    /// <summary>The repetition of one class that the pattern is; null when it is more.</summary>
    public CharClass? Class { get; }

    /// <summary>The automaton; null when the pattern is a repetition of one class.</summary>
    public ByteAutomaton? Automaton { get; }

    /// <summary>The fewest bytes that match.</summary>
    public int Shortest => Class?.Min ?? Automaton!.Shortest;

    /// <summary>The most bytes that match; null when there is no bound.</summary>
    public int? Longest => Class is null ? Automaton!.Longest : Class.Max;

    /// <summary>The bytes that stand in any value that matches.</summary>
    public ByteSet Bytes => Class?.Bytes ?? Automaton!.Bytes;

    /// <summary>Compiles a pattern; null, with what is wrong, which part it is and what to write instead, when that cannot be done.</summary>
    public static BytePattern? Compile(string text, PatternSyntax syntax, out string wrong)
    {
        try
        {
            PatternNode tree = syntax == PatternSyntax.Abnf ? AbnfReader.Read(text) : RegexReader.Read(text);
            wrong = "";
            return CharClass.Of(tree) is { } charClass
                ? new BytePattern(text, syntax, charClass, null)
                : new BytePattern(text, syntax, null, Automate(text, tree));
        }
        catch (PatternException problem)
        {
            wrong = problem.Message;
            return null;
        }
    }

    private static ByteAutomaton Automate(string text, PatternNode tree)
    {
        if (!TryDetermine(tree, out SubsetConstruction.Table? table))
        {
            throw TooBig(text, tree);
        }

        ByteAutomaton automaton = Minimization.Run(table!) ?? throw new PatternException("nothing matches it");
        return automaton.StateCount <= ByteAutomaton.MaxStates ? automaton : throw TooBig(text, tree);
    }

    private static bool TryDetermine(PatternNode tree, out SubsetConstruction.Table? table)
    {
        table = Nfa.Build(tree) is { } nfa ? SubsetConstruction.Run(nfa) : null;
        return table is not null;
    }

    /// <summary>Names the smallest part that is too big alone, or at which a sequence becomes too big.</summary>
    private static PatternException TooBig(string text, PatternNode tree)
    {
        PatternNode part = tree;
        while (Inner(part).FirstOrDefault(Passes) is { } inner)
        {
            part = inner;
        }

        if (part is SequenceNode { Parts: var parts })
        {
            int fits = 0;
            int passes = parts.Count;
            while (passes - fits > 1)
            {
                int middle = (fits + passes) / 2;
                if (Passes(new SequenceNode([.. parts.Take(middle)], part.At, part.Length)))
                {
                    passes = middle;
                }
                else
                {
                    fits = middle;
                }
            }

            part = parts[passes - 1];
        }

        return PatternException.At(
            text,
            part.At,
            part.Length,
            $"needs an automaton of more than {ByteAutomaton.MaxStates} states: let it repeat without a bound and bound the whole by [MaxLength(n)], or cut the value into several fields");
    }

    private static bool Passes(PatternNode part) =>
        !TryDetermine(part, out SubsetConstruction.Table? table) || Minimization.Run(table!) is { StateCount: > ByteAutomaton.MaxStates };

    private static IReadOnlyList<PatternNode> Inner(PatternNode node) => node switch
    {
        SequenceNode { Parts: var parts } => parts,
        ChoiceNode { Alternatives: var alternatives } => alternatives,
        RepeatNode { Inner: var inner } => [inner],
        _ => [],
    };
}
