using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads what ends a field.</summary>
internal static class ExtentReader
{
    public static ExtentSpec Read(IPropertySymbol property, WireType type, Compilation compilation, List<Problem> problems)
    {
        List<ExtentSpec> extents = [];
        if (Attributes.Find(property, "Size") is { } size)
        {
            int? absent = ReadNull(property, size, "Size", problems);
            string field = Attributes.At(size, 0, "");
            extents.Add(field.Length > 0
                ? new ExtentSpec(ExtentKind.SizeField, Field: Names.Escape(field), Null: absent, Scale: ReadScale(property, size, problems), Bias: Attributes.Named(size, "Bias", 0))
                : new ExtentSpec(ExtentKind.Fixed, Bytes: Attributes.At(size, 0, 0), Null: absent));
        }

        if (Attributes.Find(property, "LengthPrefix") is { } prefix)
        {
            extents.Add(ReadPrefix(property, prefix, problems));
        }

        if (Attributes.Find(property, "Until") is { } until)
        {
            EquatableArray<byte>? delimiter = Attributes.Bytes(Attributes.At(until, 0, ""));
            if (delimiter is not { Count: 1 or 2 })
            {
                problems.Add(Problem.Of(ProblemId.Field, property.Name, "Until", property.Name, "the delimiter is one or two characters from U+0000 to U+00FF"));
            }

            extents.Add(new ExtentSpec(ExtentKind.Until, Delimiter: delimiter ?? default));
        }

        if (Attributes.Find(property, "Count") is { } count)
        {
            extents.Add(new ExtentSpec(ExtentKind.CountField, Field: Names.Escape(Attributes.At(count, 0, "")), Bias: Attributes.Named(count, "Bias", 0)));
        }

        if (Attributes.Find(property, "RepeatUntil") is not null && type != WireType.Sequence)
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "RepeatUntil", property.Name, "only the elements of a Seq<T> repeat: make it one"));
        }
        else if (Attributes.Find(property, "RepeatUntil") is not null && MessageReader.Element(property.Type) is { } element)
        {
            extents.Add(new ExtentSpec(ExtentKind.Predicate, Predicate: FieldReader.ReadPredicate(property, element, "RepeatUntil", compilation, problems), PredicateSource: FieldReader.PredicateSource(element, property, "RepeatUntil")));
        }

        if (Attributes.Find(property, "Rest") is { } rest)
        {
            extents.Add(new ExtentSpec(ExtentKind.Rest, Optional: Attributes.Named(rest, "Optional", false)));
        }

        if (Attributes.Find(property, "Parser") is { } parser)
        {
            string method = Attributes.At(parser, 0, "");
            if (!property.ContainingType.GetMembers(method).OfType<IMethodSymbol>().Any(IsParser))
            {
                problems.Add(Problem.Of(ProblemId.Reference, property.Name, "Parser", method, $"is no method of {property.ContainingType.Name} that reads a field: declare static bool {(method.Length > 0 ? method : "Method")}(ref FieldReader reader)"));
            }

            extents.Add(new ExtentSpec(ExtentKind.Parser, Parser: Names.Escape(method)));
        }

        if (type == WireType.Words)
        {
            extents.Add(new ExtentSpec(ExtentKind.Line));
        }

        if (extents.Count > 1)
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "", property.Name, "more than one attribute says where it ends: leave one of them"));
        }

        return extents.Count == 0 ? ExtentSpec.None : extents[0];
    }

    private static bool IsParser(IMethodSymbol method) =>
        method is { IsStatic: true, IsGenericMethod: false, IsAsync: false, ReturnType.SpecialType: SpecialType.System_Boolean, RefKind: RefKind.None, Parameters: [{ RefKind: RefKind.Ref } reader] }
        && TypeReader.IsOwn(reader.Type, "FieldReader");

    private static ExtentSpec ReadPrefix(IPropertySymbol property, AttributeData prefix, List<Problem> problems)
    {
        int? absent = ReadNull(property, prefix, "LengthPrefix", problems);
        int bias = Attributes.Named(prefix, "Bias", 0);
        if (Attributes.At<ITypeSymbol?>(prefix, 0, null) is not { } type)
        {
            return new ExtentSpec(ExtentKind.Prefix, Null: absent, Bias: bias, Varint: new EncodingSpec(FieldReader.Varint(Attributes.At(prefix, 0, 0)), 5));
        }

        IntegerType? integer = TypeReader.Integer(type);
        if (integer is null or { Size: > 4 })
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "LengthPrefix", "a length is a byte, ushort, int or another integer type of up to four bytes"));
        }

        return new ExtentSpec(ExtentKind.Prefix, Null: absent, Bias: bias, Prefix: integer ?? TypeReader.Byte);
    }

    private static int? ReadNull(IPropertySymbol property, AttributeData attribute, string name, List<Problem> problems)
    {
        int absent = Attributes.Named(attribute, "Null", int.MinValue);
        if (absent is >= 0)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, name, "Null is a negative length, such as -1"));
        }

        return absent == int.MinValue ? null : absent;
    }

    private static int ReadScale(IPropertySymbol property, AttributeData attribute, List<Problem> problems)
    {
        int scale = Attributes.Named(attribute, "Scale", 1);
        if (scale is < 1 or > 65536)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Size", "Scale is 1 to 65,536"));
            return 1;
        }

        return scale;
    }
}
