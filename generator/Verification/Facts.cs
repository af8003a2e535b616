namespace DeclServer.Generator.Verification;

/// <summary>What is known at a place of the code: differences of two symbols that are at most a constant, each with what it is known from.</summary>
internal sealed class Facts
{
    private const long Unknown = long.MaxValue;

    private readonly Symbols _symbols;
    private readonly List<Fact> _facts;

    public Facts(Symbols symbols)
        : this(symbols, [])
    {
    }

    private Facts(Symbols symbols, List<Fact> facts)
    {
        _symbols = symbols;
        _facts = facts;
    }

    public Facts Clone() => new(_symbols, [.. _facts]);

    /// <summary>What several places that one comes from have in common: what was known where they parted, and what each has learnt since.</summary>
    public static Facts Common(IReadOnlyList<Facts> all)
    {
        int length = all.Min(static f => f._facts.Count);
        int same = 0;
        while (same < length && all.All(f => ReferenceEquals(f._facts[same].Why, all[0]._facts[same].Why) && f._facts[same].Equals(all[0]._facts[same])))
        {
            same++;
        }

        List<Fact> facts = all[0]._facts.GetRange(0, same);
        foreach (Fact fact in all[0]._facts.Skip(same))
        {
            if (all.All(f => f._facts.FindIndex(same, other => other.Left == fact.Left && other.Right == fact.Right && other.Most <= fact.Most) >= 0))
            {
                facts.Add(fact);
            }
        }

        return new(all[0]._symbols, facts);
    }

    /// <summary>From here on <c>left &lt;= right</c>.</summary>
    public void Assume(Linear left, Linear right, object why)
    {
        if (Difference(left, right) is var (plus, minus, most) && plus != minus)
        {
            Add(plus, minus, most, why);
        }
    }

    public void Assume(int left, int right, long most, object why) => Add(left, right, most, why);

    /// <summary>Whether <c>left &lt;= right</c> follows; what it follows from is added to <paramref name="why"/>.</summary>
    public bool Prove(Linear left, Linear right, List<object>? why = null)
    {
        (int plus, int minus, long most) = Difference(left, right);
        if (plus == minus)
        {
            return most >= 0;
        }

        long[] distances = Distances(plus, backwards: false, out int[] via, minus, most);
        if (distances[minus] > most)
        {
            return false;
        }

        for (int at = minus, steps = 0; why is not null && at != plus && steps < _facts.Count; steps++)
        {
            why.Insert(0, _facts[via[at]].Why);
            at = _facts[via[at]].Left;
        }

        return true;
    }

    /// <summary>The most that a number can be; null where there is no bound.</summary>
    public long? Most(Linear number)
    {
        (int plus, int minus, long most) = Difference(number, Linear.Number(0));
        return plus == minus ? -most : Distances(plus, backwards: false, out _)[minus] is < Unknown and var distance ? distance - most : null;
    }

    /// <summary>The least that a number can be; null where there is no bound.</summary>
    public long? Least(Linear number) => -Most(number.Times(-1));

    /// <summary>For each symbol, how much a number is above it at most, or below it at most.</summary>
    public long?[] Bounds(Linear number, bool above)
    {
        (int plus, int minus, long most) = Difference(above ? number : number.Times(-1), Linear.Number(0));
        if (above ? minus != Symbols.Zero : plus != Symbols.Zero)
        {
            return new long?[_symbols.Count];
        }

        return [.. Distances(above ? plus : minus, backwards: !above, out _).Select(d => d == Unknown ? (long?)null : d - most)];
    }

    private void Add(int left, int right, long most, object why)
    {
        if (Math.Abs(most) < Linear.Most && !_facts.Exists(f => f.Left == left && f.Right == right && f.Most <= most))
        {
            _facts.Add(new Fact(left, right, most, why));
        }
    }

    /// <summary><c>left &lt;= right</c> as a difference of two symbols.</summary>
    private (int Plus, int Minus, long Most) Difference(Linear left, Linear right)
    {
        Linear difference = left - right;
        return (
            SymbolOf([.. difference.Terms.Where(static t => t.Factor > 0)]),
            SymbolOf([.. difference.Terms.Where(static t => t.Factor < 0).Select(static t => (t.Symbol, -t.Factor))]),
            -difference.Constant);
    }

    /// <summary>One symbol for a sum; what is known of its parts gives its distance to each of them.</summary>
    private int SymbolOf((int Symbol, long Factor)[] terms)
    {
        if (terms.Length == 0 || terms is [(_, 1)])
        {
            return terms.Length == 0 ? Symbols.Zero : terms[0].Symbol;
        }

        int sum = _symbols.Sum(terms);
        long?[] most = [.. terms.Select(t => Most(Linear.Symbol(t.Symbol)) * t.Factor)];
        long?[] least = [.. terms.Select(t => Least(Linear.Symbol(t.Symbol)) * t.Factor)];
        for (int i = -1; i < terms.Length; i++)
        {
            if (i >= 0 && terms[i].Factor != 1)
            {
                continue;
            }

            int part = i < 0 ? Symbols.Zero : terms[i].Symbol;
            if (Others(most, i) is { } above)
            {
                Add(sum, part, above, "a sum is at most what its parts are at most");
            }

            if (Others(least, i) is { } below)
            {
                Add(part, sum, -below, "a sum is at least what its parts are at least");
            }
        }

        return sum;
    }

    private static long? Others(long?[] bounds, int but)
    {
        long? sum = 0;
        for (int i = 0; i < bounds.Length; i++)
        {
            sum += i == but ? 0 : bounds[i];
        }

        return sum;
    }

    /// <summary>
    /// The shortest ways from a symbol along the facts (Bellman-Ford, newest first: a number is mostly compared with what it was computed from).
    /// Where there is no shortest way the facts contradict each other: the code at hand is never reached, and all is proved of it.
    /// </summary>
    private long[] Distances(int from, bool backwards, out int[] via, int target = -1, long wanted = 0)
    {
        long[] distances = new long[_symbols.Count];
        via = new int[distances.Length];
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Unknown;
        }

        distances[from] = 0;
        bool changed = true;
        for (int round = 0; changed; round++)
        {
            changed = false;
            for (int i = _facts.Count - 1; i >= 0; i--)
            {
                Fact fact = _facts[i];
                int start = backwards ? fact.Right : fact.Left;
                int end = backwards ? fact.Left : fact.Right;
                if (distances[start] < Unknown && distances[start] + fact.Most < distances[end])
                {
                    distances[end] = distances[start] + fact.Most;
                    via[end] = i;
                    changed = true;
                }
            }

            bool contradictory = distances[from] < 0 || round > distances.Length;
            if (contradictory && target >= 0)
            {
                distances[target] = Math.Min(distances[target], wanted);
            }

            if (contradictory || (target >= 0 && distances[target] <= wanted))
            {
                break;
            }
        }

        return distances;
    }

    /// <summary><c>Left - Right &lt;= Most</c>.</summary>
    private readonly record struct Fact(int Left, int Right, long Most, object Why);
}
