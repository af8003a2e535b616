namespace DeclServer.Generator.Model;

/// <summary>A message as it is declared. Must be cacheable: immutable, structurally equal, without any Roslyn type.</summary>
/// <param name="Type">The struct.</param>
/// <param name="MaxSize">The most bytes.</param>
/// <param name="MaxDepth">The most messages of the type nested in each other; 0 where not told.</param>
/// <param name="Recursive">Whether a message of the type can hold another one.</param>
/// <param name="LittleEndian">The byte order.</param>
/// <param name="Tag">The field that chooses the case.</param>
/// <param name="Text">The message is a line.</param>
/// <param name="Frame">What tells its end beforehand.</param>
/// <param name="Requires">The members that must be true of it.</param>
/// <param name="Fields">Its fields, in wire order.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Owned">Whether it has a copy that outlives the buffer.</param>
internal sealed record MessageSpec(
    TypeSpec Type,
    int MaxSize,
    int MaxDepth,
    bool Recursive,
    bool LittleEndian,
    string? Tag,
    TextSpec? Text,
    FrameSpec? Frame,
    EquatableArray<RequireSpec> Requires,
    EquatableArray<FieldSpec> Fields,
    EquatableArray<Problem> Problems,
    bool Owned)
{
    /// <summary>What may follow it, to be decoded as it arrives.</summary>
    public EquatableArray<BodySpec> Bodies { get; init; }

    /// <summary>A message of more fields than these is called: reading it in place would repeat too much code.</summary>
    public const int MostInPlace = 8;

    /// <summary>Whether the parser of a message around it can read it in place: it is small, holds no other, and asks nothing of itself as a whole.</summary>
    public bool CanStandInPlace =>
        Fields.Count <= MostInPlace && Bodies.Count == 0 && MaxDepth <= 0 && Frame is null && Requires.Count == 0
        && Fields.All(static f => f.Type is not (WireType.Message or WireType.Sequence or WireType.Words) && f.When.Length == 0 && f.Checksum is null && f.Extent.Kind != ExtentKind.Parser);

    /// <summary>The one counted sequence whose elements have one value each: what a protocol can take as a request's arguments.</summary>
    public FieldSpec? Arguments => Fields.Where(static f => f.ElementValue is not null).Take(2).ToArray() is [var only] ? only : null;
}

/// <summary>What may follow a message: it is decoded as it arrives, by a reader that the message gives out.</summary>
/// <param name="Name">The property's name, escaped.</param>
/// <param name="Label">The property's name.</param>
/// <param name="Accessibility">The property's accessibility, as C# writes it.</param>
/// <param name="TypeName">The property's type.</param>
/// <param name="HasInit">Whether it can be set, which it cannot: what stands in for the message must have the accessor all the same.</param>
/// <param name="Codec">The type that decodes it.</param>
/// <param name="CodecLabel">That type's name in prose.</param>
/// <param name="When">The member that says whether it is there; empty where it always is.</param>
/// <param name="WhenSource">The member's expression, for tools.</param>
/// <param name="Size">The field that says how long it is; empty where the encoding tells its end.</param>
/// <param name="SizeMayMiss">Whether that field is nullable.</param>
/// <param name="Integer">That field's type.</param>
/// <param name="Most">The most bytes.</param>
internal sealed record BodySpec(
    string Name,
    string Label,
    string Accessibility,
    string TypeName,
    bool HasInit,
    string Codec,
    string CodecLabel,
    string When,
    string WhenSource,
    string Size,
    bool SizeMayMiss,
    IntegerType Integer,
    int Most);

/// <summary>The message is a line.</summary>
/// <param name="Separators">The bytes between two words.</param>
/// <param name="Blanks">What is skipped before a word, besides separators.</param>
/// <param name="AllowLf">Whether a lone LF ends the line.</param>
/// <param name="Quotes">Whether words may stand in quotes.</param>
/// <param name="Escapes">Whether quotes may hold escapes.</param>
/// <param name="IgnoreCase">Whether literals and flags stand in any case.</param>
internal sealed record TextSpec(EquatableArray<byte> Separators, EquatableArray<byte> Blanks, bool AllowLf, bool Quotes, bool Escapes, bool IgnoreCase)
{
    /// <summary>What stands between two fields.</summary>
    public byte Separator => Separators[0];

    /// <summary>Whether one byte tells the words apart, so that no table of rules is needed.</summary>
    public bool IsPlain => Separators.Count == 1 && Blanks.Count == 0 && !Quotes;
}

/// <summary>What tells a message's end beforehand: its surroundings, where <paramref name="Field"/> is empty, or a length field.</summary>
internal sealed record FrameSpec(string Field, int Scale, int Bias)
{
    /// <summary>The input is the message.</summary>
    public bool IsInput => Field.Length == 0;
}

