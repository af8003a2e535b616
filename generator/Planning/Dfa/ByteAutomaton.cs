namespace DeclServer.Generator.Planning.Dfa;

/// <summary>
/// A minimal deterministic automaton over bytes. State 0 is the start; from every state something matches. It is immutable and a pure
/// function of the pattern's text.
/// </summary>
internal sealed class ByteAutomaton
{
    /// <summary>What stands for the state from which nothing matches.</summary>
    public const int Dead = -1;

    /// <summary>The most states an emitted automaton has: its tables stay in the first-level cache beside the data.</summary>
    public const int MaxStates = 1024;

    private readonly byte[] _classOf;
    private readonly int[] _next;
    private readonly bool[] _accepting;
    private readonly BytesNode[][] _expected;

    public ByteAutomaton(byte[] classOf, int[] next, bool[] accepting, BytesNode[][] expected)
    {
        _classOf = classOf;
        _next = next;
        _accepting = accepting;
        _expected = expected;
        ClassCount = classOf.Max() + 1;
        Shortest = FindShortest();
        Longest = FindLongest();
    }

    public int StateCount => _accepting.Length;

    /// <summary>How many classes of bytes it tells apart.</summary>
    public int ClassCount { get; }

    /// <summary>The class of each byte.</summary>
    public IReadOnlyList<byte> ClassOf => _classOf;

    /// <summary>The fewest bytes it matches.</summary>
    public int Shortest { get; }

    /// <summary>The most bytes it matches; null when there is no bound.</summary>
    public int? Longest { get; }

    /// <summary>The bytes that stand in any value it matches.</summary>
    public ByteSet Bytes => Enumerable.Range(0, StateCount).Select(s => ~On(s, Dead)).Aggregate(static (x, y) => x | y);

    public bool Accepts(int state) => _accepting[state];

    public int Next(int state, int byteClass) => _next[(state * ClassCount) + byteClass];

    /// <summary>The bytes that lead from one state to another.</summary>
    public ByteSet On(int state, int target)
    {
        ByteSet bytes = default;
        for (int value = 0; value < 256; value++)
        {
            if (Next(state, _classOf[value]) == target)
            {
                bytes |= ByteSet.Of(value);
            }
        }

        return bytes;
    }

    /// <summary>The states that one byte leads to, ascending.</summary>
    public IEnumerable<int> Targets(int state) =>
        Enumerable.Range(0, ClassCount).Select(c => Next(state, c)).Where(static t => t != Dead).Distinct().OrderBy(static t => t);

    /// <summary>The parts of the pattern that may come next, in their order there.</summary>
    public IEnumerable<(int At, int Length)> Expected(int state) =>
        _expected[state].Select(static b => (b.At, b.Length)).Distinct().OrderBy(static p => p.At).ThenBy(static p => p.Length);

    /// <summary>Whether the whole value matches.</summary>
    public bool Matches(IEnumerable<byte> value)
    {
        int state = 0;
        foreach (byte b in value)
        {
            state = Next(state, _classOf[b]);
            if (state == Dead)
            {
                return false;
            }
        }

        return _accepting[state];
    }

    private int FindShortest()
    {
        int[] distance = [.. Enumerable.Repeat(int.MaxValue, StateCount)];
        Queue<int> open = new([0]);
        distance[0] = 0;
        while (true)
        {
            // Something matches from every state, so an accepting one is always found.
            int state = open.Dequeue();
            if (_accepting[state])
            {
                return distance[state];
            }

            foreach (int target in Targets(state).Where(t => distance[t] == int.MaxValue))
            {
                distance[target] = distance[state] + 1;
                open.Enqueue(target);
            }
        }
    }

    /// <summary>The longest path, in the order that takes a state when all that lead to it are done; what lies on a cycle never is.</summary>
    private int? FindLongest()
    {
        int[] missing = new int[StateCount];
        foreach (int target in Enumerable.Range(0, StateCount).SelectMany(Targets))
        {
            missing[target]++;
        }

        int[] length = new int[StateCount];
        Queue<int> open = new(missing[0] == 0 ? [0] : []);
        int done = 0;
        while (open.Count > 0)
        {
            int state = open.Dequeue();
            done++;
            foreach (int target in Targets(state))
            {
                length[target] = Math.Max(length[target], length[state] + 1);
                if (--missing[target] == 0)
                {
                    open.Enqueue(target);
                }
            }
        }

        return done == StateCount ? length.Max() : null;
    }
}
