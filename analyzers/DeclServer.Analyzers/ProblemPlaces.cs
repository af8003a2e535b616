using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Analyzers;

/// <summary>Finds the place in the source that a problem names by member and attribute.</summary>
internal static class ProblemPlaces
{
    /// <summary>One place for each of the <paramref name="count"/> equal problems, as far as there are so many.</summary>
    public static IEnumerable<Location> Find(INamedTypeSymbol type, AttributeData marker, Problem problem, int count, CancellationToken cancellation)
    {
        ISymbol[] symbols = [.. Symbols(type, problem.Member)];
        AttributeData[] attributes = problem.Attribute.Length == 0 ? [] : Best(symbols, problem);
        Location[] places = attributes.Length > 0
            ? [.. attributes.Select(a => a.ApplicationSyntaxReference!.GetSyntax(cancellation).GetLocation())]
            : [.. symbols.Select(s => Identifier(s, type, marker, cancellation))];
        if (places.Length == 0)
        {
            places = [Identifier(type, type, marker, cancellation)];
        }

        // Where several fit one problem, the readers saw the conflict at the last of them.
        return places.Skip(Math.Max(0, places.Length - count));
    }

    /// <summary>The type, a member, or <c>Method(parameter)</c>; of overloads, those that the readers read.</summary>
    private static IEnumerable<ISymbol> Symbols(INamedTypeSymbol type, string member)
    {
        int open = member.IndexOf('(');
        if (member.Length == 0)
        {
            return [type];
        }

        if (open < 0)
        {
            ISymbol[] named = [.. type.GetMembers(member)];
            ISymbol[] declared = [.. named.Where(static s => !s.GetAttributes().IsEmpty)];
            return declared.Length > 0 ? declared : named;
        }

        string parameter = member.Substring(open + 1).TrimEnd(')');
        return type.GetMembers(member.Substring(0, open)).OfType<IMethodSymbol>()
            .Where(static m => Generator.Reading.Attributes.Find(m, "Command") is not null)
            .SelectMany(static m => m.Parameters)
            .Where(p => p.Name == parameter);
    }

    /// <summary>The attributes that the problem names, and of several the ones whose values its arguments mention most.</summary>
    private static AttributeData[] Best(ISymbol[] symbols, Problem problem)
    {
        AttributeData[] all = [.. symbols.SelectMany(static s => s.GetAttributes()).Where(static a => a.ApplicationSyntaxReference is not null)];
        AttributeData[] named = [.. all.Where(a => Name(a) == problem.Attribute)];
        if (named.Length == 0)
        {
            // The readers join [MinLength], [MaxLength] and [Length] to one rule.
            named = [.. all.Where(a => problem.Attribute.EndsWith("Length", StringComparison.Ordinal) && Name(a).EndsWith("Length", StringComparison.Ordinal))];
        }

        if (named.Length < 2)
        {
            return named;
        }

        int[] scores = [.. named.Select(a => Values(a).Sum(v => Score(v, problem.Arguments)))];
        int best = scores.Max();
        return [.. named.Where((_, i) => scores[i] == best)];
    }

    private static int Score(string value, EquatableArray<string> arguments) =>
        arguments.Contains(value) ? 2 : arguments.Any(a => a.Split(' ').Any(word => word.Trim('\'', ',', ':') == value)) ? 1 : 0;

    private static IEnumerable<string> Values(AttributeData attribute) =>
        attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(static n => n.Value))
            .Where(static c => c.Kind == TypedConstantKind.Primitive)
            .Select(static c => Convert.ToString(c.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "")
            .Concat(attribute.AttributeClass?.TypeArguments.Select(static t => t.Name) ?? []);

    private static string Name(AttributeData attribute) => attribute.AttributeClass is not { Name: var name } ? "" : name.Replace("Attribute", "");

    /// <summary>The name in the declaration; of a type in several parts, in the part that carries the marking attribute.</summary>
    private static Location Identifier(ISymbol symbol, INamedTypeSymbol type, AttributeData marker, CancellationToken cancellation) =>
        SymbolEqualityComparer.Default.Equals(symbol, type)
            && marker.ApplicationSyntaxReference?.GetSyntax(cancellation).FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } declaration
            ? declaration.Identifier.GetLocation()
            : symbol.Locations.FirstOrDefault(static l => l.IsInSource) ?? Location.None;
}