/// <summary>A member that must be true of the message.</summary>
/// <param name="Name">Its name, escaped.</param>
/// <param name="Label">Its name as it is read in errors.</param>
/// <param name="Source">Its expression, for tools.</param>
internal sealed record RequireSpec(string Name, string Label, string Source);

/// <summary>What a field's C# type says of it.</summary>
internal enum WireType
{
    Unknown,
    Bytes,

    /// <summary>An integer, an enum or a bool.</summary>
    Integer,
    Message,
    Sequence,
    Words,
}

/// <summary>A field of a message.</summary>
/// <param name="Name">The property's name, escaped.</param>
/// <param name="Label">The property's name as it is read in errors and comments.</param>
/// <param name="Accessibility">The property's accessibility, as C# writes it.</param>
/// <param name="Type">What its type says of it.</param>
/// <param name="TypeName">Its type, from <c>global::</c> on or as a keyword.</param>
/// <param name="Integer">The integer type it is on the wire; null for others.</param>
/// <param name="IsBoolean">Whether that is a <c>bool</c>.</param>
/// <param name="Element">The message that it is, or that its elements are.</param>
/// <param name="HasInit">Whether it can be set, so that a writer can be given it.</param>
/// <param name="Encoding">How its number is spelled.</param>
/// <param name="Extent">What ends it.</param>
/// <param name="Before">Fixed bytes before it.</param>
/// <param name="After">Fixed bytes behind it.</param>
/// <param name="Case">The tag's values it belongs to; null for a field that is always there.</param>
/// <param name="When">The member that says whether it is there; empty where it always is.</param>
/// <param name="Align">The multiple of bytes it starts at; 0 for any.</param>
/// <param name="Jump">The most jumps, where it is the offset at which the sequence goes on; 0 elsewhere.</param>
/// <param name="Checksum">The checksum that it is.</param>
/// <param name="Rules">What its value must satisfy.</param>
/// <param name="WhenSource">The expression of the member that says whether it is there, for tools.</param>
/// <param name="EndsLine">Whether the line ends with it.</param>
/// <param name="Header">The header that it is the value of; null for a field that stands on the wire itself.</param>
internal sealed record FieldSpec(
    string Name,
    string Label,
    string Accessibility,
    WireType Type,
    string TypeName,
    IntegerType? Integer,
    bool IsBoolean,
    ElementSpec? Element,
    bool HasInit,
    EncodingSpec Encoding,
    ExtentSpec Extent,
    EquatableArray<byte> Before,
    EquatableArray<byte> After,
    CaseSpec? Case,
    string When,
    int Align,
    int Jump,
    ChecksumSpec? Checksum,
    RulesSpec Rules,
    string WhenSource,
    bool EndsLine,
    HeaderSpec? Header)
{
    public bool IsAscii => Encoding.Kind == EncodingKind.Ascii;

    /// <summary>The only field of bytes in each element of a counted sequence that is read in place; null for other fields.</summary>
    public FieldSpec? ElementValue =>
        this is { Type: WireType.Sequence, Case: null, When: "", Extent.Kind: ExtentKind.CountField, Element.Content: { } content }
        && content.Fields.Where(static f => f.Type == WireType.Bytes).ToArray() is [{ Case: null, Extent.Null: null, Extent.Kind: not ExtentKind.Line } value]
            ? value
            : null;

    /// <summary>The enum or bool that the integer is shown as; empty for a plain integer.</summary>
    public string ShownAs => Integer is not null && TypeName != Integer.Keyword ? TypeName : "";
}

/// <summary>A message inside another.</summary>
/// <param name="TypeName">Its type, from <c>global::</c> on.</param>
/// <param name="Label">Its name in prose.</param>
/// <param name="MaxSize">Its declared bound; 0 where it has none.</param>
/// <param name="Framed">Whether its input must be the whole of it.</param>
/// <param name="Jumps">The most jumps its offset field may make; 0 where it has none.</param>
/// <param name="HoldsOffsets">Whether an offset can stand in it, so that it cannot be copied to another place as it is.</param>
/// <param name="SelfSizing">Whether its smallest size can be named as a constant: not where it could hold the message around it.</param>
/// <param name="IsLine">Whether it is one line of text that ends with CR LF.</param>
/// <param name="HeaderName">Its first field of bytes: the name, where it is a header; empty where it has not two of them.</param>
/// <param name="HeaderValue">Its second one: the value.</param>
/// <param name="Content">Its declaration, where the parser of the message around it reads it in place; null where it is called.</param>
internal sealed record ElementSpec(
    string TypeName,
    string Label,
    int MaxSize,
    bool Framed,
    int Jumps,
    bool HoldsOffsets,
    bool SelfSizing,
    bool IsLine,
    string HeaderName,
    string HeaderValue,
    MessageSpec? Content);

