using System.Collections.Immutable;
using System.Composition;
using DeclServer.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.CodeFixes;

/// <summary>DS1002: gives a message a <c>MaxSize</c>, and a field that ends at a delimiter a <c>[MaxLength]</c>. The numbers are to be thought over.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BoundFix))]
[Shared]
public sealed class BoundFix : CodeFixProvider
{
    private const string Annotations = "System.ComponentModel.DataAnnotations";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [Descriptors.Unbounded.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
        {
            return;
        }

        string? title = attribute.Name.ToString().Split('.').Last() switch
        {
            "Message" or "MessageAttribute" => "Set MaxSize = 4096",
            "Until" or "UntilAttribute" => "Add [MaxLength(256)]",
            _ => null,
        };
        if (title is not null)
        {
            context.RegisterCodeFix(
                CodeAction.Create(title, c => title[0] == 'S' ? Task.FromResult(SetMaxSize(context.Document, root, attribute)) : AddMaxLengthAsync(context.Document, root, attribute, c), title),
                context.Diagnostics);
        }
    }

    private static Document SetMaxSize(Document document, SyntaxNode root, AttributeSyntax message)
    {
        ExpressionSyntax size = SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(4096));
        if (message.ArgumentList?.Arguments.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.ValueText == "MaxSize") is { } given)
        {
            return document.WithSyntaxRoot(root.ReplaceNode(given.Expression, size.WithTriviaFrom(given.Expression)));
        }

        AttributeArgumentSyntax argument = SyntaxFactory.AttributeArgument(size).WithNameEquals(
            SyntaxFactory.NameEquals(SyntaxFactory.IdentifierName("MaxSize"), SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space)));
        AttributeArgumentListSyntax arguments = message.ArgumentList ?? SyntaxFactory.AttributeArgumentList();
        AttributeArgumentListSyntax extended = arguments.WithArguments(arguments.Arguments.Count == 0
            ? SyntaxFactory.SingletonSeparatedList(argument)
            : SyntaxFactory.SeparatedList([.. arguments.Arguments, argument], Enumerable.Repeat(Comma(), arguments.Arguments.Count)));
        return document.WithSyntaxRoot(root.ReplaceNode(message, message.WithArgumentList(extended)));
    }

    private static async Task<Document> AddMaxLengthAsync(Document document, SyntaxNode root, AttributeSyntax until, CancellationToken cancellation)
    {
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        bool isNamed = model?.LookupNamespacesAndTypes(until.SpanStart, name: "MaxLengthAttribute").Length > 0;
        AttributeListSyntax list = (AttributeListSyntax)until.Parent!;
        AttributeSyntax maxLength = SyntaxFactory.Attribute(SyntaxFactory.IdentifierName("MaxLength")).WithArgumentList(SyntaxFactory.AttributeArgumentList(
            SyntaxFactory.SingletonSeparatedList(SyntaxFactory.AttributeArgument(
                SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(256))))));
        SeparatedSyntaxList<AttributeSyntax> attributes = SyntaxFactory.SeparatedList([.. list.Attributes, maxLength], [.. list.Attributes.GetSeparators(), Comma()]);
        SyntaxNode changed = root.ReplaceNode(list, list.WithAttributes(attributes));
        return document.WithSyntaxRoot(isNamed || changed is not CompilationUnitSyntax unit ? changed : WithUsing(unit));
    }

    private static CompilationUnitSyntax WithUsing(CompilationUnitSyntax unit)
    {
        SyntaxTrivia end = unit.DescendantTrivia().FirstOrDefault(static t => t.IsKind(SyntaxKind.EndOfLineTrivia));
        UsingDirectiveSyntax directive = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(Annotations))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
            .WithTrailingTrivia(end.IsKind(SyntaxKind.EndOfLineTrivia) ? end : SyntaxFactory.LineFeed);
        int index = 0;
        while (index < unit.Usings.Count && IsBefore(unit.Usings[index]))
        {
            index++;
        }

        if (index == 0)
        {
            // What stands at the file's head stays there.
            SyntaxToken first = unit.GetFirstToken();
            directive = directive.WithLeadingTrivia(first.LeadingTrivia);
            unit = unit.ReplaceToken(first, first.WithLeadingTrivia());
            if (unit.Usings.Count == 0)
            {
                directive = directive.WithTrailingTrivia(directive.GetTrailingTrivia().Concat(directive.GetTrailingTrivia()));
            }
        }

        return unit.WithUsings(unit.Usings.Insert(index, directive));
    }

    private static bool IsBefore(UsingDirectiveSyntax other) =>
        !other.GlobalKeyword.IsKind(SyntaxKind.None)
        || (other.Alias is null && other.Name?.ToString() is { } name
            && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)) && string.CompareOrdinal(name, Annotations) < 0);

    private static SyntaxToken Comma() => SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
}
