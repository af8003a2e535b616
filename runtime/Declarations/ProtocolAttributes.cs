namespace DeclServer;

/// <summary>Declares a protocol: the requests it is made of, and, through <see cref="IProtocol{TReply}"/>, how a refusal is told to a client.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ProtocolAttribute : Attribute
{
    /// <summary>Whether command, option and flag names match whatever the case of their ASCII letters.</summary>
    public bool IgnoreCase { get; set; }

    /// <summary>
    /// Whether a request whose grammar fails is answered and skipped to its end of line, instead of answered and the connection closed. Only
    /// for protocols all of whose requests are lines.
    /// </summary>
    public bool ResumeAtLineEnd { get; set; }
}

/// <summary>A message that is a request of the protocol. Several are told apart by their first byte.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <param name="arguments">
/// The <see cref="Seq{T}"/> or <see cref="Words"/> field whose first element is the command's name, or the integer or enum field that tells
/// requests apart.
/// </param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequestAttribute<TMessage>(string arguments) : Attribute
    where TMessage : IMessage<TMessage>, allows ref struct
{
    /// <summary>The field that holds the command's name and its arguments, or that tells requests apart.</summary>
    public string Arguments { get; } = arguments;
}

/// <summary>What the generator found out about a message, for the projects that use it compiled. Emitted; not for declarations.</summary>
[AttributeUsage(AttributeTargets.Struct)]
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public sealed class MessageFactsAttribute : Attribute
{
    /// <summary>The byte every such message starts with; -1 when it may start with several.</summary>
    public int FirstByte { get; set; } = -1;

    /// <summary>Whether its input must be the whole of it.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The field whose elements its parser can put into a table as it reads them; empty for none.</summary>
    public string Arguments { get; set; } = "";
}
