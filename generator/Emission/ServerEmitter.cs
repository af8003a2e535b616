using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;

namespace DeclServer.Generator.Emission;

/// <summary>Emits a server: one file for its life, one for what its threads do with a connection, one for each loop of its concurrency models and one for each protocol.</summary>
internal static class ServerEmitter
{
    public static IEnumerable<(string HintName, string Source)> Emit(ServerPlan plan)
    {
        TypeSpec type = plan.Spec.Type;
        yield return (type.HintName + ".Server.g.cs", TemplateFile.File(type, TemplateFile.Render("Server.sbn-cs", Server(plan))));
        object loop = Loop(plan);
        yield return (type.HintName + ".Serving.g.cs", TemplateFile.File(type, TemplateFile.Render("Serving.sbn-cs", loop)));
        foreach (string template in Templates(plan.Spec))
        {
            yield return ($"{type.HintName}.{template}.g.cs", TemplateFile.File(type, TemplateFile.Render(template + ".sbn-cs", loop)));
        }

        foreach (ProtocolPlan protocol in plan.Protocols)
        {
            yield return ($"{type.HintName}.{protocol.Suffix}.g.cs", TemplateFile.File(type, protocol.Spec.IsTagged ? TemplateFile.Render("TaggedProtocol.sbn-cs", Tagged(plan, protocol)) : TemplateFile.Render("Protocol.sbn-cs", Protocol(plan, protocol))));
        }
    }

    /// <summary>What stands in for a server whose declaration is broken: it compiles, so that only DeclServer's own errors show.</summary>
    public static string EmitFallback(ServerSpec spec) =>
        TemplateFile.File(spec.Type, TemplateFile.Render("ServerFallback.sbn-cs", new { Declaration = spec.Type.Containers.Last(), spec.Type.Reference, Session = Session(spec) }));

    /// <summary>The loops of the models that are compiled in; those that serve a connection at a time have one loop in common.</summary>
    private static IEnumerable<string> Templates(ServerSpec spec) =>
        spec.Models.Select(static m => m.Model is "ThreadPool" or "ThreadPerConnection" or "ProcessPerConnection" ? "Threads" : m.Model).Distinct();

    private static string Session(ServerSpec spec) => spec.SessionType is { } session ? session + " session, " : "";

    private static object Server(ServerPlan plan) => new
    {
        Declaration = plan.Spec.Type.Containers.Last(),
        plan.Spec.Type.Name,
        plan.Spec.Type.Reference,
        plan.Spec.Label,
        Session = Session(plan.Spec),
        Endpoints = plan.Spec.Endpoints.Select(static e => new
        {
            Name = Literals.Text(e.Name),
            Protocol = Literals.Text(e.Protocol.Name),
            e.Port,
            Address = Literals.Text(e.Address),
            e.Backlog,
            Initializers = string.Join(", ", Initializers(e)),
        }).ToArray(),
        Models = plan.Spec.Models.Select(m => new { m.Model, Parameters = string.Join(", ", ModelParameters(plan, m)) }).ToArray(),
        plan.Spec.IsShared,
        plan.Spec.IsPerLoop,
        SettingNames = plan.Spec.Settings.Select(static s => s.Name).ToArray(),
        Templates = Templates(plan.Spec).ToArray(),
        Limits = plan.Spec.Limits.Select(static l => Assignment(l)).ToArray(),
        Settings = plan.Spec.Settings.SelectMany(static s => Setting(s)).ToArray(),
        Commands = plan.Commands.Select(static c => Literals.Text(c.Name)).ToArray(),
    };

    /// <summary>What a model's settings are initialised with.</summary>
    private static IEnumerable<string> ModelParameters(ServerPlan plan, ConcurrencySpec model)
    {
        IEnumerable<string> declared = model.Parameters.Select(static p => Assignment(p));
        return model.Model == "EventLoop" && plan.HasOffloadedHandlers ? declared.Append("HasOffloadedHandlers = true") : declared;
    }

    /// <summary>What an endpoint's settings are initialised with besides what all have.</summary>
    private static IEnumerable<string> Initializers(EndpointSpec endpoint)
    {
        if (endpoint.IsDatagram)
        {
            string size = endpoint.MaxDatagramSize.ToString(CultureInfo.InvariantCulture);
            yield return "Transport = global::DeclServer.TransportProtocol.Udp";
            yield return "MaxRequestSize = " + size;
            yield return "MaxReplySize = " + size;
        }

        if (endpoint.Path is { } path)
        {
            yield return "Transport = global::DeclServer.TransportProtocol.Unix";
            yield return "Path = " + Literals.Text(path);
            yield return $"Mode = (global::System.IO.UnixFileMode)0x{endpoint.Mode.ToString("X", CultureInfo.InvariantCulture)}";
        }

        if (!endpoint.IsDualMode)
        {
            yield return "DualMode = false";
        }

        if (endpoint.ReusesPort)
        {
            yield return "ReusePort = true";
        }

        if (endpoint.HasProxyHeader)
        {
            yield return "ProxyProtocol = true";
        }

        if (endpoint.Limits.Count > 0)
        {
            yield return $"Limits = {{ {string.Join(", ", endpoint.Limits.Select(static l => Assignment(l)))} }}";
        }
    }

