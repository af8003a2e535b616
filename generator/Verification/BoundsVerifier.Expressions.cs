using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <content>Expressions: numbers are followed exactly; where one might not fit its type, only the type is known of it.</content>
internal sealed partial class BoundsVerifier
{
    /// <summary>The pseudo-local for where <c>state.Offset</c> may not lie before.</summary>
    private const string Resumed = ".resumed";

    private const string Offset = ".offset";

    private Value Evaluate(ExpressionSyntax expression, State state)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner:
                return Evaluate(inner.Expression, state);
            case LiteralExpressionSyntax constant:
                return Constant(constant, state);
            case CollectionExpressionSyntax bytes when StepContract.Literal(bytes) is { } literal:
                return new("span", Linear.Number(literal.Length));
            case IdentifierNameSyntax name:
                return Name(name, state);
            case MemberAccessExpressionSyntax member:
                return Member(member, state);
            case CastExpressionSyntax cast:
                return Converted(TypeName(cast.Type), Evaluate(cast.Expression, state), state);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                return Arithmetic(Evaluate(minus.Operand, state), static v => v.Times(-1), null, state);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return Evaluate(not.Operand, state) is var _ ? Value.Opaque : Value.Opaque;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression, Operand: IdentifierNameSyntax counter }:
                return Counted(counter, 1, state);
            case PostfixUnaryExpressionSyntax { Operand: IdentifierNameSyntax counter } step when counter.Identifier.ValueText != Position:
                return Counted(counter, step.IsKind(SyntaxKind.PostIncrementExpression) ? 1 : -1, state) is var _ ? Value.Opaque : Value.Opaque;
            case BinaryExpressionSyntax binary:
                return Binary(binary, state);
            case AssignmentExpressionSyntax assignment:
                return Assigned(assignment, state);
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: [var index] } access:
                return Element(access, Evaluate(access.Expression, state), index.Expression, state);
            case InvocationExpressionSyntax call:
                return Call(call, state);
            case ConditionalAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "table" }, WhenNotNull: InvocationExpressionSyntax call }:
                return Call(call, state);
            case BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments, Initializer: null } creation:
                return Created(creation, arguments.Arguments, state);
            case WithExpressionSyntax with:
                Evaluate(with.Expression, state);
                foreach (ExpressionSyntax set in with.Initializer.Expressions)
                {
                    Evaluate(((AssignmentExpressionSyntax)set).Right, state);
                }

                return Value.Opaque;
            case ConditionalExpressionSyntax choice:
                (State yes, State no) = Condition(choice.Condition, state);
                Evaluate(choice.WhenTrue, yes);
                Evaluate(choice.WhenFalse, no);
                return Value.Opaque;
            case IsPatternExpressionSyntax pattern:
                return Evaluate(pattern.Expression, state).IsSpan ? Confused(pattern) : Value.Opaque;
            default:
                NotUnderstood(expression);
                return Value.Opaque;
        }
    }

    private static Value Constant(LiteralExpressionSyntax literal, State state) => literal.Token.Value switch
    {
        int number => new("int", Linear.Number(number)),
        uint number => new("uint", Linear.Number(number)),
        char character => new("int", Linear.Number(character)),
        long number => Math.Abs(number) < Linear.Most ? new("long", Linear.Number(number)) : state.Unknown("long"),
        ulong number => number < Linear.Most ? new("ulong", Linear.Number((long)number)) : state.Unknown("ulong"),
        _ when literal.IsKind(SyntaxKind.Utf8StringLiteralExpression) => new("span", Linear.Number(literal.Token.ValueText.Length)),
        _ when literal.IsKind(SyntaxKind.DefaultLiteralExpression) => new("default", Linear.Number(0)),
        _ => Value.Opaque,
    };

    private Value Name(IdentifierNameSyntax name, State state)
    {
        string text = name.Identifier.ValueText;
        if (state.Locals.TryGetValue(text, out Value? value))
        {
            return value;
        }

        if (text is "MaxSize" or "MaxDepth" || text.StartsWith("s_", StringComparison.Ordinal))
        {
            return text[0] == 's' ? Value.Opaque : state.Unknown("int");
        }

        NotUnderstood(name);
        return Value.Opaque;
    }

    private Value Member(MemberAccessExpressionSyntax member, State state)
    {
        string name = member.Name.Identifier.ValueText;
        string target = member.Expression.ToString();
        if (target == "state")
        {
            return name == "Offset" && state.Locals.TryGetValue(Offset, out Value? offset) ? offset : state.Unknown("int");
        }

        if (target is "int" or "long")
        {
            return target == "int" ? new("int", Linear.Number(name == "MaxValue" ? int.MaxValue : int.MinValue)) : state.Unknown("long");
        }

        if (target.StartsWith("global::", StringComparison.Ordinal))
        {
            return name is "MinSize" or "MaxSize" ? state.Unknown("int") : Value.Opaque;
        }

        Value of = Evaluate(member.Expression, state);
        return of.IsSpan && name == "Length" ? new("int", of.Form) : of.IsSpan ? Confused(member) : name is "Length" or "Count" or "Offset" ? state.Unknown("int") : Value.Opaque;
    }

    private Value Confused(ExpressionSyntax expression)
    {
        NotUnderstood(expression);
        return Value.Opaque;
    }

    /// <summary>A number as another type: the same where it fits, else any of the type.</summary>
    private static Value Converted(string type, Value value, State state) =>
        State.Range(type) is not { } range ? type == "long" && value.Form is not null ? new("long", value.Form) : type == "long" ? state.Unknown("long") : Value.Opaque
        : value.Form is { } form && Fits(form, range.Least, range.Most, state) ? new(type, form)
        : state.Unknown(type);

    private static bool Fits(Linear form, long least, long most, State state) =>
        Math.Abs(form.Constant) < Linear.Most && form.Terms.All(static t => Math.Abs(t.Factor) <= 1 << 16)
        && state.Facts.Prove(form, Linear.Number(Math.Min(most, Linear.Most))) && state.Facts.Prove(Linear.Number(Math.Max(least, -Linear.Most)), form);

    /// <summary>The sum or difference of two numbers, where it does not overflow.</summary>
    private static Value Arithmetic(Value left, Func<Linear, Linear> compute, Value? right, State state)
    {
        string type = left.Type == "ulong" || right?.Type == "ulong" ? "ulong" : left.Type is "long" or "uint" || right?.Type is "long" or "uint" ? "long" : "int";
        if (left.Form is null || right is { Form: null } || !left.IsNumber || right?.IsNumber == false)
        {
            return state.Unknown(type);
        }

        Linear form = compute(left.Form);
        (long least, long most) = State.Range(type) ?? (long.MinValue, long.MaxValue);
        return form.Terms.Length == 0 || Fits(form, least, most, state) ? new(type, form) : state.Unknown(type);
    }

    private Value Binary(BinaryExpressionSyntax binary, State state)
    {
        Value left = Evaluate(binary.Left, state);
        Value right = Evaluate(binary.Right, state);
        switch (binary.Kind())
        {
            case SyntaxKind.AddExpression:
                return Arithmetic(left, v => v + right.Form!, right, state);
            case SyntaxKind.SubtractExpression:
                return Arithmetic(left, v => v - right.Form!, right, state);
            case SyntaxKind.MultiplyExpression when left.Form is { Terms: [] } factor:
                return Arithmetic(right, v => v.Times(factor.Constant), left, state);
            case SyntaxKind.BitwiseAndExpression when right.Form is { Terms: [], Constant: >= 0 } mask:
                Value masked = state.Unknown("ulong");
                state.Facts.Assume(masked.Form!, mask, binary);
                return masked;
            case SyntaxKind.BitwiseAndExpression or SyntaxKind.RightShiftExpression:
                return state.Unknown("ulong");
            case SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression when !binary.Right.DescendantNodesAndSelf().Any(static n => n is AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax or PostfixUnaryExpressionSyntax or ArgumentSyntax):
            case SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression or SyntaxKind.LessThanExpression or SyntaxKind.GreaterThanExpression
                or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanOrEqualExpression:
                return Value.Opaque;
            default:
                return Confused(binary);
        }
    }

    private Value Counted(IdentifierNameSyntax counter, int step, State state)
    {
        string name = counter.Identifier.ValueText;
        Value value = Name(counter, state);
        return state.Locals[name] = value.Type == "int" ? Arithmetic(value, v => v + Linear.Number(step), null, state) : Confused(counter);
    }

    private Value Assigned(AssignmentExpressionSyntax assignment, State state)
    {
        Value value = Evaluate(assignment.Right, state);
        if (assignment.Left is MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "state" }, Name.Identifier.ValueText: var member } && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
        {
            if (member == "Offset")
            {
                Need(assignment, "the sequence's start <= " + assignment.Right, state.Locals.TryGetValue(Resumed, out Value? least) ? least.Form : null, value.Form, state);
                Need(assignment, assignment.Right + " <= input.Length", value.Form, _length, state);
            }

            return value;
        }

        if (assignment.Left is not IdentifierNameSyntax { Identifier.ValueText: var name } || !state.Locals.TryGetValue(name, out Value? before))
        {
            return Confused(assignment);
        }

        if (name == Input && !value.IsInput)
        {
            return Confused(assignment);
        }

        if (!assignment.IsKind(SyntaxKind.SimpleAssignmentExpression))
        {
            bool adds = assignment.IsKind(SyntaxKind.AddAssignmentExpression);
            if (!adds && !assignment.IsKind(SyntaxKind.SubtractAssignmentExpression))
            {
                return Confused(assignment);
            }

            if (name == Position && before.Form is { } at && value.Form is { } by)
            {
                Need(assignment, "0 <= " + assignment.Right, Linear.Number(0), by, state);
                Need(assignment, adds ? $"position + {assignment.Right} <= input.Length" : $"{assignment.Right} <= position", adds ? at + by : by, adds ? state.Locals[Input].Form : at, state);
            }

            value = Arithmetic(before, v => adds ? v + value.Form! : v - value.Form!, value, state);
        }
        else if (name is Position && assignment.Right is not BinaryExpressionSyntax)
        {
            Inside(assignment, assignment.Right.ToString(), value.Form, state);
        }
        else if (name is "end")
        {
            Ending(assignment, assignment.Right.ToString(), value.Form, state);
        }

        // A variable of a type that is not followed is assigned without a form, and keeps none.
        return state.Locals[name] = before.Type.Length == 0 ? Value.Opaque with { Promises = value.Promises } : Stored(before.Type, value, name, state);
    }

    /// <summary>The law of all that gives out where a message ends: between its start and the end of what it was given.</summary>
    private void Ending(CSharpSyntaxNode code, string name, Linear? place, State state)
    {
        Need(code, "start <= " + name, _start, place, state);
        Need(code, name + " <= input.Length", place, _length, state);
    }

    private void Inside(CSharpSyntaxNode code, string name, Linear? place, State state)
    {
        Need(code, "0 <= " + name, Linear.Number(0), place, state);
        Need(code, name + " <= input.Length", place, state.Locals[Input].Form, state);
    }

    /// <summary>An element or a part of a span.</summary>
    private Value Element(ElementAccessExpressionSyntax access, Value span, ExpressionSyntax index, State state)
    {
        if (span is not { IsSpan: true, Form: { } length })
        {
            return Confused(access);
        }

        if (index is not RangeExpressionSyntax range)
        {
            Linear? at = Evaluate(index, state).Form;
            Need(access, "0 <= " + index, Linear.Number(0), at, state);
            Need(access, $"{index} < {access.Expression}.Length", at is null ? null : at + Linear.Number(1), length, state);
            return state.Unknown("byte");
        }

        Linear? from = range.LeftOperand is { } left ? Evaluate(left, state).Form : Linear.Number(0);
        Linear? to = range.RightOperand is { } right ? Evaluate(right, state).Form : length;
        Need(access, $"0 <= {(object?)range.LeftOperand ?? 0}", Linear.Number(0), from, state);
        Need(access, $"{(object?)range.LeftOperand ?? 0} <= {(object?)range.RightOperand ?? access.Expression + ".Length"}", from, to, state);
        Need(access, $"{(object?)range.RightOperand ?? access.Expression + ".Length"} <= {access.Expression}.Length", to, length, state);
        return from is null || to is null ? state.Unknown("span") : new("span", to - from, span.IsInput && from is { Terms: [], Constant: 0 });
    }

    /// <summary>What a condition says where it is true, and where it is not.</summary>
    private (State True, State False) Condition(ExpressionSyntax condition, State state)
    {
        switch (condition)
        {
            case ParenthesizedExpressionSyntax inner:
                return Condition(inner.Expression, state);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                (State holds, State fails) = Condition(not.Operand, state);
                return (fails, holds);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } or:
                (State left, State rest) = Condition(or.Left, state);
                (State right, State neither) = Condition(or.Right, rest);
                return (Join([left, right], or), neither);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } and:
                (State first, State not1) = Condition(and.Left, state);
                (State both, State not2) = Condition(and.Right, first);
                return (both, Join([not1, not2], and));
            case BinaryExpressionSyntax { RawKind: >= (int)SyntaxKind.EqualsExpression and <= (int)SyntaxKind.GreaterThanOrEqualExpression } comparison:
                return Compared(comparison, state);
            default:
                Evaluate(condition, state);
                return (state.Clone(), state);
        }
    }

    private (State True, State False) Compared(BinaryExpressionSyntax comparison, State state)
    {
        bool equality = comparison.Kind() is SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression;
        bool resumes = equality && comparison.Left.ToString() == "state.Offset" && comparison.Right is LiteralExpressionSyntax { Token.Value: 0 };
        if (!equality && comparison is { Left: CastExpressionSyntax { Type: PredefinedTypeSyntax { Keyword.ValueText: "uint" } } a, Right: CastExpressionSyntax { Type: PredefinedTypeSyntax { Keyword.ValueText: "uint" } } b })
        {
            return Unsigned(comparison, Evaluate(a.Expression, state).Form, Evaluate(b.Expression, state).Form, state);
        }

        Value left = Evaluate(comparison.Left, state);
        Value right = Evaluate(comparison.Right, state);
        State yes = state.Clone();
        State no = state;
        switch (comparison.Kind())
        {
            case SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression:
                State same = comparison.IsKind(SyntaxKind.EqualsExpression) ? yes : no;
                State other = same == yes ? no : yes;
                if (resumes)
                {
                    Resume(comparison, other);
                    same.Locals[Resumed] = other.Locals[Resumed];
                }
                else if (left is { IsNumber: true, Form: { } x } && right is { IsNumber: true, Form: { } y })
                {
                    same.Facts.Assume(x, y, comparison);
                    same.Facts.Assume(y, x, comparison);
                    Differ(x, y, comparison, other);
                    Differ(y, x, comparison, other);
                }
                else if (left.Promises is { } promises && comparison.Right.ToString().EndsWith("ErrorCode.None", StringComparison.Ordinal))
                {
                    foreach ((Linear least, Linear most) in promises)
                    {
                        same.Facts.Assume(least, most, comparison);
                    }
                }

                break;
            case var kind when left is { IsNumber: true, Form: { } x } && right is { IsNumber: true, Form: { } y }:
                bool swapped = kind is SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;
                Linear strict = Linear.Number(kind is SyntaxKind.LessThanExpression or SyntaxKind.GreaterThanExpression ? 1 : 0);
                (Linear least1, Linear most1) = swapped ? (y, x) : (x, y);
                yes.Facts.Assume(least1 + strict, most1, comparison);
                no.Facts.Assume(most1 + Linear.Number(1) - strict, least1, comparison);
                break;
        }

        return (yes, no);
    }

    /// <summary>Numbers that differ, and of which one is not above the other.</summary>
    private static void Differ(Linear x, Linear y, CSharpSyntaxNode why, State state)
    {
        if (state.Facts.Prove(x, y))
        {
            state.Facts.Assume(x + Linear.Number(1), y, why);
        }
    }

    /// <summary>
    /// A parser that is resumed at an element had come to the same place before, on the same bytes, and kept an offset that is not before it
    /// (a row where it is kept), in an input that has only grown.
    /// </summary>
    private void Resume(CSharpSyntaxNode why, State state)
    {
        Value offset = state.Unknown("int");
        Value position = state.Locals[Position];
        state.Locals[Resumed] = position;
        state.Locals[Offset] = offset;
        if (position.Form is { } from)
        {
            state.Facts.Assume(from, offset.Form!, why);
            state.Facts.Assume(offset.Form!, _length, why);
        }
    }

    /// <summary>Numbers as they compare unsigned: below one that is not negative, the other is not either.</summary>
    private static (State True, State False) Unsigned(BinaryExpressionSyntax comparison, Linear? left, Linear? right, State state)
    {
        State yes = state.Clone();
        bool less = comparison.Kind() is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression;
        bool strict = comparison.Kind() is SyntaxKind.LessThanExpression or SyntaxKind.GreaterThanOrEqualExpression;
        State below = less ? yes : state;
        if (left is not null && right is not null && state.Facts.Prove(Linear.Number(0), right))
        {
            below.Facts.Assume(Linear.Number(0), left, comparison);
            below.Facts.Assume(left + Linear.Number(strict ? 1 : 0), right, comparison);
        }

        return (yes, state);
    }
}
