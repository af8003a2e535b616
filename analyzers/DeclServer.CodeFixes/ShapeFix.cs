using System.Collections.Immutable;
using System.Composition;
using DeclServer.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.CodeFixes;

/// <summary>DS1001: adds the modifiers that a message or server, and the types around it, lack.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ShapeFix))]
[Shared]
public sealed class ShapeFix : CodeFixProvider
{
    private const string Title = "Add the missing modifiers";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [Descriptors.Shape.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().Any(t => Missing(t, t == type).Any()))
        {
            context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(Fix(context.Document, root, type)), Title), context.Diagnostics);
        }
    }

    private static Document Fix(Document document, SyntaxNode root, TypeDeclarationSyntax type)
    {
        SyntaxNode changed = root.ReplaceNodes(
            type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>(),
            (original, rewritten) => WithModifiers(rewritten, [.. Missing(original, original == type)]));
        return document.WithSyntaxRoot(changed);
    }

    /// <summary>What is missing, in the order it is written.</summary>
    private static IEnumerable<SyntaxKind> Missing(TypeDeclarationSyntax type, bool isDeclared)
    {
        SyntaxKind[] wanted = isDeclared && type is StructDeclarationSyntax
            ? [SyntaxKind.ReadOnlyKeyword, SyntaxKind.RefKeyword, SyntaxKind.PartialKeyword]
            : [SyntaxKind.PartialKeyword];
        return wanted.Where(kind => !type.Modifiers.Any(kind));
    }

    private static TypeDeclarationSyntax WithModifiers(TypeDeclarationSyntax type, SyntaxKind[] missing)
    {
        // The first token carries the comment above the type: take it off, and put it before whatever is first then.
        SyntaxToken first = type.Modifiers.Count > 0 ? type.Modifiers[0] : type.Keyword;
        SyntaxTriviaList leading = first.LeadingTrivia;
        type = type.ReplaceToken(first, first.WithLeadingTrivia());
        SyntaxTokenList modifiers = type.Modifiers;
        foreach (SyntaxKind kind in missing)
        {
            SyntaxToken token = SyntaxFactory.Token(kind).WithTrailingTrivia(SyntaxFactory.Space);
            // `ref` and `partial` have fixed places at the end; `readonly` may stand anywhere before them.
            int before = kind == SyntaxKind.PartialKeyword
                ? modifiers.Count
                : IndexOfAny(modifiers, kind == SyntaxKind.RefKeyword ? [SyntaxKind.PartialKeyword] : [SyntaxKind.RefKeyword, SyntaxKind.PartialKeyword]);
            modifiers = modifiers.Insert(before, token);
        }

        type = type.WithModifiers(modifiers);
        first = type.Modifiers.Count > 0 ? type.Modifiers[0] : type.Keyword;
        return type.ReplaceToken(first, first.WithLeadingTrivia(leading));
    }

    private static int IndexOfAny(SyntaxTokenList modifiers, SyntaxKind[] kinds)
    {
        int index = 0;
        while (index < modifiers.Count && !kinds.Contains(modifiers[index].Kind()))
        {
            index++;
        }

        return index;
    }
}
