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

    /// <summary>
    /// The byte order of binary numbers and bit runs. In a little-endian run the first field of <see cref="BitsAttribute"/> takes the lowest
    /// bits, in a big-endian one the highest.
    /// </summary>
    public Endian Endian { get; set; }

    /// <summary>The most messages of this type nested in each other, itself counted. Required where the type holds itself.</summary>
    public int MaxDepth { get; set; }

    /// <summary>
    /// Whether a copy of the message can be made that outlives the buffer: <c>ToOwned()</c> gives a <c>Message.Owned</c> with the same
    /// properties, bytes as <see cref="ReadOnlyMemory{T}"/> and sequences as <see cref="OwnedSeq{TMessage, TOwned}"/>. All messages in it must have it too.
    /// </summary>
    public bool Owned { get; set; }
}

/// <summary>The order of a number's bytes.</summary>
public enum Endian
{
    /// <summary>The most significant byte first: network byte order.</summary>
    Big,

    /// <summary>The least significant byte first.</summary>
    Little,
}

/// <summary>
/// The message says, or its surroundings know, where it ends before it has been read: it is waited for whole and then read in one pass.
/// Without a field: the input is the message, as a datagram is, or the field that holds it. Bytes left behind the last field are refused.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class FrameAttribute : Attribute
{
    /// <summary>The input is the message: a datagram, or the field that holds it. Offsets inside count from its first byte.</summary>
    public FrameAttribute()
    {
    }

    /// <summary>The field says how many bytes follow it, after <see cref="Scale"/> and <see cref="Bias"/>. The writer derives it.</summary>
    /// <param name="field">The integer field, as <c>nameof(Field)</c>.</param>
    public FrameAttribute(string field) => Field = field;

    /// <summary>The field that holds the length.</summary>
    public string? Field { get; }

    /// <summary>Bytes a unit of the field stands for. The bytes that follow are <c>Scale * field + Bias</c>.</summary>
    public int Scale { get; set; } = 1;

    /// <summary>Bytes to add: -4 where the field counts its own four bytes.</summary>
    public int Bias { get; set; }
}

/// <summary>
/// Declares that a message is a line of text, or begins with one. Its fields stand in the line with exactly one <see cref="Separator"/>
/// between two of them; the last, or the one with <see cref="LiteralAttribute.LineEnd"/>, ends with the line. Or it is one field of
/// <see cref="Words"/>, of which any number stand there.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class TextAttribute : Attribute
{
    /// <summary>
    /// What stands between two fields: one ASCII character. Between <see cref="Words"/> it may be several, any of which separates two words,
    /// and several in a row count as one. Space unless told.
    /// </summary>
    public string Separator { get; set; } = " ";

    /// <summary>
    /// Bytes, each an ASCII character, that are skipped before a word and may follow its closing quote, but do not end a word that stands in
    /// no quotes. None unless told: a leniency, for protocols that tell the start of a word by other bytes than its end. Between fields they
    /// are skipped behind a separator and before the line's end, and the first of them is written behind each separator.
    /// </summary>
    public string Blank { get; set; } = "";

    /// <summary>Whether literals and flags are accepted in any case: <c>mail from:</c> for <c>MAIL FROM:</c>. They are written as declared.</summary>
    public bool IgnoreCase { get; set; }

    /// <summary>What ends the line. Strict CR LF unless told.</summary>
    public LineEnd LineEnd { get; set; } = LineEnd.CrLf;

    /// <summary>
    /// Whether a word, or its end, may stand in single or double quotes, so that it can hold separators. The closing quote ends the word: a
    /// line is refused where it is missing, or where text stands right behind it (<see cref="ErrorCode.BadQuotes"/>).
    /// </summary>
    public bool Quotes { get; set; }

    /// <summary>
    /// Whether quotes may hold escapes: between double quotes <c>\n \r \t \b \a \xHH</c>, and any other byte behind a backslash as itself;
    /// between single quotes <c>\'</c> alone. Only with <see cref="Quotes"/>. Such a word's value is no part of what was received, so it is
    /// decoded into a buffer of the loop's, which is no longer than the longest line received.
    /// </summary>
    public bool Escapes { get; set; }
}

/// <summary>What ends a line of a text message.</summary>
public enum LineEnd
{
    /// <summary>CR LF; a lone LF is refused.</summary>
    CrLf,

    /// <summary>CR LF or a lone LF: a declared leniency, for protocols whose manuals ask for it.</summary>
    CrLfOrLf,
}

/// <summary>The field is there only when the message's tag has one of these values; with none given, when it has no other case's.</summary>
/// <param name="values">The tag's values: constants of the tag field's type, or characters that fit a byte.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CaseAttribute(params object[] values) : Attribute
{
    /// <summary>The tag's values; none for the default case.</summary>
    public object[] Values { get; } = values;
}

/// <summary>The field, or the body behind the message, is there only when this <see cref="bool"/> member of the message, computed from earlier fields, is true.</summary>
/// <param name="predicate">The member, as <c>nameof(Member)</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WhenAttribute(string predicate) : Attribute
{
    /// <summary>The member.</summary>
    public string Predicate { get; } = predicate;
}
