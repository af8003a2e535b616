using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Generator.Tests;

/// <summary>
/// What an emitted <c>TryParseAt</c> or <c>ReadAt</c> does to the position, the input and the message, as lines, without what only checks: steps by
/// what they take, loops and branches with what is in them. Where the parser goes to its end, both do the same, line by line.
/// </summary>
internal sealed partial class Effects
{
    private readonly List<string> _lines = [];
    private readonly HashSet<string> _views = [];

    public static IReadOnlyList<string> Of(string source, string method)
    {
        MethodDeclarationSyntax found = CSharpSyntaxTree.ParseText(source, Generation.Options()).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().Single(m => m.Identifier.ValueText == method && m.Body is not null);
        Effects effects = new();

        // Behind the return of Done stand the ends of what has failed.
        effects.Add([.. found.Body!.Statements.TakeWhile(static s => s.ToString() != "return global::DeclServer.ParseStatus.Done;")]);
        return effects._lines;
    }

    private void Add(IReadOnlyList<StatementSyntax> statements)
    {
        for (int i = 0; i < statements.Count; i++)
        {
            // A sequence that fills a window is walked once, by the parser; where it ends is the window's end for both.
            if (Text(statements[i]) is var first && WindowEnd().Match(first) is { Success: true } window
                && statements.Skip(i).Select(Text).Any(t => t == $"int {window.Groups[1].Value}Count = 0;"))
            {
                i += statements.Skip(i).TakeWhile(static s => s is not WhileStatementSyntax).Count();
                continue;
            }

            // The lines of a block are found first, then read from the start: each ends where it did.
            if (first.Contains("TextLine.Block(", StringComparison.Ordinal))
            {
                i += 2;
                continue;
            }

            // Whether a slice is taken before the position moves or behind it.
            if (Sliced().Match(first) is { Success: true } slice && Text(statements[i + 1]) == $"position += {slice.Groups[3].Value};")
            {
                _lines.Add($"position += {slice.Groups[3].Value};");
                _lines.Add($"{slice.Groups[1].Value}{slice.Groups[2].Value} = input[{slice.Groups[2].Value.TrimStart('@')}Start..position];".Replace("global::System.", ""));
                i++;
                continue;
            }

            Add(statements[i]);
        }
    }

    private void Add(StatementSyntax statement)
    {
        switch (statement)
        {
            case BlockSyntax block:
                Add(block.Statements);
                break;
            case WhileStatementSyntax loop:
                _lines.Add($"while {loop.Condition} {{");
                Add(loop.Statement);
                _lines.Add("}");
                break;
            case SwitchStatementSyntax choice:
                _lines.Add($"switch {choice.Expression} {{");
                foreach (SwitchSectionSyntax section in choice.Sections.Where(static s => !Leaves(s.Statements.Last())))
                {
                    _lines.Add(string.Join(' ', section.Labels.Select(static l => Found().Replace(l.ToString(), ""))));
                    Add(section.Statements);
                }

                _lines.Add("}");
                break;
            case IfStatementSyntax branch:
                Branch(branch);
                break;
            case BreakStatementSyntax or ContinueStatementSyntax:
                _lines.Add(statement.ToString());
                break;
            default:
                Effect(Text(statement));
                break;
        }
    }

