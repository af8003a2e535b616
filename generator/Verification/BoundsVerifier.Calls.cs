using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <content>Calls: the runtime's steps by their contracts, messages in messages by the law that each ledger proves, and nothing else.</content>
internal sealed partial class BoundsVerifier
{
    private const string Trusted = "the step's contract";

    private Value Call(InvocationExpressionSyntax call, State state)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        string name = Called(call.Expression);
        if (name == "input.Slice" && arguments.Count == 2)
        {
            return Slice(call, Evaluate(arguments[0].Expression, state).Form, Evaluate(arguments[1].Expression, state).Form, state);
        }

        if (name.StartsWith("BinaryPrimitives.Read", StringComparison.Ordinal) && arguments.Count == 1)
        {
            string type = name.Contains("UInt16") ? "ushort" : name.Contains("Int16") ? "short" : name.Contains("UInt32") ? "uint" : name.Contains("Int32") ? "int" : name.Contains("UInt64") ? "ulong" : "long";
            int size = type is "ushort" or "short" ? 2 : type is "uint" or "int" ? 4 : 8;
            Need(call, $"{size} bytes", Linear.Number(size), Evaluate(arguments[0].Expression, state).Form, state);
            return state.Unknown(type);
        }

        bool givenInput = arguments.Count > 1 && arguments[0].Expression is IdentifierNameSyntax { Identifier.ValueText: Input };
        if (givenInput && arguments[1] is { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword, Expression: IdentifierNameSyntax { Identifier.ValueText: Position } }
            && StepContract.Of(name, arguments.Count) is { } contract)
        {
            return Step(call, contract, state);
        }

        if (name.EndsWith(".TryParseAt", StringComparison.Ordinal) && arguments.Count == 7 && givenInput | arguments[0].Expression is ElementAccessExpressionSyntax)
        {
            return Nested(call, state);
        }

        if (name.EndsWith(".SkipAt", StringComparison.Ordinal) && arguments.Count == 3 && givenInput | arguments[0].Expression is ElementAccessExpressionSyntax)
        {
            return Nested(call, state);
        }

        if (givenInput)
        {
            return Looked(call, name, state);
        }

