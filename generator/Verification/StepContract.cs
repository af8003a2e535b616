using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <summary>
/// What a step of the runtime promises, the only thing that the ledger takes on trust (the runtime's own tests are about it). All steps want
/// the position in the input, leave it there, and never lead back.
/// </summary>
internal sealed record StepContract
{
    private const string Digits = "-0123456789";
    private const string AnyDigits = "0123456789abcdefABCDEF";

    private static readonly Dictionary<string, StepContract> s_all = new()
    {
        ["Grammar.Byte"] = new() { Fixed = [2], Takes = "" },
        ["Grammar.Pair"] = new() { Fixed = [2, 3], Takes = "" },
        ["Grammar.Literal"] = new() { Fixed = [2], Takes = "" },
        ["TextLine.Literal"] = new() { Fixed = [2], Takes = "", AnyCase = true },
        ["Grammar.Number"] = new() { Least = 1, Takes = Digits, Bounds = (2, 3) },
        ["Grammar.Number between bytes"] = new() { Least = 1, Takes = Digits, Fixed = [2, 5, 6], Bounds = (3, 4) },
        ["Digits.Read"] = new() { Least = 1, Takes = AnyDigits, Bounds = (6, 7) },
        ["Varint.Leb128"] = new() { Least = 1, Bounds = (-1, 3) },
        ["Varint.Quic"] = new() { Least = 1, Bounds = (-1, 3) },
        ["Varint.Ber"] = new() { Least = 1, Bounds = (-1, 3) },
        ["Varint.ZigZag"] = new() { Least = 1, Bounds = (3, 4) },
        ["Varint.BerInteger"] = new() { Least = 1, Bounds = (3, 4) },
        ["Varint.BerBoolean"] = new() { Least = 1, Bounds = (-1, 3) },
        ["Grammar.Until"] = new() { Fixed = [2], FindsEnd = true },
        ["Grammar.Line"] = new() { Least = 1, FindsEnd = true, IsLine = true },
        ["Grammar.Padding"] = new() { Takes = "\0" },
        ["TextLine.Block"] = new() { Least = 2 },
        ["TextLine.Until"] = new() { Fixed = [3], FindsEnd = true, Within = 2 },
        ["Grammar.Parsed"] = new(),
        ["TextLine.Parsed"] = new() { Within = 2 },
        ["TextLine.Flag"] = new() { Within = 2 },
    };

    /// <summary>Calls that are given values or views, and neither the input nor the position: what they read they bound by the view's length.</summary>
    public static readonly HashSet<string> Pure =
    [
        "MemoryExtensions.SequenceEqual", "Ascii.EqualsIgnoreCase", "Grammar.Class", "Grammar.Quotes", "Grammar.WholeNumber", "Digits.Whole", "Math.Min",
        "Grammar.Set", "Grammar.Place", "Unsafe.SkipInit", "state.Inner", "state.Wait", "state.Keep", "state.Kept", "table.Clear",
    ];

    /// <summary>The bytes it takes at least where it succeeds, besides the fixed ones.</summary>
    public int Least { get; init; }

    /// <summary>The arguments that are bytes it takes where it succeeds.</summary>
    public int[] Fixed { get; init; } = [];

    /// <summary>The only bytes it takes, besides the fixed ones; null where it takes any.</summary>
    public string? Takes { get; init; }

    /// <summary>Whether it takes the letters among the fixed bytes in any case.</summary>
    public bool AnyCase { get; init; }

    /// <summary>The arguments between which its number lies where it succeeds; -1 for zero.</summary>
    public (int Least, int Most)? Bounds { get; init; }

    /// <summary>Whether its number is where the field ends: behind the start, and before the fixed bytes (a line's: before a byte at least).</summary>
    public bool FindsEnd { get; init; }

    /// <summary>Whether CR or LF stands at that end.</summary>
    public bool IsLine { get; init; }

    /// <summary>The argument that it does not pass; -1 for the input's end.</summary>
    public int Within { get; init; } = -1;

    public static StepContract? Of(string name, int arguments) =>
        s_all.TryGetValue(name == "Grammar.Number" && arguments > 5 ? "Grammar.Number between bytes" : name, out StepContract? contract) ? contract : null;

    /// <summary>The bytes that an argument is, a literal; null where it is none.</summary>
    public static string? Literal(ExpressionSyntax argument) => argument switch
    {
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.Utf8StringLiteralExpression } literal => literal.Token.ValueText,
        LiteralExpressionSyntax { Token.Value: char character } => character.ToString(),
        LiteralExpressionSyntax { Token.Value: int number } => ((char)number).ToString(),
        CastExpressionSyntax cast => Literal(cast.Expression),
        CollectionExpressionSyntax list when list.Elements.All(static e => e is ExpressionElementSyntax { Expression: LiteralExpressionSyntax }) =>
            string.Concat(list.Elements.Select(static e => Literal(((ExpressionElementSyntax)e).Expression))),
        _ => null,
    };
}
