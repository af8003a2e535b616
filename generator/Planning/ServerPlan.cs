using DeclServer.Generator.Model;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Planning;

/// <summary>A server with its commands numbered and its dispatch decided.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="Protocols">The protocols it speaks.</param>
/// <param name="Commands">The names of its commands.</param>
/// <param name="Patterns">The patterns of its parameters, each once.</param>
/// <param name="Problems">What is wrong; when there is anything, the rest is not to be used.</param>
internal sealed record ServerPlan(
    ServerSpec Spec,
    IReadOnlyList<ProtocolPlan> Protocols,
    IReadOnlyList<CommandPlan> Commands,
    IReadOnlyList<BytePattern> Patterns,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>Whether a handler runs beside event loops.</summary>
    public bool HasOffloadedHandlers => Commands.Any(static c => c.Spec.Answers == AnswerKind.BesideTheLoop);
}

/// <summary>One of the protocols a server speaks.</summary>
/// <param name="Spec">What was declared.</param>
/// <param name="Suffix">What sets apart the names of the members emitted for it.</param>
/// <param name="Commands">Its commands.</param>
internal sealed record ProtocolPlan(ProtocolSpec Spec, string Suffix, IReadOnlyList<CommandPlan> Commands)
{
    public bool HasBlocks => Commands.Any(static c => c.Block is not null);

    /// <summary>The commands whose handlers may go on after they were called.</summary>
    public IEnumerable<CommandPlan> Asynchronous => Commands.Where(static c => c.Spec.Answers != AnswerKind.AtOnce);
}

/// <summary>One name of a command method.</summary>
/// <param name="Number">Its number among all names of the server.</param>
/// <param name="Name">The name as it is declared.</param>
/// <param name="Spec">The method.</param>
/// <param name="Binder">The emitted method that binds its arguments.</param>
/// <param name="Tag">The tag of its requests; null where they have names.</param>
/// <param name="Transition">What it says of the session's state.</param>
internal sealed record CommandPlan(int Number, string Name, CommandSpec Spec, string Binder, long? Tag, TransitionSpec Transition)
{
    /// <summary>The words of the name: the arguments before the first bound one.</summary>
    public string[] Words => Name.Split(' ');

    public ParameterSpec? Block => Spec.Parameters.FirstOrDefault(static p => p.Source == ParameterSource.Block);

    public ParameterSpec? Quiet => Spec.Parameters.FirstOrDefault(static p => p.Quiet);
}

/// <summary>Plans a server: numbers its commands and finds those that one input could match.</summary>
internal static class ServerPlanner
{
    public static ServerPlan Plan(ServerSpec spec)
    {
        List<Problem> problems = [.. spec.Problems];
        ProtocolSpec[] protocols = [.. spec.Endpoints.Select(static e => e.Protocol).Distinct()];
        List<CommandPlan> commands = [];
        List<ProtocolPlan> plans = [];
        for (int i = 0; i < protocols.Length; i++)
        {
            ProtocolSpec protocol = protocols[i];
            string suffix = protocols.Count(p => p.Name == protocol.Name) > 1 ? protocol.Name + (i + 1) : protocol.Name;
            List<CommandPlan> own = [];
            Dictionary<string, string> taken = new(protocol.IgnoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
            foreach (CommandSpec command in spec.Commands.Where(c => c.Protocol == i))
            {
                string binder = "Bind" + command.Label + (spec.Commands.Count(c => c.Label == command.Label) > 1 ? suffix : "");
                binder += commands.Concat(own).Any(c => c.Binder == binder && c.Spec != command) ? commands.Count + own.Count : "";
                for (int n = 0; n < command.Names.Count; n++)
                {
                    string name = command.Names[n];
                    if (taken.TryGetValue(name, out string? other))
                    {
                        problems.Add(Problem.Of(ProblemId.Overlap, command.Label, "Command", name, $"{other} answers it too: which one runs is not declared"));
                        continue;
                    }

                    if (n < command.Tags.Count && protocol.IsTagged && (command.Tags[n] < protocol.Requests[0].TagMin || command.Tags[n] > protocol.Requests[0].TagMax))
                    {
                        problems.Add(Problem.Of(ProblemId.Unreachable, command.Label, "Command", name, $"{protocol.Requests[0].Label}.{protocol.Requests[0].Arguments} is never that"));
                    }

                    taken[name] = command.Label;
                    own.Add(new CommandPlan(commands.Count + own.Count, name, command, binder, n < command.Tags.Count ? command.Tags[n] : null, command.Transitions[n]));
                }
            }

            CheckRequests(protocol, problems);
            CheckTransports(spec, protocol, own, problems);
            CheckStates(protocol, own, problems);
            commands.AddRange(own);
            plans.Add(new ProtocolPlan(protocol, suffix, own));
        }

        CheckWorkers(spec, problems);
        return new ServerPlan(spec, plans, commands, RulePatterns.Compile(spec, problems), problems);
    }

    /// <summary>What a protocol's endpoints carry must suit its requests and handlers.</summary>
    private static void CheckTransports(ServerSpec spec, ProtocolSpec protocol, List<CommandPlan> commands, List<Problem> problems)
    {
        EndpointSpec[] endpoints = [.. spec.Endpoints.Where(e => e.Protocol == protocol)];
        if (endpoints.Any(static e => !e.IsDatagram) && protocol.Prefix == 0 && protocol.Requests.FirstOrDefault(static r => r.IsWhole) is { } whole)
        {
            problems.Add(Problem.Of(
                ProblemId.Protocol, "", "Listen", protocol.Name, $"{whole.Label} is given whole, and a stream does not tell where it ends: add [LengthPrefix(typeof(ushort))] to the protocol, or listen with TransportProtocol.Udp"));
        }

        foreach (CommandPlan command in commands.Where(static c => c.Spec.Answers != AnswerKind.AtOnce))
        {
            if (protocol.IsTagged || endpoints.Any(static e => e.IsDatagram))
            {
                problems.Add(Problem.Of(
                    ProblemId.Member,
                    command.Spec.Label,
                    "Command",
                    command.Name,
                    protocol.IsTagged
                        ? "a request told apart by a number is answered at once: return the reply itself"
                        : "a datagram is answered at once: return the reply itself"));
            }
            else if (command.Transition.Next is not null)
            {
                problems.Add(Problem.Of(ProblemId.Member, command.Spec.Label, "Command", command.Name, "Next is for handlers that answer at once; one that goes on sets the session's state itself"));
            }
            else if (command.Spec is { Answers: AnswerKind.BesideTheLoop, IsStatic: false } && !spec.IsShared)
            {
                problems.Add(Problem.Of(
                    ProblemId.Member, command.Spec.Label, "Offload", command.Spec.Label, "it runs beside the loop's handlers: make it static, or say State = ServerState.Shared and guard what it shares with them"));
            }
        }

        if (endpoints.Any(static e => e.IsDatagram)
            && commands.SelectMany(static c => c.Spec.Parameters.Select(p => (c.Spec.Label, Parameter: p))).FirstOrDefault(static p => p.Parameter.Source == ParameterSource.Session) is { Label: { } method } found)
        {
            problems.Add(Problem.Of(ProblemId.Parameter, $"{method}({found.Parameter.Label})", "", found.Parameter.Label, "a datagram's sender has no session: nothing is remembered of it"));
        }

        if (protocol.Prefix > 0 && !protocol.IsTagged)
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", "Listen", protocol.Name, "its messages stand behind their length, so a number must tell its requests apart: [Request<T>(nameof(T.Tag))]"));
        }
    }

