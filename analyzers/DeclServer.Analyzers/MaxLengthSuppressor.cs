using System.Collections.Immutable;
using DeclServer.Generator.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DeclServer.Analyzers;

/// <summary>
/// Takes back IL2026 on length attributes inside messages and servers. Their constructors are marked as reflecting, because validating an
/// object by them is; the generator reads them at compile time, and nothing validates an object by them.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MaxLengthSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor s_length = new(
        "DSS0001", "IL2026", "The generator reads the length at compile time and emits the check; nothing reflects on the attribute.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => [s_length];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<AttributeSyntax>() is { } attribute
                && attribute.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
                && !declaration.AttributeLists.Contains(attribute.Parent)
                && IsLength(context.GetSemanticModel(tree), attribute, context.CancellationToken)
                && IsDeclaration(context.GetSemanticModel(tree), declaration, context.CancellationToken))
            {
                context.ReportSuppression(Suppression.Create(s_length, diagnostic));
            }
        }
    }

    private static bool IsLength(SemanticModel model, AttributeSyntax attribute, CancellationToken cancellation) =>
        model.GetTypeInfo(attribute, cancellation).Type is { Name: "MaxLengthAttribute" or "MinLengthAttribute" or "LengthAttribute" or "RangeAttribute" } type
        && type.ContainingNamespace?.ToDisplayString() == "System.ComponentModel.DataAnnotations";

    private static bool IsDeclaration(SemanticModel model, TypeDeclarationSyntax declaration, CancellationToken cancellation) =>
        model.GetDeclaredSymbol(declaration, cancellation) is { } type && (Attributes.Find(type, "Message") ?? Attributes.Find(type, "Server")) is not null;
}
