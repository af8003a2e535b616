using System.Globalization;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a field of a message: its type, its encoding, what stands around it. What ends it, <see cref="ExtentReader"/> reads.</summary>
internal static class FieldReader
{
    private const int MostAlign = 4096;

    public static FieldSpec Read(IPropertySymbol property, Compilation compilation, List<Problem> problems)
    {
        string member = property.Name;
        HeaderSpec? header = ReadHeader(property, problems);
        ITypeSymbol valueType = header is not null && property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var underlying] } ? underlying : property.Type;
        IntegerType? integer = TypeReader.Number(valueType);
        ElementSpec? element = ReadElement(property, compilation, problems);
        WireType type = integer is not null ? WireType.Integer
            : TypeReader.IsByteSpan(property.Type) ? WireType.Bytes
            : TypeReader.IsOwn(property.Type, "Words") ? WireType.Words
            : element is null ? WireType.Unknown
            : TypeReader.IsOwn(property.Type, "Seq") ? WireType.Sequence
            : WireType.Message;
        if (type == WireType.Unknown)
        {
            problems.Add(Problem.Of(
                ProblemId.Field, member, "", member, $"{property.Type.ToDisplayString()} has no wire form; a field is an integer, an enum, bool, ReadOnlySpan<byte>, a [Message], Seq<T> or Words"));
        }

        AttributeData? literal = Attributes.Find(property, "Literal");
        byte? identifier = BerReader.Identifier(property, type, problems);
        EncodingSpec encoding = identifier is not null && integer is not null ? BerReader.Encoding(property, integer) : ReadEncoding(property, integer, problems);
        EquatableArray<byte> before = literal is null ? default : LiteralBytes(literal, "Before", member, problems);
        return new FieldSpec(
            Names.Escape(member),
            member,
            SyntaxFacts.GetText(property.DeclaredAccessibility),
            type,
            Names.Reference(property.Type),
            integer,
            property.Type.SpecialType == SpecialType.System_Boolean,
            element,
            property.SetMethod is { IsInitOnly: true },
            encoding,
            identifier is not null && integer is null ? BerReader.Extent() : ExtentReader.Read(property, type, compilation, problems),
            identifier is { } octet ? new([.. before, octet]) : before,
            literal is null ? default : LiteralBytes(literal, "After", member, problems),
            ReadCase(property, problems),
            ReadPredicate(property, property.ContainingType, "When", compilation, problems),
            ReadAlign(property, problems),
            ReadJump(property, integer, problems),
            ReadChecksum(property, problems),
            RuleReader.Read(property, member, problems),
            PredicateSource(property.ContainingType, property, "When"),
            literal is not null && Attributes.Named(literal, "LineEnd", false),
            header);
    }

    /// <summary>The expression of the member that an attribute of the property names, in one line; empty where it has none to be seen here.</summary>
    internal static string PredicateSource(ITypeSymbol owner, IPropertySymbol property, string name) =>
        Attributes.Find(property, name) is { } attribute && owner.GetMembers(Attributes.At(attribute, 0, "")).OfType<IPropertySymbol>().FirstOrDefault() is { } member ? Source(member) : "";

    /// <summary>The expression of a property, in one line; empty where it is not declared as one.</summary>
    internal static string Source(IPropertySymbol member) =>
        member.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody.Expression: { } expression } ? expression.NormalizeWhitespace(" ", " ").ToString() : "";

    /// <summary>The name of the bool member that an attribute of the property refers to; empty without the attribute.</summary>
    internal static string ReadPredicate(IPropertySymbol property, ITypeSymbol owner, string name, Compilation compilation, List<Problem> problems)
    {
        if (Attributes.Find(property, name) is not { } attribute)
        {
            return "";
        }

        string predicate = Attributes.At(attribute, 0, "");
        if (owner.GetMembers(predicate).OfType<IPropertySymbol>().FirstOrDefault() is not { Type.SpecialType: SpecialType.System_Boolean, IsStatic: false } member)
        {
            problems.Add(Problem.Of(ProblemId.Reference, property.Name, name, predicate, $"is no bool property of {owner.Name}: name one with nameof"));
        }
        else if (member.IsPartialDefinition)
        {
            CheckOrder(property, name, predicate, [member], problems);
        }
        else if (PredicateReader.Problem(member, compilation, out IReadOnlyList<IPropertySymbol> fields) is { } impure)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, name, $"{predicate} is not pure: {impure}"));
        }
        else
        {
            CheckOrder(property, name, predicate, fields, problems);
        }

        return Names.Escape(predicate);
    }

    /// <summary>Whether a field is there is asked when it is read, so it depends on what stands before it and what a writer is given.</summary>
    private static void CheckOrder(IPropertySymbol property, string name, string predicate, IEnumerable<IPropertySymbol> fields, List<Problem> problems)
    {
        if (name != "When")
        {
            return;
        }

        IPropertySymbol[] before = [.. MessageReader.Fields(property.ContainingType).TakeWhile(f => !SymbolEqualityComparer.Default.Equals(f, property))];
        foreach (IPropertySymbol field in fields)
        {
            if (!before.Any(f => f.Name == field.Name))
            {
                problems.Add(Problem.Of(ProblemId.Reference, property.Name, name, predicate, $"is computed from {field.Name}, which is not read yet: use fields that stand before this one"));
            }
            else if (ReadCase(field, []) is { } @case && @case != ReadCase(property, []))
            {
                problems.Add(Problem.Of(ProblemId.Reference, property.Name, name, predicate, $"is computed from {field.Name}, which is of another case: use fields of this case, or those that are always there"));
            }
            else if (Attributes.Find(field, "Checksum") is not null || Attributes.Find(property.ContainingType, "Frame") is { } frame && Attributes.At(frame, 0, "") == field.Name)
            {
                problems.Add(Problem.Of(ProblemId.Reference, property.Name, name, predicate, $"is computed from {field.Name}, which a writer derives last: use a field that it is given"));
            }
        }
    }

    private static ElementSpec? ReadElement(IPropertySymbol property, Compilation compilation, List<Problem> problems)
    {
        if (MessageReader.Element(property.Type) is not { } element)
        {
            return null;
        }

        if (MessageReader.Element(property.Type) is { } held && !TypeReader.IsOwn(property.Type, "Seq") && MessageReader.HoldsInLayout(held, property.ContainingType))
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "", property.Name, $"a {property.ContainingType.Name} cannot hold itself: make it a sequence of one, Seq<{held.Name}> with [Length(1, 1)]"));
        }

        if (BodyReader.Bodies(element).Any())
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "", property.Name, $"a body follows {element.Name}, so it stands in no other message"));
        }

        IPropertySymbol? jump = element.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(static p => Attributes.Find(p, "At") is not null);
        bool selfSizing = !SymbolEqualityComparer.Default.Equals(element, property.ContainingType) && !MessageReader.Reaches(element, property.ContainingType);
        AttributeData? text = Attributes.Find(element, "Text");
        string[] bytes = [.. element.GetMembers().OfType<IPropertySymbol>().Where(static p => !p.IsStatic && TypeReader.IsByteSpan(p.Type)).Select(static p => Names.Escape(p.Name))];
        return new ElementSpec(
            Names.Reference(element),
            element.Name,
            Attributes.Find(element, "Message") is { } declared ? Attributes.Named(declared, "MaxSize", 0) : 0,
            Attributes.Find(element, "Frame") is { } frame && Attributes.At(frame, 0, "").Length == 0,
            jump is null ? 0 : Jumps(jump),
            MessageReader.HoldsOffsets(element),
            selfSizing,
            text is not null && Attributes.Named(text, "LineEnd", 0) == 0,
            text is not null && bytes.Length > 1 ? bytes[0] : "",
            text is not null && bytes.Length > 1 ? bytes[1] : "",
            ReadContent(property, element, compilation));
    }

    /// <summary>The declaration of an element that is read in place: all that its parser needs can be reached from the one around it.</summary>
    private static MessageSpec? ReadContent(IPropertySymbol property, INamedTypeSymbol element, Compilation compilation)
    {
        // What holds others is not read at all: it could hold itself.
        IPropertySymbol[] fields = [.. MessageReader.Fields(element)];
        if (fields.Length is 0 or > MessageSpec.MostInPlace
            || fields.Any(static f => MessageReader.Element(f.Type) is not null)
            || Attributes.Find(element, "Message") is null
            || !SymbolEqualityComparer.Default.Equals(element.ContainingAssembly, property.ContainingAssembly))
        {
            return null;
        }

        return MessageReader.Read(element, compilation, []) is { Problems.Count: 0, CanStandInPlace: true } content ? content : null;
    }

    private static HeaderSpec? ReadHeader(IPropertySymbol property, List<Problem> problems)
    {
        if (Attributes.Find(property, "Header") is not { } header)
        {
            return null;
        }

        string name = Attributes.At(header, 0, "");
        bool isBytes = TypeReader.IsByteSpan(property.Type);
        bool isNumber = property.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var number] } && TypeReader.Integer(number) is not null;
        if (name.Length == 0 || name.Any(static c => c is <= ' ' or > '~'))
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "Header", property.Name, "a header's name is one or more ASCII characters without spaces"));
        }
        else if (!isBytes && !(isNumber && Attributes.Find(property, "Ascii") is not null))
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "Header", property.Name, "a header's value is ReadOnlySpan<byte>, or a nullable integer with [Ascii]: it may be missing"));
        }
        else if (property.SetMethod is not null)
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "Header", property.Name, "it is written with the lines it stands in, so it has no init"));
        }

        return new HeaderSpec(name, Attributes.Named(header, "Single", false));
    }

    private static EncodingSpec ReadEncoding(IPropertySymbol property, IntegerType? integer, List<Problem> problems)
    {
        AttributeData? ascii = Attributes.Find(property, "Ascii");
        AttributeData? bits = Attributes.Find(property, "Bits");
        AttributeData? varint = Attributes.Find(property, "Varint");
        AttributeData? flag = Attributes.Find(property, "Flag");
        if (new[] { ascii, bits, varint, flag }.Count(static a => a is not null) is var given && (given > 1 || (given == 1 && integer is null)))
        {
            problems.Add(Problem.Of(ProblemId.Field, property.Name, "", property.Name, "[Ascii], [Bits], [Varint] and [Flag] say how one integer is spelled: one of them, on an integer, enum or bool"));
            return EncodingSpec.Binary;
        }

        if (ascii is not null)
        {
            return ReadDigits(property, ascii, problems);
        }

        if (flag is not null)
        {
            string word = Attributes.At(flag, 0, "");
            if (property.Type.SpecialType != SpecialType.System_Boolean || word.Length == 0 || word.Any(static c => c is <= ' ' or > '~'))
            {
                problems.Add(Problem.Of(ProblemId.Field, property.Name, "Flag", property.Name, "a flag is a bool, and its word one or more ASCII characters without spaces"));
            }

            return new EncodingSpec(EncodingKind.Flag, Word: Attributes.Bytes(word) ?? default);
        }

        if (bits is not null)
        {
            int size = Attributes.At(bits, 0, 0);
            int most = property.Type.SpecialType == SpecialType.System_Boolean ? 1 : (8 * integer!.Size) - (integer.IsSigned ? 1 : 0);
            if (size < 1 || size > most)
            {
                problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Bits", $"bits have no sign, so {property.Type.ToDisplayString()} holds 1 to {most} of them: {size} need another type"));
                size = Math.Max(1, Math.Min(size, 64));
            }

            return new EncodingSpec(EncodingKind.Bits, size);
        }

        if (varint is null)
        {
            return EncodingSpec.Binary;
        }

        EncodingKind kind = Varint(Attributes.At(varint, 0, 0));
        int maxBytes = Attributes.Named(varint, "MaxBytes", 0);
        if (maxBytes is < 0 or > 10)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Varint", "MaxBytes is 1 to 10"));
            maxBytes = 0;
        }

        return new EncodingSpec(kind, maxBytes > 0 ? maxBytes : kind switch
        {
            EncodingKind.Quic => 8,
            EncodingKind.Ber => 1 + integer!.Size,
            _ => ((8 * integer!.Size) + 6) / 7,
        });
    }

    private static EncodingSpec ReadDigits(IPropertySymbol property, AttributeData ascii, List<Problem> problems)
    {
        int radix = Attributes.Named(ascii, "Base", 10);
        int digits = Attributes.Named(ascii, "Digits", 0);
        if (radix is not (2 or 8 or 10 or 16))
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Ascii", "Base is 2, 8, 10 or 16"));
            radix = 10;
        }

        if (digits < 0 || digits > MostDigits(radix))
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Ascii", $"Digits is 1 to {MostDigits(radix)}, as many as 64 bits take in base {radix}"));
            digits = 0;
        }

        return new EncodingSpec(EncodingKind.Ascii, digits, radix, Attributes.Named(ascii, "LeadingZeros", false), Attributes.Named(ascii, "IgnoreCase", false));
    }

    /// <summary>The most digits that 64 bits take.</summary>
    internal static int MostDigits(int radix) => radix switch
    {
        2 => 64,
        8 => 22,
        10 => 20,
        _ => 16,
    };

    /// <summary>The spelling that a <c>VarintKind</c> stands for.</summary>
    internal static EncodingKind Varint(int kind) => kind switch
    {
        1 => EncodingKind.ZigZag,
        2 => EncodingKind.Quic,
        3 => EncodingKind.Ber,
        _ => EncodingKind.Leb128,
    };

    private static EquatableArray<byte> LiteralBytes(AttributeData literal, string name, string member, List<Problem> problems)
    {
        EquatableArray<byte>? bytes = Attributes.Bytes(Attributes.Named(literal, name, ""));
        if (bytes is null)
        {
            problems.Add(Problem.Of(ProblemId.Field, member, "Literal", member, "a literal's characters are U+0000 to U+00FF, one a byte"));
        }

        return bytes ?? default;
    }

    private static CaseSpec? ReadCase(IPropertySymbol property, List<Problem> problems)
    {
        if (Attributes.Find(property, "Case") is not { ConstructorArguments: [var argument] })
        {
            return null;
        }

        List<long> values = [];
        foreach (object? value in argument.Kind == TypedConstantKind.Array ? argument.IsNull ? [] : argument.Values.Select(static v => v.Value) : [argument.Value])
        {
            switch (value)
            {
                case char character:
                    values.Add(character);
                    break;
                case bool truth:
                    values.Add(truth ? 1 : 0);
                    break;
                case byte or sbyte or short or ushort or int or uint or long:
                    values.Add(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    problems.Add(Problem.Of(ProblemId.Field, property.Name, "Case", property.Name, "a case is an integer, an enum member, a bool or a character: name such values, or none for the default"));
                    break;
            }
        }

        return new CaseSpec(new(values.Distinct()));
    }

    private static int ReadAlign(IPropertySymbol property, List<Problem> problems)
    {
        if (Attributes.Find(property, "Align") is not { } align)
        {
            return 0;
        }

        int bytes = Attributes.At(align, 0, 0);
        if (bytes is < 2 or > MostAlign)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Align", $"a field is aligned to 2 to {MostAlign} bytes"));
            return 0;
        }

        return bytes;
    }

    private static int Jumps(IPropertySymbol property) => Attributes.Named(Attributes.Find(property, "At")!, "MaxHops", 16);

    private static int ReadJump(IPropertySymbol property, IntegerType? integer, List<Problem> problems)
    {
        if (Attributes.Find(property, "At") is null)
        {
            return 0;
        }

        int hops = Jumps(property);
        if (integer is null || hops < 1)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "At", "an offset is an integer, and MaxHops 1 or more"));
            return 0;
        }

        return hops;
    }

    private static ChecksumSpec? ReadChecksum(IPropertySymbol property, List<Problem> problems)
    {
        if (Attributes.Find(property, "Checksum") is not { } checksum)
        {
            return null;
        }

        INamedTypeSymbol? algorithm = Attributes.At<INamedTypeSymbol?>(checksum, 0, null);
        if (algorithm is null || !algorithm.AllInterfaces.Any(static i => TypeReader.IsOwn(i, "IChecksum")))
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Checksum", "the algorithm is a type that implements IChecksum, such as typeof(Crc32)"));
            return null;
        }

        return new ChecksumSpec(
            Names.Reference(algorithm), Names.Escape(Attributes.Named<string?>(checksum, "From", null) ?? ""), Names.Escape(Attributes.Named<string?>(checksum, "To", null) ?? ""));
    }
}
