using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// The places where two byte strings give one value. A message is strict unless it declares otherwise: numbers have one spelling, padding is
/// zero, a length is that of what it measures. Where this list is empty, <c>Write(Parse(b))</c> is <c>b</c> for every valid <c>b</c>.
/// </summary>
public static class MessageStrictness
{
    /// <summary>The leniencies of a message and of all in it, in wire order; empty where each value has one spelling.</summary>
    /// <typeparam name="T">The message.</typeparam>
    public static IReadOnlyList<Leniency> Of<T>()
        where T : IMessage<T>, allows ref struct
    {
        List<Leniency> found = [];
        foreach (MessageGrammar grammar in GrammarWalk.All(MessageGrammar.Of<T>()))
        {
            if (grammar.Line is { } line)
            {
                Add(grammar.Fields[0], true, "SeveralSeparators", "several separators in a row, or some at an end of the line, count as one", "[Text]");
                Add(grammar.Fields[0], line.Separators.Length > 1, "SeparatorChoice", "each of several bytes separates words", "[Text(Separator)]");
                Add(grammar.Fields[0], line.Blanks.Length > 0, "Blanks", "blanks before a word are skipped", "[Text(Blank)]");
                Add(grammar.Fields[0], line.AllowsLf, "LineEnd", "a line ends with CR LF or a lone LF", "[Text(LineEnd = LineEnd.CrLfOrLf)]");
                Add(grammar.Fields[0], line.Quotes, "Quotes", "a word may stand in quotes or not", "[Text(Quotes)]");
                Add(grammar.Fields[0], line.Escapes, "Escapes", "a byte in quotes may be escaped or not", "[Text(Escapes)]");
            }

            foreach (FieldGrammar field in grammar.Fields)
            {
                Add(field, field.LeadingZeros, "LeadingZeros", "zeros before the number are skipped", "[Ascii(LeadingZeros)]");
                Add(field, field.MaxHops > 0, "Jump", "what follows may stand here or at an earlier offset", "[At]");
                Add(field, field.IsBoolean && field.Bits > 1 && field.Max > 1, "Truth", "every number but 0 is true", "bool");
            }

            void Add(FieldGrammar field, bool holds, string kind, string what, string declaredBy)
            {
                if (holds)
                {
                    found.Add(new Leniency($"{grammar.Name}.{field.Name}", kind, what, declaredBy));
                }
            }
        }

        return found;
    }
}

/// <summary>A place where two byte strings give one value.</summary>
/// <param name="Field">The field, as <c>Message.Field</c>.</param>
/// <param name="Kind">What kind of place, in one word.</param>
/// <param name="Description">What the parser takes for the same.</param>
/// <param name="DeclaredBy">The attribute that declares it.</param>
public sealed record Leniency(string Field, string Kind, string Description, string DeclaredBy);
