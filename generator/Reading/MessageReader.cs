using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a <c>[Message]</c> struct.</summary>
internal static class MessageReader
{
    /// <summary>The message; its problems say what is wrong. Null when nothing can be emitted into the type at all.</summary>
    public static MessageSpec? Read(INamedTypeSymbol symbol, Compilation compilation, List<Problem> problems)
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

        IPropertySymbol[] fields = [.. Fields(symbol)];
        if (fields.Select(static f => (f.DeclaringSyntaxReferences[0].SyntaxTree.FilePath, f.DeclaringSyntaxReferences[0].GetSyntax().Parent?.SpanStart)).Distinct().Count() > 1)
        {
            problems.Add(Problem.Of(ProblemId.Shape, "", "", symbol.Name, "its fields stand in several parts of the type, so their order on the wire is not declared: put them into one"));
        }

        FieldSpec[] read = [.. fields.Select(f => FieldReader.Read(f, compilation, problems))];
        BodySpec[] bodies = BodyReader.Read(symbol, compilation, problems);
        bool owned = IsOwned(symbol) && CanBeOwned(symbol, fields, problems);

        string? tag = Attributes.Named<string?>(message, "Tag", null);
        return new MessageSpec(
            type,
            maxSize,
            Attributes.Named(message, "MaxDepth", 0),
            Reaches(symbol, symbol),
            Attributes.Named(message, "Endian", 0) == 1,
            tag is null ? null : Names.Escape(tag),
            ReadText(symbol, problems),
            ReadFrame(symbol),
            ReadRequires(symbol, compilation, problems),
            new(read),
            new(problems),
            owned) { Bodies = new(bodies) };
    }

    private static bool IsOwned(INamedTypeSymbol symbol) => Attributes.Find(symbol, "Message") is { } message && Attributes.Named(message, "Owned", false);

    private static bool CanBeOwned(INamedTypeSymbol symbol, IPropertySymbol[] fields, List<Problem> problems)
    {
        int before = problems.Count;
        foreach (IPropertySymbol field in fields)
        {
            if (Element(field.Type) is { } element && TypeReader.IsMessage(element) && !IsOwned(element))
            {
                problems.Add(Problem.Of(ProblemId.Field, field.Name, "", field.Name, $"{symbol.Name} is copied with all that it holds: declare {element.Name} with [Message(Owned = true)] too"));
            }

            if (field.Name is "Owned" or "ToOwned")
            {
                problems.Add(Problem.Of(ProblemId.Field, field.Name, "", field.Name, $"{symbol.Name} has an emitted member of that name: its copy"));
            }
        }

        return problems.Count == before;
    }

    /// <summary>The fields of a message on the wire, in the order they are declared.</summary>
    public static IEnumerable<IPropertySymbol> Fields(ITypeSymbol message) =>
        message.GetMembers().OfType<IPropertySymbol>().Where(static p => p.IsPartialDefinition && !p.IsStatic && BodyReader.Codec(p.Type) is null);

    /// <summary>The message that a field is, or that its elements are; null for a field of another type.</summary>
    public static INamedTypeSymbol? Element(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { TypeArguments: [INamedTypeSymbol element] } when TypeReader.IsOwn(type, "Seq") => element,
        INamedTypeSymbol named when TypeReader.IsMessage(named) => named,
        _ => null,
    };

    /// <summary>Whether a message of one type can hold a message of another.</summary>
    public static bool Reaches(ITypeSymbol from, ITypeSymbol to) => Within(from).Any(p => SymbolEqualityComparer.Default.Equals(Element(p.Type), to));

    /// <summary>Whether a message of one type has one of another among its own fields, so that the one struct would lie in the other.</summary>
    public static bool HoldsInLayout(ITypeSymbol from, ITypeSymbol to) =>
        SymbolEqualityComparer.Default.Equals(from, to) || Within(from, static p => !TypeReader.IsOwn(p.Type, "Seq")).Any(p => SymbolEqualityComparer.Default.Equals(p.Type, to));

    /// <summary>Whether an offset can stand in a message of a type, so that its bytes mean something only where they stand.</summary>
    public static bool HoldsOffsets(ITypeSymbol message) => Within(message).Any(static p => Attributes.Find(p, "At") is not null);

    /// <summary>The properties of a message and of all that can stand in it.</summary>
    private static IEnumerable<IPropertySymbol> Within(ITypeSymbol from, Func<IPropertySymbol, bool>? follows = null)
    {
        HashSet<ISymbol> seen = new(SymbolEqualityComparer.Default);
        Stack<ITypeSymbol> open = new([from]);
        while (open.Count > 0)
        {
            // Of a compiled message the properties are no longer partial: all that it can show are asked.
            foreach (IPropertySymbol property in open.Pop().GetMembers().OfType<IPropertySymbol>().Where(static p => !p.IsStatic))
            {
                yield return property;
                if (Element(property.Type) is { } element && (follows is null || follows(property)) && seen.Add(element))
                {
                    open.Push(element);
                }
            }
        }
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
        bool ofWords = Fields(symbol).Any(static f => TypeReader.IsOwn(f.Type, "Words"));
        if (!ofWords && (separators.Length > 1 || separators.Any(char.IsLetterOrDigit)))
        {
            problems.Add(Problem.Of(ProblemId.Field, "", "Text", symbol.Name, "one character that is no letter or digit stands between two fields; several may separate Words only"));
        }

        if (!ofWords && quotes)
        {
            problems.Add(Problem.Of(ProblemId.Field, "", "Text", symbol.Name, "quotes stand in Words only"));
        }

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

        return new TextSpec(Attributes.Bytes(separators)!.Value, Attributes.Bytes(blanks)!.Value, Attributes.Named(text, "LineEnd", 0) == 1, quotes, escapes, Attributes.Named(text, "IgnoreCase", false));
    }

    private static FrameSpec? ReadFrame(INamedTypeSymbol symbol) =>
        Attributes.Find(symbol, "Frame") is { } frame
            ? new FrameSpec(Names.Escape(Attributes.At(frame, 0, "")), Attributes.Named(frame, "Scale", 1), Attributes.Named(frame, "Bias", 0))
            : null;

    private static EquatableArray<RequireSpec> ReadRequires(INamedTypeSymbol symbol, Compilation compilation, List<Problem> problems)
    {
        List<RequireSpec> requires = [];
        foreach (IPropertySymbol member in symbol.GetMembers().OfType<IPropertySymbol>())
        {
            if (Attributes.Find(member, "Require") is null)
            {
                continue;
            }

            if (member.Type.SpecialType != SpecialType.System_Boolean || member.IsStatic || member.GetMethod is null || member.IsPartialDefinition)
            {
                problems.Add(Problem.Of(ProblemId.Rule, member.Name, "Require", "[Require] stands on a bool property of your own, computed from the fields"));
                continue;
            }

            if (PredicateReader.Problem(member, compilation, out _) is { } impure)
            {
                problems.Add(Problem.Of(ProblemId.Rule, member.Name, "Require", $"{member.Name} is not pure: {impure}"));
            }

            requires.Add(new RequireSpec(Names.Escape(member.Name), member.Name, FieldReader.Source(member)));
        }

        return new(requires);
    }
}
