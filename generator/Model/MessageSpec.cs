namespace DeclServer.Generator.Model;

/// <summary>A message as it is declared. Must be cacheable: immutable, structurally equal, without any Roslyn type.</summary>
internal sealed record MessageSpec(
    TypeSpec Type,
    int MaxSize,
    string? Tag,
    TextSpec? Text,
    EquatableArray<FieldSpec> Fields,
    EquatableArray<Problem> Problems);

/// <summary>The message is a line.</summary>
/// <param name="Separators">The bytes between two words.</param>
/// <param name="Blanks">What is skipped before a word, besides separators.</param>
/// <param name="AllowLf">Whether a lone LF ends the line.</param>
/// <param name="Quotes">Whether words may stand in quotes.</param>
/// <param name="Escapes">Whether quotes may hold escapes.</param>
internal sealed record TextSpec(EquatableArray<byte> Separators, EquatableArray<byte> Blanks, bool AllowLf, bool Quotes, bool Escapes)
{
    /// <summary>Whether one byte tells the words apart, so that no table of rules is needed.</summary>
    public bool IsPlain => Separators.Count == 1 && Blanks.Count == 0 && !Quotes;
}

/// <summary>What a field's C# type says of it.</summary>
internal enum WireType
{
    Unknown,
    Bytes,
    Integer,
    Sequence,
    Words,
}

/// <summary>A field of a message.</summary>
/// <param name="Name">The property's name, escaped.</param>
/// <param name="Label">The property's name as it is read in errors and comments.</param>
/// <param name="Accessibility">The property's accessibility, as C# writes it.</param>
/// <param name="Type">What its type says of it.</param>
/// <param name="TypeName">Its type, from <c>global::</c> on or as a keyword.</param>
/// <param name="Integer">Its integer type; null for others.</param>
/// <param name="ElementType">The sequence's element type.</param>
/// <param name="ElementMaxSize">The element's declared <c>MaxSize</c>.</param>
/// <param name="HasInit">Whether it can be set, so that a writer can be given it.</param>
/// <param name="Extent">What ends it.</param>
/// <param name="IsAscii">Whether it is a number in digits.</param>
/// <param name="Before">Fixed bytes before it.</param>
/// <param name="After">Fixed bytes behind it.</param>
/// <param name="Case">The tag's value it belongs to; null for a field that is always there.</param>
/// <param name="Rules">What its value must satisfy.</param>
internal sealed record FieldSpec(
    string Name,
    string Label,
    string Accessibility,
    WireType Type,
    string TypeName,
    IntegerType? Integer,
    string? ElementType,
    int ElementMaxSize,
    bool HasInit,
    ExtentSpec Extent,
    bool IsAscii,
    EquatableArray<byte> Before,
    EquatableArray<byte> After,
    long? Case,
    RulesSpec Rules);

/// <summary>An integer type.</summary>
/// <param name="Keyword">Its C# keyword.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Min">Its smallest value.</param>
/// <param name="Max">Its largest value.</param>
internal sealed record IntegerType(string Keyword, int Size, decimal Min, decimal Max);

/// <summary>What ends a field.</summary>
internal enum ExtentKind
{
    /// <summary>Its type: a binary integer.</summary>
    None,

    /// <summary>A constant length.</summary>
    Fixed,

    /// <summary>The length that an earlier field says.</summary>
    SizeField,

    /// <summary>A delimiter.</summary>
    Until,

    /// <summary>The count that an earlier field says.</summary>
    CountField,

    /// <summary>The line's end.</summary>
    Line,
}

/// <summary>What ends a field, with its operand.</summary>
internal sealed record ExtentSpec(ExtentKind Kind, int Bytes = 0, string Field = "", int? Null = null, EquatableArray<byte> Delimiter = default)
{
    public static readonly ExtentSpec None = new(ExtentKind.None);
}

/// <summary>The rules of a field or parameter.</summary>
/// <param name="Range">The declared range.</param>
/// <param name="MinLength">The fewest bytes, or elements.</param>
/// <param name="MaxLength">The most bytes, or elements.</param>
/// <param name="Chars">The ABNF that the bytes match.</param>
/// <param name="Pattern">The regular expression that they match.</param>
/// <param name="Allowed">The values allowed, as byte strings in Latin-1 or decimal numbers.</param>
/// <param name="Denied">The values denied.</param>
/// <param name="LeadingZeros">Whether zeros before a number are accepted.</param>
/// <param name="Messages">The <c>ErrorMessage</c> of each rule that has one, by the attribute's name: <c>Range=...</c>.</param>
internal sealed record RulesSpec(
    RangeSpec? Range,
    int? MinLength,
    int? MaxLength,
    string? Chars,
    string? Pattern,
    EquatableArray<string> Allowed,
    EquatableArray<string> Denied,
    bool LeadingZeros,
    EquatableArray<string> Messages)
{
    public static readonly RulesSpec None = new(null, null, null, null, null, default, default, false, default);

    public string MessageOf(string attribute)
    {
        foreach (string message in Messages)
        {
            if (message.StartsWith(attribute + "=", StringComparison.Ordinal))
            {
                return message.Substring(attribute.Length + 1);
            }
        }

        return "";
    }
}

/// <summary>An inclusive range.</summary>
internal sealed record RangeSpec(decimal Min, decimal Max);