        bool isPure = StepContract.Pure.Contains(name) || name.Substring(name.LastIndexOf('.') + 1).StartsWith("Match", StringComparison.Ordinal) || name.EndsWith(".TryJump", StringComparison.Ordinal);
        Value[] values = Arguments(arguments, 0, state);
        return name switch
        {
            "Grammar.Run" when values is [{ IsSpan: true }, _] => state.Unknown("ulong"),
            "table.Add" when values is [{ } from, { } length] => Kept(call, from.Form, length.Form, state),
            _ when isPure => name == "Math.Min" ? state.Unknown("int") : Value.Opaque,
            _ => Confused(call),
        };
    }

    /// <summary>The last two names of what is called.</summary>
    private static string Called(ExpressionSyntax method) => method switch
    {
        MemberBindingExpressionSyntax binding => "table." + binding.Name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name, Expression: var of } => (of is MemberAccessExpressionSyntax { Name: var last } ? last : of) + "." + name,
        _ => method.ToString(),
    };

    /// <summary>Evaluates arguments; what is given out is of its type and nothing more is known of it.</summary>
    private Value[] Arguments(IEnumerable<ArgumentSyntax> arguments, int skipped, State state)
    {
        List<Value> values = [];
        foreach (ArgumentSyntax argument in arguments.Skip(skipped))
        {
            switch (argument.Expression)
            {
                case DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax { Identifier.ValueText: var name } } declared:
                    string type = TypeName(declared.Type);
                    state.Locals[name] = State.Range(type) is null && type != "long" ? Value.Opaque : state.Unknown(type);
                    values.Add(state.Locals[name]);
                    break;
                case IdentifierNameSyntax { Identifier.ValueText: Input }:
                    values.Add(Confused(argument.Expression));
                    break;
                case IdentifierNameSyntax { Identifier.ValueText: "_" } when argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword):
                    values.Add(Value.Opaque);
                    break;
                case IdentifierNameSyntax { Identifier.ValueText: var name } variable when !argument.RefKindKeyword.IsKind(SyntaxKind.None):
                    // The parse state and the error; a number that is passed by reference is no longer known.
                    Value before = Name(variable, state);
                    if (before.Type.Length > 0)
                    {
                        state.Locals[name] = state.Unknown(before.Type);
                    }

                    values.Add(argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword) && state.Locals.TryGetValue(name, out Value? given) ? given : before);
                    break;
                default:
                    values.Add(Evaluate(argument.Expression, state));
                    break;
            }
        }

        return [.. values];
    }

    /// <summary>A step that moves the position.</summary>
    private Value Step(InvocationExpressionSyntax call, StepContract contract, State state)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        Linear? before = state.Locals[Position].Form;
        Inside(call, Position, before, state);
        Value[] values = Arguments(arguments, 2, state);
        Linear limit = state.Locals[Input].Form!;
        if (contract.Within >= 0)
        {
            limit = values[contract.Within - 2].Form ?? state.Unknown("int").Form!;
            Need(call, "position <= " + arguments[contract.Within], before, limit, state);
            Need(call, arguments[contract.Within] + " <= input.Length", limit, state.Locals[Input].Form, state);
        }

        Value behind = state.Unknown("int");
        state.Locals[Position] = behind;
        if (before is null)
        {
            return Value.Opaque;
        }

        state.Facts.Assume(before, behind.Form!, Trusted);
        state.Facts.Assume(behind.Form!, limit, Trusted);
        string?[] given = [.. contract.Fixed.Select(i => StepContract.Literal(arguments[i].Expression))];
        Linear least = before + Linear.Number(contract.Least + given.Sum(static g => g?.Length ?? 0));
        List<(Linear, Linear)> promises = [(least, behind.Form!)];
        if (contract.Fixed.Length > 0 && contract is { Least: 0, FindsEnd: false } && !given.Contains(null))
        {
            promises.Add((behind.Form!, least));
        }

        if (contract.Takes is { } takes && !given.Contains(null))
        {
            string all = takes + string.Concat(given);
            all = contract.AnyCase ? all.ToUpperInvariant() + all.ToLowerInvariant() : all;
            foreach (Fence fence in state.Fences.Where(f => f.Bytes.IndexOfAny(all.ToCharArray()) < 0 && state.Facts.Prove(before, f.At)).ToArray())
            {
                state.Facts.Assume(behind.Form!, fence.At, "a byte stands there that the step does not take");
            }
        }

        Linear? number = values.Length > 0 ? values[values.Length - 1].Form : null;
        if (contract.FindsEnd && number is not null)
        {
            promises.Add((before, number));
            promises.Add((number + Linear.Number(contract.IsLine ? 1 : given[0]?.Length ?? 0), behind.Form!));
            if (contract.IsLine)
            {
                state.Fences.Add(new Fence(number, "\r\n"));
            }
        }
        else if (contract.Bounds is var (from, to) && number is not null)
        {
            promises.AddRange(new[] { (from < 0 ? Linear.Number(0) : values[from - 2].Form, number), (number, values[to - 2].Form) }
                .Where(static p => p.Item1 is not null && p.Item2 is not null).Select(static p => (p.Item1!, p.Item2!)));
        }

        return Value.Opaque with { Promises = [.. promises] };
    }

    /// <summary>A message in this one: its own ledger proves that it ends between its start and the end of what it was given.</summary>
    private Value Nested(InvocationExpressionSyntax call, State state)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        Value given = Evaluate(arguments[0].Expression, state);
        Value start = Evaluate(arguments[1].Expression, state);
        Need(call, "0 <= " + arguments[1], Linear.Number(0), start.Form, state);
        Need(call, $"{arguments[1]} <= {arguments[0]}.Length", start.Form, given.Form, state);
        Value[] values = Arguments(arguments, 2, state);
        bool skips = values.Length == 1;
        Value ending = skips ? state.Unknown("int") : values[3];
        if (ending is { Type: "int", Form: { } end } && start.Form is not null && given.Form is not null)
        {
            state.Facts.Assume(start.Form, end, "what every parser gives out");
            state.Facts.Assume(end, given.Form, "what every parser gives out");
        }

        return skips ? ending : Value.Opaque;
    }

    /// <summary>Steps that look at the input and leave the position.</summary>
    private Value Looked(InvocationExpressionSyntax call, string name, State state)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        Value[] values = Arguments(arguments, 1, state);
        Linear length = state.Locals[Input].Form!;
        Linear? from = values[0].Form;
        switch (name)
        {
            case "TextLine.Word" or "TextLine.Skip" or "TextLine.Trim" when values.Length == 3 || (values.Length == 7 && name == "TextLine.Word"):
                Range(call, from, values[1].Form, state);
                Value result = state.Unknown("int");
                if (from is not null && values[1].Form is { } to)
                {
                    state.Facts.Assume(from, result.Form!, Trusted);
                    state.Facts.Assume(result.Form!, to, Trusted);
                    if (name == "TextLine.Trim" && state.Fences.Find(f => f.At.Same(to)) is { } fence && StepContract.Literal(arguments[3].Expression) is { } blanks)
                    {
                        state.Fences.Add(new Fence(result.Form!, fence.Bytes + blanks));
                    }
                }

                return result;
            case "TextLine.OffsetOf" when values.Length == 2:
                Value offset = state.Unknown("int");
                state.Facts.Assume(Linear.Number(0), offset.Form!, Trusted);
                state.Facts.Assume(offset.Form!, length, Trusted);
                return offset;
            case "Grammar.Ahead" when values.Length == 2:
                Inside(call, arguments[1].ToString(), from, state);
                return from is null || values[1].Form is not { } ahead ? Value.Opaque : Value.Opaque with { Promises = [(from + ahead, length)] };
            case "Grammar.Checksum<T>" or "table.Add":
                return name == "table.Add" ? Value.Opaque : Confused(call);
            case var _ when name.StartsWith("Grammar.Checksum", StringComparison.Ordinal) && values.Length == 4:
                // Where the end is before the start, nothing is covered.
                Need(call, "0 <= " + arguments[1], Linear.Number(0), from, state);
                Need(call, arguments[2] + " <= input.Length", values[1].Form, length, state);
                Need(call, "0 <= " + arguments[3], Linear.Number(0), values[2].Form, state);
                Need(call, arguments[4] + " <= 8", values[3].Form, Linear.Number(8), state);
                return state.Unknown("ulong");
            default:
                return Confused(call);
        }
    }

    /// <summary>Objects that keep views; one that is given the input keeps a part of it.</summary>
    private Value Created(BaseObjectCreationExpressionSyntax creation, SeparatedSyntaxList<ArgumentSyntax> arguments, State state)
    {
        if (arguments.Count < 5 || arguments[0].Expression is not IdentifierNameSyntax { Identifier.ValueText: Input })
        {
            Arguments(arguments, 0, state);
            return Value.Opaque;
        }

        Value[] values = Arguments(arguments, 1, state);
        Range(creation, values[0].Form, values[1].Form, state);
        return Value.Opaque;
    }

    private void Range(ExpressionSyntax code, Linear? from, Linear? to, State state)
    {
        Need(code, "0 <= its start", Linear.Number(0), from, state);
        Need(code, "its start <= its end", from, to, state);
        Need(code, "its end <= input.Length", to, state.Locals[Input].Form, state);
    }

    private Value Slice(ExpressionSyntax code, Linear? from, Linear? length, State state)
    {
        Range(code, from, from is null || length is null ? null : from + length, state);
        return length is null ? state.Unknown("span") : new("span", length);
    }

    /// <summary>The place of an argument in the table, from which it is sliced later.</summary>
    private Value Kept(ExpressionSyntax code, Linear? from, Linear? length, State state)
    {
        Slice(code, from, length, state);
        return Value.Opaque;
    }
}