    private static string Assignment(LimitSpec limit) => $"{limit.Name} = {limit.Value.ToString(CultureInfo.InvariantCulture)}";

    private static string[] Setting(SettingSpec setting)
    {
        CodeWriter code = new(0);
        string head = $"{Literals.Text(setting.Key)}, {Literals.Text(setting.Help)}";
        string wrong = "null";
        if (setting.Rules.Range is { } range)
        {
            wrong = $"value < {Literals.Number(range.Min)} || value > {Literals.Number(range.Max)} ? {Literals.Text($"is not from {range.Min} to {range.Max}")} : {wrong}";
        }

        string Quoted(string value) => setting.IsString || setting.Rules.Range is null ? Literals.Text(value) : value;
        if (setting.Rules.Allowed.Count > 0)
        {
            wrong = $"value.ToString() is not ({string.Join(" or ", setting.Rules.Allowed.Select(Quoted))}) ? {Literals.Text("is none of " + string.Join(", ", setting.Rules.Allowed))} : {wrong}";
        }

        if (setting.IsString)
        {
            code.Open($"reader.Add({head}, {setting.Name}, value =>");
            code.Line($"string? wrong = {wrong};");
            code.If("wrong is null", $"{setting.Name} = value;");
            code.Blank();
            code.Line("return wrong;");
            code.Close(");");
        }
        else if (setting.IsEnum)
        {
            code.Open($"reader.Add({head}, {setting.Name}.ToString(), text =>");
            code.Open($"if (!global::System.Enum.TryParse(text, ignoreCase: true, out {setting.TypeName} value) || !global::System.Enum.IsDefined(value))");
            code.Line($"return \"is none of \" + string.Join(\", \", global::System.Enum.GetNames<{setting.TypeName}>());");
            code.Close();
            code.Blank();
            code.Line($"{setting.Name} = value;");
            code.Line("return null;");
            code.Close(");");
        }
        else
        {
            code.Line($"reader.Add<{setting.TypeName}>({head}, {setting.Name}, value => {setting.Name} = value, static value => {wrong});");
        }

        return code.ToString().Split('\n');
    }

    private static object Loop(ServerPlan plan) => new
    {
        Declaration = plan.Spec.Type.Containers.Last(),
        plan.Spec.Type.Name,
        SessionType = plan.Spec.SessionType ?? "",
        plan.Spec.IsPerLoop,
        Schedules = plan.Spec.Schedules.Select(s => new
        {
            s.Milliseconds,
            Label = s.Method.TrimStart('@'),
            Method = s.Method,
            Target = s.IsStatic ? plan.Spec.Type.Name + "." + s.Method : "server." + s.Method,
            Field = "_next" + s.Method.TrimStart('@'),
        }).ToArray(),
        Greetings = plan.Spec.Greetings.Select(g =>
        {
            ProtocolPlan protocol = plan.Protocols[g.Protocol];
            return new
            {
                protocol.Spec.Name,
                Reply = protocol.Spec.ReplyType,
                protocol.Spec.Prefix,
                Call = Call(plan, g),
                Endpoints = string.Join(" or ", plan.Spec.Endpoints.Select((e, i) => (e, i)).Where(e => e.e.Protocol == protocol.Spec && !e.e.IsDatagram).Select(static e => e.i)),
            };
        }).Where(static g => g.Endpoints.Length > 0).ToArray(),
        Endpoints = plan.Spec.Endpoints.Select((e, i) => new { Index = i, plan.Protocols.First(p => p.Spec == e.Protocol).Suffix, e.Protocol.Name, e.Protocol.Type, Reply = e.Protocol.ReplyType, Prefix = e.Protocol.Prefix > 0 ? e.Protocol.Prefix.ToString(CultureInfo.InvariantCulture) : "" }).ToArray(),
        DatagramEndpoints = plan.Spec.Endpoints.Select((e, i) => (Endpoint: e, Index: i)).Where(static e => e.Endpoint.IsDatagram)
            .Select(e => new { e.Index, plan.Protocols.First(p => p.Spec == e.Endpoint.Protocol).Suffix, Argument = e.Endpoint.Protocol.IsTagged ? ", isDatagram: true" : "" }).ToArray(),
        Patterns = plan.Patterns.Select((p, i) => PatternEmitter.Declare(p, BinderEmitter.PatternName(i))).ToArray(),
        Asynchronous = plan.Spec.Endpoints.Select((e, i) => (Index: i, Protocol: plan.Protocols.First(p => p.Spec == e.Protocol))).Where(static e => e.Protocol.Asynchronous.Any())
            .Select(static e => new { e.Index, e.Protocol.Suffix }).ToArray(),
    };

