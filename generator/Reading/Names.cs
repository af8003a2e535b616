using System.Text;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Reading;

/// <summary>The one door through which names of the user's code enter emitted code.</summary>
internal static class Names
{
    private static readonly SymbolDisplayFormat s_reference = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>An identifier, escaped where it is a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>A type as any code can name it.</summary>
    public static string Reference(ITypeSymbol type) => type.ToDisplayString(s_reference);

    /// <summary>The type that emitted members are put into, or null when a declaration around it is not partial.</summary>
    public static TypeSpec? Type(INamedTypeSymbol symbol)
    {
        List<string> containers = [];
        for (INamedTypeSymbol? type = symbol; type is not null; type = type.ContainingType)
        {
            if (!IsPartial(type) || type.IsFileLocal)
            {
                return null;
            }

            string generic = type.TypeParameters.IsEmpty ? "" : "<" + string.Join(", ", type.TypeParameters.Select(static p => Escape(p.Name))) + ">";
            containers.Insert(0, Modifiers(type) + Escape(type.Name) + generic);
        }

        string space = symbol.ContainingNamespace.IsGlobalNamespace ? "" : symbol.ContainingNamespace.ToDisplayString(s_reference).Replace("global::", "");
        return new TypeSpec(space, new(containers), Escape(symbol.Name), Reference(symbol), HintName(symbol));
    }

    private static bool IsPartial(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.Any(static r => r.GetSyntax() is TypeDeclarationSyntax { Modifiers: var modifiers } && modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Modifiers(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "partial interface ",
        { IsRecord: true, IsValueType: true } => "partial record struct ",
        { IsRecord: true } => "partial record ",
        { IsValueType: true } => (type.IsReadOnly ? "readonly " : "") + (type.IsRefLikeType ? "ref " : "") + "partial struct ",
        _ => "partial class ",
    };

    /// <summary>
    /// The metadata name. The compiler compares hint names without case: where a type or namespace beside it differs in case only, a hash of
    /// the exact spelling stands behind it.
    /// </summary>
    private static string HintName(INamedTypeSymbol symbol)
    {
        StringBuilder name = new();
        bool clashes = false;
        for (INamespaceOrTypeSymbol? level = symbol; level is INamedTypeSymbol or INamespaceSymbol { IsGlobalNamespace: false }; level = level.ContainingSymbol as INamespaceOrTypeSymbol)
        {
            name.Insert(0, name.Length == 0 ? level.MetadataName : level.MetadataName + ".");
            INamespaceOrTypeSymbol self = level;
            clashes |= level.ContainingSymbol is INamespaceOrTypeSymbol around
                && around.GetMembers().Any(m => m is INamespaceOrTypeSymbol && m.Name != self.Name && string.Equals(m.Name, self.Name, StringComparison.OrdinalIgnoreCase));
        }

        string exact = name.ToString();
        return (clashes ? exact + "." + Fnv(exact) : exact).Replace('`', '-');
    }

    private static string Fnv(string text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
        {
            hash = unchecked((hash ^ c) * 16777619);
        }

        return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }
}
