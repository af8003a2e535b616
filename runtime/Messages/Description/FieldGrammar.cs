namespace DeclServer.Description;

/// <summary>A field as it was declared.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Kind">What it is.</param>
public sealed record FieldGrammar(string Name, FieldKind Kind)
{
    /// <summary>How its number is spelled.</summary>
    public NumberEncoding Encoding { get; init; }

    /// <summary>The bits of a binary number, or of one in a bit run.</summary>
    public int Bits { get; init; }

    /// <summary>The most bytes of a number of variable size.</summary>
    public int MaxBytes { get; init; }

    /// <summary>Whether the number can be negative.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Whether the number is shown as a bool.</summary>
    public bool IsBoolean { get; init; }

    /// <summary>The smallest number allowed.</summary>
    public Int128 Min { get; init; }

    /// <summary>The largest number allowed.</summary>
    public Int128 Max { get; init; }

    /// <summary>Whether zeros before the digits are accepted.</summary>
    public bool LeadingZeros { get; init; }

    /// <summary>The base of digits: 2, 8, 10 or 16; those above 9 are small letters.</summary>
    public int Radix { get; init; } = 10;

    /// <summary>The exact number of digits; 0 for as many as the number needs.</summary>
    public int Digits { get; init; }

    /// <summary>Whether capital letters are digits as well.</summary>
    public bool IgnoreCase { get; init; }

    /// <summary>The word of <see cref="NumberEncoding.Flag"/>.</summary>
    public ReadOnlyMemory<byte> Word { get; init; }

    /// <summary>Whether it stands in the message's line: behind the separator, unless it is the first.</summary>
    public bool IsInLine { get; init; }

    /// <summary>Whether the message's line ends with it.</summary>
    public bool EndsLine { get; init; }

    /// <summary>The header that it is the value of, among the elements of the message's sequence; empty for a field that stands in its own place.</summary>
    public string Header { get; init; } = "";

    /// <summary>The message that it is, or that its elements are.</summary>
    public Func<MessageGrammar>? Element { get; init; }

    /// <summary>What ends it.</summary>
    public ExtentGrammar Extent { get; init; } = ExtentGrammar.None;

    /// <summary>The fewest bytes, or elements.</summary>
    public int MinLength { get; init; }

    /// <summary>The most bytes, or elements.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>Fixed bytes before it.</summary>
    public ReadOnlyMemory<byte> Before { get; init; }

    /// <summary>Fixed bytes behind it.</summary>
    public ReadOnlyMemory<byte> After { get; init; }

    /// <summary>The tag's values it belongs to; empty for the default case, null for a field that is always there.</summary>
    public IReadOnlyList<long>? Case { get; init; }

    /// <summary>The member that says whether it is there; null where it always is.</summary>
    public PredicateGrammar? When { get; init; }

    /// <summary>The multiple of bytes from the message's start that it starts at, filled up by zeros; 0 for any.</summary>
    public int Align { get; init; }

    /// <summary>The most jumps, where it is the offset at which the sequence goes on; 0 elsewhere.</summary>
    public int MaxHops { get; init; }

    /// <summary>The checksum that it is.</summary>
    public ChecksumGrammar? Checksum { get; init; }

    /// <summary>The values allowed, as Latin-1 or decimal numbers; empty for all.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>The values denied.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>The ABNF that its bytes match; empty for none.</summary>
    public string Chars { get; init; } = "";

    /// <summary>The regular expression that they match; empty for none.</summary>
    public string Pattern { get; init; } = "";
}

/// <summary>What a field is.</summary>
public enum FieldKind
{
    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>An integer, an enum or a bool.</summary>
    Integer,

    /// <summary>A message.</summary>
    Message,

    /// <summary>Messages one behind the other.</summary>
    Sequence,

    /// <summary>The words of a line.</summary>
    Words,
}

/// <summary>How a number is spelled.</summary>
public enum NumberEncoding
{
    /// <summary>As many bytes as its type has.</summary>
    Binary,

    /// <summary>Decimal digits.</summary>
    Ascii,

    /// <summary>A part of a run of bits.</summary>
    Bits,

    /// <summary>LEB128.</summary>
    Leb128,

    /// <summary>Zigzag LEB128.</summary>
    ZigZag,

    /// <summary>RFC 9000, section 16.</summary>
    Quic,

    /// <summary>A definite length of the basic encoding rules.</summary>
    Ber,

    /// <summary>A number of the basic encoding rules, its length before it.</summary>
    BerInteger,

    /// <summary>A truth of the basic encoding rules, its length before it.</summary>
    BerBoolean,

    /// <summary>A word behind a separator, or nothing.</summary>
    Flag,
}

/// <summary>A checksum.</summary>
/// <param name="Algorithm">The algorithm's name.</param>
/// <param name="From">The first field it covers; empty for the one behind it.</param>
/// <param name="To">The last; empty for the message's last.</param>
/// <param name="Compute">Computes it.</param>
public sealed record ChecksumGrammar(string Algorithm, string From, string To, ChecksumOf Compute);

/// <summary>Computes a checksum.</summary>
/// <param name="bytes">The message.</param>
/// <param name="from">Where what it covers starts.</param>
/// <param name="to">Where that ends.</param>
/// <param name="at">Where the checksum stands itself, taken as zero.</param>
/// <param name="size">Its bytes.</param>
public delegate ulong ChecksumOf(ReadOnlySpan<byte> bytes, int from, int to, int at, int size);
