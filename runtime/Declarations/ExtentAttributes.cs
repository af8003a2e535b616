namespace DeclServer;

/// <summary>The field's length in bytes: a constant, or what an earlier integer field says.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SizeAttribute : Attribute
{
    /// <summary>A fixed length in bytes.</summary>
    public SizeAttribute(int bytes) => Bytes = bytes;

    /// <summary>The length is the value of an earlier integer field, given as <c>nameof(Field)</c>. The writer derives that field.</summary>
    public SizeAttribute(string field) => Field = field;

    /// <summary>The fixed length in bytes.</summary>
    public int Bytes { get; }

    /// <summary>The field that holds the length.</summary>
    public string? Field { get; }

    /// <summary>Bytes a unit of the field stands for: the length is <c>Scale * field + Bias</c>.</summary>
    public int Scale { get; set; } = 1;

    /// <summary>Bytes to add.</summary>
    public int Bias { get; set; }

    /// <summary>The length that means "no value": no byte and no <see cref="LiteralAttribute.After"/> follow it. Must be negative.</summary>
    public int Null { get; set; } = int.MinValue;
}

/// <summary>
/// The field ends before these bytes, which are consumed with it. Its bound is <c>MaxLength</c>, <c>Chars</c> or its number's range. A
/// <see cref="Seq{T}"/> ends where they stand in an element's place; its bound is the <c>MaxLength</c> of its elements.
/// </summary>
/// <param name="delimiter">One or two bytes, each written as a character from U+0000 to U+00FF.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UntilAttribute(string delimiter) : Attribute
{
    /// <summary>The bytes that end the field.</summary>
    public string Delimiter { get; } = delimiter;
}

/// <summary>How many elements a <see cref="Seq{T}"/> has: what an earlier integer field says. A negative count is no element.</summary>
/// <param name="field">The field that holds the count, as <c>nameof(Field)</c>. The writer derives it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountAttribute(string field) : Attribute
{
    /// <summary>The field that holds the count.</summary>
    public string Field { get; } = field;

    /// <summary>Elements to add: the count is <c>field + Bias</c>.</summary>
    public int Bias { get; set; }
}

/// <summary>
/// The field's length in bytes stands right before it. On a protocol: on a stream each of its messages stands behind its length; a datagram is a
/// message by itself.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class LengthPrefixAttribute : Attribute
{
    /// <summary>The length is a binary integer in the message's byte order.</summary>
    /// <param name="type"><c>typeof(byte)</c>, <c>typeof(ushort)</c>, <c>typeof(int)</c> or another integer type of up to four bytes.</param>
    public LengthPrefixAttribute(Type type) => Type = type;

    /// <summary>The length is a number of variable size.</summary>
    /// <param name="kind">How the number is spelled.</param>
    public LengthPrefixAttribute(VarintKind kind) => Kind = kind;

    /// <summary>The integer's type.</summary>
    public Type? Type { get; }

    /// <summary>How a number of variable size is spelled.</summary>
    public VarintKind Kind { get; }

    /// <summary>Bytes to add to the number: -4 where a four-byte length counts itself.</summary>
    public int Bias { get; set; }

    /// <summary>The number that means "no value": nothing follows it. Must be negative.</summary>
    public int Null { get; set; } = int.MinValue;
}

/// <summary>The field takes all that is left of the frame, of the field that holds the message, or of the line: there it may hold separators.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RestAttribute : Attribute
{
    /// <summary>In a line: whether the separator before the field is left out where the field is empty, so that the line may end before it.</summary>
    public bool Optional { get; set; }
}

/// <summary>The sequence ends behind the first element of which this <see cref="bool"/> member is true. Its bound is its <c>MaxLength</c>.</summary>
/// <param name="predicate">The element's member, as <c>nameof(Element.Member)</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RepeatUntilAttribute(string predicate) : Attribute
{
    /// <summary>The element's member.</summary>
    public string Predicate { get; } = predicate;
}

/// <summary>
/// The field is what a method of yours takes: the way out for bytes whose reading depends on what was read before them, such as quotes with
/// escapes. Its value is those bytes, as they stand; a writer gives them back. Its bound is its <c>MaxLength</c>, <c>Chars</c> or
/// <c>RegularExpression</c>; outside a frame and a line, where the method starts again whenever more has come, at most 256 bytes.
/// </summary>
/// <param name="method">
/// The message's method, as <c>nameof(Method)</c>: <c>static bool Method(ref FieldReader reader)</c>. It depends on nothing but what it reads,
/// and does not throw.
/// </param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ParserAttribute(string method) : Attribute
{
    /// <summary>The method.</summary>
    public string Method { get; } = method;
}

/// <summary>
/// The field is an offset from the message's first byte, and the sequence whose element holds it goes on there. Each jump leads to before
/// where it was made from and before the last jump's target, so a sequence of jumps ends.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AtAttribute : Attribute
{
    /// <summary>The most jumps in one sequence.</summary>
    public int MaxHops { get; set; } = 16;
}

/// <summary>Zero bytes before the field, up to a multiple of so many bytes from the message's first byte.</summary>
/// <param name="bytes">2 to 4,096.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AlignAttribute(int bytes) : Attribute
{
    /// <summary>The multiple.</summary>
    public int Bytes { get; } = bytes;
}
