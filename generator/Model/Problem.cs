namespace DeclServer.Generator.Model;

/// <summary>
/// Something wrong with a declaration. It names its place by member and attribute, never by position in a file, so that it can stand in a
/// model without re-running anything when lines move; the analyzers find the place again.
/// </summary>
/// <param name="Id">The diagnostic's ID.</param>
/// <param name="Member">The member, empty for the type itself; <c>Method(parameter)</c> for a parameter.</param>
/// <param name="Attribute">The attribute's name without its suffix; empty for the member's own name.</param>
/// <param name="Arguments">What the diagnostic's message is filled with.</param>
internal sealed record Problem(string Id, string Member, string Attribute, EquatableArray<string> Arguments)
{
    public static Problem Of(string id, string member, string attribute, params string[] arguments) => new(id, member, attribute, new(arguments));
}

/// <summary>The IDs of what can be wrong with a declaration; each has a descriptor in analyzers/ and a page in docs/rules.</summary>
internal static class ProblemId
{
    /// <summary>The declared type has not the shape the generator fills: partial, ref struct, not generic.</summary>
    public const string Shape = "DS1001";

    /// <summary>A variable extent with no static bound.</summary>
    public const string Unbounded = "DS1002";

    /// <summary>A rule is empty, contradictory, wider than its type, or not applicable.</summary>
    public const string Rule = "DS1003";

    /// <summary>A referenced field is unknown, later in order, or of the wrong type.</summary>
    public const string Reference = "DS1004";

    /// <summary>A parameter that no argument can fill.</summary>
    public const string Parameter = "DS1005";

    /// <summary>A field type or a combination of attributes that has no wire form.</summary>
    public const string Field = "DS1006";

    /// <summary>A protocol or endpoint is declared wrongly.</summary>
    public const string Protocol = "DS1007";

    /// <summary>The project's language version is too low.</summary>
    public const string Language = "DS1008";

    /// <summary>A setting, hook or scheduled method is declared wrongly.</summary>
    public const string Member = "DS1009";

    /// <summary>A port, limit or concurrency setting is out of range.</summary>
    public const string Setting = "DS1010";

    /// <summary>State that handlers write at the same time without a lock; found by an analyzer of its own.</summary>
    public const string Unguarded = "DS5003";

    /// <summary>Two commands or cases match one input.</summary>
    public const string Overlap = "DS9001";

    /// <summary>A command or case that no input reaches.</summary>
    public const string Unreachable = "DS9002";
}
