namespace DeclServer;

/// <summary>
/// The method answers this command. Its parameters are bound, in order, from the request's arguments; a parameter's rules are checked before
/// the method runs. The protocol is the one whose reply type the method returns, or writes through a <see cref="ReplyWriter{TReply}"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CommandAttribute : Attribute
{
    /// <summary>The command of this name.</summary>
    /// <param name="name">The command's name; two words separated by a space declare a subcommand.</param>
    public CommandAttribute(string name) => Name = name;

    /// <summary>The requests whose tag has this value, in a protocol that tells its requests apart by a number.</summary>
    /// <param name="tag">An integer or enum member.</param>
    public CommandAttribute(object tag) => Tag = tag;

    /// <summary>The command's name.</summary>
    public string? Name { get; }

    /// <summary>The value of the request's tag.</summary>
    public object? Tag { get; }

    /// <summary>
    /// The states of the session, as its <see cref="StateAttribute"/> property tells, in which the command may be given; in others it is
    /// refused as <see cref="RefusalReason.OutOfOrder"/> before its arguments are looked at. Any of several, where the enum has
    /// <see cref="FlagsAttribute"/>. In every state, where it is not declared.
    /// </summary>
    public object? When { get; set; }

    /// <summary>
    /// The state the session is in once the handler has answered, unless its reply is a refusal (<see cref="IReply.IsRefusal"/>) or the
    /// handler has changed the state itself.
    /// </summary>
    public object? Next { get; set; }
}

/// <summary>
/// The handler takes long: under event loops it runs on one of <see cref="ConcurrencyAttribute.Workers"/> threads beside them, while its connection
/// waits and others are served. It is static, or the server's state is <see cref="ServerState.Shared"/>. In the other models it runs where all
/// handlers do.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OffloadAttribute : Attribute;

/// <summary>
/// The method's reply is what a client gets first, when its connection is accepted. It takes the session and <see cref="Connection"/>, and
/// returns the reply or takes a <see cref="ReplyWriter{TReply}"/>, whose type says which protocol it greets in.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GreetingAttribute : Attribute;

/// <summary>An optional argument given by name, with its value behind it; options and flags follow the positional arguments in any order.</summary>
/// <param name="name">The option's name.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OptionAttribute(string name) : Attribute
{
    /// <summary>The option's name.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// A <see cref="bool"/> that is true when this word is among the arguments behind the positional ones; in a <see cref="TextAttribute"/>
/// message, when it stands in the line in the field's place.
/// </summary>
/// <param name="name">The word.</param>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class FlagAttribute(string name) : Attribute
{
    /// <summary>The word.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the flag silences the command: its reply, and a refusal of it, are not sent.</summary>
    public bool Quiet { get; set; }
}
