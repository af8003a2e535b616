namespace DeclServer;

/// <summary>
/// Declares a wire message: a <c>readonly ref partial struct</c> whose partial properties, in the order they are declared, are its fields
/// in the order they travel. The generator implements them as views over the receive buffer and adds <c>TryParse</c>, <c>GetSize</c> and
/// <c>TryWrite</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class MessageAttribute : Attribute
{
    /// <summary>The most bytes a message may take on the wire. Required: it bounds what one client can make the server keep.</summary>
    public int MaxSize { get; set; }

    /// <summary>The field whose value chooses among the <see cref="CaseAttribute"/> fields, as <c>nameof(Field)</c>.</summary>
    public string? Tag { get; set; }
}

/// <summary>Declares that a message is one line of text: its fields are separated by <see cref="Separator"/> and end with the line.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class TextAttribute : Attribute
{
    /// <summary>The single byte between two fields; several in a row count as one. Space unless told.</summary>
    public string Separator { get; set; } = " ";

    /// <summary>What ends the line. Strict CR LF unless told.</summary>
    public LineEnd LineEnd { get; set; } = LineEnd.CrLf;

    /// <summary>
    /// Whether a field may stand in single or double quotes, so that it can hold separators. Escapes inside quotes are refused: a field
    /// is a view of what was received, so nothing can be unescaped in it.
    /// </summary>
    public bool Quotes { get; set; }
}

/// <summary>What ends a line of a text message.</summary>
public enum LineEnd
{
    /// <summary>CR LF; a lone LF is refused.</summary>
    CrLf,

    /// <summary>CR LF or a lone LF: a declared leniency, for protocols whose manuals ask for it.</summary>
    CrLfOrLf,
}

/// <summary>The field is there only when the message's tag has this value.</summary>
/// <param name="value">The tag's value: a constant of the tag field's type, or a character that fits a byte.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CaseAttribute(object value) : Attribute
{
    /// <summary>The tag's value.</summary>
    public object Value { get; } = value;
}
