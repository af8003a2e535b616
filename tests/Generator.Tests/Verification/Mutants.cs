using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Generator.Tests;

/// <summary>An emitted parser with one mistake in it.</summary>
/// <param name="Kind">The mistake.</param>
/// <param name="Where">The code it was made in.</param>
/// <param name="Source">The whole file.</param>
internal sealed record Mutant(string Kind, string Where, string Source);

/// <summary>
/// Makes mistakes in an emitted parser, each of which lets some input break a bound, or a loop go on for ever: what would be a mistake in one
/// parser and harmless in the next is only made where the code around it shows that it is none. So none of them may be proved.
/// </summary>
internal sealed class Mutants
{
    private readonly string _source;
    private readonly List<Mutant> _all = [];

    private Mutants(string source) => _source = source;

    public static IReadOnlyList<Mutant> Of(string source)
    {
        Mutants mutants = new(source);
        SyntaxNode root = CSharpSyntaxTree.ParseText(source, Generation.Options()).GetRoot();
        foreach (MethodDeclarationSyntax method in root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(static m => m.Identifier.ValueText is "TryParseAt" or "SkipAt" && m.Body is not null))
        {
            mutants.In(method.Body!);
        }

        return mutants._all;
    }

    private void In(BlockSyntax body)
    {
        foreach (SyntaxNode node in body.DescendantNodes())
        {
            switch (node)
            {
                case BlockSyntax block:
                    Checks([.. block.Statements.SelectMany(Unlabeled)]);
                    break;
                case SwitchSectionSyntax section:
                    Checks([.. section.Statements.SelectMany(static s => s is BlockSyntax block ? block.Statements : [s])]);
                    break;
                case IfStatementSyntax branch:
                    Branch(branch);
                    break;
                case ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "input" }, ArgumentList.Arguments: [var index] }:
                    Access(index.Expression);
                    break;
                case AssignmentExpressionSyntax assignment:
                    Assignment(assignment);
                    break;
                case InvocationExpressionSyntax call:
                    Call(call);
                    break;
                case ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments: [{ Expression: IdentifierNameSyntax { Identifier.ValueText: "input" } }, var from, var to, _, _, ..] }:
                    Swap("the ends of a kept sequence", from.Expression, to.Expression);
                    Change("a kept sequence ends a byte too late", to.Expression, to + " + 1", Expressions(body).All(e => !e.StartsWith("code = global::DeclServer.Messages.Grammar.Ahead", StringComparison.Ordinal)));
                    break;
                case WhileStatementSyntax loop:
                    Loop(loop);
                    break;
            }
        }

    }

    private static IEnumerable<string> Expressions(SyntaxNode body) => body.DescendantNodes().OfType<AssignmentExpressionSyntax>().Select(static e => e.ToString());

    private static IEnumerable<StatementSyntax> Unlabeled(StatementSyntax statement) => statement is LabeledStatementSyntax label ? Unlabeled(label.Statement) : [statement];

    /// <summary>Checks that so many bytes are there, and the steps that take them.</summary>
    private void Checks(StatementSyntax[] statements)
    {
        for (int i = 0; i < statements.Length; i++)
        {
            if (statements[i] is not IfStatementSyntax { Condition: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LessThanExpression } check } branch || check.Left.ToString() != "input.Length - position")
            {
                continue;
            }

            string needed = check.Right.ToString();
            if (IsKnown(statements, i, needed))
            {
                continue;
            }

            Change("no check that the bytes are there", branch, "");
            Change("a check turned round", check.OperatorToken, ">");
            if (needed == "following")
            {
                Change("a check that is a byte short", check.Right, "following - 1");
                continue;
            }

            Taken(statements, i + 1, check, needed);
        }
    }

    /// <summary>
    /// Whether the bytes are known to be there: the first of an element in a window that is not empty, one that was looked at before, and none.
    /// </summary>
    private static bool IsKnown(StatementSyntax[] statements, int check, string needed)
    {
        StatementSyntax[] before = [.. Before(statements, check)];
        bool isElement = statements[check].Parent?.Parent is WhileStatementSyntax { Condition: not LiteralExpressionSyntax } && before.Any(static s => s.ToString() == "elementStart = position;");
        bool isLookedAt = before.Any(s => s is IfStatementSyntax { Condition: { } same } && same.ToString() == "input.Length - position < " + needed);
        return (needed == "1" && (isElement || isLookedAt)) || IsNone(statements[check], needed.Replace("(int)", ""));
    }

    /// <summary>The statements between the last move of the position and one, those around its block included.</summary>
    private static IEnumerable<StatementSyntax> Before(StatementSyntax[] statements, int index)
    {
        for (int i = index - 1; i >= 0; i--)
        {
            if (statements[i].ToString() is var text && (text.Contains("ref position", StringComparison.Ordinal) || text.StartsWith("position", StringComparison.Ordinal)))
            {
                return [];
            }

            if (statements[i] is IfStatementSyntax || text == "elementStart = position;")
            {
                return [statements[i]];
            }
        }

        return statements[index].FirstAncestorOrSelf<SwitchStatementSyntax>() is { Parent: BlockSyntax around } choice ? Before([.. around.Statements], around.Statements.IndexOf(choice)) : [];
    }

    /// <summary>Whether a length was checked to be zero.</summary>
    private static bool IsNone(SyntaxNode code, string length) => Body(code).DescendantNodes().OfType<IfStatementSyntax>().Any(i => i.Condition.ToString() == length + " > 0");

    private static BlockSyntax Body(SyntaxNode code) => code.FirstAncestorOrSelf<MethodDeclarationSyntax>()!.Body!;

    /// <summary>Where all of the bytes checked are taken by steps of their own, the last of them ends where the check does.</summary>
    private void Taken(StatementSyntax[] statements, int from, BinaryExpressionSyntax check, string needed)
    {
        bool isRun = int.TryParse(needed, NumberStyles.None, CultureInfo.InvariantCulture, out int left);
        ExpressionSyntax? read = null;
        foreach (StatementSyntax statement in statements.Skip(from))
        {
            read = statement.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(static c => c.ToString().Contains("BinaryPrimitives.Read", StringComparison.Ordinal)) ?? read;
            if (statement is IfStatementSyntax or WhileStatementSyntax or SwitchStatementSyntax && (!isRun || statement.ToString().Contains("input", StringComparison.Ordinal)))
            {
                return;
            }

            if (statement is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } step } || step.Left.ToString() != "position")
            {
                continue;
            }

            string by = step.Right.ToString();
            if (isRun && int.TryParse(by, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && left > bytes)
            {
                left -= bytes;
                read = null;
                continue;
            }

            if (isRun ? by == left.ToString(CultureInfo.InvariantCulture) : by == needed)
            {
                Change("a check that is a byte short", check.Right, needed + " - 1");
                Change("a step that is a byte too long", step.Right, by + " + 1");
                if (read is not null && !read.ToString().Contains("64", StringComparison.Ordinal))
                {
                    Change("a number that is read too wide", read, System.Text.RegularExpressions.Regex.Replace(read.ToString(), "ReadU?Int(16|32)", "ReadInt64"));
                }
            }

            return;
        }
    }

    private void Branch(IfStatementSyntax branch)
    {
        string condition = branch.Condition.ToString();
        if (condition.EndsWith("Length < 0", StringComparison.Ordinal))
        {
            Change("no check that a length is not negative", branch, "");
            Change("negative lengths let through", branch.Condition, condition.Replace("< 0", "< -9"));
        }
        else if (condition.StartsWith("(uint)", StringComparison.Ordinal) && branch.Condition is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } jump)
        {
            Change("no check of a jump's target", branch, "");
            Change("both instead of one", jump.OperatorToken, "&&");
            Change("a jump that leads forward", ((BinaryExpressionSyntax)jump.Left).OperatorToken, "<");
            Change("a negative target", jump.Left, jump.Left.ToString().Replace("(uint)", ""));
        }
        else if (condition.StartsWith("(code = ", StringComparison.Ordinal) && condition.Contains(".Until(", StringComparison.Ordinal))
        {
            // What a step gives out is promised where it has succeeded only.
            Change("a step whose answer is not looked at", branch, ((AssignmentExpressionSyntax)((ParenthesizedExpressionSyntax)((BinaryExpressionSyntax)branch.Condition).Left).Expression) + ";");
        }
    }

    private void Access(ExpressionSyntax index)
    {
        switch (index)
        {
            case RangeExpressionSyntax { LeftOperand: { } from, RightOperand: { } to } when IsNone(index, $"{to} - {from}") || IsNone(index, from.ToString().Replace("Start", "Length")):
                break;
            case RangeExpressionSyntax { LeftOperand: { } from, RightOperand: { } to }:
                Swap("the ends of a slice", from, to);
                Change("a slice from before the input", from, "-1");
                Change("a slice past the input", to, "input.Length + 1");
                break;
            case RangeExpressionSyntax { RightOperand: { } to } when to.ToString().EndsWith("WindowEnd", StringComparison.Ordinal):
                Change("a window that is a byte too long", to, $"({to} + 1)", !HasAfter(to));
                break;
            case RangeExpressionSyntax { LeftOperand: { } from, RightOperand: null }:
                Change("a rest from behind the input", from, "(input.Length + 1)");
                break;
            case IdentifierNameSyntax:
                Change("the byte behind the input", index, "input.Length");
                Change("the byte before the input", index, "-1");
                break;
        }
    }

    /// <summary>Whether a check has left room behind a window, for the fixed bytes that stand there.</summary>
    private static bool HasAfter(ExpressionSyntax end)
    {
        string field = end.ToString()[..^"WindowEnd".Length];
        StatementSyntax? declared = Body(end).DescendantNodes().OfType<LocalDeclarationStatementSyntax>().FirstOrDefault(d => d.ToString().StartsWith($"int {field}Start = position;", StringComparison.Ordinal));
        SyntaxList<StatementSyntax> around = ((BlockSyntax)declared!.Parent!).Statements;
        return around.IndexOf(declared) is > 0 and var at && around[at - 1] is IfStatementSyntax { Condition: BinaryExpressionSyntax { Right: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } } };
    }

    private void Assignment(AssignmentExpressionSyntax assignment)
    {
        switch (assignment.Left.ToString())
        {
            case "end" when assignment.Right.ToString() == "position":
                Change("an end behind the input", assignment.Right, "input.Length + 1");
                Change("an end before the start", assignment.Right, "start - 1");
                break;
            case "state.Offset":
                Change("a place behind the input is kept", assignment.Right, "input.Length + 1");
                Change("a place before the sequence is kept", assignment.Right, "-1");
                break;
            case "position" when assignment.Right is IdentifierNameSyntax { Identifier.ValueText: var from }:
                // In an element, and where the end is compared with the input's, it comes to nothing.
                bool stays = assignment.Parent!.Parent?.Parent is WhileStatementSyntax && from.EndsWith("Next", StringComparison.Ordinal);
                Change("a position behind the input", assignment.Right, "input.Length + 1", stays || from == "behindLine");
                Change("a position before the input", assignment.Right, "-1");
                break;
        }
    }

    private void Call(InvocationExpressionSyntax call)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        string name = call.Expression.ToString();
        if (name.EndsWith(".TryParseAt", StringComparison.Ordinal))
        {
            Change("a message behind the input", arguments[1], arguments[0] + ".Length + 1");
            Change("a message before the input", arguments[1], "-1");
        }
        else if (name == "input.Slice")
        {
            Change("a slice past the input", arguments[1], "input.Length + 1");
        }
        else if (name == ".Add")
        {
            Change("an argument before the input", arguments[0], "-1");
        }
        else if (name.EndsWith("TextLine.Word", StringComparison.Ordinal) || name.EndsWith("TextLine.Skip", StringComparison.Ordinal))
        {
            Change("a search past the input", arguments[2], "input.Length + 1");
            Change("a search from before the input", arguments[1], "-1");
        }
    }

    /// <summary>What moves a loop on, all of it taken away; and the check that each element moves it on, where nothing else counts.</summary>
    private void Loop(WhileStatementSyntax loop)
    {
        StatementSyntax[] statements = [.. ((BlockSyntax)loop.Statement).Statements];
        StatementSyntax[] moves = [.. statements.Where(static s => s.ToString() is var text && ((text.StartsWith("position = ", StringComparison.Ordinal) && text.EndsWith("Next;", StringComparison.Ordinal)) || text.EndsWith("++;", StringComparison.Ordinal) || text.EndsWith("--;", StringComparison.Ordinal)))];
        Remove("a loop that nothing moves on", moves);
        StatementSyntax? progress = statements.LastOrDefault(static s => s is IfStatementSyntax { Condition: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } same } && same.ToString().EndsWith("Next == position", StringComparison.Ordinal));
        bool counts = moves.Any(static m => m.ToString().EndsWith("--;", StringComparison.Ordinal));
        bool isCalled = statements.Any(static s => s.ToString().Contains(".TryParseAt(", StringComparison.Ordinal) || s.ToString().Contains(".SkipAt(", StringComparison.Ordinal));
        if (progress is not null && !counts && isCalled)
        {
            Remove("elements of no bytes, for ever", [progress, .. moves.Where(static m => m.ToString().EndsWith("++;", StringComparison.Ordinal))]);
        }
    }

    private void Swap(string what, ExpressionSyntax one, ExpressionSyntax other) =>
        Apply(what + " swapped", one.Parent!, [new(one.Span, other.ToString()), new(other.Span, one.ToString())]);

    private void Remove(string kind, StatementSyntax[] statements) => Apply(kind, statements[0], [.. statements.Select(static s => new TextChange(s.Span, ""))]);

    private void Change(string kind, SyntaxNodeOrToken code, string text, bool isWrong = true)
    {
        if (isWrong)
        {
            Apply(kind, code.IsToken ? code.Parent! : code.AsNode()!, [new(code.Span, text)]);
        }
    }

    private void Apply(string kind, SyntaxNode code, TextChange[] changes)
    {
        string where = code.ToString();
        where = $"{where.Split('\n')[0]} (line {code.GetLocation().GetLineSpan().StartLinePosition.Line + 1})";
        _all.Add(new Mutant(kind, where, SourceText.From(_source).WithChanges(changes).ToString()));
    }
}
