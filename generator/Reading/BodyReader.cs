using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the bodies of a message: properties whose type decodes what follows it.</summary>
internal static class BodyReader
{
    /// <summary>The type that decodes a body, where a property is one; a body that may be missing is nullable.</summary>
    public static INamedTypeSymbol? Codec(ITypeSymbol type) =>
        (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [INamedTypeSymbol underlying] } ? underlying : type as INamedTypeSymbol) is { IsValueType: true, IsRefLikeType: false } codec
        && codec.AllInterfaces.Any(static i => TypeReader.IsOwn(i, "IBodyReader"))
            ? codec
            : null;

    /// <summary>The bodies of a message, in the order they are declared. Of a compiled one, all properties of such a type.</summary>
    public static IEnumerable<IPropertySymbol> Bodies(ITypeSymbol message) =>
        message.GetMembers().OfType<IPropertySymbol>().Where(static p => !p.IsStatic && Attributes.FindRule(p, "MaxLength") is not null && Codec(p.Type) is not null);

    public static BodySpec[] Read(INamedTypeSymbol message, Compilation compilation, List<Problem> problems)
    {
        IPropertySymbol[] partials = [.. message.GetMembers().OfType<IPropertySymbol>().Where(static p => p.IsPartialDefinition && !p.IsStatic)];
        IPropertySymbol? field = partials.SkipWhile(static p => Codec(p.Type) is null).FirstOrDefault(static p => Codec(p.Type) is null);
        if (field is not null)
        {
            problems.Add(Problem.Of(ProblemId.Field, field.Name, "", field.Name, "it stands behind a body, which is all that follows the message: put it before"));
        }

        return [.. partials.Where(static p => Codec(p.Type) is not null).Select(p => Read(p, Codec(p.Type)!, compilation, problems))];
    }

    private static BodySpec Read(IPropertySymbol property, INamedTypeSymbol codec, Compilation compilation, List<Problem> problems)
    {
        string name = property.Name;
        AttributeData? size = Attributes.Find(property, "Size");
        string field = size is null ? "" : Attributes.At(size, 0, "");
        string when = FieldReader.ReadPredicate(property, property.ContainingType, "When", compilation, problems);
        bool mayMiss = !SymbolEqualityComparer.Default.Equals(property.Type, codec);
        int most = Attributes.FindRule(property, "MaxLength") is { } bound ? Attributes.At(bound, 0, -1) : -1;
        IPropertySymbol? source = MessageReader.Fields(property.ContainingType).FirstOrDefault(f => f.Name == field);
        ITypeSymbol? number = source?.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var underlying] } ? underlying : source?.Type;
        int numbers = size is null ? 1 : 2;
        if (most < 0)
        {
            problems.Add(Problem.Of(ProblemId.Unbounded, name, "", name, "a client could send for ever: give the most bytes of the body, [MaxLength(n)]"));
        }

        if (property.SetMethod is not null || Attributes.Find(property, "Case") is not null)
        {
            problems.Add(Problem.Of(ProblemId.Field, name, "", name, "what follows a message is not written with it, and no case of it: leave out init, and say with [When] whether it is there"));
        }

        if (mayMiss != when.Length > 0)
        {
            problems.Add(Problem.Of(ProblemId.Field, name, "", name, mayMiss ? $"nothing says when it is missing: add [When], or let it be a {codec.Name}" : $"it may be missing: let it be a {codec.Name}?"));
        }

        if (size is not null && (number is null || TypeReader.Integer(number) is null))
        {
            problems.Add(Problem.Of(ProblemId.Reference, name, "Size", field, "is no integer field of the message: name the one that says how long the body is"));
        }

        if (!codec.InstanceConstructors.Any(c => c.DeclaredAccessibility == Accessibility.Public && c.Parameters.Length >= numbers
            && c.Parameters.Take(numbers).All(static p => p.Type.SpecialType == SpecialType.System_Int64) && c.Parameters.Skip(numbers).All(static p => p.IsOptional)))
        {
            problems.Add(Problem.Of(ProblemId.Field, name, "", name, size is null ? $"{codec.Name} has no constructor of the most bytes, (long maxSize): give it one, or [Size] to the body" : $"{codec.Name} has no constructor of a size and the most bytes, (long size, long maxSize): leave out [Size]"));
        }

        return new BodySpec(
            Names.Escape(name),
            name,
            SyntaxFacts.GetText(property.DeclaredAccessibility),
            Names.Reference(property.Type),
            property.SetMethod is not null,
            Names.Reference(codec),
            codec.Name,
            when,
            FieldReader.PredicateSource(property.ContainingType, property, "When"),
            Names.Escape(field),
            source is not null && !SymbolEqualityComparer.Default.Equals(source.Type, number),
            (number is null ? null : TypeReader.Integer(number)) ?? TypeReader.Byte,
            most);
    }
}
