#pragma warning disable IL2026 // MaxLength and Length reflect when they validate objects; here they are only read by the generator.
using System.ComponentModel.DataAnnotations;

namespace DeclServer;

/// <summary>The memcached text protocol (memcached's doc/protocol.txt). Error texts are those of memcached 1.6.</summary>
[Protocol]
[Request<MemcachedCommand>(nameof(MemcachedCommand.Words))]
public sealed class Memcached : IProtocol<MemcachedReply>
{
    /// <summary>The most bytes of a key.</summary>
    public const int MaxKeyLength = 250;

    /// <summary>The most bytes of a command line: room for a get of some 250 keys of the greatest length.</summary>
    public const int MaxLineLength = 64 << 10;

    /// <summary>The most bytes of a value: 1 MiB, memcached's default item size.</summary>
    public const int MaxValueLength = 1 << 20;

    private Memcached()
    {
    }

    /// <inheritdoc/>
    public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<MemcachedReply> reply)
    {
        if (!refusal.Message.IsEmpty)
        {
            reply.Write(MemcachedReply.Of(refusal.Message));
            return;
        }

        reply.Write(MemcachedReply.Of(refusal.Reason switch
        {
            RefusalReason.Malformed => "CLIENT_ERROR line too long"u8,
            RefusalReason.BadArgument when refusal.Error.Code == ErrorCode.UnexpectedByte => "CLIENT_ERROR bad data chunk"u8,
            RefusalReason.BadArgument => "CLIENT_ERROR bad command line format"u8,
            RefusalReason.TooManyConnections => "ERROR Too many open connections"u8,
            RefusalReason.HandlerFailed => "SERVER_ERROR internal error"u8,
            _ => "ERROR"u8,
        }));
    }
}

/// <summary>A command line.</summary>
[Message(MaxSize = Memcached.MaxLineLength)]
[Text(LineEnd = LineEnd.CrLfOrLf)]
public readonly ref partial struct MemcachedCommand
{
    /// <summary>The command's name and its arguments.</summary>
    public partial Words Words { get; init; }
}

/// <summary>A reply of one line.</summary>
[Message(MaxSize = 2048, Owned = true)]
public readonly ref partial struct MemcachedReply
{
    /// <summary>The line.</summary>
    [Until("\r\n"), MaxLength(2046)]
    public partial ReadOnlySpan<byte> Line { get; init; }

    /// <summary>A reply of this line; it must hold no CR or LF.</summary>
    public static MemcachedReply Of(ReadOnlySpan<byte> line) => new() { Line = line };
}

/// <summary>A value found: <c>VALUE key flags bytes</c> and the data.</summary>
[Message(MaxSize = Memcached.MaxValueLength + 512)]
public readonly ref partial struct MemcachedValue
{
    /// <summary>The key.</summary>
    [Literal(Before = "VALUE "), Until(" "), Chars("1*250(%x21-FF)")]
    public partial ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The flags the client stored with it.</summary>
    [Ascii, Until(" ")]
    public partial uint Flags { get; init; }

    /// <summary>The data's length.</summary>
    [Ascii, Until("\r\n"), Range(0, Memcached.MaxValueLength)]
    public partial int Bytes { get; }

    /// <summary>The data.</summary>
    [Size(nameof(Bytes)), Literal(After = "\r\n")]
    public partial ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>A value found by gets, with its unique number behind the length.</summary>
[Message(MaxSize = Memcached.MaxValueLength + 512)]
public readonly ref partial struct MemcachedUniqueValue
{
    /// <summary>The key.</summary>
    [Literal(Before = "VALUE "), Until(" "), Chars("1*250(%x21-FF)")]
    public partial ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The flags the client stored with it.</summary>
    [Ascii, Until(" ")]
    public partial uint Flags { get; init; }

    /// <summary>The data's length.</summary>
    [Ascii, Until(" "), Range(0, Memcached.MaxValueLength)]
    public partial int Bytes { get; }

    /// <summary>The number that changes with each write.</summary>
    [Ascii, Until("\r\n")]
    public partial ulong Unique { get; init; }

    /// <summary>The data.</summary>
    [Size(nameof(Bytes)), Literal(After = "\r\n")]
    public partial ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>A line of <c>stats</c>.</summary>
[Message(MaxSize = 2048)]
public readonly ref partial struct MemcachedStatistic
{
    /// <summary>What is counted.</summary>
    [Literal(Before = "STAT "), Until(" "), MaxLength(256)]
    public partial ReadOnlySpan<byte> Name { get; init; }

    /// <summary>The count.</summary>
    [Until("\r\n"), MaxLength(1024)]
    public partial ReadOnlySpan<byte> Value { get; init; }
}
