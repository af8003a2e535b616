using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeclServer.Generator.Reading;

/// <summary>Reads a <c>[Server]</c> class.</summary>
internal static class ServerReader
{
    /// <summary>Values of <c>ServerState</c>.</summary>
    private const int Shared = 1;
    private const int PerLoop = 2;

    /// <summary>The server; its problems say what is wrong. Null when nothing can be emitted into the type at all.</summary>
    public static ServerSpec? Read(INamedTypeSymbol symbol, Compilation compilation, List<Problem> problems)
    {
        TypeSpec? type = Names.Type(symbol);
        if (type is null || symbol.TypeKind != TypeKind.Class || symbol.IsStatic || symbol.IsAbstract || symbol.TypeParameters.Length > 0)
        {
            problems.Add(Problem.Of(ProblemId.Shape, "", "", symbol.Name, "a server is a partial class, not static, abstract or generic, in partial types only"));
            return null;
        }

        if (symbol.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < (LanguageVersion)1300 } options)
        {
            problems.Add(Problem.Of(ProblemId.Language, "", "", options.LanguageVersion.ToDisplayString()));
        }

        EndpointSpec[] endpoints = EndpointReader.Read(symbol, compilation, problems);
        EquatableArray<LimitSpec> limits = LimitReader.Read(symbol, endpoints, problems);
        string? session = null;
        IPropertySymbol? state = StateReader.Find(symbol);
        List<CommandSpec> commands = [];
        List<CommandSpec> greetings = [];
        List<SettingSpec> settings = [];
        List<ScheduleSpec> schedules = [];
        ProtocolSpec[] protocols = [.. endpoints.Select(static e => e.Protocol).Distinct()];
        foreach (ISymbol member in symbol.GetMembers())
        {
            if (member is IMethodSymbol method && Attributes.Find(method, "Command") is not null)
            {
                commands.Add(CommandReader.Read(method, protocols, state, ref session, problems));
            }
            else if (member is IMethodSymbol greeting && Attributes.Find(greeting, "Greeting") is not null)
            {
                greetings.Add(ReadGreeting(greeting, protocols, ref session, greetings, problems));
            }
            else if (member is IMethodSymbol scheduled && Attributes.Find(scheduled, "Every") is { } every)
            {
                schedules.Add(ReadSchedule(scheduled, every, problems));
            }
            else if (member is IPropertySymbol property && Attributes.Find(property, "Setting") is { } setting)
            {
                settings.Add(ReadSetting(property, setting, problems));
            }
        }

        EquatableArray<ConcurrencySpec> models = ConcurrencyReader.Read(symbol, problems);
        int sharing = Attributes.Find(symbol, "Server") is { } server ? Attributes.Named(server, "State", 0) : 0;
        if (sharing == PerLoop)
        {
            CheckInstances(symbol, models, problems);
        }

        return new ServerSpec(
            type,
            symbol.Name,
            new(endpoints),
            limits,
            models,
            sharing == Shared,
            sharing == PerLoop,
            symbol.GetMembers("OnPipelined").OfType<IMethodSymbol>().Any(),
            session,
            StateReader.Read(state, problems),
            new(commands),
            new(greetings),
            new(settings),
            new(schedules),
            new(problems));
    }

    /// <summary>Each loop makes an instance of its own, and nothing but event loops may have one.</summary>
    private static void CheckInstances(INamedTypeSymbol symbol, EquatableArray<ConcurrencySpec> models, List<Problem> problems)
    {
        if (!symbol.InstanceConstructors.Any(static c => c.Parameters.IsEmpty) || symbol.GetMembers().Any(static m => m is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }))
        {
            problems.Add(Problem.Of(ProblemId.Member, "", "Server", symbol.Name, "each loop makes an instance of its own: give the class a parameterless constructor, and no required members"));
        }

        foreach (ConcurrencySpec model in models.Where(static m => m.Model != "EventLoop"))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"{model.Model} is no model of loops alone, and State is PerLoop: leave one of them out"));
        }
    }

    private static CommandSpec ReadGreeting(IMethodSymbol method, ProtocolSpec[] protocols, ref string? session, List<CommandSpec> earlier, List<Problem> problems)
    {
        CommandSpec greeting = CommandReader.Read(method, protocols, null, ref session, problems);
        if (greeting.Parameters.Any(static p => p.Source is not (ParameterSource.Session or ParameterSource.Connection or ParameterSource.Reply)))
        {
            problems.Add(Problem.Of(ProblemId.Member, method.Name, "Greeting", method.Name, "nothing was received yet: a greeting takes the session, Connection and ReplyWriter only"));
        }

        if (greeting.Answers != AnswerKind.AtOnce)
        {
            problems.Add(Problem.Of(ProblemId.Member, method.Name, "Greeting", method.Name, "a greeting is said at once: return the reply itself"));
        }

        if (earlier.Any(g => g.Protocol == greeting.Protocol))
        {
            problems.Add(Problem.Of(ProblemId.Member, method.Name, "Greeting", method.Name, "another method greets in this protocol"));
        }

        return greeting;
    }

    private static ScheduleSpec ReadSchedule(IMethodSymbol method, AttributeData every, List<Problem> problems)
    {
        int milliseconds = Attributes.At(every, 0, 0);
        if (milliseconds is < 1 or > 86_400_000)
        {
            problems.Add(Problem.Of(ProblemId.Setting, method.Name, "Every", $"{milliseconds} ms is not from 1 to 86400000"));
        }

        if (method.Parameters.Length > 0 || !method.ReturnsVoid || method.IsAsync || method.TypeParameters.Length > 0)
        {
            problems.Add(Problem.Of(ProblemId.Member, method.Name, "Every", method.Name, "a scheduled method takes nothing, returns void and is not async"));
        }

        return new ScheduleSpec(Names.Escape(method.Name), milliseconds, method.IsStatic);
    }

    private static SettingSpec ReadSetting(IPropertySymbol property, AttributeData setting, List<Problem> problems)
    {
        bool isString = property.Type.SpecialType == SpecialType.System_String;
        bool isEnum = property.Type.TypeKind == TypeKind.Enum;
        if (property.IsStatic || property.SetMethod is null or { IsInitOnly: true } || property.GetMethod is null || !(isString || isEnum || TypeReader.IsParsable(property.Type)))
        {
            problems.Add(Problem.Of(ProblemId.Member, property.Name, "Setting", property.Name, "a setting is an instance property with get and set, of a type that is a string, an enum or IParsable"));
        }

        RulesSpec rules = RuleReader.Read(property, property.Name, problems);
        if (rules.Range is not null && TypeReader.Integer(property.Type) is null)
        {
            problems.Add(Problem.Of(ProblemId.Rule, property.Name, "Range", "[Range] is checked on integers only"));
        }

        return new SettingSpec(
            Names.Escape(property.Name), Kebab(property.Name), Attributes.Named(setting, "Help", ""), Names.Reference(property.Type), isString, isEnum, rules);
    }

    /// <summary><c>MaxMemory</c> becomes <c>max-memory</c>.</summary>
    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
