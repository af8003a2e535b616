using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>What C# types say of the wire.</summary>
internal static class TypeReader
{
    public static bool IsByteSpan(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "ReadOnlySpan", TypeArguments: [{ SpecialType: SpecialType.System_Byte }] };

    public static bool IsByteMemory(ITypeSymbol type) =>
        type is INamedTypeSymbol { Name: "ReadOnlyMemory", TypeArguments: [{ SpecialType: SpecialType.System_Byte }] };

    public static bool IsCancellation(ITypeSymbol type) =>
        type is { Name: "CancellationToken", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };

    /// <summary>What a task that a method returns has as its result; null for other types.</summary>
    public static ITypeSymbol? Awaited(ITypeSymbol type, out bool isValueTask)
    {
        isValueTask = type.Name == "ValueTask";
        return type is INamedTypeSymbol { Name: "ValueTask" or "Task", TypeArguments: [var result], ContainingNamespace: { Name: "Tasks", ContainingNamespace.Name: "Threading" } } ? result : null;
    }

    /// <summary>The message that a type is the copy of. One declared in the same project is not there yet: its name tells.</summary>
    public static ITypeSymbol? MessageOfCopy(ITypeSymbol type) =>
        type.Name == "Owned" && type.ContainingSymbol is INamedTypeSymbol message && IsMessage(message) ? message : null;

    public static bool IsOwn(ITypeSymbol type, string name) => type.TypeKind != TypeKind.Error && type.Name == name && type.ContainingNamespace?.ToDisplayString() == "DeclServer";

    public static bool IsMessage(ITypeSymbol type) => Attributes.Find(type, "Message") is not null;

    public static IntegerType Byte { get; } = new("byte", 1, byte.MinValue, byte.MaxValue);

    /// <summary>The integer type that an integer, enum or bool is on the wire; null for other types.</summary>
    public static IntegerType? Number(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { EnumUnderlyingType: { } underlying } => Integer(underlying),
        { SpecialType: SpecialType.System_Boolean } => new("byte", 1, 0, 1),
        _ => Integer(type),
    };

    public static IntegerType? Integer(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Byte => Byte,
        SpecialType.System_SByte => new("sbyte", 1, sbyte.MinValue, sbyte.MaxValue),
        SpecialType.System_Int16 => new("short", 2, short.MinValue, short.MaxValue),
        SpecialType.System_UInt16 => new("ushort", 2, ushort.MinValue, ushort.MaxValue),
        SpecialType.System_Int32 => new("int", 4, int.MinValue, int.MaxValue),
        SpecialType.System_UInt32 => new("uint", 4, uint.MinValue, uint.MaxValue),
        SpecialType.System_Int64 => new("long", 8, long.MinValue, long.MaxValue),
        SpecialType.System_UInt64 => new("ulong", 8, ulong.MinValue, ulong.MaxValue),
        _ => null,
    };

    /// <summary>Whether the type parses itself from UTF-8 text.</summary>
    public static bool IsUtf8Parsable(ITypeSymbol type) => Implements(type, "IUtf8SpanParsable");

    /// <summary>Whether the type parses itself from text.</summary>
    public static bool IsParsable(ITypeSymbol type) => Implements(type, "IParsable");

    private static bool Implements(ITypeSymbol type, string name) =>
        type.AllInterfaces.Any(i => i.Name == name && i.ContainingNamespace.Name == "System" && SymbolEqualityComparer.Default.Equals(i.TypeArguments[0], type));
}
