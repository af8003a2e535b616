using System.Globalization;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the state of a session, and what commands say of it.</summary>
internal static class StateReader
{
    /// <summary>The state property of the session that the server's handlers take.</summary>
    public static IPropertySymbol? Find(INamedTypeSymbol server) =>
        server.GetMembers().OfType<IMethodSymbol>().SelectMany(static m => m.Parameters).Select(static p => p.Type)
            .FirstOrDefault(static t => Attributes.Find(t, "Session") is not null)?
            .GetMembers().OfType<IPropertySymbol>().FirstOrDefault(static p => Attributes.Find(p, "State") is not null);

    public static StateSpec? Read(IPropertySymbol? state, List<Problem> problems)
    {
        if (state is null)
        {
            return null;
        }

        if (state.Type.TypeKind != TypeKind.Enum || state.IsStatic || state.SetMethod is null or { IsInitOnly: true } || state.GetMethod is null)
        {
            problems.Add(Problem.Of(ProblemId.Member, "", "Server", state.Name, "a [State] is an instance property with get and set, of an enum type"));
        }

        bool isFlags = state.Type.GetAttributes().Any(static a => a.AttributeClass?.ToDisplayString() == "System.FlagsAttribute");
        return new StateSpec(Names.Escape(state.Name), Names.Reference(state.Type), isFlags);
    }

    public static EquatableArray<TransitionSpec> Transitions(IMethodSymbol method, IPropertySymbol? state, List<Problem> problems)
    {
        List<TransitionSpec> transitions = [];
        foreach (AttributeData command in method.GetAttributes().Where(static a => Attributes.Is(a, "Command") && a.ConstructorArguments.Length == 1))
        {
            long? next = Number(command, "Next", method, state, problems);
            if (next is not null && (method.ReturnsVoid || !method.ReturnType.AllInterfaces.Any(static i => TypeReader.IsOwn(i, "IReply"))))
            {
                problems.Add(Problem.Of(ProblemId.Member, method.Name, "Command", method.Name, "Next needs a reply that is returned and implements IReply, to tell a refusal; a handler without one sets the state itself"));
            }

            transitions.Add(new TransitionSpec(Number(command, "When", method, state, problems), next));
        }

        return new(transitions);
    }

    private static long? Number(AttributeData command, string name, IMethodSymbol method, IPropertySymbol? state, List<Problem> problems)
    {
        TypedConstant given = command.NamedArguments.FirstOrDefault(n => n.Key == name).Value;
        if (given.IsNull || given.Value is null)
        {
            return null;
        }

        if (state is null || !SymbolEqualityComparer.Default.Equals(given.Type, state.Type))
        {
            problems.Add(Problem.Of(
                ProblemId.Member,
                method.Name,
                "Command",
                method.Name,
                state is null
                    ? $"{name} names a state, and the session has none: give its type a property with [State]"
                    : $"{name} is no {state.Type.Name}, the type of the session's state"));
            return null;
        }

        return Convert.ToInt64(given.Value, CultureInfo.InvariantCulture);
    }
}
