using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a <c>[Command]</c> method.</summary>
internal static class CommandReader
{
    /// <param name="method">The method.</param>
    /// <param name="protocols">The server's protocols, in their order.</param>
    /// <param name="state">The state property of the server's session.</param>
    /// <param name="session">The server's session type, as far as it is known.</param>
    /// <param name="problems">Where problems go.</param>
    public static CommandSpec Read(IMethodSymbol method, ProtocolSpec[] protocols, IPropertySymbol? state, ref string? session, List<Problem> problems)
    {
        TypedConstant[] given = [.. method.GetAttributes().Where(static a => Attributes.Is(a, "Command") && a.ConstructorArguments.Length == 1).Select(static a => a.ConstructorArguments[0])];
        string[] names = [.. given.Select(Label)];
        long[] tags = [.. given.Where(static g => Tag(g) is not null).Select(static g => Tag(g)!.Value)];
        foreach (string name in names)
        {
            string[] words = name.Split(' ');
            if (words.Length > 2 || words.Any(static w => w.Length is 0 or > 64 || w.Any(static c => c is <= ' ' or > '~')))
            {
                problems.Add(Problem.Of(ProblemId.Parameter, method.Name, "Command", name, "a command's name is one or two words of visible ASCII characters"));
            }
        }

        List<ParameterSpec> parameters = [];
        string? writerReply = null;
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            ParameterSpec spec = ReadParameter(method, parameter, protocols, problems);
            parameters.Add(spec);
            if (spec.Source == ParameterSource.Session)
            {
                session ??= spec.TypeName;
                if (session != spec.TypeName)
                {
                    problems.Add(Problem.Of(ProblemId.Parameter, Member(method, parameter), "", parameter.Name, "a server has one session type, and another handler takes a different one"));
                }
            }
            else if (spec.Source == ParameterSource.Reply)
            {
                writerReply = Names.Reference(((INamedTypeSymbol)parameter.Type).TypeArguments[0]);
            }
        }

        AnswerKind answers = AnswerKind.AtOnce;
        ITypeSymbol returned = method.ReturnType;
        bool isSeveral = false;
        if (TypeReader.Awaited(returned, out bool isValueTask) is { } awaited)
        {
            answers = isValueTask ? AnswerKind.ByValueTask : AnswerKind.ByTask;
            isSeveral = awaited is IArrayTypeSymbol;
            ITypeSymbol copy = awaited is IArrayTypeSymbol { ElementType: var element } ? element : awaited;
            returned = TypeReader.MessageOfCopy(copy) ?? awaited;
        }

        if (Attributes.Find(method, "Offload") is not null)
        {
            if (answers != AnswerKind.AtOnce)
            {
                problems.Add(Problem.Of(ProblemId.Member, method.Name, "Offload", method.Name, "it returns a task and holds no loop: leave out [Offload]"));
            }

            answers = AnswerKind.BesideTheLoop;
        }

        string replyType = Names.Reference(returned);
        int protocol = Array.FindIndex(protocols, p => p.ReplyType == (writerReply ?? replyType));
        if (protocol < 0 && method.ReturnsVoid && writerReply is null && protocols.Length == 1)
        {
            protocol = 0;
        }

        if (protocol < 0 || (method.IsAsync && answers is AnswerKind.AtOnce) || method.IsGenericMethod || (writerReply is not null && !method.ReturnsVoid && answers is AnswerKind.AtOnce or AnswerKind.BesideTheLoop))
        {
            problems.Add(Problem.Of(
                ProblemId.Parameter,
                method.Name,
                "Command",
                method.Name,
                "a handler returns the reply message of one of the server's protocols, or void and takes a ReplyWriter of it, or a ValueTask or Task of its copy, Owned, or of an array of them"));
        }

        if (protocol >= 0)
        {
            CheckTags(method, protocols[protocol], tags.Length, names.Length, parameters, problems);
        }

