namespace DeclServer.Generator.Planning.Dfa;

/// <summary>Makes an automaton deterministic: each of its states is the set of states that the other may be in.</summary>
internal static class SubsetConstruction
{
    /// <summary>The most states before minimisation, which can bring their number down; past it the pattern is refused.</summary>
    public const int MaxStates = 4 * ByteAutomaton.MaxStates;

    /// <summary>The deterministic automaton, not yet minimal; null when it has too many states.</summary>
    public static Table? Run(Nfa nfa)
    {
        ByteClasses classes = ByteClasses.Of(nfa.States.Where(static s => s.Bytes is not null).Select(static s => s.Bytes!.Bytes));
        List<int[]> sets = [];
        Dictionary<string, int> numbers = [];
        List<int> next = [];
        int[] seen = new int[nfa.States.Count];
        int round = 0;
        Number(Closure([nfa.Start]));
        for (int state = 0; state < sets.Count; state++)
        {
            for (int c = 0; c < classes.Count; c++)
            {
                byte member = classes.Members[c];
                int[] targets = [.. sets[state].Where(s => nfa.States[s].Bytes is { } bytes && bytes.Bytes.Contains(member)).Select(s => nfa.States[s].Next[0])];
                next.Add(targets.Length == 0 ? ByteAutomaton.Dead : Number(Closure(targets)));
            }

            if (sets.Count > MaxStates)
            {
                return null;
            }
        }

        return new Table(
            classes,
            [.. next],
            [.. sets.Select(s => s.Contains(nfa.Accept))],
            [.. sets.Select(s => s.Select(n => nfa.States[n].Bytes).OfType<BytesNode>().ToArray())]);

        int Number(int[] set)
        {
            string key = string.Join(",", set);
            if (!numbers.TryGetValue(key, out int number))
            {
                numbers[key] = number = sets.Count;
                sets.Add(set);
            }

            return number;
        }

        // What can be reached without a byte: the states that read one, and the one that matches.
        int[] Closure(int[] from)
        {
            round++;
            List<int> found = [];
            Stack<int> open = new(from);
            while (open.Count > 0)
            {
                int state = open.Pop();
                if (seen[state] == round)
                {
                    continue;
                }

                seen[state] = round;
                if (nfa.States[state].Bytes is not null || state == nfa.Accept)
                {
                    found.Add(state);
                    continue;
                }

                foreach (int target in nfa.States[state].Next)
                {
                    open.Push(target);
                }
            }

            found.Sort();
            return [.. found];
        }
    }

    /// <param name="Classes">The columns.</param>
    /// <param name="Next">The state behind each state and class, or <see cref="ByteAutomaton.Dead"/>; state 0 is the first.</param>
    /// <param name="Accepting">Whether the value may end in a state.</param>
    /// <param name="Expected">The parts of the pattern that may come next in each state.</param>
    internal sealed record Table(ByteClasses Classes, int[] Next, bool[] Accepting, BytesNode[][] Expected);
}
