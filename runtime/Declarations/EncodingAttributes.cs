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
