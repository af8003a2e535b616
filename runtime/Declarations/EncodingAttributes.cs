namespace DeclServer;

/// <summary>
/// The integer is written in digits, in base 10 with a minus sign where it is negative. A plus sign, leading zeros and "-0" are refused
/// unless <see cref="LeadingZeros"/> is set, so that one number has one spelling. With any of the settings below it has no sign.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class AsciiAttribute : Attribute
{
    /// <summary>Accept zeros before the number: a declared leniency, up to as many digits as 64 bits take.</summary>
    public bool LeadingZeros { get; set; }

    /// <summary>2, 8, 10 or 16. Digits above 9 are <c>a</c> to <c>f</c>.</summary>
    public int Base { get; set; } = 10;

    /// <summary>Exactly so many digits, with zeros before a number that needs fewer; as many as it needs unless told.</summary>
    public int Digits { get; set; }

    /// <summary>Accept <c>A</c> to <c>F</c> as well: a declared leniency.</summary>
    public bool IgnoreCase { get; set; }

    /// <summary>What the client of a command is told of an argument that is no number; the protocol's own words unless given.</summary>
    public string? ErrorMessage { get; set; }
}

/// <summary>Fixed bytes around a field; the writer writes them, the parser refuses anything else.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class LiteralAttribute : Attribute
{
    /// <summary>The bytes before the field, each written as a character from U+0000 to U+00FF.</summary>
    public string Before { get; set; } = "";

    /// <summary>The bytes behind the field.</summary>
    public string After { get; set; } = "";

    /// <summary>Whether the line of a <see cref="TextAttribute"/> message ends with this field, and what follows is no part of it.</summary>
    public bool LineEnd { get; set; }
}

/// <summary>
/// The value of a header with a name of its own, found among the lines of the message's only <see cref="Seq{T}"/> while they are checked. A
/// <c>ReadOnlySpan&lt;byte&gt;</c> is empty and a nullable integer null where there is none. It is written with the lines, so it has no
/// <c>init</c>.
/// </summary>
/// <param name="name">The name, matched in any case.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HeaderAttribute(string name) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>Whether a second one is refused (<see cref="ErrorCode.Duplicate"/>); otherwise the first one counts.</summary>
    public bool Single { get; set; }
}

/// <summary>
/// The field's bytes in ABNF (RFC 5234): <c>"1*250(%x21-7E)"</c>, <c>"1*8(ALPHA / DIGIT) [\".\" 1*3DIGIT]"</c>. The whole value matches it.
/// A string matches without case unless it is written <c>%s"text"</c> (RFC 7405); the core rules of RFC 5234, appendix B, are known. It is
/// compiled to an automaton over bytes: time linear in the value, no allocation.
/// </summary>
/// <param name="repetition">The ABNF elements.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class CharsAttribute(string repetition) : Attribute
{
    /// <summary>The ABNF elements.</summary>
    public string Repetition { get; } = repetition;
}

/// <summary>
/// The number takes so many bits. Fields of bits that follow each other make a run, which takes whole bytes, 8 in all at most; it may begin
/// before the cases and end in each of them.
/// </summary>
/// <param name="bits">1 to 64.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BitsAttribute(int bits) : Attribute
{
    /// <summary>How many bits.</summary>
    public int Bits { get; } = bits;
}

/// <summary>How a number of variable size is spelled. Of several spellings of one number only the shortest is accepted.</summary>
public enum VarintKind
{
    /// <summary>Groups of seven bits, the least significant first, each byte but the last with its highest bit set (LEB128).</summary>
    Leb128,

    /// <summary>LEB128 of a signed number mapped to an unsigned one: 0, -1, 1, -2, 2 …</summary>
    ZigZag,

    /// <summary>1, 2, 4 or 8 bytes big-endian, as the two highest bits of the first say (RFC 9000, section 16).</summary>
    Quic,

    /// <summary>A definite length of ASN.1's basic encoding rules (X.690, 8.1.3); the indefinite form is refused.</summary>
    Ber,
}

/// <summary>The number has a variable size.</summary>
/// <param name="kind">How it is spelled.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class VarintAttribute(VarintKind kind) : Attribute
{
    /// <summary>How it is spelled.</summary>
    public VarintKind Kind { get; } = kind;

    /// <summary>The most bytes it may take, 1 to 10; what the kind and the type allow unless told.</summary>
    public int MaxBytes { get; set; }
}

/// <summary>
/// The field is the checksum of the bytes behind it, to the message's end, or of those that <see cref="From"/> and <see cref="To"/> name. Where
/// it stands among them itself, it counts as zero. The writer derives it.
/// </summary>
/// <param name="algorithm">A type that implements <see cref="IChecksum"/>, such as <see cref="Crc32"/>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChecksumAttribute(Type algorithm) : Attribute
{
    /// <summary>The algorithm.</summary>
    public Type Algorithm { get; } = algorithm;

    /// <summary>The first field that is covered, as <c>nameof(Field)</c>; the one behind the checksum unless told.</summary>
    public string? From { get; set; }

    /// <summary>The last field that is covered; the message's last unless told.</summary>
    public string? To { get; set; }
}

/// <summary>The <see cref="bool"/> member must be true of a message that has been read: a rule about several fields.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequireAttribute : Attribute;

/// <summary>The class of an identifier of ASN.1's basic encoding rules (X.690, 8.1.2.2).</summary>
public enum BerClass
{
    /// <summary>A type of ASN.1's own.</summary>
    Universal = 0,

    /// <summary>A type of the protocol.</summary>
    Application = 1,

    /// <summary>What the tag means depends on where it stands.</summary>
    Context = 2,

    /// <summary>A type of one enterprise.</summary>
    Private = 3,
}

/// <summary>Types of ASN.1 whose identifiers are universal (X.680, 8.4).</summary>
public enum BerType
{
    /// <summary>A <c>bool</c>: one byte, 0x00 or 0xFF.</summary>
    Boolean = 1,

    /// <summary>An integer.</summary>
    Integer = 2,

    /// <summary>Any bytes.</summary>
    OctetString = 4,

    /// <summary>An enum, spelled as an integer.</summary>
    Enumerated = 10,

    /// <summary>A message, or messages one behind the other.</summary>
    Sequence = 16,

    /// <summary>The same, in any order.</summary>
    Set = 17,
}

/// <summary>
/// The field in ASN.1's basic encoding rules: its identifier octet, its definite length, its content. An integer or enum is in two's complement
/// in as few bytes as it takes, a <c>bool</c> 0x00 or 0xFF, bytes an octet string; a message or sequence is constructed. An indefinite length,
/// a length or number in more bytes than it takes, and another TRUE are refused.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BerAttribute : Attribute
{
    /// <summary>A universal identifier.</summary>
    /// <param name="type">The type.</param>
    public BerAttribute(BerType type)
        : this(BerClass.Universal, (int)type)
    {
    }

    /// <summary>An identifier of a class of tags.</summary>
    /// <param name="class">The class.</param>
    /// <param name="tag">The tag, 0 to 30.</param>
    public BerAttribute(BerClass @class, int tag)
    {
        Class = @class;
        Tag = tag;
    }

    /// <summary>The class.</summary>
    public BerClass Class { get; }

    /// <summary>The tag.</summary>
    public int Tag { get; }
}
