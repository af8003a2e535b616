using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a <c>[Protocol]</c> class, from source or from a referenced assembly.</summary>
internal static class ProtocolReader
{
    /// <summary>The protocol; null when it cannot be served.</summary>
    /// <param name="symbol">The protocol.</param>
    /// <param name="attribute">The attribute of the server that names it, where its problems are told.</param>
    /// <param name="compilation">The project it is served in.</param>
    /// <param name="problems">Where its problems go.</param>
    public static ProtocolSpec? Read(ITypeSymbol symbol, string attribute, Compilation compilation, List<Problem> problems)
    {
        ITypeSymbol? reply = symbol.AllInterfaces.FirstOrDefault(static i => TypeReader.IsOwn(i, "IProtocol"))?.TypeArguments[0];
        if (Attributes.Find(symbol, "Protocol") is not { } protocol || reply is null)
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", attribute, symbol.Name, "it is no protocol: it needs [Protocol], a [Request<T>] and IProtocol<TReply>"));
            return null;
        }

        List<RequestSpec> requests = [];
        foreach (AttributeData declared in symbol.GetAttributes().Where(static a => Attributes.Is(a, "Request")))
        {
            if (ReadRequest(declared, symbol, attribute, compilation, problems) is { } request)
            {
                requests.Add(request);
            }
        }

        if (requests.Count == 0)
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", attribute, symbol.Name, "it declares no [Request<T>]"));
            return null;
        }

        if (requests.Count > 1 && requests.Any(static r => r.IsTagged))
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", attribute, symbol.Name, "a protocol whose requests a number tells apart has one [Request<T>]"));
        }

        return new ProtocolSpec(
            Names.Reference(symbol), symbol.Name, Names.Reference(reply), Attributes.Named(protocol, "IgnoreCase", false), ReadPrefix(symbol, attribute, problems), new(requests));
    }

    /// <summary>The bytes of the length before each message on a stream.</summary>
    private static int ReadPrefix(ITypeSymbol symbol, string attribute, List<Problem> problems)
    {
        if (Attributes.Find(symbol, "LengthPrefix") is not { } prefix)
        {
            return 0;
        }

        if (Attributes.At<ITypeSymbol?>(prefix, 0, null) is { } type && TypeReader.Integer(type) is { Size: <= 4 } integer && prefix.NamedArguments.Length == 0)
        {
            return integer.Size;
        }

        problems.Add(Problem.Of(ProblemId.Protocol, "", attribute, symbol.Name, "its [LengthPrefix] is a byte, ushort, int or another integer type of up to four bytes, without Bias or Null"));
        return 0;
    }

    private static RequestSpec? ReadRequest(AttributeData declared, ITypeSymbol protocol, string attribute, Compilation compilation, List<Problem> problems)
    {
        ITypeSymbol message = declared.AttributeClass!.TypeArguments[0];
        string field = Attributes.At(declared, 0, "");
        IPropertySymbol? arguments = message.GetMembers(field).OfType<IPropertySymbol>().FirstOrDefault();
        string? elementType = null;
        string? elementValue = null;
        if (arguments is not null && TypeReader.IsOwn(arguments.Type, "Seq") && arguments.Type is INamedTypeSymbol { TypeArguments: [var element] })
        {
            IPropertySymbol[] values = [.. element.GetMembers().OfType<IPropertySymbol>().Where(static p => TypeReader.IsByteSpan(p.Type))];
            if (values.Length == 1)
            {
                elementType = Names.Reference(element);
                elementValue = Names.Escape(values[0].Name);
            }
        }

        IntegerType? tag = arguments is null ? null : TypeReader.Number(arguments.Type);
        bool isTagged = tag is not null;
        decimal most = tag?.Max ?? 0;
        if (arguments is not null && Attributes.Find(arguments, "Bits") is { } bits && Attributes.At(bits, 0, 0) is > 0 and < 64 and var size)
        {
            most = Math.Min(most, (1UL << size) - 1);
        }

        if (arguments is null || (elementType is null && !isTagged && !TypeReader.IsOwn(arguments.Type, "Words")))
        {
            problems.Add(Problem.Of(
                ProblemId.Protocol, "", attribute, protocol.Name, $"{message.Name}.{field} is neither Words, nor a Seq<T> whose T has one ReadOnlySpan<byte> field, nor a number"));
            return null;
        }

        IPropertySymbol[] bodies = [.. BodyReader.Bodies(message).Where(static p => p.DeclaredAccessibility == Accessibility.Public)];
        if (bodies.Length > 0 && !isTagged)
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", attribute, protocol.Name, $"a body follows {message.Name}, and its handlers are given words only: let a number tell its requests apart"));
        }

        return new RequestSpec(
            Names.Reference(message),
            message.Name,
            Names.Escape(field),
            elementType,
            elementValue,
            elementValue is not null && FillsTable(message, field, compilation),
            FirstByte(message),
            isTagged,
            tag?.Min ?? 0,
            most,
            Attributes.Find(message, "Frame") is { } frame && Attributes.At(frame, 0, "").Length == 0,
            new(message.GetMembers().OfType<IPropertySymbol>().Where(static p => !p.IsStatic && TypeReader.IsMessage(p.Type)).Select(static p => Names.Reference(p.Type) + "|" + Names.Escape(p.Name))),
            new(bodies.Select(static p => Names.Escape(p.Name))));
    }

    /// <summary>Whether the message's parser puts the field's elements into a table as it reads them.</summary>
    private static bool FillsTable(ITypeSymbol message, string field, Compilation compilation) =>
        Attributes.Find(message, "MessageFacts") is { } facts
            ? Attributes.Named(facts, "Arguments", "") == field
            : message is INamedTypeSymbol named && Attributes.Find(named, "Message") is not null && MessageReader.Read(named, compilation, [])?.Arguments?.Label == field;

    /// <summary>The byte every such message starts with: as the generator published it, or as the declaration in this project says; -1 for none.</summary>
    private static int FirstByte(ITypeSymbol message)
    {
        if (Attributes.Find(message, "MessageFacts") is { } facts)
        {
            return Attributes.Named(facts, "FirstByte", -1);
        }

        IPropertySymbol? first = message.GetMembers().OfType<IPropertySymbol>().FirstOrDefault(static p => p.IsPartialDefinition && !p.IsStatic);
        string before = first is null || Attributes.Find(first, "Literal") is not { } literal ? "" : Attributes.Named(literal, "Before", "");
        return before.Length == 0 ? -1 : before[0];
    }
}
