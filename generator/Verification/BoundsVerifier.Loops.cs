using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <content>
/// Loops: what held before and still holds where the loop comes round again holds throughout; it is found by assuming all that held before
/// and dropping what does not come round, until nothing is dropped. A loop ends because something falls or rises each time and has a bound.
/// </content>
internal sealed partial class BoundsVerifier
{
    private State? While(WhileStatementSyntax loop, State entry)
    {
        if (Assigned(loop.Condition).Any())
        {
            NotUnderstood(loop.Condition);
        }

        string[] changed = [.. Assigned(loop).Where(n => n != Input && entry.Locals.ContainsKey(n)).Distinct()];
        State head = entry.Clone();
        Dictionary<int, string> names = [];
        foreach (string name in changed)
        {
            Value before = entry.Locals[name];
            head.Locals[name] = before.IsNumber || before.IsSpan ? head.Unknown(before.Type) : Value.Opaque;
            if (head.Locals[name].Form is { } form)
            {
                names[form.Terms[0].Symbol] = name;
            }
        }

        List<(int Left, int Right, long Most)> held = Held(entry, head, names, IsNeededFrom(loop));
        int rows = _ledger.Count;
        Dictionary<string, int> jumps = _jumps.ToDictionary(static j => j.Key, static j => j.Value.Count);
        while (true)
        {
            State top = head.Clone();
            foreach ((int one, int other, long most) in held)
            {
                top.Facts.Assume(one, other, most, "it held before the loop and each time it comes round");
            }

            (State inside, State outside) = Condition(loop.Condition, top);
            State body = inside.Clone();
            _breaks.Push([]);
            _continues.Push([]);
            _loops.Push(loop);
            State? behind = Statement(loop.Statement, inside);
            _loops.Pop();
            List<State> around = _continues.Pop();
            List<State> left = _breaks.Pop();
            if (behind is not null)
            {
                around.Add(behind);
            }

            int before = held.Count;
            foreach (State state in around)
            {
                Drop(held, names, state);
            }

            if (held.Count == before)
            {
                if (!around.TrueForAll(s => s.Locals[Input].Form!.Same(entry.Locals[Input].Form!)))
                {
                    NotUnderstood(loop);
                }

                Ends(loop, changed, body, around);
                return Meet([.. left, loop.Condition.IsKind(SyntaxKind.TrueLiteralExpression) ? null : outside], loop);
            }

            _ledger.Cut(rows);
            foreach (KeyValuePair<string, List<State>> jump in _jumps)
            {
                int kept = jumps.TryGetValue(jump.Key, out int count) ? count : 0;
                jump.Value.RemoveRange(kept, jump.Value.Count - kept);
            }
        }
    }

    /// <summary>
    /// What may hold throughout, as it did before the loop or, where that was less than nothing, not at all: how far what changes is from what
    /// does not, and what changes from each other.
    /// </summary>
    private List<(int Left, int Right, long Most)> Held(State entry, State head, Dictionary<int, string> names, int from)
    {
        List<(int, int, long)> held = [];
        Dictionary<int, Linear> ends = Ends(names, entry);
        foreach (KeyValuePair<string, Value> local in entry.Locals)
        {
            if (local.Value is { Type: "int" or "span", Form.Terms: [(var symbol, 1)] } && IsNeeded(local.Key, from))
            {
                ends[symbol] = Linear.Symbol(symbol);
            }
        }

        Distances(entry, ends, names.Keys, (left, right, distance) =>
        {
            if (distance is { } most)
            {
                held.Add((left, right, most));
                if (most < 0)
                {
                    held.Add((left, right, 0));
                }
            }
        });
        return held;
    }

    /// <summary>Drops what does not hold where the loop comes round.</summary>
    private void Drop(List<(int Left, int Right, long Most)> held, Dictionary<int, string> names, State state)
    {
        Dictionary<int, Linear> ends = Ends(names, state);
        foreach (int symbol in held.SelectMany(static h => (int[])[h.Left, h.Right]).Where(s => !ends.ContainsKey(s)).Distinct().ToArray())
        {
            ends[symbol] = Linear.Symbol(symbol);
        }

        Dictionary<(int, int), long> distances = [];
        Distances(state, ends, names.Keys, (left, right, distance) => distances[(left, right)] = distance ?? long.MaxValue);
        held.RemoveAll(h => !distances.TryGetValue((h.Left, h.Right), out long most) || most > h.Most);
    }

