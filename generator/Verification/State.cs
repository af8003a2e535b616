namespace DeclServer.Generator.Verification;

/// <summary>What is known of a local variable.</summary>
/// <param name="Type">The keyword of a number's type, <c>span</c>, or empty for all that bounds do not depend on.</param>
/// <param name="Form">The number, or the span's length; null where it is of no interest.</param>
/// <param name="IsInput">Whether it is a span that starts at the input's first byte, so that positions mean the same in it.</param>
/// <param name="Promises">What is known once this error code is <c>None</c>: <c>Left &lt;= Right</c>.</param>
internal sealed record Value(string Type, Linear? Form = null, bool IsInput = false, (Linear Left, Linear Right)[]? Promises = null)
{
    public static readonly Value Opaque = new("");

    public bool IsSpan => Type == "span";

    public bool IsNumber => Type.Length > 0 && !IsSpan;
}

/// <summary>A place that a byte out of <c>Bytes</c> stands at: a step that takes other bytes only does not pass it.</summary>
internal sealed record Fence(Linear At, string Bytes);

/// <summary>All that is known at one place of the code.</summary>
internal sealed class State(Symbols symbols, Facts facts)
{
    public Facts Facts { get; } = facts;

    public Dictionary<string, Value> Locals { get; private set; } = [];

    public List<Fence> Fences { get; private set; } = [];

    public State Clone() => new(symbols, Facts.Clone()) { Locals = new(Locals), Fences = [.. Fences] };

    /// <summary>A number of which its type is known only.</summary>
    public Value Unknown(string type)
    {
        Linear form = Linear.Symbol(symbols.Fresh());
        Value value = new(type, form);
        if (Range(type) is var (least, most))
        {
            Facts.Assume(Linear.Number(least), form, "the range of " + type);
            Facts.Assume(form, Linear.Number(most), "the range of " + type);
        }

        return value;
    }

    /// <summary>What a type can hold, as far as numbers are reasoned about.</summary>
    public static (long Least, long Most)? Range(string type) => type switch
    {
        "byte" => (byte.MinValue, byte.MaxValue),
        "sbyte" => (sbyte.MinValue, sbyte.MaxValue),
        "short" => (short.MinValue, short.MaxValue),
        "ushort" => (ushort.MinValue, ushort.MaxValue),
        "int" => (int.MinValue, int.MaxValue),
        "uint" => (uint.MinValue, uint.MaxValue),
        "ulong" => (0, long.MaxValue),
        "span" => (0, int.MaxValue),
        _ => null,
    };

    /// <summary>What holds wherever one comes from: a local that differs becomes a new number, as far from each other one as it is at most.</summary>
    /// <param name="symbols">Names new numbers.</param>
    /// <param name="all">The states that meet, one at least.</param>
    /// <param name="isNeeded">Whether a local is looked at from here on.</param>
    public static State Join(Symbols symbols, IReadOnlyList<State> all, Func<string, bool> isNeeded)
    {
        if (all.Count == 1)
        {
            return all[0];
        }

        State joined = new(symbols, Facts.Common([.. all.Select(static s => s.Facts)]))
        {
            Fences = [.. all[0].Fences.Where(f => all.All(s => s.Fences.Contains(f)))],
        };
        List<string> differ = [];
        HashSet<int> anchors = [Symbols.Zero, Symbols.Length, Symbols.Start];
        foreach (KeyValuePair<string, Value> local in all[0].Locals.Where(l => isNeeded(l.Key) && all.All(s => s.Locals.ContainsKey(l.Key))))
        {
            Value value = local.Value;
            joined.Locals[local.Key] = value;
            if (!all.All(s => Same(s.Locals[local.Key], value)))
            {
                differ.Add(local.Key);
            }
            else if (value is { Form.Terms: [(var symbol, 1)], Type: "int" or "span" })
            {
                anchors.Add(symbol);
            }
        }

        foreach (string name in differ)
        {
            Value[] values = [.. all.Select(s => s.Locals[name])];
            if (values.Any(static v => v.Form is null))
            {
                joined.Locals[name] = values[0] with { Form = null, Promises = null };
                continue;
            }

            Linear form = Linear.Symbol(symbols.Fresh());
            joined.Locals[name] = new(values[0].Type, form, values.All(static v => v.IsInput));
            foreach (bool above in (bool[])[true, false])
            {
                long?[][] bounds = [.. all.Select((s, i) => s.Facts.Bounds(values[i].Form!, above))];
                foreach (int anchor in anchors)
                {
                    long? most = bounds.Select(b => b[anchor]).Aggregate(static (a, b) => a > b ? a : a is null || b is null ? null : b);
                    if (most is { } bound && form.Terms[0].Symbol != anchor)
                    {
                        (int left, int right) = above ? (form.Terms[0].Symbol, anchor) : (anchor, form.Terms[0].Symbol);
                        joined.Facts.Assume(left, right, bound, name + ": each way that leads here");
                    }
                }
            }
        }

        return joined;
    }

    private static bool Same(Value a, Value b) =>
        ReferenceEquals(a, b) || (a.Type == b.Type && a.IsInput == b.IsInput && ReferenceEquals(a.Promises, b.Promises)
            && (a.Form is null ? b.Form is null : b.Form is not null && a.Form.Same(b.Form)));
}