/// <summary>A header with a name of its own.</summary>
internal sealed record HeaderSpec(string Name, bool Single);

/// <summary>The tag's values a field belongs to; with none, all that no other case has.</summary>
internal sealed record CaseSpec(EquatableArray<long> Values)
{
    public bool IsDefault => Values.Count == 0;
}

/// <summary>An integer type.</summary>
/// <param name="Keyword">Its C# keyword.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Min">Its smallest value.</param>
/// <param name="Max">Its largest value.</param>
internal sealed record IntegerType(string Keyword, int Size, decimal Min, decimal Max)
{
    public bool IsSigned => Min < 0;
}

/// <summary>How a number is spelled.</summary>
internal enum EncodingKind
{
    Binary,
    Ascii,
    Bits,
    Leb128,
    ZigZag,
    Quic,
    Ber,
    BerInteger,
    BerBoolean,

    /// <summary>A word that stands there or not.</summary>
    Flag,
}

/// <summary>How a number is spelled.</summary>
/// <param name="Kind">The spelling.</param>
/// <param name="Size">Bits of <see cref="EncodingKind.Bits"/>; the most bytes of a number of variable size; the fixed digits of <see cref="EncodingKind.Ascii"/>.</param>
/// <param name="Radix">The base of digits.</param>
/// <param name="LeadingZeros">Whether zeros may stand before the digits.</param>
/// <param name="IgnoreCase">Whether digits above 9 stand in any case.</param>
/// <param name="Word">The word of <see cref="EncodingKind.Flag"/>.</param>
internal sealed record EncodingSpec(EncodingKind Kind, int Size = 0, int Radix = 10, bool LeadingZeros = false, bool IgnoreCase = false, EquatableArray<byte> Word = default)
{
    public static readonly EncodingSpec Binary = new(EncodingKind.Binary);

    /// <summary>Whether the digits are more than a plain decimal number: of another base, of a fixed width, or with zeros before them. They have no sign.</summary>
    public bool IsDigits => Kind == EncodingKind.Ascii && (Size > 0 || Radix != 10 || LeadingZeros);

    /// <summary>Whether a number of variable size may be negative.</summary>
    public bool IsSignedVarint => Kind is EncodingKind.ZigZag or EncodingKind.BerInteger;

    public bool IsVarint => Kind is EncodingKind.Leb128 or EncodingKind.ZigZag or EncodingKind.Quic or EncodingKind.Ber or EncodingKind.BerInteger or EncodingKind.BerBoolean;
}

/// <summary>What ends a field.</summary>
internal enum ExtentKind
{
    /// <summary>Its type: a number, or a message that knows its end.</summary>
    None,

    /// <summary>A constant length.</summary>
    Fixed,

    /// <summary>The length that an earlier field says.</summary>
    SizeField,

    /// <summary>The length right before it.</summary>
    Prefix,

    /// <summary>A delimiter.</summary>
    Until,

    /// <summary>The count that an earlier field says.</summary>
    CountField,

    /// <summary>A member of the last element.</summary>
    Predicate,

    /// <summary>The end of what holds it.</summary>
    Rest,

    /// <summary>The line's end, or in a line the next separator.</summary>
    Line,

    /// <summary>A method of the declaration.</summary>
    Parser,
}

/// <summary>What ends a field, with its operands: the length or count is <c>Scale * Field + Bias</c>.</summary>
internal sealed record ExtentSpec(
    ExtentKind Kind,
    int Bytes = 0,
    string Field = "",
    int? Null = null,
    int Scale = 1,
    int Bias = 0,
    EquatableArray<byte> Delimiter = default,
    IntegerType? Prefix = null,
    EncodingSpec? Varint = null,
    string Predicate = "",
    string PredicateSource = "",
    bool Optional = false,
    string Parser = "")
{
    public static readonly ExtentSpec None = new(ExtentKind.None);

    /// <summary>Whether the field's last byte is known before it is read.</summary>
    public bool IsWindow => Kind is ExtentKind.Fixed or ExtentKind.SizeField or ExtentKind.Prefix or ExtentKind.Rest;

    /// <summary>Whether an earlier field says it.</summary>
    public bool IsDerived => Kind is ExtentKind.SizeField or ExtentKind.CountField;
}

/// <summary>A checksum: its algorithm's type and the fields it covers, empty for those behind it to the end.</summary>
internal sealed record ChecksumSpec(string Algorithm, string From, string To);

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
