namespace DeclServer.Description;

/// <summary>
/// A message as it was declared, for tools: generators of test messages, diagrams, dissectors. The generator emits it beside the parser,
/// which never looks at it; a program that does not ask for it does not contain it.
/// </summary>
/// <param name="Name">The type's name.</param>
/// <param name="MinSize">The fewest bytes the message takes.</param>
/// <param name="MaxSize">The most bytes it takes.</param>
public sealed record MessageGrammar(string Name, int MinSize, int MaxSize)
{
    /// <summary>The most messages of the type nested in each other, itself counted; 0 where none can be.</summary>
    public int MaxDepth { get; init; }

    /// <summary>Whether binary numbers and bit runs start with their lowest byte.</summary>
    public bool IsLittleEndian { get; init; }

    /// <summary>The field whose value chooses the case; empty without cases.</summary>
    public string Tag { get; init; } = "";

    /// <summary>What tells the message's end beforehand.</summary>
    public FrameGrammar? Frame { get; init; }

    /// <summary>How the line falls into words, where the message is one.</summary>
    public LineGrammar? Line { get; init; }

    /// <summary>The members that must be true of the message.</summary>
    public IReadOnlyList<PredicateGrammar> Requires { get; init; } = [];

    /// <summary>The fields, in wire order; those of one case of the tag stand together, behind all that the cases share.</summary>
    public IReadOnlyList<FieldGrammar> Fields { get; init; } = [];

    /// <summary>What may follow the message, to be decoded as it arrives.</summary>
    public IReadOnlyList<BodyGrammar> Bodies { get; init; } = [];

    /// <summary>The message's own parser.</summary>
    public MessageJudge? Judge { get; init; }

    /// <summary>Whether it is read as text: no number in it is binary.</summary>
    public bool IsText => Fields.All(static f => f.Kind switch
    {
        FieldKind.Integer => f.Encoding is NumberEncoding.Ascii or NumberEncoding.Flag,
        FieldKind.Message or FieldKind.Sequence => f.Extent.Prefix is null && (f.Extent.Kind == ExtentKind.CountField || f.Element!().IsText),
        _ => f.Extent.Prefix is null,
    }) && Fields.Any(static f => f.Before.Length + f.After.Length + f.Extent.Delimiter.Length > 0 || f.Kind == FieldKind.Words || f.IsInLine);

    /// <summary>The values of the tag that the message has a case for, in order; without those of a default case.</summary>
    public IEnumerable<long> CaseValues => Fields.Where(static f => f.Case is not null).SelectMany(static f => f.Case!).Distinct();

    /// <summary>Whether a case takes every value of the tag that no other has.</summary>
    public bool HasDefaultCase => Fields.Any(static f => f.Case is { Count: 0 });

    /// <summary>The field of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="near">A field of the case that is meant, where several have one of the name.</param>
    public FieldGrammar? Find(string name, FieldGrammar? near = null) =>
        Fields.FirstOrDefault(f => f.Name == name && (f.Case is null || near?.Case is null || f.Case.SequenceEqual(near.Case)));

    /// <summary>The field whose length or count a field holds; null where it is no such field.</summary>
    /// <param name="field">The field that may hold a length.</param>
    public FieldGrammar? Measured(FieldGrammar field) => Fields.FirstOrDefault(f =>
        f.Extent.Kind is ExtentKind.SizeField or ExtentKind.CountField && f.Extent.Field == field.Name && (field.Case is null || (f.Case is not null && f.Case.SequenceEqual(field.Case))));

    /// <summary>The grammar of a message.</summary>
    /// <typeparam name="T">The message.</typeparam>
    public static MessageGrammar Of<T>()
        where T : IMessage<T>, allows ref struct => T.Grammar with { Judge = Parse<T> };

    private static ParseStatus Parse<T>(ReadOnlySpan<byte> input, out int consumed, out ParseError error)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        return T.TryParse(input, ref state, out _, out consumed, out error);
    }
}

/// <summary>What may follow a message.</summary>
/// <param name="Name">The property that decodes it.</param>
/// <param name="Codec">The type that does.</param>
/// <param name="MaxLength">The most bytes.</param>
/// <param name="Size">The field that says how many they are; empty where the encoding tells the end.</param>
/// <param name="When">The member that says whether it is there; null where it always is.</param>
public sealed record BodyGrammar(string Name, string Codec, long MaxLength, string Size, PredicateGrammar? When);

/// <summary>A message's parser without the message.</summary>
/// <param name="input">The bytes, in one piece.</param>
/// <param name="consumed">The message's length.</param>
/// <param name="error">Why, where it is refused.</param>
public delegate ParseStatus MessageJudge(ReadOnlySpan<byte> input, out int consumed, out ParseError error);

/// <summary>What tells a message's end beforehand: <c>Scale * field + Bias</c> bytes follow the field.</summary>
/// <param name="Field">The field; empty where the input is the message.</param>
/// <param name="Scale">Bytes a unit of the field stands for.</param>
/// <param name="Bias">Bytes to add.</param>
public sealed record FrameGrammar(string Field, int Scale, int Bias)
{
    /// <summary>Whether the input is the message.</summary>
    public bool IsInput => Field.Length == 0;
}

/// <summary>How a line falls into words.</summary>
/// <param name="Separators">The bytes between two words.</param>
/// <param name="Blanks">What is skipped before a word, besides separators.</param>
/// <param name="AllowsLf">Whether a lone LF ends the line.</param>
/// <param name="Quotes">Whether words may stand in quotes.</param>
/// <param name="Escapes">Whether quotes may hold escapes.</param>
/// <param name="IgnoreCase">Whether fixed bytes and flags stand in any case.</param>
public sealed record LineGrammar(ReadOnlyMemory<byte> Separators, ReadOnlyMemory<byte> Blanks, bool AllowsLf, bool Quotes, bool Escapes, bool IgnoreCase);

/// <summary>A bool member of the message or of an element, or the method that reads a field.</summary>
/// <param name="Name">The member.</param>
/// <param name="Source">Its expression as C#; empty where it is not one.</param>
public sealed record PredicateGrammar(string Name, string Source)
{
    /// <summary>Whether it is true of an element's bytes, or of a field's; null where it is asked of the message itself.</summary>
    public BytesPredicate? Holds { get; init; }

    /// <summary>Whether a message has the property.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="bytes">The bytes of one message.</param>
    /// <param name="member">The property.</param>
    public static bool Of<T>(ReadOnlySpan<byte> bytes, MemberPredicate<T> member)
        where T : IMessage<T>, allows ref struct
    {
        ParseState state = default;
        return T.TryParse(bytes, ref state, out T message, out _, out _) == ParseStatus.Done && member(message);
    }
}

/// <summary>Says something about bytes.</summary>
/// <param name="bytes">The bytes.</param>
public delegate bool BytesPredicate(ReadOnlySpan<byte> bytes);

/// <summary>Reads a bool property of a message.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="message">The message.</param>
public delegate bool MemberPredicate<T>(T message)
    where T : allows ref struct;
