namespace DeclServer.Generator.Planning.Dfa;

/// <summary>A nondeterministic automaton after Thompson: states that read one byte of a set, and states that only lead to others.</summary>
internal sealed class Nfa
{
    /// <summary>The most states a pattern may unroll to: far more than one whose automaton fits, so few that building it takes no time.</summary>
    public const int MaxStates = 16 * 1024;

    private readonly List<State> _states = [];

    private Nfa()
    {
    }

    /// <summary>The number of the state that matches.</summary>
    public int Accept { get; private set; }

    public int Start { get; private set; }

    public IReadOnlyList<State> States => _states;

    /// <summary>The automaton of a pattern; null when it has too many states.</summary>
    public static Nfa? Build(PatternNode tree)
    {
        Nfa nfa = new();
        nfa.Accept = nfa.Add(new State(null, []));
        nfa.Start = nfa.Build(tree, nfa.Accept);
        return nfa._states.Count > MaxStates ? null : nfa;
    }

    private int Add(State state)
    {
        _states.Add(state);
        return _states.Count - 1;
    }

    /// <summary>Adds what leads through a part to the state behind it; answers where that begins.</summary>
    private int Build(PatternNode node, int next)
    {
        switch (node)
        {
            case BytesNode bytes:
                return Add(new State(bytes, [next]));
            case SequenceNode { Parts: var parts }:
                for (int i = parts.Count - 1; i >= 0 && _states.Count <= MaxStates; i--)
                {
                    next = Build(parts[i], next);
                }

                return next;
            case ChoiceNode { Alternatives: var alternatives }:
                return Add(new State(null, [.. alternatives.Select(a => Build(a, next))]));
            case RepeatNode repeat:
                return Repeat(repeat, next);
            default:
                return next;
        }
    }

    private int Repeat(RepeatNode repeat, int next)
    {
        int start = next;
        if (repeat.Max is not { } max)
        {
            State loop = new(null, []);
            start = Add(loop);
            loop.Next = [Build(repeat.Inner, start), next];
        }
        else
        {
            // x{0,3} as (x(x(x)?)?)?: each that may be missing leads straight to the end.
            for (int i = repeat.Min; i < max && _states.Count <= MaxStates; i++)
            {
                int before = _states.Count;
                int inner = Build(repeat.Inner, start);
                if (_states.Count == before)
                {
                    return next;
                }

                start = Add(new State(null, [inner, next]));
            }
        }

        for (int i = 0; i < repeat.Min && _states.Count <= MaxStates; i++)
        {
            int before = _states.Count;
            start = Build(repeat.Inner, start);
            if (_states.Count == before)
            {
                break;
            }
        }

        return start;
    }

    /// <param name="bytes">What it reads; null when it reads nothing.</param>
    /// <param name="next">Where it leads.</param>
    internal sealed class State(BytesNode? bytes, int[] next)
    {
        public BytesNode? Bytes { get; } = bytes;

        public int[] Next { get; set; } = next;
    }
}