    /// <summary>What the changing symbols stand for in a state.</summary>
    private Dictionary<int, Linear> Ends(Dictionary<int, string> names, State state)
    {
        Dictionary<int, Linear> ends = names.ToDictionary(static n => n.Key, n => state.Locals.TryGetValue(n.Value, out Value? value) && value.Form is { } form ? form : Linear.Symbol(_symbols.Fresh()));
        ends[Symbols.Zero] = Linear.Number(0);
        ends[Symbols.Length] = _length;
        ends[Symbols.Start] = _start;
        return ends;
    }

    /// <summary>How far each changing symbol is from each end at most, both ways.</summary>
    private static void Distances(State state, Dictionary<int, Linear> ends, IEnumerable<int> changing, Action<int, int, long?> found)
    {
        foreach (int symbol in changing)
        {
            long?[] above = state.Facts.Bounds(ends[symbol], above: true);
            long?[] below = state.Facts.Bounds(ends[symbol], above: false);
            foreach (KeyValuePair<int, Linear> end in ends)
            {
                if (end.Key != symbol && end.Value.Terms is [] or [(_, 1)])
                {
                    int anchor = end.Value.Terms is [(var one, _)] ? one : Symbols.Zero;
                    found(symbol, end.Key, (anchor < above.Length ? above[anchor] : null) - end.Value.Constant);
                    found(end.Key, symbol, (anchor < below.Length ? below[anchor] : null) + end.Value.Constant);
                }
            }
        }
    }

    /// <summary>
    /// A row for the loop: each way around, in the order of what changes, one number falls that is not negative or rises up to the input's
    /// length, while those before it stay as they are or do the same.
    /// </summary>
    private void Ends(WhileStatementSyntax loop, string[] changed, State body, List<State> around)
    {
        List<State> left = [.. around];
        List<object> proof = [];
        string[] numbers = [.. changed.Where(n => body.Locals[n] is { Type: "int", Form: not null })];
        foreach (bool falls in (bool[])[true, false])
        {
            foreach (string name in numbers)
            {
                Linear first = body.Locals[name].Form!;
                bool bounded = falls ? body.Facts.Prove(Linear.Number(0), first) : body.Locals[Input].IsInput && body.Facts.Prove(first, _length);
                if (bounded && left.TrueForAll(s => Moves(s, name, first, falls, 0)) && left.RemoveAll(s => Moves(s, name, first, falls, 1)) > 0)
                {
                    proof.Add(falls ? $"{name} falls each time, and is not negative" : $"{name} rises each time, and is at most input.Length");
                }
            }
        }

        _ledger.Add(loop, "an end", left.Count == 0 ? proof : null);
    }

    private static bool Moves(State state, string name, Linear first, bool falls, long step) =>
        state.Locals[name].Form is { } now && (falls ? state.Facts.Prove(now + Linear.Number(step), first) : state.Facts.Prove(first + Linear.Number(step), now));

    /// <summary>A view of elements that was made is bounded by what it was made of; nothing outside may be changed while it is walked.</summary>
    private State ForEach(ForEachStatementSyntax loop, State state)
    {
        Evaluate(loop.Expression, state);
        _ledger.Add(loop, "an end", Assigned(loop).Any(state.Locals.ContainsKey) ? null : ["a view of elements ends where they were found to end"]);
        State body = state.Clone();
        body.Locals[loop.Identifier.ValueText] = Value.Opaque;
        Statement(loop.Statement, body);
        return state;
    }

    /// <summary>The locals that are assigned in a loop.</summary>
    private static IEnumerable<string> Assigned(SyntaxNode loop) => loop.DescendantNodes().Select(static n => n switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left,
        PrefixUnaryExpressionSyntax prefix when prefix.IsKind(SyntaxKind.PreIncrementExpression) => prefix.Operand,
        PostfixUnaryExpressionSyntax postfix => postfix.Operand,
        ArgumentSyntax argument when !argument.RefKindKeyword.IsKind(SyntaxKind.None) => argument.Expression,
        _ => null,
    }).OfType<IdentifierNameSyntax>().Select(static n => n.Identifier.ValueText);
}
