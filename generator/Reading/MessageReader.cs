using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a <c>[Message]</c> struct.</summary>
internal static class MessageReader
{
    /// <summary>The message; its problems say what is wrong. Null when nothing can be emitted into the type at all.</summary>
    public static MessageSpec? Read(INamedTypeSymbol symbol, List<Problem> problems)
    {
        AttributeData message = Attributes.Find(symbol, "Message")!;
        TypeSpec? type = Names.Type(symbol);
        if (type is null || !symbol.IsRefLikeType || !symbol.IsReadOnly || symbol.TypeParameters.Length > 0)
        {
            problems.Add(Problem.Of(ProblemId.Shape, "", "", symbol.Name, "a message is a readonly ref partial struct without type parameters, in partial types only"));
            if (type is null || symbol.TypeParameters.Length > 0)
            {
                return null;
            }
        }

        CheckLanguage(symbol, problems);
        int maxSize = Attributes.Named(message, "MaxSize", 0);
        if (maxSize <= 0)
        {
            problems.Add(Problem.Of(ProblemId.Unbounded, "", "Message", symbol.Name, "give MaxSize, the most bytes it may take"));
        }

        IPropertySymbol[] fields = [.. symbol.GetMembers().OfType<IPropertySymbol>().Where(static p => p.IsPartialDefinition && !p.IsStatic)];
        if (fields.Select(static f => (f.DeclaringSyntaxReferences[0].SyntaxTree.FilePath, f.DeclaringSyntaxReferences[0].GetSyntax().Parent?.SpanStart)).Distinct().Count() > 1)
        {
            problems.Add(Problem.Of(ProblemId.Shape, "", "", symbol.Name, "its fields stand in several parts of the type, so their order on the wire is not declared: put them into one"));
        }

        FieldSpec[] read = [.. fields.Select(f => ReadField(f, problems))];
        string? tag = Attributes.Named<string?>(message, "Tag", null);
        return new MessageSpec(type, maxSize, tag is null ? null : Names.Escape(tag), ReadText(symbol, problems), new(read), new(problems));
    }

