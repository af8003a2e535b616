using System.Globalization;
using DeclServer.Generator.Model;
using DeclServer.Generator.Planning;
using DeclServer.Generator.Planning.Dfa;

namespace DeclServer.Generator.Emission;

/// <summary>Emits the binder of a command: its arguments become the handler's parameters, each rule is checked, then the handler runs.</summary>
internal sealed class BinderEmitter
{
    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal)
    {
        "arguments", "connection", "command", "received", "consumed", "code", "index", "word", "input", "value", "blockEnd", "itsSession", "before", "reply", "answer", "each", "output",
    };

    private readonly ServerPlan _plan;
    private readonly ServerSpec _server;
    private readonly ProtocolPlan _protocol;
    private readonly CommandPlan _command;
    private readonly CodeWriter _code = new(0);
    private readonly int _first;
    private readonly ParameterSpec[] _required;
    private readonly ParameterSpec[] _optional;
    private readonly ParameterSpec[] _named;
    private readonly ParameterSpec? _rest;

    private BinderEmitter(ServerPlan plan, ProtocolPlan protocol, CommandPlan command)
    {
        _plan = plan;
        _server = plan.Spec;
        _protocol = protocol;
        _command = command;
        _first = command.Words.Length;
        ParameterSpec[] positional = [.. command.Spec.Parameters.Where(static p => p.Source == ParameterSource.Positional)];
        _required = [.. positional.Where(static p => p.Default is null && !p.IsNullable)];
        _optional = [.. positional.Where(static p => p.Default is not null || p.IsNullable)];
        _named = [.. command.Spec.Parameters.Where(static p => p.Source is ParameterSource.Option or ParameterSource.Flag)];
        _rest = command.Spec.Parameters.FirstOrDefault(static p => p.Source == ParameterSource.Rest);
    }

    public static string Emit(ServerPlan plan, ProtocolPlan protocol, CommandPlan command)
    {
        BinderEmitter emitter = new(plan, protocol, command);
        emitter.Method();
        return emitter._code.ToString();
    }

    /// <summary>What names the members emitted for a server's pattern.</summary>
    public static string PatternName(int index) => "Bytes" + (index + 1).ToString(CultureInfo.InvariantCulture);

    private string Usage()
    {
        IEnumerable<string> words = _required.Select(static p => p.Label)
            .Concat(_optional.Select(static p => $"[{p.Label}]"))
            .Concat(_named.Select(static p => p.Source == ParameterSource.Flag ? $"[{p.Word}]" : $"[{p.Word} {p.Label}]"))
            .Concat(_rest is null ? [] : [$"[{_rest.Label} ...]"]);
        string usage = string.Join(" ", new[] { _command.Name }.Concat(words));
        return System.Security.SecurityElement.Escape(_command.Block is { } block ? $"{usage}, then {block.Label}" : usage);
    }

    private void Method()
    {
        _code.Line($"/// <summary>{Usage()}</summary>");
        bool whole = _command.Block is not null;
        _code.Open(whole
            ? $"private bool {_command.Binder}(global::DeclServer.Connection connection, int command, global::DeclServer.Arguments arguments, global::System.ReadOnlySpan<byte> received, ref int consumed)"
            : $"private void {_command.Binder}(global::DeclServer.Connection connection, int command, global::DeclServer.Arguments arguments)");
        if (CountCheck() is { } wrong)
        {
            _code.If(wrong, $"Refuse{_protocol.Suffix}(command, arguments, global::DeclServer.RefusalReason.WrongArgumentCount);", Return("true"));
            _code.Blank();
        }

        if (_command.Spec.Parameters.Any(static p => p.Argument == ArgumentType.Integer || p.Rules.Chars is not null || p.Rules.Pattern is not null || p.After.Count > 0))
        {
            _code.Line("global::DeclServer.ErrorCode code;");
        }

        for (int i = 0; i < _required.Length; i++)
        {
            _code.Blank();
            Comment(_required[i]);
            Read(_required[i], $"arguments[{_first + i}]", declare: true, "true");
        }

        if (_rest is not null)
        {
            _code.Blank();
            _code.Line($"global::DeclServer.Arguments {Local(_rest)} = arguments[{_first + _required.Length}..];");
        }

        if (_optional.Length + _named.Length > 0)
        {
            Optional();
        }

        if (_command.Block is { } block)
        {
            Block(block);
        }

        if (_command.Spec.Answers is AnswerKind.ByValueTask or AnswerKind.ByTask)
        {
            CallAsynchronously(Return("true"));
        }
        else
        {
            if (_command.Spec.Answers == AnswerKind.BesideTheLoop)
            {
                _code.Blank();
                _code.If("Offloads", $"Offload{_command.Binder.Substring("Bind".Length)}({string.Join(", ", ["connection", "command", .. Offloaded.Select(Local)])});", Return("true"));
            }

            Call();
        }

        if (whole)
        {
            _code.Line("return true;");
        }

        _code.Close();
        if (_command.Spec.Answers == AnswerKind.BesideTheLoop)
        {
            _code.Blank();
            OffloadMethod();
        }
    }

    /// <summary>The parameters that a handler beside the loop is given of its request.</summary>
    private IEnumerable<ParameterSpec> Offloaded => _command.Spec.Parameters.Where(static p => p.Source is not (ParameterSource.Session or ParameterSource.Reply));

    /// <summary>A method of its own: what the call captures is allocated where there is a call.</summary>
    private void OffloadMethod()
    {
        ParameterSpec[] kept = [.. Offloaded.Where(static p => p.Argument == ArgumentType.Bytes)];
        _code.Line($"/// <summary>{Usage()}: on a thread beside the loop, while others are served.</summary>");
        _code.Open($"private void Offload{_command.Binder.Substring("Bind".Length)}({string.Join(", ", ["global::DeclServer.Connection connection", "int command", .. Offloaded.Select(p => $"{Declared(p)} {Local(p)}")])})");
        if (_command.Spec.Parameters.FirstOrDefault(static p => p.Source == ParameterSource.Session) is { } session)
        {
            _code.Line($"{session.TypeName} itsSession = ({session.TypeName})connection.Session!;");
        }

        if (kept.Length > 0)
        {
            _code.Line("// What the handler is given stays until it has answered.");
            _code.Line($"Keep({string.Join(" + ", kept.Select(static p => Local(p) + ".Length"))});");
            foreach (ParameterSpec parameter in kept)
            {
                _code.Line($"global::System.ReadOnlyMemory<byte> kept{Capital(parameter)} = Kept(connection, {Local(parameter)});");
            }
        }

        string call = $"{(_command.Spec.IsStatic ? _server.Type.Name : "_server")}.{_command.Spec.Method}({string.Join(", ", _command.Spec.Parameters.Select(Captured))})";
        _code.Line($"Offload(connection, command, output => {(_command.Spec.ReturnsReply ? $"output.Write({call})" : call)});");
        _code.Close();
    }

    private static string Captured(ParameterSpec parameter) => parameter.Source switch
    {
        ParameterSource.Session => "itsSession",
        ParameterSource.Reply => "new(output)",
        _ => parameter.Argument == ArgumentType.Bytes ? $"kept{Capital(parameter)}.Span" : Local(parameter),
    };

    /// <summary>The type of what an asynchronous handler's task has as its result.</summary>
    public static string AnswerType(ProtocolPlan protocol, CommandPlan command) => protocol.Spec.ReplyType + ".Owned" + (command.Spec.IsSeveral ? "[]" : "");

    private void CallAsynchronously(string returned)
    {
        ParameterSpec[] kept = [.. _command.Spec.Parameters.Where(static p => p.IsKept)];
        string task = "global::System.Threading.Tasks." + (_command.Spec.Answers == AnswerKind.ByValueTask ? "ValueTask" : "Task");
        _code.Blank();
        _code.Line(kept.Length == 0 ? "// The handler may go on while others are served." : "// The handler may go on while others are served: what it was given stays until it has answered.");
        _code.Line($"Keep({(kept.Length == 0 ? "0" : string.Join(" + ", kept.Select(static p => Local(p) + ".Length")))});");
        _code.Line($"{task}<{AnswerType(_protocol, _command)}> answer = {Invocation()};");
        _code.If("!answer.IsCompleted", $"Await(connection, command, answer{(_command.Spec.Answers == AnswerKind.ByValueTask ? ".AsTask()" : "")});", returned);
        _code.Blank();
        _code.Lines(WriteAnswer(_protocol, _command, "answer.GetAwaiter().GetResult()"));
    }

    /// <summary>Writes what an asynchronous handler has answered.</summary>
    public static string[] WriteAnswer(ProtocolPlan protocol, CommandPlan command, string answer) =>
        command.Spec.Answers == AnswerKind.BesideTheLoop ? ["WriteOffloaded(request);"]
        : command.Spec.IsSeveral ? [$"foreach ({protocol.Spec.ReplyType}.Owned each in {answer})", "{", "    Output.Write(each.ToMessage());", "}"]
        : [$"Output.Write({answer}.ToMessage());"];

    private string Invocation() =>
        $"{(_command.Spec.IsStatic ? _server.Type.Name : "_server")}.{_command.Spec.Method}({string.Join(", ", _command.Spec.Parameters.Select(Passed))})";

    private void Call()
    {
        _code.Blank();
        string call = Invocation();
        if (_command.Transition.Next is { } next && _server.State is { } state)
        {
            _code.Line($"{_server.SessionType} itsSession = ({_server.SessionType})connection.Session!;");
            _code.Line($"{state.Type} before = itsSession.{state.Property};");
            _code.Line($"{_protocol.Spec.ReplyType} reply = {call};");
            _code.Line("Output.Write(reply);");
            _code.If($"!reply.IsRefusal && itsSession.{state.Property} == before", $"itsSession.{state.Property} = ({state.Type}){Literals.Number(next)};");
        }
        else
        {
            _code.Line(_command.Spec.ReturnsReply ? $"Output.Write({call});" : call + ";");
        }
    }

    private string Return(string value) => _command.Block is null ? "return;" : $"return {value};";

    private string? CountCheck()
    {
        int least = _first + _required.Length + (_rest?.Rules.MinLength ?? 0);
        if (_named.Length > 0)
        {
            return least > _first ? $"arguments.Count < {least}" : null;
        }

        int? most = _rest is not null ? (_rest.Rules.MaxLength is { } max ? _first + _required.Length + max : null) : least + _optional.Length;
        string? tooFew = least > _first ? $"arguments.Count < {least}" : null;
        return most == least ? $"arguments.Count != {least}"
            : most is null ? tooFew
            : tooFew is null ? $"arguments.Count > {most}"
            : $"{tooFew} || arguments.Count > {most}";
    }

    private void Optional()
    {
        _code.Blank();
        _code.Line($"int index = {_first + _required.Length};");
        foreach (ParameterSpec parameter in _optional)
        {
            _code.Blank();
            Comment(parameter);
            _code.Line($"{Declared(parameter)} {Local(parameter)} = {parameter.Default ?? "default"};");
            string isName = string.Concat(_named.Select(n => $" && !{DispatchEmitter.Matches(_protocol, "arguments[index]", n.Word)}"));
            _code.Open($"if (index < arguments.Count{isName})");
            Read(parameter, "arguments[index]", declare: false, "true");
            _code.Line("index++;");
            _code.Close();
        }

        if (_named.Length == 0)
        {
            return;
        }

        _code.Blank();
        foreach (ParameterSpec parameter in _named)
        {
            _code.Line($"{Declared(parameter)} {Local(parameter)} = {parameter.Default ?? "default"};");
        }

        _code.Line("// Options and flags, in any order; of an option given twice the last one counts.");
        _code.Open("for (; index < arguments.Count; index++)");
        _code.Line("global::System.ReadOnlySpan<byte> word = arguments[index];");
        string head = "if";
        foreach (ParameterSpec parameter in _named)
        {
            string room = parameter.Source == ParameterSource.Flag ? "" : " && index + 1 < arguments.Count";
            _code.Open($"{head} ({DispatchEmitter.Matches(_protocol, "word", parameter.Word)}{room})");
            if (parameter.Source == ParameterSource.Flag)
            {
                _code.Line($"{Local(parameter)} = true;");
            }
            else
            {
                Comment(parameter);
                _code.Line("index++;");
                Read(parameter, "arguments[index]", declare: false, "true");
            }

            _code.Close();
            head = "else if";
        }

        _code.Open("else");
        _code.Lines($"Refuse{_protocol.Suffix}(command, arguments, global::DeclServer.RefusalReason.UnknownOption);", Return("true"));
        _code.Close();
        _code.Close();
    }

    private void Comment(ParameterSpec parameter)
    {
        RulesSpec rules = parameter.Rules;
        List<string> words = [];
        if (rules.Range is { } range)
        {
            words.Add($"from {Literals.Count(range.Min)} to {Literals.Count(range.Max)}");
        }

        if (rules.MinLength is > 0)
        {
            words.Add($"at least {Literals.Count(rules.MinLength.Value)} bytes");
        }

        if (rules.MaxLength is { } most)
        {
            words.Add($"at most {Literals.Count(most)} bytes");
        }

        if (rules.Chars is { } chars)
        {
            words.Add(Literals.OneLine(chars));
        }

        if (rules.Pattern is { } pattern)
        {
            words.Add("matching " + Literals.OneLine(pattern));
        }

        if (rules.Allowed.Count > 0)
        {
            words.Add("one of " + string.Join(", ", rules.Allowed));
        }

        if (rules.Denied.Count > 0)
        {
            words.Add("none of " + string.Join(", ", rules.Denied));
        }

        if (words.Count > 0)
        {
            _code.Line($"// {parameter.Label}: {string.Join(", ", words)}.");
        }
    }

    /// <summary>Reads one argument into the parameter's local and checks its rules.</summary>
    private void Read(ParameterSpec parameter, string argument, bool declare, string returned)
    {
        string local = Local(parameter);
        string target = declare ? $"{Declared(parameter)} {local}" : local;
        switch (parameter.Argument)
        {
            case ArgumentType.Integer:
                Integer(parameter, argument, target, returned);
                break;
            case ArgumentType.Enum:
                string value = Bare(parameter) + "Value";
                _code.Line($"{parameter.TypeName} {value};");
                string head = "if";
                foreach (string member in parameter.EnumMembers)
                {
                    _code.Open($"{head} ({DispatchEmitter.Matches(_protocol, argument, member.TrimStart('@'))})");
                    _code.Line($"{value} = {parameter.TypeName}.{member};");
                    _code.Close();
                    head = "else if";
                }

                _code.Open("else");
                RefuseArgument(parameter, "global::DeclServer.ErrorCode.NotAllowed", "", returned);
                _code.Close();
                _code.Blank();
                _code.Line($"{target} = {value};");
                break;
            case ArgumentType.Parsable:
                string parsed = Bare(parameter) + "Value";
                _code.Open($"if (!{parameter.TypeName}.TryParse({argument}, global::System.Globalization.CultureInfo.InvariantCulture, out {parameter.TypeName}{(parameter.Integer is null ? "" : "")} {parsed}))");
                RefuseArgument(parameter, "global::DeclServer.ErrorCode.BadFormat", "", returned);
                _code.Close();
                _code.Blank();
                _code.Line($"{target} = {parsed};");
                break;
            default:
                _code.Line($"{target} = {argument};");
                Bytes(parameter, local, returned);
                break;
        }
    }

    private void Integer(ParameterSpec parameter, string argument, string target, string returned)
    {
        IntegerType type = parameter.Integer!;
        bool unsigned = type.Keyword == "ulong";
        decimal min = Math.Max(type.Min, parameter.Rules.Range?.Min ?? type.Min);
        decimal max = Math.Min(type.Max, parameter.Rules.Range?.Max ?? type.Max);
        string number = Bare(parameter) + "Number";
        string bounds = $"{Literals.Number(min)}{(unsigned && min <= long.MaxValue ? "UL" : "")}, {Literals.Number(max)}{(unsigned && max <= long.MaxValue ? "UL" : "")}";
        _code.Line($"code = global::DeclServer.Messages.Grammar.WholeNumber({argument}, {(parameter.Rules.LeadingZeros ? "true" : "false")}, {bounds}, out {(unsigned ? "ulong" : "long")} {number});");
        _code.Open("if (code != global::DeclServer.ErrorCode.None)");
        if (_command.Block is { } block && block.SizeParameter == parameter.Name)
        {
            // Too long a block is thrown away, so that the request behind it is still found.
            _code.Open($"if (code == global::DeclServer.ErrorCode.OutOfRange && {number} > 0)");
            _code.Line($"consumed += connection.Discard({number} + {block.After.Count}, received.Length - consumed);");
            _code.Close();
            _code.Blank();
        }

        RefuseArgument(parameter, "code", parameter.Rules.MessageOf("Range"), returned);
        _code.Close();
        _code.Blank();
        _code.Line($"{target} = {(type.Keyword is "long" or "ulong" ? "" : $"({type.Keyword})")}{number};");
        if (parameter.Rules.Allowed.Count > 0)
        {
            RefuseIf($"{number} is not ({string.Join(" or ", parameter.Rules.Allowed)})", parameter, "NotAllowed", "AllowedValues", returned);
        }

        if (parameter.Rules.Denied.Count > 0)
        {
            RefuseIf($"{number} is {string.Join(" or ", parameter.Rules.Denied)}", parameter, "NotAllowed", "DeniedValues", returned);
        }
    }

    private void Bytes(ParameterSpec parameter, string local, string returned)
    {
        RulesSpec rules = parameter.Rules;
        if (rules.MinLength is > 0)
        {
            RefuseIf($"{local}.Length < {rules.MinLength}", parameter, "TooShort", rules.MessageOf("Length").Length > 0 ? "Length" : "MinLength", returned);
        }

        if (rules.MaxLength is { } most)
        {
            RefuseIf($"{local}.Length > {most}", parameter, "TooLong", rules.MessageOf("Length").Length > 0 ? "Length" : "MaxLength", returned);
        }

        for (int i = 0; i < _plan.Patterns.Count; i++)
        {
            BytePattern pattern = _plan.Patterns[i];
            bool isAbnf = pattern.Syntax == PatternSyntax.Abnf;
            if (pattern.Text == (isAbnf ? rules.Chars : rules.Pattern))
            {
                _code.Line($"code = {PatternEmitter.Call(pattern, "", PatternName(i), local, "_")};");
                _code.Open("if (code != global::DeclServer.ErrorCode.None)");
                Refuse(parameter, "code", isAbnf || rules.MessageOf("RegularExpression").Length == 0 ? "" : ", " + Literals.Utf8(rules.MessageOf("RegularExpression")), returned);
                _code.Close();
                _code.Blank();
            }
        }

        if (rules.Allowed.Count > 0)
        {
            RefuseIf("!(" + string.Join(" || ", rules.Allowed.Select(v => DispatchEmitter.Matches(_protocol, local, v))) + ")", parameter, "NotAllowed", "AllowedValues", returned);
        }

        if (rules.Denied.Count > 0)
        {
            RefuseIf(string.Join(" || ", rules.Denied.Select(v => DispatchEmitter.Matches(_protocol, local, v))), parameter, "NotAllowed", "DeniedValues", returned);
        }
    }

    private void RefuseIf(string condition, ParameterSpec parameter, string code, string rule, string returned)
    {
        _code.Open($"if ({condition})");
        RefuseArgument(parameter, "global::DeclServer.ErrorCode." + code, parameter.Rules.MessageOf(rule), returned);
        _code.Close();
        _code.Blank();
    }

    private void RefuseArgument(ParameterSpec parameter, string code, string message, string returned)
    {
        // A message declared for a range is for numbers outside it; text that is no number is told in the protocol's own words.
        string notANumber = parameter.Rules.MessageOf("Ascii");
        string told = message.Length + notANumber.Length == 0 ? ""
            : code == "code" ? $", code == global::DeclServer.ErrorCode.OutOfRange{(parameter.Name == _command.Block?.SizeParameter ? $" && {Bare(parameter)}Number > 0" : "")} ? {Literals.Utf8(message)} : {Literals.Utf8(notANumber)}"
            : $", {Literals.Utf8(message)}";
        Refuse(parameter, code, told, returned);
    }

    private void Refuse(ParameterSpec parameter, string code, string told, string returned)
    {
        _code.Line($"Refuse{_protocol.Suffix}(command, arguments, global::DeclServer.RefusalReason.BadArgument, new global::DeclServer.ParseError({code}, 0, {Literals.Text(parameter.Label)}){told});");
        _code.Line(Return(returned));
    }

    /// <summary>Bytes behind the request whose number an argument says: the request is whole when they are there.</summary>
    private void Block(ParameterSpec block)
    {
        ParameterSpec length = _command.Spec.Parameters.First(p => p.Name == block.SizeParameter);
        _code.Blank();
        _code.Line($"// {block.Label}: {length.Label} bytes behind the request{(block.After.Count > 0 ? ", then " + Literals.Prose(block.After) : "")}.");
        _code.Line($"int blockEnd = consumed + (int){Local(length)};");
        _code.Open($"if (received.Length < blockEnd + {block.After.Count})");
        _code.Lines($"connection.State.Needed = blockEnd + {block.After.Count};", "return false;");
        _code.Close();
        _code.Blank();
        _code.Line($"global::System.ReadOnlySpan<byte> {Local(block)} = received[consumed..blockEnd];");
        _code.Line($"consumed = blockEnd + {block.After.Count};");
        if (block.After.Count > 0)
        {
            _code.Open($"if (!global::System.MemoryExtensions.SequenceEqual(received.Slice(blockEnd, {block.After.Count}), {Literals.Bytes(block.After)}))");
            RefuseArgument(block, "global::DeclServer.ErrorCode.UnexpectedByte", "", "true");
            _code.Close();
        }
    }

    private string Passed(ParameterSpec parameter) => parameter.Source switch
    {
        ParameterSource.Session => $"({parameter.TypeName})connection.Session!",
        ParameterSource.Connection => "connection",
        ParameterSource.Reply => "new(Output)",
        ParameterSource.Cancellation => "Cancellation()",
        _ => parameter.IsKept ? $"Kept(connection, {Local(parameter)})" : Local(parameter),
    };

    private static string Declared(ParameterSpec parameter) => parameter.Argument switch
    {
        ArgumentType.Flag => "bool",
        ArgumentType.Bytes => "global::System.ReadOnlySpan<byte>",
        _ => parameter.TypeName + (parameter.IsNullable ? "?" : ""),
    };

    private static string Local(ParameterSpec parameter) =>
        s_reserved.Contains(parameter.Label) || parameter.Label.StartsWith("_", StringComparison.Ordinal) ? "the" + Capital(parameter) : parameter.Name;

    private static string Bare(ParameterSpec parameter) => Local(parameter).TrimStart('@');

    private static string Capital(ParameterSpec parameter) => char.ToUpperInvariant(parameter.Label[0]) + parameter.Label.Substring(1);
}
