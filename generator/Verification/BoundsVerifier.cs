using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <summary>
/// Reads an emitted parser as text, knowing nothing of the declaration or of how it was emitted, and proves that every access is inside the
/// input and every loop ends. What stands here walks the statements; expressions, calls and loops stand in the other parts of this class.
/// </summary>
internal sealed partial class BoundsVerifier
{
    private const string Position = "position";
    private const string Input = "input";

    private readonly BoundsLedger _ledger;
    private readonly Symbols _symbols = new();
    private readonly Dictionary<string, List<State>> _jumps = [];
    private readonly HashSet<string> _passed = [];
    private readonly Stack<List<State>> _breaks = [];
    private readonly Stack<List<State>> _continues = [];
    private readonly Stack<SyntaxNode> _loops = [];
    private readonly Dictionary<string, int> _last = [];

    /// <summary>Whether what is returned is where the message ends.</summary>
    private bool _givesEnd;

    private readonly Linear _length = Linear.Symbol(Symbols.Length);
    private readonly Linear _start = Linear.Symbol(Symbols.Start);

    private BoundsVerifier(BoundsLedger ledger) => _ledger = ledger;

    /// <summary>The ledger of a file that was emitted for a message: of the parser in it, and of what only finds the message's end.</summary>
    public static BoundsLedger Verify(string source)
    {
        // The compiler parses all of the file; here it is enough to parse the parser, on its own lines.
        BoundsLedger ledger = new();
        foreach (string name in (string[])["TryParseAt", "SkipAt"])
        {
            string parser = Methods(source, name) is [var (line, text)] ? new string('\n', line) + text : "";
            SyntaxNode root = CSharpSyntaxTree.ParseText("class Parser {" + parser + "}", new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
            if (root.DescendantNodes(static n => n is not MethodDeclarationSyntax).OfType<MethodDeclarationSyntax>().SingleOrDefault(static m => m.Body is not null) is { } method)
            {
                new BoundsVerifier(ledger).Parser(method);
            }
            else
            {
                ledger.Add(root, "one " + name, null);
            }
        }

        return ledger;
    }

    /// <summary>The methods of a name that have a body: how many lines stand before each, and its text, to the brace that stands as far in as its first line.</summary>
    private static List<(int Line, string Text)> Methods(string source, string name)
    {
        List<(int, string)> found = [];
        int line = 0;
        int counted = 0;
        for (int at = source.IndexOf($" {name}(", StringComparison.Ordinal); at >= 0; at = source.IndexOf($" {name}(", at + 1, StringComparison.Ordinal))
        {
            int start = source.LastIndexOf('\n', at) + 1;
            int end = source.IndexOf('\n', at);
            int indent = start;
            while (source[indent] == ' ')
            {
                indent++;
            }

            string margin = source.Substring(start, indent - start);
            bool isMethod = Stands("public static ", indent) || Stands("private static ", indent);
            if (!isMethod || end < 0 || !Stands($"{margin}{{\n", end + 1) || source.IndexOf($"\n{margin}}}\n", end, StringComparison.Ordinal) is not (>= 0 and int brace))
            {
                continue;
            }

            for (; counted < start; counted++)
            {
                line += source[counted] == '\n' ? 1 : 0;
            }

            found.Add((line, source.Substring(start, brace + margin.Length + 3 - start)));
        }

        return found;

        bool Stands(string text, int place) => string.CompareOrdinal(source, place, text, 0, text.Length) == 0;
    }

    private void Parser(MethodDeclarationSyntax parser)
    {
        _givesEnd = TypeName(parser.ReturnType) == "int";
        State state = new(_symbols, new Facts(_symbols));
        foreach (ParameterSyntax parameter in parser.ParameterList.Parameters)
        {
            string type = TypeName(parameter.Type!);
            state.Locals[parameter.Identifier.ValueText] = State.Range(type) is null || type == "span" ? Value.Opaque : state.Unknown(type);
        }

        foreach (SyntaxToken token in parser.Body!.DescendantTokens().Where(static t => t.IsKind(SyntaxKind.IdentifierToken)))
        {
            _last[token.ValueText] = token.SpanStart;
        }

        const string given = "what every parser is given";
        state.Facts.Assume(Linear.Number(0), _start, given);
        state.Facts.Assume(_start, _length, given);
        state.Facts.Assume(_length, Linear.Number(int.MaxValue), given);
        state.Locals[Input] = new("span", _length, IsInput: true);
        state.Locals["start"] = new("int", _start);
        if (Statements(parser.Body!.Statements, state) is not null)
        {
            _ledger.Add(parser, "an end", null);
        }

        foreach (string label in _jumps.Keys.Where(l => !_passed.Contains(l)))
        {
            _ledger.Add(parser, "a label " + label, null);
        }
    }

    private State? Statements(IEnumerable<StatementSyntax> statements, State? state)
    {
        foreach (StatementSyntax statement in statements)
        {
            if (statement is LabeledStatementSyntax label)
            {
                state = Labeled(label, state);
            }
            else if (state is not null)
            {
                state = Statement(statement, state);
            }
        }

        return state;
    }

    private State? Labeled(LabeledStatementSyntax label, State? state)
    {
        string name = label.Identifier.ValueText;
        _passed.Add(name);
        List<State> all = _jumps.TryGetValue(name, out List<State>? jumps) ? jumps : [];
        if (state is not null)
        {
            all.Add(state);
        }

        if (all.Count == 0)
        {
            return null;
        }

        return Statements([label.Statement], Join(all, label));
    }

    /// <summary>What holds behind a statement; null where what follows it is not reached from it.</summary>
    private State? Statement(StatementSyntax statement, State state)
    {
        switch (statement)
        {
            case BlockSyntax block:
                HashSet<string> outside = [.. state.Locals.Keys];
                state = Statements(block.Statements, state)!;
                foreach (string name in state is null ? [] : state.Locals.Keys.Where(n => !outside.Contains(n) && n[0] != '.').ToArray())
                {
                    state!.Locals.Remove(name);
                }

                return state;
            case LocalDeclarationStatementSyntax { Declaration: { Variables: [var variable] } declaration }:
                Declare(TypeName(declaration.Type), variable, state);
                return state;
            case ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or InvocationExpressionSyntax or ConditionalAccessExpressionSyntax } expression:
                Evaluate(expression.Expression, state);
                return state;
            case IfStatementSyntax branch:
                (State yes, State no) = Condition(branch.Condition, state);
                return Meet([Statement(branch.Statement, yes), branch.Else is { } other ? Statement(other.Statement, no) : no], branch);
            case SwitchStatementSyntax choice:
                return Switch(choice, state);
            case WhileStatementSyntax loop:
                return While(loop, state);
            case ForEachStatementSyntax loop:
                return ForEach(loop, state);
            case BreakStatementSyntax when _breaks.Count > 0:
                _breaks.Peek().Add(state);
                return null;
            case ContinueStatementSyntax when _continues.Count > 0:
                _continues.Peek().Add(state);
                return null;
            case GotoStatementSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: var label } } when !_passed.Contains(label):
                (_jumps.TryGetValue(label, out List<State>? jumps) ? jumps : _jumps[label] = []).Add(state);
                return null;
            case ReturnStatementSyntax { Expression: { } status }:
                Value given = Evaluate(status, state);
                if (_givesEnd)
                {
                    Ending(statement, status.ToString(), given.Form, state);
                }