    private static object Tagged(ServerPlan plan, ProtocolPlan protocol)
    {
        RequestSpec request = protocol.Spec.Requests[0];
        return new
        {
            Declaration = plan.Spec.Type.Containers.Last(),
            protocol.Spec.Name,
            protocol.Suffix,
            protocol.Spec.Type,
            Reply = protocol.Spec.ReplyType,
            protocol.Spec.Prefix,
            ReadPrefix = protocol.Spec.Prefix switch
            {
                1 => "rest[0]",
                2 => "global::System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(rest)",
                _ => "global::System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(rest)",
            },
            Bytes = protocol.Spec.Prefix == 1 ? "one byte" : protocol.Spec.Prefix + " bytes",
            request.Message,
            request.Label,
            Tag = request.Arguments,
            request.IsWhole,
            Bodies = request.Bodies.ToArray(),
            HasDatagrams = plan.Spec.Endpoints.Any(e => e.Protocol == protocol.Spec && e.IsDatagram),
            HasStreams = plan.Spec.Endpoints.Any(e => e.Protocol == protocol.Spec && !e.IsDatagram),
            Commands = protocol.Commands.Select(c => new { c.Number, c.Name, Tag = Literals.Number(c.Tag!.Value), Call = Call(plan, c) }).ToArray(),
            Names = protocol.Commands.Select(static c => new { c.Number, Text = Literals.Utf8(c.Name) }).ToArray(),
        };
    }

    /// <summary>The call of a handler that takes the request itself.</summary>
    private static string Call(ServerPlan plan, CommandPlan command) => Call(plan, command.Spec);

    private static string Call(ServerPlan plan, CommandSpec command)
    {
        IEnumerable<string> passed = command.Parameters.Select(static p => p.Source switch
        {
            ParameterSource.Session => $"({p.TypeName})connection.Session!",
            ParameterSource.Connection => "connection",
            ParameterSource.Reply => "reply",
            _ => p.Word.Length == 0 ? "request" : "request." + p.Word,
        });
        string call = $"{(command.IsStatic ? plan.Spec.Type.Name : "_server")}.{command.Method}({string.Join(", ", passed)})";
        return command.ReturnsReply ? $"reply.Write({call});" : call + ";";
    }

    /// <summary>The condition on which a command is refused for the session's state; empty for none.</summary>
    private static string OutOfOrder(ServerSpec spec, CommandPlan command)
    {
        if (command.Transition.When is not { } when || spec.State is not { } state)
        {
            return "";
        }

        string current = $"(({spec.SessionType})connection.Session!).{state.Property}";
        string declared = $"({state.Type}){Literals.Number(when)}";
        return state.IsFlags ? $"({current} & {declared}) == 0" : $"{current} != {declared}";
    }

    private static object Protocol(ServerPlan plan, ProtocolPlan protocol)
    {
        RequestSpec[] requests = [.. protocol.Spec.Requests.OrderBy(static r => r.FirstByte < 0)];
        return new
        {
            Declaration = plan.Spec.Type.Containers.Last(),
            protocol.Spec.Name,
            protocol.Suffix,
            protocol.Spec.Type,
            Reply = protocol.Spec.ReplyType,
            Requests = requests.Select((r, i) => new
            {
                r.Message,
                r.Label,
                r.Arguments,
                r.FillsTable,
                Element = r.ElementType ?? "",
                Value = r.ElementValue is { } value ? "." + value : "",
                Head = r.FirstByte < 0 ? (i == 0 ? "" : "else") : $"{(i == 0 ? "" : "else ")}if (input[0] == {Literals.Byte((byte)r.FirstByte)})",
            }).ToArray(),
            plan.Spec.LooksAhead,
            IsTotal = requests.Any(static r => r.FirstByte < 0),
            Find = DispatchEmitter.Emit(protocol).Split('\n'),
            Commands = protocol.Commands.Select(c => new
            {
                c.Number,
                c.Name,
                c.Binder,
                OutOfOrder = OutOfOrder(plan.Spec, c),
                IsWhole = c.Block is not null,
                IsAsynchronous = c.Spec.Answers != AnswerKind.AtOnce,
                Quiet = c.Quiet is { } quiet ? DispatchEmitter.Matches(protocol, "arguments[arguments.Count - 1]", quiet.Word) : "",
            }).ToArray(),
            Asynchronous = protocol.Asynchronous.Select(c => new
            {
                c.Number,
                c.Name,
                Write = BinderEmitter.WriteAnswer(protocol, c, $"((global::System.Threading.Tasks.Task<{BinderEmitter.AnswerType(protocol, c)}>)request.Answer).GetAwaiter().GetResult()"),
            }).ToArray(),
            HasQuietAnswers = protocol.Asynchronous.Any(static c => c.Quiet is not null),
            Binders = protocol.Commands.GroupBy(static c => c.Binder).Select(g => BinderEmitter.Emit(plan, protocol, g.First()).Split('\n')).ToArray(),
            Names = protocol.Commands.Select(static c => new { c.Number, Text = Literals.Utf8(c.Name) }).ToArray(),
        };
    }
}
