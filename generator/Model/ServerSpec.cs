namespace DeclServer.Generator.Model;

/// <summary>A server as it is declared. Must be cacheable: immutable, structurally equal, without any Roslyn type.</summary>
internal sealed record ServerSpec(
    TypeSpec Type,
    string Label,
    EquatableArray<EndpointSpec> Endpoints,
    EquatableArray<LimitSpec> Limits,
    EquatableArray<ConcurrencySpec> Models,
    bool IsShared,
    bool IsPerLoop,
    bool LooksAhead,
    string? SessionType,
    StateSpec? State,
    EquatableArray<CommandSpec> Commands,
    EquatableArray<CommandSpec> Greetings,
    EquatableArray<SettingSpec> Settings,
    EquatableArray<ScheduleSpec> Schedules,
    EquatableArray<Problem> Problems);

/// <summary>A <c>[Listen]</c>.</summary>
internal sealed record EndpointSpec(ProtocolSpec Protocol, int Port, string Name, string Address, int Backlog, bool IsDatagram, int MaxDatagramSize)
{
    /// <summary>The path of a Unix socket; null of a port.</summary>
    public string? Path { get; init; }

    /// <summary>The permissions of a Unix socket, as a number.</summary>
    public int Mode { get; init; }

    public bool IsDualMode { get; init; }

    public bool ReusesPort { get; init; }

    public bool HasProxyHeader { get; init; }

    /// <summary>The limits in which it differs from the server.</summary>
    public EquatableArray<LimitSpec> Limits { get; init; }
}

/// <summary>A concurrency model that is compiled in.</summary>
/// <param name="Model">The member of <c>ConcurrencyModel</c>.</param>
/// <param name="Parameters">How many threads it has, as far as that is declared.</param>
internal sealed record ConcurrencySpec(string Model, EquatableArray<LimitSpec> Parameters);

/// <summary>A limit that the declaration sets.</summary>
internal sealed record LimitSpec(string Name, long Value);

/// <summary>A protocol.</summary>
/// <param name="Type">How code names it.</param>
/// <param name="Name">Its simple name.</param>
/// <param name="ReplyType">Its reply message.</param>
/// <param name="IgnoreCase">Whether names match whatever their case.</param>
/// <param name="Prefix">The bytes of the length before each message on a stream; 0 for none.</param>
/// <param name="Requests">Its request messages.</param>
internal sealed record ProtocolSpec(string Type, string Name, string ReplyType, bool IgnoreCase, int Prefix, EquatableArray<RequestSpec> Requests)
{
    /// <summary>Whether a number tells its requests apart, so that handlers take the request itself.</summary>
    public bool IsTagged => Requests.Count == 1 && Requests[0].IsTagged;
}

/// <summary>A request message of a protocol.</summary>
/// <param name="Message">How code names the message.</param>
/// <param name="Label">The message's simple name.</param>
/// <param name="Arguments">Its field that holds the arguments.</param>
/// <param name="ElementType">The element of the sequence; null for words.</param>
/// <param name="ElementValue">The element's field that is the argument.</param>
/// <param name="FillsTable">Whether its parser puts the arguments into a table as it reads them.</param>
/// <param name="FirstByte">The byte it always starts with; -1 when it may start with any.</param>
/// <param name="IsTagged">Whether <paramref name="Arguments"/> is a number that tells requests apart.</param>
/// <param name="TagMin">The smallest value of that number.</param>
/// <param name="TagMax">The largest value of that number.</param>
/// <param name="IsWhole">Whether its input must be the whole of it.</param>
/// <param name="Parts">The messages in it: the type of each, a bar, and the property.</param>
/// <param name="Bodies">The properties that decode what may follow it.</param>
internal sealed record RequestSpec(
    string Message,
    string Label,
    string Arguments,
    string? ElementType,
    string? ElementValue,
    bool FillsTable,
    int FirstByte,
    bool IsTagged,
    decimal TagMin,
    decimal TagMax,
    bool IsWhole,
    EquatableArray<string> Parts,
    EquatableArray<string> Bodies);

/// <summary>The <c>[State]</c> property of the session.</summary>
internal sealed record StateSpec(string Property, string Type, bool IsFlags);

