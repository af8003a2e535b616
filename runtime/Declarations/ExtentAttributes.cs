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

    /// <summary>The length that means "no value": no byte and no <see cref="LiteralAttribute.After"/> follow it. Must be negative.</summary>
    public int Null { get; set; } = int.MinValue;
}

/// <summary>The field ends before these bytes, which are consumed with it. Its bound is <c>MaxLength</c>, <c>Chars</c> or its number's range.</summary>
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
}
