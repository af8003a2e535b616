namespace DeclServer;

/// <summary>Why a request is refused before, or instead of, its handler.</summary>
public enum RefusalReason
{
    /// <summary>The bytes are no request of the protocol; <see cref="Refusal.Error"/> says where. The connection closes, unless the protocol resumes at the line's end.</summary>
    Malformed,

    /// <summary>No command has this name.</summary>
    UnknownCommand,

    /// <summary>The command has no subcommand of this name.</summary>
    UnknownSubcommand,

    /// <summary>Too few or too many arguments.</summary>
    WrongArgumentCount,

    /// <summary>A word behind the positional arguments is no option or flag of the command, stands twice, or lacks its value.</summary>
    UnknownOption,

    /// <summary>An argument is not of its parameter's type, or breaks one of its rules; <see cref="Refusal.Error"/> says which.</summary>
    BadArgument,

    /// <summary>The server holds as many connections as it may; the connection closes.</summary>
    TooManyConnections,

    /// <summary>The command is declared for another state of the session than the one it is in.</summary>
    OutOfOrder,

    /// <summary>The handler threw; the exception has been logged.</summary>
    HandlerFailed,
}

/// <summary>A request that is refused, as the protocol is told of it so that it can tell the client in its own words.</summary>
public readonly ref struct Refusal
{
    /// <summary>Why.</summary>
    public RefusalReason Reason { get; init; }

    /// <summary>The command's name as it is declared; empty when none was found.</summary>
    public ReadOnlySpan<byte> Command { get; init; }

    /// <summary>The request's arguments, its name first; empty when it was malformed.</summary>
    public Arguments Arguments { get; init; }

    /// <summary>The field or parameter and what is wrong with it.</summary>
    public ParseError Error { get; init; }

    /// <summary>The <c>ErrorMessage</c> declared with the rule that was broken; empty when none is.</summary>
    public ReadOnlySpan<byte> Message { get; init; }

    /// <summary>What was received from the malformed request's start on.</summary>
    public ReadOnlySpan<byte> Received { get; init; }
}

/// <summary>What a protocol declares besides its messages: how a refusal is told.</summary>
/// <typeparam name="TReply">The reply message.</typeparam>
public interface IProtocol<TReply>
    where TReply : IMessage<TReply>, allows ref struct
{
    /// <summary>Writes what a client is told of a refused request; nothing, where the protocol has no words for it.</summary>
    static abstract void Refuse(scoped in Refusal refusal, scoped ReplyWriter<TReply> reply);

    /// <summary>Writes what a client is told whose connection the server ends; nothing, where the protocol has no words for it.</summary>
    static virtual void SayGoodbye(GoodbyeReason reason, scoped ReplyWriter<TReply> reply)
    {
    }
}

/// <summary>Why a server ends a connection.</summary>
public enum GoodbyeReason
{
    /// <summary>The server ends, and the connection is between two requests.</summary>
    Draining,

    /// <summary>The connection has lasted as long, or asked as much, as one may.</summary>
    Retired,

    /// <summary>Its client has sent nothing for too long, or a request too slowly.</summary>
    TimedOut,
}