    private static void CheckLanguage(INamedTypeSymbol symbol, List<Problem> problems)
    {
        // Partial properties are C# 13.
        if (symbol.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < (LanguageVersion)1300 } options)
        {
            problems.Add(Problem.Of(ProblemId.Language, "", "", options.LanguageVersion.ToDisplayString()));
        }
    }

    private static TextSpec? ReadText(INamedTypeSymbol symbol, List<Problem> problems)
    {
        if (Attributes.Find(symbol, "Text") is not { } text)
        {
            return null;
        }

        string separators = Attributes.Named(text, "Separator", " ");
        string blanks = Attributes.Named(text, "Blank", "");
        bool quotes = Attributes.Named(text, "Quotes", false);
        bool escapes = Attributes.Named(text, "Escapes", false);
        if (separators.Length == 0 || (separators + blanks).Any(c => c is > '\x7F' or '\n' || (quotes && c is '"' or '\'' or '\\')))
        {
            problems.Add(Problem.Of(ProblemId.Field, "", "Text", symbol.Name, "Separator is at least one character, and it and Blank are of ASCII without LF, quotes or backslash"));
            separators = " ";
            blanks = "";
        }

        if (escapes && !quotes)
        {
            problems.Add(Problem.Of(ProblemId.Field, "", "Text", symbol.Name, "escapes stand in quotes: add Quotes = true"));
        }

        return new TextSpec(Attributes.Bytes(separators)!.Value, Attributes.Bytes(blanks)!.Value, Attributes.Named(text, "LineEnd", 0) == 1, quotes, escapes);
    }

    private static FieldSpec ReadField(IPropertySymbol property, List<Problem> problems)
    {
        string member = property.Name;
        IntegerType? integer = TypeReader.Integer(property.Type);
        WireType type = WireType.Unknown;
        string? elementType = null;
        int elementMaxSize = 0;
        if (integer is not null)
        {
            type = WireType.Integer;
        }
        else if (TypeReader.IsByteSpan(property.Type))
        {
            type = WireType.Bytes;
        }
        else if (TypeReader.IsOwn(property.Type, "Words"))
        {
            type = WireType.Words;
        }
        else if (TypeReader.IsOwn(property.Type, "Seq") && property.Type is INamedTypeSymbol { TypeArguments: [var element] })
        {
            type = WireType.Sequence;
            elementType = Names.Reference(element);
            elementMaxSize = Attributes.Find(element, "Message") is { } declared ? Attributes.Named(declared, "MaxSize", 0) : 0;
        }
        else
        {
            problems.Add(Problem.Of(ProblemId.Field, member, "", member, $"{property.Type.ToDisplayString()} has no wire form; a field is an integer, ReadOnlySpan<byte>, Seq<T> or Words"));
        }

        AttributeData? literal = Attributes.Find(property, "Literal");
        return new FieldSpec(
            Names.Escape(member),
            member,
            SyntaxFacts.GetText(property.DeclaredAccessibility),
            type,
            Names.Reference(property.Type),
            integer,
            elementType,
            elementMaxSize,
            property.SetMethod is { IsInitOnly: true },
            ReadExtent(property, type, problems),
            Attributes.Find(property, "Ascii") is not null,
            literal is null ? default : LiteralBytes(literal, "Before", member, problems),
            literal is null ? default : LiteralBytes(literal, "After", member, problems),
            ReadCase(property, problems),
            RuleReader.Read(property, member, problems));
    }

    private static ExtentSpec ReadExtent(IPropertySymbol property, WireType type, List<Problem> problems)
    {
        List<ExtentSpec> extents = [];
        if (Attributes.Find(property, "Size") is { } size)
        {
            int absent = Attributes.Named(size, "Null", int.MinValue);
            if (absent is >= 0)
            {
                problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Size", "Null is a negative length, such as -1"));
            }

            string field = Attributes.At(size, 0, "");
            extents.Add(field.Length > 0
                ? new ExtentSpec(ExtentKind.SizeField, Field: Names.Escape(field), Null: absent == int.MinValue ? null : absent)
                : new ExtentSpec(ExtentKind.Fixed, Bytes: Attributes.At(size, 0, 0)));
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
            extents.Add(new ExtentSpec(ExtentKind.CountField, Field: Names.Escape(Attributes.At(count, 0, ""))));
        }

        if (type == WireType.Words)
        {
            extents.Add(new ExtentSpec(ExtentKind.Line));
        }

        if (extents.Count > 1)
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "", property.Name, "more than one attribute says where it ends"));
        }

        return extents.Count == 0 ? ExtentSpec.None : extents[0];
    }

    private static EquatableArray<byte> LiteralBytes(AttributeData literal, string name, string member, List<Problem> problems)
    {
        EquatableArray<byte>? bytes = Attributes.Bytes(Attributes.Named(literal, name, ""));
        if (bytes is null)
        {
            problems.Add(Problem.Of(ProblemId.Field, member, "Literal", member, "a literal's characters are U+0000 to U+00FF, one a byte"));
        }

        return bytes ?? default;
    }

    private static long? ReadCase(IPropertySymbol property, List<Problem> problems)
    {
        if (Attributes.Find(property, "Case") is not { ConstructorArguments: [var argument] })
        {
            return null;
        }

        switch (argument.Value)
        {
            case char character:
                return character;
            case byte or sbyte or short or ushort or int or uint or long:
                return Convert.ToInt64(argument.Value, System.Globalization.CultureInfo.InvariantCulture);
            default:
                problems.Add(Problem.Of(ProblemId.Field, property.Name, "Case", property.Name, "a case is an integer, an enum member or a character"));
                return 0;
        }
    }
}
