using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DeclServer.Generator.Reading;

/// <summary>
/// Checks that a predicate is a pure expression: of the message's own fields, constants and other such members, and of operators and tests of
/// spans that always give an answer. So it can be asked in the parser, in the writer and by a proof, and cannot throw.
/// </summary>
internal sealed class PredicateReader
{
    private const int LongestQuote = 60;

    private static readonly string[] s_spanTests = ["SequenceEqual", "StartsWith", "EndsWith", "IndexOf"];

    private readonly Compilation _compilation;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);
    private readonly List<IPropertySymbol> _fields = [];

    private PredicateReader(Compilation compilation) => _compilation = compilation;

    /// <summary>Why a member is no predicate, as the end of a sentence about it; null where it is one.</summary>
    /// <param name="member">The member.</param>
    /// <param name="compilation">What it is bound in.</param>
    /// <param name="fields">The wire fields of the message that it is computed from.</param>
    public static string? Problem(IPropertySymbol member, Compilation compilation, out IReadOnlyList<IPropertySymbol> fields)
    {
        PredicateReader reader = new(compilation);
        fields = reader._fields;
        return reader.Member(member);
    }

    private string? Member(IPropertySymbol member)
    {
        // A member of another assembly has no text here; it was checked where it was compiled.
        if (!_seen.Add(member) || member.DeclaringSyntaxReferences.Length == 0)
        {
            return null;
        }

        if (Expression(member.DeclaringSyntaxReferences[0].GetSyntax()) is not { } expression)
        {
            return $"{member.Name} is no single expression: write it as {member.Name} => ...";
        }

        return _compilation.GetSemanticModel(expression.SyntaxTree).GetOperation(expression) is { } operation ? Operation(operation) : null;
    }

    private static ExpressionSyntax? Expression(SyntaxNode declaration)
    {
        if (declaration is not PropertyDeclarationSyntax property)
        {
            return null;
        }

        AccessorDeclarationSyntax? get = property.AccessorList?.Accessors.FirstOrDefault(static a => a.Keyword.Text == "get");
        return property.ExpressionBody?.Expression ?? get?.ExpressionBody?.Expression
            ?? (get?.Body?.Statements is [ReturnStatementSyntax { Expression: { } returned }] ? returned : null);
    }

    private string? Operation(IOperation operation)
    {
        if (operation.ConstantValue.HasValue)
        {
            return null;
        }

        return operation switch
        {
            IInstanceReferenceOperation or IUtf8StringOperation or IInvalidOperation or IDiscardPatternOperation or IDefaultValueOperation => null,
            IPropertyReferenceOperation reference => Property(reference),
            IInvocationOperation call => Call(call),
            IBinaryOperation { OperatorMethod: null } binary => Binary(binary),
            IUnaryOperation { OperatorMethod: null, IsChecked: true } or IConversionOperation { IsChecked: true } => Wrong(operation, "can overflow, which throws: write unchecked(...)"),
            IUnaryOperation { OperatorMethod: null } => Parts(operation),
            IConversionOperation { OperatorMethod: null, Operand: var operand, Type: var type } when operand.Type?.IsReferenceType != true && type?.IsReferenceType != true => Parts(operation),
            IParenthesizedOperation or IConditionalOperation or ISwitchExpressionOperation or ISwitchExpressionArmOperation => Parts(operation),
            IIsPatternOperation or IConstantPatternOperation or IRelationalPatternOperation or IBinaryPatternOperation or INegatedPatternOperation => Parts(operation),
            _ => Wrong(operation, "is no field, constant, operator or test of bytes"),
        };
    }

    private string? Parts(IOperation operation)
    {
        foreach (IOperation part in operation.ChildOperations)
        {
            if (Operation(part) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private string? Binary(IBinaryOperation binary)
    {
        if (binary.IsChecked && binary.OperatorKind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply && binary.IsChecked)
        {
            return Wrong(binary, "can overflow, which throws: write unchecked(...)");
        }

        bool divides = binary.OperatorKind is BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder;
        return divides && !(binary.RightOperand.ConstantValue is { HasValue: true, Value: { } by } && by is not (0 or -1 or 0L or -1L or 0u or 0UL))
            ? Wrong(binary, "can divide by zero or overflow, which throws: divide by a constant other than 0 and -1")
            : Parts(binary);
    }

    private string? Property(IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        if (property.Parameters.Length > 0 || reference.Instance is not { } instance)
        {
            return Wrong(reference, property.Parameters.Length > 0 ? "can lie outside, which throws: compare with StartsWith or SequenceEqual" : "is not of the message");
        }

        if (property.Name is "Length" or "IsEmpty" or "Count" && (TypeReader.IsByteSpan(property.ContainingType) || TypeReader.IsOwn(property.ContainingType, "Seq")))
        {
            return Operation(instance);
        }

        if (!TypeReader.IsMessage(property.ContainingType))
        {
            return Wrong(reference, "is no field of a message");
        }

        bool isField = property.IsPartialDefinition || property.PartialDefinitionPart is not null;
        if (isField && instance is IInstanceReferenceOperation)
        {
            _fields.Add(property);
        }

        return Operation(instance) ?? (isField ? null : Member(property));
    }

    private string? Call(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        bool isTotal = method.ContainingType.ToDisplayString() switch
        {
            "System.MemoryExtensions" => s_spanTests.Contains(method.Name) && call.Arguments.All(static a => a.Value.Type?.IsReferenceType != true),
            "System.Text.Ascii" => method.Name == "EqualsIgnoreCase",
            "DeclServer.ByteSpanExtensions" => true,
            _ => false,
        };
        return isTotal ? Arguments(call) : Wrong(call, "is a call: only SequenceEqual, StartsWith, EndsWith, IndexOf and At of bytes and Ascii.EqualsIgnoreCase are asked");
    }

    private string? Arguments(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.Explicit && Operation(argument.Value) is { } wrong)
            {
                return wrong;
            }
        }

        return call.Instance is null ? null : Operation(call.Instance);
    }

    private static string Wrong(IOperation operation, string why)
    {
        string text = operation.Syntax.ToString().Replace('\r', ' ').Replace('\n', ' ');
        return $"'{(text.Length > LongestQuote ? text.Substring(0, LongestQuote) + "..." : text)}' {why}";
    }
}
