using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Finds attributes and reads their values. The only place that knows how Roslyn keeps them.</summary>
internal static class Attributes
{
    private const string Own = "DeclServer";
    private const string Annotations = "System.ComponentModel.DataAnnotations";

    /// <summary>DeclServer's attribute of this name, without its suffix.</summary>
    public static AttributeData? Find(ISymbol symbol, string name) => Find(symbol, Own, name);

    /// <summary>The rule attribute of this name from <c>System.ComponentModel.DataAnnotations</c>.</summary>
    public static AttributeData? FindRule(ISymbol symbol, string name) => Find(symbol, Annotations, name);

    public static bool Is(AttributeData attribute, string name) => Is(attribute, Own, name);

    /// <summary>A named argument, or the fallback when it is not given.</summary>
    public static T Named<T>(AttributeData attribute, string name, T fallback)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Value is T value)
            {
                return value;
            }
        }

        return fallback;
    }

    public static bool HasNamed(AttributeData attribute, string name) => attribute.NamedArguments.Any(a => a.Key == name);

    /// <summary>A constructor argument, or the fallback when it is of another type.</summary>
    public static T At<T>(AttributeData attribute, int index, T fallback) =>
        index < attribute.ConstructorArguments.Length && attribute.ConstructorArguments[index] is { Kind: not TypedConstantKind.Array, Value: T value } ? value : fallback;

    /// <summary>The elements of a <c>params</c> argument, as text: characters of a byte string, or a number in decimal; each once.</summary>
    public static EquatableArray<string> Values(AttributeData attribute) =>
        new(attribute.ConstructorArguments
            .SelectMany(static a => a.Kind != TypedConstantKind.Array ? [a] : a.IsNull ? [] : a.Values)
            .Select(static a => a.Value is bool truth ? (truth ? "1" : "0") : Convert.ToString(a.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "")
            .Distinct());

    /// <summary>The bytes of a string whose characters are U+0000 to U+00FF; null when one is not.</summary>
    public static EquatableArray<byte>? Bytes(string text) =>
        text.All(static c => c <= 0xFF) ? new EquatableArray<byte>(text.Select(static c => (byte)c)) : null;

    private static AttributeData? Find(ISymbol symbol, string space, string name)
    {
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (Is(attribute, space, name))
            {
                return attribute;
            }
        }

        return null;
    }

    private static bool Is(AttributeData attribute, string space, string name) =>
        attribute.AttributeClass is { TypeKind: not TypeKind.Error } type
        && type.Name.Length == name.Length + "Attribute".Length
        && type.Name.StartsWith(name, StringComparison.Ordinal)
        && type.ContainingNamespace?.ToDisplayString() == space;
}