        CheckOrder(method, parameters, problems);
        CheckAnswer(method, answers, parameters, problems);
        return new CommandSpec(
            Names.Escape(method.Name), method.Name, new(names), new(tags), StateReader.Transitions(method, state, problems), protocol, method.IsStatic, !method.ReturnsVoid, answers, isSeveral, new(parameters));
    }

    /// <summary>The number that a <c>[Command]</c> is given; null where it is given a name.</summary>
    private static long? Tag(TypedConstant given) => given.Value switch
    {
        char character => character,
        byte or sbyte or short or ushort or int or uint or long => Convert.ToInt64(given.Value, System.Globalization.CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A command's name, or what its number is called.</summary>
    private static string Label(TypedConstant given) =>
        given.Value is string name ? name
        : given.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } type && type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, given.Value)) is { } member ? member.Name
        : Convert.ToString(given.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static void CheckTags(IMethodSymbol method, ProtocolSpec protocol, int tags, int names, List<ParameterSpec> parameters, List<Problem> problems)
    {
        if (protocol.IsTagged ? tags != names : tags > 0)
        {
            problems.Add(Problem.Of(
                ProblemId.Parameter,
                method.Name,
                "Command",
                method.Name,
                protocol.IsTagged
                    ? $"requests of {protocol.Name} are told apart by {protocol.Requests[0].Label}.{protocol.Requests[0].Arguments}: name one of its values, an integer or enum member"
                    : $"commands of {protocol.Name} have names: give one, [Command(\"NAME\")]"));
        }

        foreach (ParameterSpec parameter in parameters)
        {
            bool isOfMessage = parameter.Source is ParameterSource.Request;
            bool isAlways = parameter.Source is ParameterSource.Session or ParameterSource.Connection or ParameterSource.Reply or ParameterSource.Cancellation;
            if (!isAlways && isOfMessage != protocol.IsTagged)
            {
                problems.Add(Problem.Of(
                    ProblemId.Parameter,
                    $"{method.Name}({parameter.Label})",
                    "",
                    parameter.Label,
                    protocol.IsTagged
                        ? $"a request of {protocol.Name} has no arguments: take {protocol.Requests[0].Label}, a message in it, the session, Connection or ReplyWriter"
                        : $"a request of {protocol.Name} has arguments, not messages"));
            }
        }
    }

    /// <summary>What a handler that goes on takes must be there still; what one that answers at once takes need not be kept.</summary>
    private static void CheckAnswer(IMethodSymbol method, AnswerKind answers, List<ParameterSpec> parameters, List<Problem> problems)
    {
        bool isTask = answers is AnswerKind.ByValueTask or AnswerKind.ByTask;
        foreach (ParameterSpec parameter in parameters)
        {
            bool isView = parameter.Source is ParameterSource.Rest or ParameterSource.Request
                || (parameter is { Argument: ArgumentType.Bytes, IsKept: false, Source: ParameterSource.Positional or ParameterSource.Option or ParameterSource.Block });
            string? why = parameter switch
            {
                { Source: ParameterSource.Connection } when answers == AnswerKind.BesideTheLoop => "the connection is the loop's, and the handler runs beside it",
                { Source: ParameterSource.Rest or ParameterSource.Request } when answers == AnswerKind.BesideTheLoop => "it is gone when the handler runs, beside the loop: take its parts",
                { Source: ParameterSource.Reply } when isTask => "a handler that goes on returns its replies: a ValueTask of the message's Owned, or of an array of them",
                _ when isTask && isView => "it is gone when the handler goes on: take ReadOnlyMemory<byte>, which stays until the handler has answered",
                { IsKept: true } when !isTask => "the handler answers when it returns: take ReadOnlySpan<byte>, which is not kept for it",
                { Source: ParameterSource.Cancellation } when !isTask => "the handler answers when it returns, so that nothing can cancel it: return a ValueTask",
                _ => null,
            };
            if (why is not null)
            {
                problems.Add(Problem.Of(ProblemId.Parameter, Member(method, parameter.Label), "", parameter.Label, why));
            }
        }
    }

    private static string Member(IMethodSymbol method, string parameter) => $"{method.Name}({parameter})";

    private static string Member(IMethodSymbol method, IParameterSymbol parameter) => $"{method.Name}({parameter.Name})";

    private static ParameterSpec ReadParameter(IMethodSymbol method, IParameterSymbol parameter, ProtocolSpec[] protocols, List<Problem> problems)
    {
        string member = Member(method, parameter);
        ITypeSymbol type = parameter.Type;
        bool nullable = false;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T, TypeArguments: [var inner] })
        {
            nullable = true;
            type = inner;
        }

        IntegerType? integer = TypeReader.Integer(type);
        AttributeData? option = Attributes.Find(parameter, "Option");
        AttributeData? flag = Attributes.Find(parameter, "Flag");
        AttributeData? size = Attributes.Find(parameter, "Size");
        AttributeData? literal = Attributes.Find(parameter, "Literal");
        ParameterSource source =
            flag is not null ? ParameterSource.Flag
            : option is not null ? ParameterSource.Option
            : size is not null ? ParameterSource.Block
            : Attributes.Find(type, "Session") is not null ? ParameterSource.Session
            : TypeReader.IsOwn(type, "Connection") ? ParameterSource.Connection
            : TypeReader.IsOwn(type, "ReplyWriter") ? ParameterSource.Reply
            : TypeReader.IsOwn(type, "Arguments") ? ParameterSource.Rest
            : TypeReader.IsCancellation(type) ? ParameterSource.Cancellation
            : TypeReader.IsMessage(type) && Part(Names.Reference(type), protocols) is not null ? ParameterSource.Request
            : ParameterSource.Positional;
        ArgumentType argument = ArgumentType.Bytes;
        bool isKept = TypeReader.IsByteMemory(type) && !nullable;
        bool isBytes = isKept || TypeReader.IsByteSpan(type);
        bool bindable = true;
        switch (source)
        {
            case ParameterSource.Flag:
                argument = ArgumentType.Flag;
                bindable = type.SpecialType == SpecialType.System_Boolean && !nullable;
                break;
            case ParameterSource.Block:
                bindable = isBytes && Attributes.At(size!, 0, "").Length > 0;
                break;
            case ParameterSource.Positional or ParameterSource.Option when integer is not null:
                argument = ArgumentType.Integer;
                break;
            case ParameterSource.Positional or ParameterSource.Option when type.TypeKind == TypeKind.Enum:
                argument = ArgumentType.Enum;
                break;
            case ParameterSource.Positional or ParameterSource.Option when isBytes:
                break;
            case ParameterSource.Positional or ParameterSource.Option:
                argument = ArgumentType.Parsable;
                bindable = TypeReader.IsUtf8Parsable(type);
                break;
        }

        if (!bindable || parameter.RefKind is not (RefKind.None or RefKind.In) || parameter.IsParams)
        {
            problems.Add(Problem.Of(
                ProblemId.Parameter,
                member,
                "",
                parameter.Name,
                source == ParameterSource.Flag ? "a flag is a bool"
                : source == ParameterSource.Block ? "a block is a ReadOnlySpan<byte> sized by nameof(an earlier parameter)"
                : $"no argument can fill {parameter.Type.ToDisplayString()}: take ReadOnlySpan<byte>, an integer, an enum, a type that is IUtf8SpanParsable, Arguments, the session, Connection or ReplyWriter"));
        }

        RulesSpec rules = RuleReader.Read(parameter, member, problems);
        CheckRules(parameter, member, source, argument, rules, problems);
        string word = source == ParameterSource.Request ? Part(Names.Reference(type), protocols)! : flag is not null ? Attributes.At(flag, 0, "") : option is not null ? Attributes.At(option, 0, "") : "";
        if ((flag ?? option) is not null && (word.Length is 0 or > 64 || word.Any(static c => c is <= ' ' or > '~')))
        {
            problems.Add(Problem.Of(ProblemId.Parameter, member, flag is not null ? "Flag" : "Option", parameter.Name, "its name is a word of visible ASCII characters"));
        }

        return new ParameterSpec(
            Names.Escape(parameter.Name),
            parameter.Name,
            source,
            argument,
            Names.Reference(type),
            integer,
            argument == ArgumentType.Enum ? new(type.GetMembers().OfType<IFieldSymbol>().Where(static f => f.IsConst).Select(static f => Names.Escape(f.Name))) : default,
            nullable,
            isKept,
            Default(parameter),
            word,
            flag is not null && Attributes.Named(flag, "Quiet", false),
            size is null ? "" : Names.Escape(Attributes.At(size, 0, "")),
            literal is null ? default : Attributes.Bytes(Attributes.Named(literal, "After", "")) ?? default,
            rules);
    }

    /// <summary>The property of a request that has a type, empty for the request itself; null where there is none, or more than one.</summary>
    private static string? Part(string type, ProtocolSpec[] protocols)
    {
        RequestSpec[] requests = [.. protocols.Where(static p => p.IsTagged).SelectMany(static p => p.Requests)];
        if (requests.Any(r => r.Message == type))
        {
            return "";
        }

        string[] parts = [.. requests.SelectMany(static r => r.Parts).Where(p => p.StartsWith(type + "|", StringComparison.Ordinal)).Select(static p => p.Substring(p.IndexOf('|') + 1))];
        return parts.Length == 1 ? parts[0] : null;
    }

    private static void CheckRules(IParameterSymbol parameter, string member, ParameterSource source, ArgumentType argument, RulesSpec rules, List<Problem> problems)
    {
        if (rules.Range is not null && argument != ArgumentType.Integer)
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, "Range", "[Range] is checked on integers only"));
        }

        bool hasLength = source is ParameterSource.Rest or ParameterSource.Block || (argument == ArgumentType.Bytes && source is ParameterSource.Positional or ParameterSource.Option);
        if ((rules.MinLength ?? rules.MaxLength) is not null && !hasLength)
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, rules.MinLength is null ? "MaxLength" : "MinLength", $"a length is checked on bytes and Arguments only, and {parameter.Name} is neither"));
        }

        if (rules.Chars is not null && (argument != ArgumentType.Bytes || source is not (ParameterSource.Positional or ParameterSource.Option)))
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, "Chars", $"[Chars] is checked on byte arguments only, and {parameter.Name} is none"));
        }

        if (rules.Pattern is not null && (argument != ArgumentType.Bytes || source is not (ParameterSource.Positional or ParameterSource.Option)))
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, "RegularExpression", $"[RegularExpression] is checked on byte arguments only, and {parameter.Name} is none"));
        }

        if (rules.Allowed.Concat(rules.Denied).Any() && source is not (ParameterSource.Positional or ParameterSource.Option))
        {
            problems.Add(Problem.Of(ProblemId.Rule, member, rules.Allowed.Count > 0 ? "AllowedValues" : "DeniedValues", $"values are checked on single arguments only, and {parameter.Name} is none"));
        }
    }

    private static void CheckOrder(IMethodSymbol method, List<ParameterSpec> parameters, List<Problem> problems)
    {
        bool optionalSeen = false;
        bool restSeen = false;
        List<ParameterSpec> earlier = [];
        foreach (ParameterSpec parameter in parameters)
        {
            string member = $"{method.Name}({parameter.Label})";
            switch (parameter.Source)
            {
                case ParameterSource.Positional:
                    if (restSeen || (optionalSeen && parameter.Default is null && !parameter.IsNullable))
                    {
                        problems.Add(Problem.Of(ProblemId.Parameter, member, "", parameter.Label, "an argument that must be there stands behind one that may be missing: put it before"));
                    }

                    optionalSeen |= parameter.Default is not null || parameter.IsNullable;
                    break;
                case ParameterSource.Rest:
                    if (restSeen || optionalSeen || parameters.Any(static p => p.Source is ParameterSource.Option or ParameterSource.Flag))
                    {
                        problems.Add(Problem.Of(ProblemId.Parameter, member, "", parameter.Label, "Arguments takes all that is left, so nothing optional can stand beside it"));
                    }

                    restSeen = true;
                    break;
                case ParameterSource.Block:
                    ParameterSpec? length = earlier.Find(p => p.Name == parameter.SizeParameter);
                    if (length is not { Argument: ArgumentType.Integer, Source: ParameterSource.Positional })
                    {
                        problems.Add(Problem.Of(ProblemId.Reference, member, "Size", parameter.SizeParameter, "is no integer parameter before this one"));
                    }
                    else if (length.Rules.Range is not { Min: >= 0, Max: <= int.MaxValue - 16 })
                    {
                        problems.Add(Problem.Of(ProblemId.Unbounded, $"{method.Name}({length.Label})", "", length.Label, "it is the length of a block: give it a [Range] from 0 up, so that one request cannot fill the memory"));
                    }

                    break;
                case ParameterSource.Option or ParameterSource.Flag:
                    if (earlier.Any(p => p.Word.Length > 0 && string.Equals(p.Word, parameter.Word, StringComparison.OrdinalIgnoreCase)))
                    {
                        problems.Add(Problem.Of(ProblemId.Overlap, member, parameter.Source.ToString(), parameter.Word, "two options or flags of one command have this name"));
                    }

                    if (parameter is { Source: ParameterSource.Option, Default: null, IsNullable: false, Argument: not ArgumentType.Bytes })
                    {
                        problems.Add(Problem.Of(ProblemId.Parameter, member, "", parameter.Label, "an option may be missing: make its type nullable or give it a default value"));
                    }

                    break;
            }

            earlier.Add(parameter);
        }
    }

    private static string? Default(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        object? value = parameter.ExplicitDefaultValue;
        return value is null ? "default" : $"({Names.Reference(parameter.Type)}){SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)}";
    }
}
