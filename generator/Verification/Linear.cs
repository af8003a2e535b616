namespace DeclServer.Generator.Verification;

/// <summary>A whole number: a constant, and numbers known by a symbol only, each times a factor.</summary>
internal sealed class Linear
{
    /// <summary>Numbers past this one are not reasoned about: nothing that a span holds comes near it, and sums of them stay exact.</summary>
    public const long Most = 1L << 45;

    private Linear(long constant, (int Symbol, long Factor)[] terms)
    {
        Constant = constant;
        Terms = terms;
    }

    public long Constant { get; }

    /// <summary>By symbol, none twice, no factor zero.</summary>
    public (int Symbol, long Factor)[] Terms { get; }

    public static Linear Number(long constant) => new(constant, []);

    public static Linear Symbol(int symbol) => symbol == Symbols.Zero ? Number(0) : new(0, [(symbol, 1)]);

    public static Linear operator +(Linear left, Linear right) => left.Plus(right, 1);

    public static Linear operator -(Linear left, Linear right) => left.Plus(right, -1);

    public Linear Times(long factor) => Number(0).Plus(this, factor);

    public bool Same(Linear other) => Constant == other.Constant && Terms.SequenceEqual(other.Terms);

    private Linear Plus(Linear other, long factor)
    {
        if (other.Terms.Length == 0)
        {
            return new(Constant + (factor * other.Constant), Terms);
        }

        SortedDictionary<int, long> terms = [];
        foreach ((int symbol, long times) in Terms)
        {
            terms[symbol] = times;
        }

        foreach ((int symbol, long times) in other.Terms)
        {
            terms.TryGetValue(symbol, out long before);
            terms[symbol] = before + (factor * times);
        }

        return new(Constant + (factor * other.Constant), [.. terms.Where(static t => t.Value != 0).Select(static t => (t.Key, t.Value))]);
    }
}

/// <summary>The numbers that a parser computes: each is named once and never changes.</summary>
internal sealed class Symbols
{
    /// <summary>The symbol of the number zero.</summary>
    public const int Zero = 0;

    /// <summary>The symbol of the length of what the parser is given.</summary>
    public const int Length = 1;

    /// <summary>The symbol of where the message starts in it.</summary>
    public const int Start = 2;

    private readonly Dictionary<string, int> _sums = [];

    public int Count { get; private set; } = 3;

    public int Fresh() => Count++;

    /// <summary>The symbol of a sum without a constant: the same for the same sum.</summary>
    public int Sum(IEnumerable<(int Symbol, long Factor)> terms)
    {
        string key = string.Join("+", terms.Select(static t => t.Factor + "*" + t.Symbol));
        if (!_sums.TryGetValue(key, out int symbol))
        {
            _sums[key] = symbol = Fresh();
        }

        return symbol;
    }
}