/// <summary>What a <c>[Command]</c> says of the session's state; null where it says nothing.</summary>
/// <param name="When">The number of the state, or of the flags, in which it may be given.</param>
/// <param name="Next">The number of the state behind it.</param>
internal sealed record TransitionSpec(long? When, long? Next);

/// <summary>A command method.</summary>
/// <param name="Method">Its name, escaped.</param>
/// <param name="Label">Its name.</param>
/// <param name="Names">The commands it answers.</param>
/// <param name="Tags">The tags of the requests it answers, each for the name in its place; none where requests have names.</param>
/// <param name="Transitions">What it says of the session's state, each for the name in its place.</param>
/// <param name="Protocol">The index of its protocol among the distinct ones of the endpoints; -1 when none fits.</param>
/// <param name="IsStatic">Whether it is static.</param>
/// <param name="ReturnsReply">Whether it returns a message, or several.</param>
/// <param name="Answers">When it answers.</param>
/// <param name="IsSeveral">Whether it returns an array of messages.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record CommandSpec(
    string Method,
    string Label,
    EquatableArray<string> Names,
    EquatableArray<long> Tags,
    EquatableArray<TransitionSpec> Transitions,
    int Protocol,
    bool IsStatic,
    bool ReturnsReply,
    AnswerKind Answers,
    bool IsSeveral,
    EquatableArray<ParameterSpec> Parameters);

/// <summary>When a handler answers.</summary>
internal enum AnswerKind
{
    /// <summary>When it returns.</summary>
    AtOnce,

    /// <summary>When the <c>ValueTask</c> that it returns ends.</summary>
    ByValueTask,

    /// <summary>When the <c>Task</c> that it returns ends.</summary>
    ByTask,

    /// <summary>When it returns, on a thread beside the loop.</summary>
    BesideTheLoop,
}

/// <summary>Where a parameter's value comes from.</summary>
internal enum ParameterSource
{
    Unknown,
    Positional,
    Option,
    Flag,
    Rest,
    Block,
    Session,
    Connection,
    Reply,

    /// <summary>The token that tells the handler that nobody waits for it any more.</summary>
    Cancellation,

    /// <summary>The request's message, or the part of it that <see cref="ParameterSpec.Word"/> names.</summary>
    Request,
}

/// <summary>What an argument is read as.</summary>
internal enum ArgumentType
{
    Bytes,
    Integer,
    Parsable,
    Enum,
    Flag,
}

/// <summary>A parameter of a command method.</summary>
/// <param name="Name">Its name, escaped.</param>
/// <param name="Label">Its name.</param>
/// <param name="Source">Where its value comes from.</param>
/// <param name="Argument">What it is read as.</param>
/// <param name="TypeName">Its type without nullability.</param>
/// <param name="Integer">Its integer type.</param>
/// <param name="EnumMembers">The enum's members, escaped.</param>
/// <param name="IsNullable">Whether its type is nullable.</param>
/// <param name="IsKept">Whether its bytes stay until the handler has answered.</param>
/// <param name="Default">The C# expression of its default value; null when it has none.</param>
/// <param name="Word">The option's or flag's name.</param>
/// <param name="Quiet">Whether the flag silences the reply.</param>
/// <param name="SizeParameter">The parameter that holds the block's length.</param>
/// <param name="After">The fixed bytes behind the block.</param>
/// <param name="Rules">Its rules.</param>
internal sealed record ParameterSpec(
    string Name,
    string Label,
    ParameterSource Source,
    ArgumentType Argument,
    string TypeName,
    IntegerType? Integer,
    EquatableArray<string> EnumMembers,
    bool IsNullable,
    bool IsKept,
    string? Default,
    string Word,
    bool Quiet,
    string SizeParameter,
    EquatableArray<byte> After,
    RulesSpec Rules);

/// <summary>A <c>[Setting]</c> property.</summary>
internal sealed record SettingSpec(string Name, string Key, string Help, string TypeName, bool IsString, bool IsEnum, RulesSpec Rules);

/// <summary>An <c>[Every]</c> method.</summary>
internal sealed record ScheduleSpec(string Method, int Milliseconds, bool IsStatic);
