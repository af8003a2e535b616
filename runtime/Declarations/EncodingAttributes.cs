namespace DeclServer;

/// <summary>
/// The integer is written in decimal digits, with a minus sign where it is negative. A plus sign, leading zeros and "-0" are refused unless
/// <see cref="LeadingZeros"/> is set, so that one number has one spelling.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class AsciiAttribute : Attribute
{
    /// <summary>Accept zeros before the number: a declared leniency.</summary>
    public bool LeadingZeros { get; set; }

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
}

/// <summary>
/// The field's bytes, as an ABNF repetition of one class (RFC 5234): <c>"1*250(%x21-7E)"</c>, <c>"*(ALPHA / DIGIT / \"-\")"</c>. The names
/// ALPHA, BIT, CHAR, CR, CTL, DIGIT, DQUOTE, HEXDIG, HTAB, LF, OCTET, SP and VCHAR of its appendix B are known.
/// </summary>
/// <param name="repetition">The repetition.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class CharsAttribute(string repetition) : Attribute
{
    /// <summary>The repetition.</summary>
    public string Repetition { get; } = repetition;
}
