using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Verification;

/// <summary>Every slice, index, step, loop and change of the position in an emitted parser, with what it needs and what proves that.</summary>
internal sealed class BoundsLedger
{
    private readonly List<Row> _rows = [];

    /// <summary>The rows that no fact was found for, and what was not understood: none in a parser that may be emitted.</summary>
    public IEnumerable<string> Gaps => _rows.Where(static r => r.Proof is null).Select(static r => r.ToString());

    public int Count => _rows.Count;

    public void Add(SyntaxNode code, string need, IReadOnlyList<object>? proof) => _rows.Add(new Row(code.Parent is ConditionalAccessExpressionSyntax whole ? whole : code, need, proof));

    /// <summary>Forgets the rows from one on: a loop is walked until what holds in it is known, and the last walk counts.</summary>
    public void Cut(int count) => _rows.RemoveRange(count, _rows.Count - count);

    /// <summary>The ledger as text: the code, below it each need and its fact.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        SyntaxNode? code = null;
        foreach (Row row in _rows)
        {
            if (row.Code != code)
            {
                code = row.Code;
                text.Append(Place(code)).Append('\n');
            }

            text.Append("    ").Append(row.Need).Append("  <-  ").Append(row.Fact).Append('\n');
        }

        return text.ToString();
    }

    private static string Place(SyntaxNode code) => Short(code.ToString()) + Line(code);

    private static string Line(SyntaxNode code) => " (line " + (code.GetLocation().GetLineSpan().StartLinePosition.Line + 1).ToString(CultureInfo.InvariantCulture) + ")";

    private static string Short(string code)
    {
        string text = code.Replace("global::DeclServer.Messages.", "").Replace("global::DeclServer.", "").Replace("global::System.Buffers.Binary.", "").Replace("global::System.", "");
        int end = text.IndexOf('\n');
        return (end < 0 ? text : text.Substring(0, end)).TrimEnd();
    }

    /// <summary>What a proof says, a condition by its text and a step that has succeeded by its name.</summary>
    private static string Why(object why) => why switch
    {
        BinaryExpressionSyntax { Left: ParenthesizedExpressionSyntax { Expression: AssignmentExpressionSyntax { Right: InvocationExpressionSyntax step } } } check => Short(step.Expression.ToString()) + " has succeeded" + Line(check),
        SyntaxNode code => Place(code),
        _ => (string)why,
    };

    private sealed record Row(SyntaxNode Code, string Need, IReadOnlyList<object>? Proof)
    {
        public string Fact => Proof is null ? "NOT PROVED"
            : Proof.Count == 0 ? "by what the names stand for"
            : string.Join("; ", Proof.Select(Why).Distinct());

        public override string ToString() => $"{Place(Code)}: {Need}  <-  {Fact}";
    }
}