    /// <summary>Event loops have workers for handlers beside them only.</summary>
    private static void CheckWorkers(ServerSpec spec, List<Problem> problems)
    {
        LimitSpec? workers = spec.Models.Where(static m => m.Model == "EventLoop").SelectMany(static m => m.Parameters).FirstOrDefault(static p => p.Name == "Workers");
        if (workers is not null && !spec.Commands.Any(static c => c.Answers == AnswerKind.BesideTheLoop))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"Workers = {workers.Value} is for handlers with [Offload], and the server has none"));
        }

        if (spec.Endpoints.Count > 0 && spec.Endpoints.All(static e => e.IsDatagram))
        {
            foreach (ConcurrencySpec model in spec.Models.Where(static m => m.Model != "EventLoop"))
            {
                problems.Add(Problem.Of(
                    ProblemId.Setting, "", "Concurrency", $"{model.Model} shares out connections, and every endpoint takes datagrams, which loops serve: EventLoop with Loops = n takes them on n threads"));
            }
        }
    }

    private static void CheckStates(ProtocolSpec protocol, List<CommandPlan> commands, List<Problem> problems)
    {
        foreach (CommandPlan command in commands.Where(static c => (c.Transition.When ?? c.Transition.Next) is not null))
        {
            if (protocol.IsTagged)
            {
                problems.Add(Problem.Of(ProblemId.Member, command.Spec.Label, "Command", command.Name, "When and Next are for requests told apart by their names"));
            }
            else if (command.Transition.Next is not null && commands.Any(c => c.Spec == command.Spec && c.Transition.Next != command.Transition.Next))
            {
                problems.Add(Problem.Of(ProblemId.Member, command.Spec.Label, "Command", command.Name, "one handler leads to one Next: say the same in each of its [Command]s"));
            }
        }
    }

    /// <summary>Several request messages are told apart by their first byte; at most one of them may start with any.</summary>
    private static void CheckRequests(ProtocolSpec protocol, List<Problem> problems)
    {
        foreach (IGrouping<int, RequestSpec> same in protocol.Requests.GroupBy(static r => r.FirstByte).Where(static g => g.Count() > 1))
        {
            problems.Add(Problem.Of(
                ProblemId.Overlap,
                "",
                "Listen",
                protocol.Name,
                $"its requests {string.Join(" and ", same.Select(static r => r.Label))} may start with the same byte: give all but one a [Literal(Before = ...)] on their first field"));
        }
    }
}
