using DeclServer.Description;

namespace DeclServer.Testing;

/// <summary>
/// A picture of a message, as SVG: a packet diagram, 32 bits a row as RFCs draw them, for a binary message; a railroad diagram for a text one.
/// The messages inside stand below it.
/// </summary>
public static class MessageDiagram
{
    /// <summary>The picture.</summary>
    /// <typeparam name="T">The message.</typeparam>
    public static string Svg<T>()
        where T : IMessage<T>, allows ref struct
    {
        IReadOnlyList<MessageGrammar> all = GrammarWalk.All(MessageGrammar.Of<T>());
        SvgPicture picture = new();
        double top = 12;
        foreach (MessageGrammar grammar in all)
        {
            picture.Text(16, top + 14, grammar.Name, "title", "start");
            picture.Text(16 + (SvgPicture.WidthOf(grammar.Name, 14) * 1.3) + 12, top + 14, Sizes(grammar), "small", "start");
            top = grammar.IsText ? RailroadDiagram.Draw(picture, grammar, top + 26) : PacketDiagram.Draw(picture, grammar, top + 26);
            top += 18;
        }

        return picture.Finish(all[0].Name);
    }

    private static string Sizes(MessageGrammar grammar)
    {
        List<string> parts = [grammar.MinSize == grammar.MaxSize ? $"{grammar.MinSize} bytes" : $"{grammar.MinSize} to {grammar.MaxSize} bytes"];
        if (grammar.Frame is { IsInput: false } frame)
        {
            parts.Add(frame is { Scale: 1, Bias: 0 } ? $"{frame.Field} says how many follow it" : $"{GrammarWalk.Affine(frame.Field, frame.Scale, frame.Bias)} bytes follow {frame.Field}");
        }

        if (grammar.MaxDepth > 0)
        {
            parts.Add($"nested at most {grammar.MaxDepth} deep");
        }

        if (grammar.IsLittleEndian)
        {
            parts.Add("little-endian");
        }

        return string.Join(" · ", parts);
    }
}
