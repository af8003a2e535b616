using System.Globalization;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the rules on a field, parameter or setting: the attributes of DataAnnotations, <c>[Chars]</c> and <c>[Ascii]</c>.</summary>
internal static class RuleReader
{
    private static readonly string[] s_annotations = ["Range", "MinLength", "MaxLength", "Length", "AllowedValues", "DeniedValues", "EnumDataType", "RegularExpression"];

    public static RulesSpec Read(ISymbol symbol, string member, List<Problem> problems)
    {
        RangeSpec? range = null;
        int? minLength = null;
        int? maxLength = null;
        string? pattern = null;
        EquatableArray<string> allowed = default;
        EquatableArray<string> denied = default;
        List<string> messages = [];
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is not { } type || type.ContainingNamespace?.ToDisplayString() != "System.ComponentModel.DataAnnotations")
            {
                continue;
            }

            string name = type.Name.Replace("Attribute", "");
            switch (name)
            {
                case "Range":
                    range = Range(attribute);
                    if (range is null || range.Min > range.Max)
                    {
                        problems.Add(Problem.Of(ProblemId.Rule, member, name, "the range holds no integer; give two integers, or typeof(long) and two strings"));
                        range = null;
                    }

                    break;
                case "MinLength":
                    minLength = Attributes.At(attribute, 0, 0);
                    break;
                case "MaxLength":
                    maxLength = Attributes.At(attribute, 0, -1);
                    break;
                case "Length":
                    minLength = Attributes.At(attribute, 0, 0);
                    maxLength = Attributes.At(attribute, 1, -1);
                    break;
                case "AllowedValues":
                    allowed = Attributes.Values(attribute);
                    break;
                case "DeniedValues":
                    denied = Attributes.Values(attribute);
                    break;
                case "RegularExpression":
                    // MatchTimeoutInMilliseconds says nothing here: an automaton takes a step a byte.
                    pattern = Attributes.At(attribute, 0, "");
                    break;
                case "EnumDataType":
                    // A closed enum: its members are the values allowed.
                    allowed = EnumValues(attribute);
                    if (allowed.Count == 0)
                    {
                        problems.Add(Problem.Of(ProblemId.Rule, member, name, "name the enum whose members are allowed, [EnumDataType(typeof(E))]"));
                    }
                    else if (symbol is IPropertySymbol property && TypeReader.Number(property.Type) is { } integer && allowed.Any(v => decimal.Parse(v, CultureInfo.InvariantCulture) < integer.Min || decimal.Parse(v, CultureInfo.InvariantCulture) > integer.Max))
                    {
                        problems.Add(Problem.Of(ProblemId.Rule, member, name, $"the enum has a member that is no {integer.Keyword}: take a wider field"));
                        allowed = default;
                    }

                    break;
                default:
                    problems.Add(Problem.Of(ProblemId.Rule, member, name, $"[{name}] is not checked here; rules are {string.Join(", ", s_annotations)} and Chars"));
                    break;
            }

            if (Attributes.Named<string?>(attribute, "ErrorMessage", null) is { } message)
            {
                messages.Add(name + "=" + message);
            }
        }

        if (minLength < 0 || maxLength < 0 || minLength > maxLength)
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, minLength is null ? "MaxLength" : "Length", "no length satisfies it; give 0 or more, the smaller first"));
            minLength = maxLength = null;
        }

        AttributeData? chars = Attributes.Find(symbol, "Chars");
        AttributeData? ascii = Attributes.Find(symbol, "Ascii");
        if (ascii is not null && Attributes.Named<string?>(ascii, "ErrorMessage", null) is { } notANumber)
        {
            messages.Add("Ascii=" + notANumber);
        }

        return new RulesSpec(
            range,
            minLength,
            maxLength,
            chars is null ? null : Attributes.At(chars, 0, ""),
            pattern,
            allowed,
            denied,
            ascii is not null && Attributes.Named(ascii, "LeadingZeros", false),
            new(messages));
    }

    private static EquatableArray<string> EnumValues(AttributeData attribute) =>
        Attributes.At<INamedTypeSymbol?>(attribute, 0, null) is { TypeKind: TypeKind.Enum } type
            ? new(type.GetMembers().OfType<IFieldSymbol>().Where(static f => f.HasConstantValue).Select(static f => Convert.ToString(f.ConstantValue, CultureInfo.InvariantCulture)!).Distinct())
            : default;

    private static RangeSpec? Range(AttributeData attribute)
    {
        object?[] values = [.. attribute.ConstructorArguments.Where(static a => a.Kind != TypedConstantKind.Type).Select(static a => a.Value)];
        return values.Length == 2 && Number(values[0]) is { } min && Number(values[1]) is { } max ? new RangeSpec(min, max) : null;
    }

    private static decimal? Number(object? value) => value switch
    {
        int number => number,
        double number when number is > -1e18 and < 1e18 && Math.Floor(number) == number => (decimal)number,
        string text when decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal number) => number,
        _ => null,
    };
}