    private void Branch(IfStatementSyntax branch)
    {
        string condition = branch.Condition.ToString();
        if (condition.StartsWith("(code = ", StringComparison.Ordinal))
        {
            // A step, and where it fails.
            Effect("_ = " + ((AssignmentExpressionSyntax)((ParenthesizedExpressionSyntax)((BinaryExpressionSyntax)branch.Condition).Left).Expression).Right + ";");
        }
        else if (condition.EndsWith("Next == position", StringComparison.Ordinal) && !Leaves(branch.Statement))
        {
            // An element that was not skipped is read again, to tell why.
        }
        else if (condition == "table is null")
        {
            Add(branch.Statement);
        }
        else if (condition.Contains("++", StringComparison.Ordinal))
        {
            // A jump too many, which counts it.
            Effect(Regex.Match(condition, @"\+\+(\w+)").Groups[1].Value + "++;");
        }
        else if (!Leaves(branch.Statement) && !condition.Contains("broken.Code", StringComparison.Ordinal) && !condition.Contains("state.Offset", StringComparison.Ordinal) && !condition.Contains("Status != ", StringComparison.Ordinal))
        {
            int before = _lines.Count;
            _lines.Add($"if {(condition == "code == global::DeclServer.ErrorCode.None" ? "ahead" : condition.Contains("Grammar.Ahead(", StringComparison.Ordinal) ? "ahead" : condition)} {{");
            Add(branch.Statement);
            _lines.Add("}");
            if (_lines.Count == before + 2)
            {
                _lines.RemoveRange(before, 2);
            }
        }
    }

    /// <summary>Whether a statement ends by leaving the parser.</summary>
    private static bool Leaves(StatementSyntax statement) => statement switch
    {
        BlockSyntax block => block.Statements.Count > 0 && Leaves(block.Statements.Last()),
        GotoStatementSyntax or ReturnStatementSyntax => true,
        _ => false,
    };

    /// <summary>One line, if it is an effect.</summary>
    private void Effect(string text)
    {
        text = text.Replace("global::DeclServer.Messages.", "").Replace("global::DeclServer.", "").Replace("global::System.", "");
        if (OnlyChecks().IsMatch(text))
        {
            return;
        }

        // Fixed bytes: what a step takes.
        text = OneByte().Replace(text, "position += 1;");
        text = TwoBytes().Replace(text, "position += 2;");
        text = Literal().Replace(text, static m => $"position += {Regex.Unescape(m.Groups[1].Value).Length};");

        // A message in this one: where it starts, where it goes to, where it ends.
        text = Parsed().Replace(text, "$1.ReadAt($2, $3, out int $4);");
        text = Skipped().Replace(text, "$2.ReadAt($3, out _, out int $1);");
        text = Fits().Replace(text, "out _);");

        // A sequence is kept by where it starts and ends; its count was found by the parser alone, and where it is put says the field.
        if (Kept().Match(text) is { Success: true } kept)
        {
            _views.Add(kept.Groups[1].Value);
            text = $"a sequence from {kept.Groups[2].Value} to {kept.Groups[3].Value}";
        }
        else if (Put().Match(text) is { Success: true } put && _views.Contains(put.Groups[1].Value))
        {
            return;
        }

        _lines.Add(text);
    }

    private static string Text(StatementSyntax statement) => string.Join(' ', statement.ToString().Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^int (\w+)WindowEnd = position;$")]
    private static partial Regex WindowEnd();

    [GeneratedRegex(@" && !\w+(Found|\.HasValue)$")]
    private static partial Regex Found();

    /// <summary>The error, the field's name, the state, the depth, and what is known of a frame; the argument table, which is the parser's alone.</summary>
    [GeneratedRegex(@"^(string field;|field = |ErrorCode code;|code = |ParseError broken|broken = |bool framed|framed = |ParseState |state\b|state = |depth = |table\b|error = )")]
    private static partial Regex OnlyChecks();

    [GeneratedRegex(@"^_ = Grammar\.Byte\(input, ref position, .*\);$")]
    private static partial Regex OneByte();

    [GeneratedRegex(@"^_ = Grammar\.Pair\(input, ref position, .*\);$")]
    private static partial Regex TwoBytes();

    [GeneratedRegex(@"^_ = (?:Grammar|TextLine)\.Literal\(input, ref position, ""(.*)""u8\);$")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^ParseStatus \w+ = (.*)\.TryParseAt\((.*), ref \w+, (out .*), out int (\w+), out error\);$")]
    private static partial Regex Parsed();

    [GeneratedRegex(@"^int (\w+) = (.*)\.SkipAt\((.*)\);$")]
    private static partial Regex Skipped();

    /// <summary>Whether a word holds what it may only, which its rule looks at.</summary>
    [GeneratedRegex(@"out bool \w+Fits\);$")]
    private static partial Regex Fits();

    [GeneratedRegex(@"^(.* )?(@?\w+) = input\.Slice\(position, (\d+)\);$")]
    private static partial Regex Sliced();

    [GeneratedRegex(@"^(?:Grammar\.Set\(in message\.\w+, |(?:Seq<.*> )?(@?\w+) = )new(?: Seq<.*>)?\(input, (\w+), (\w+), .*\);$")]
    private static partial Regex Kept();

    [GeneratedRegex(@"^Grammar\.Set\(in message\.\w+, (@?\w+)\);$")]
    private static partial Regex Put();
}
