using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads <c>[Ber]</c>, which stands for an identifier octet before the field, a length, and how its content is spelled.</summary>
internal static class BerReader
{
    private const int Constructed = 0x20;
    private const int MostTag = 30;
    private const int LengthBytes = 5;

    /// <summary>The identifier octet; null without the attribute.</summary>
    public static byte? Identifier(IPropertySymbol property, WireType type, List<Problem> problems)
    {
        if (Attributes.Find(property, "Ber") is not { } ber)
        {
            return null;
        }

        bool isUniversal = ber.ConstructorArguments.Length == 1;
        int tag = isUniversal ? Attributes.At(ber, 0, 0) : Attributes.At(ber, 1, 0);
        int @class = isUniversal ? 0 : Attributes.At(ber, 0, 0);
        if (tag is < 0 or > MostTag || @class is < 0 or > 3)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Ber", "an identifier of one octet has a tag of 0 to 30"));
            tag = 0;
        }

        if (isUniversal && !Fits(tag, property, type))
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "Ber", property.Name, "Boolean is a bool, Integer an integer, Enumerated an enum or integer, OctetString bytes, Sequence and Set a message or Seq<T>"));
        }

        foreach (string other in (string[])["Ascii", "Bits", "Varint", "Flag", "Size", "Until", "Count", "Rest", "RepeatUntil", "LengthPrefix"])
        {
            if (Attributes.Find(property, other) is not null)
            {
                problems.Add(Problem.Of(ProblemId.Field, property.Name, "Ber", property.Name, $"[Ber] says how it is spelled and where it ends: leave out [{other}]"));
            }
        }

        return (byte)((@class << 6) | (type is WireType.Message or WireType.Sequence ? Constructed : 0) | tag);
    }

    /// <summary>How a number is spelled behind its identifier.</summary>
    public static EncodingSpec Encoding(IPropertySymbol property, IntegerType integer) =>
        property.Type.SpecialType == SpecialType.System_Boolean
            ? new EncodingSpec(EncodingKind.BerBoolean, 2)
            : new EncodingSpec(EncodingKind.BerInteger, integer.Size + (integer.IsSigned ? 1 : 2));

    /// <summary>The length behind the identifier.</summary>
    public static ExtentSpec Extent() => new(ExtentKind.Prefix, Varint: new EncodingSpec(EncodingKind.Ber, LengthBytes));

    private static bool Fits(int tag, IPropertySymbol property, WireType type) => tag switch
    {
        1 => property.Type.SpecialType == SpecialType.System_Boolean,
        2 or 10 => type == WireType.Integer && property.Type.SpecialType != SpecialType.System_Boolean,
        4 => type == WireType.Bytes,
        16 or 17 => type is WireType.Message or WireType.Sequence,
        _ => false,
    };
}
