namespace DeclServer.Description;

/// <summary>What ends a field.</summary>
/// <param name="Kind">What it is.</param>
public sealed record ExtentGrammar(ExtentKind Kind)
{
    /// <summary>The field ends by itself.</summary>
    public static ExtentGrammar None { get; } = new(ExtentKind.None);

    /// <summary>The constant length.</summary>
    public int Bytes { get; init; }

    /// <summary>The field that says it: the length or count is <c>Scale * field + Bias</c>.</summary>
    public string Field { get; init; } = "";

    /// <summary>Bytes a unit stands for.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>What is added.</summary>
    public int Bias { get; init; }

    /// <summary>The length that says that there is no value.</summary>
    public int? Null { get; init; }

    /// <summary>What ends it.</summary>
    public ReadOnlyMemory<byte> Delimiter { get; init; }

    /// <summary>The number right before it that says its length.</summary>
    public FieldGrammar? Prefix { get; init; }

    /// <summary>Whether the separator before it is left out where it is empty.</summary>
    public bool Optional { get; init; }

    /// <summary>The method that reads it, and whether bytes are what it takes.</summary>
    public PredicateGrammar? Parser { get; init; }

    /// <summary>The member of an element that says that it is the last.</summary>
    public PredicateGrammar? Last { get; init; }
}

/// <summary>What ends a field.</summary>
public enum ExtentKind
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

    /// <summary>The line's end.</summary>
    Line,

    /// <summary>A method of the declaration.</summary>
    Parser,
}