                return null;
            default:
                NotUnderstood(statement);
                return state;
        }
    }

    private State? Meet(State?[] states, SyntaxNode code)
    {
        State[] reached = [.. states.Where(static s => s is not null).Select(static s => s!)];
        return reached.Length == 0 ? null : Join(reached, code);
    }

    private State Join(IReadOnlyList<State> states, SyntaxNode code)
    {
        int at = IsNeededFrom(code);
        return State.Join(_symbols, states, name => IsNeeded(name, at));
    }

    /// <summary>Where the text starts that is read from some code on: in a loop, at the loop's start.</summary>
    private int IsNeededFrom(SyntaxNode code) => _loops.Count > 0 ? Math.Min(_loops.Last().SpanStart, code.SpanStart) : code.SpanStart;

    private bool IsNeeded(string name, int from) => name[0] == '.' || name is Input or Position || (_last.TryGetValue(name, out int last) && last >= from);

    private State? Switch(SwitchStatementSyntax choice, State state)
    {
        Evaluate(choice.Expression, state);
        List<State?> behind = [];
        _breaks.Push([]);
        foreach (SwitchSectionSyntax section in choice.Sections)
        {
            State chosen = state.Clone();
            foreach (SwitchLabelSyntax label in section.Labels)
            {
                if (label is CasePatternSwitchLabelSyntax { WhenClause.Condition: { } when })
                {
                    chosen = Condition(when, chosen).True;
                }
            }

            behind.Add(Statements(section.Statements, chosen));
        }

        behind.AddRange(_breaks.Pop());
        if (!choice.Sections.Any(static s => s.Labels.Any(static l => l is DefaultSwitchLabelSyntax)))
        {
            behind.Add(state);
        }

        return Meet([.. behind], choice);
    }

    private void Declare(string type, VariableDeclaratorSyntax variable, State state)
    {
        Value value = variable.Initializer is { } initializer ? Evaluate(initializer.Value, state) : Value.Opaque;
        state.Locals[variable.Identifier.ValueText] = Stored(type, value, variable.Identifier.ValueText, state);
    }

    /// <summary>A value as a variable of a type holds it.</summary>
    private Value Stored(string type, Value value, string name, State state)
    {
        if (State.Range(type) is not { } range && type != "long")
        {
            return new(type.Length == 0 || type[0] == '?' ? "" : type, Promises: value.Promises);
        }

        if (value.Form is not { } form || (type == "span") != value.IsSpan && value.Type != "default")
        {
            return state.Unknown(type);
        }

        if (form.Terms.Length > 1 && form.Terms.All(static t => t.Factor > 0))
        {
            // The sum gets a name, so that facts about it stay facts about one number.
            Value named = state.Unknown(type);
            state.Facts.Assume(named.Form!, form, name + " is this sum");
            state.Facts.Assume(form, named.Form!, name + " is this sum");
            return named with { IsInput = value.IsInput };
        }

        return value with { Type = type, Promises = null };
    }

    private void NotUnderstood(SyntaxNode code) => _ledger.Add(code, "not understood", null);

    /// <summary>Adds a row: what code needs, one comparison a row, and what proves it.</summary>
    private void Need(SyntaxNode code, string need, Linear? left, Linear? right, State state)
    {
        List<object> proof = [];
        _ledger.Add(code, need, left is not null && right is not null && state.Facts.Prove(left, right, proof) ? proof : null);
    }

    /// <summary>A keyword, <c>span</c> for a view of bytes, or nothing for a type that bounds do not depend on.</summary>
    private static string TypeName(TypeSyntax type) => type switch
    {
        PredefinedTypeSyntax keyword => keyword.Keyword.ValueText is "bool" or "string" ? "" : keyword.Keyword.ValueText,
        QualifiedNameSyntax { Right: GenericNameSyntax { Identifier.ValueText: "ReadOnlySpan" } } => "span",
        _ => "",
    };
}
