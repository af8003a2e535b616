using System.Text;

namespace Runtime.Tests.Messages;

/// <summary>Valid messages, each exactly one.</summary>
internal static class Corpus
{
    public static IReadOnlyList<(MessageKind Kind, byte[] Bytes)> Messages { get; } =
    [
        Of(MessageKind.Command, "*0\r\n"),
        Of(MessageKind.Command, "*-1\r\n"),
        Of(MessageKind.Command, "*1\r\n$4\r\nPING\r\n"),
        Of(MessageKind.Command, "*1\r\n$0\r\n\r\n"),
        Of(MessageKind.Command, "*2\r\n$3\r\nGET\r\n$5\r\nkey:1\r\n"),
        Of(MessageKind.Command, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n"),
        Of(MessageKind.Command, "*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n$2\r\nEX\r\n$3\r\n100\r\n"),
        Of(MessageKind.Command, "*2\r\n$4\r\nECHO\r\n$12\r\n*1\r\n$1\r\nx\r\n0\r\n"),
        Of(MessageKind.Argument, "$0\r\n\r\n"),
        Of(MessageKind.Argument, "$12\r\nhello\r\nworld\r\n"),
        Of(MessageKind.Inline, "PING\r\n"),
        Of(MessageKind.Inline, "\r\n"),
        Of(MessageKind.Inline, "SET \"a b\" 'c'\n"),
        Of(MessageKind.Inline, "set  \"a key\" 'a value'  \r\n"),
        Of(MessageKind.Inline, "set\ta\"\\n \\x00\" 'it\\'s'\r\n"),
        Of(MessageKind.Inline, "SET\tk\"\\x41\\\" \" 'it\\'s'\r\n"),
        Of(MessageKind.Reply, "+OK\r\n"),
        Of(MessageKind.Reply, "-ERR wrong\r\n"),
        Of(MessageKind.Reply, ":0\r\n"),
        Of(MessageKind.Reply, ":-9223372036854775808\r\n"),
        Of(MessageKind.Reply, "$5\r\nhello\r\n"),
        Of(MessageKind.Reply, "$-1\r\n"),
        Of(MessageKind.Reply, "$0\r\n\r\n"),
        Of(MessageKind.Reply, "*3\r\n"),
        Of(MessageKind.Reply, "*-1\r\n"),
        Of(MessageKind.Reply, "%2\r\n"),
        Of(MessageKind.Reply, "_\r\n"),
        Of(MessageKind.Reply, ",1.5\r\n"),
        Of(MessageKind.Reply, "=8\r\ntxt:text\r\n"),
        Of(MessageKind.Line, "get a b\r\n"),
        Of(MessageKind.Line, "set key 0 3600 5 noreply\r\n"),
        Of(MessageKind.Line, "cas key 4294967295 -1 0 18446744073709551615\r\n"),
        Of(MessageKind.Line, "quit\n"),
        Of(MessageKind.Value, "VALUE key 4294967295 2\r\nhi\r\n"),
        Of(MessageKind.Value, "VALUE key:1 0 0\r\n\r\n"),
        Of(MessageKind.UniqueValue, "VALUE k 7 3 18446744073709551615\r\nabc\r\n"),
        Of(MessageKind.Statistic, "STAT curr_items 42\r\n"),
    ];

    private static (MessageKind Kind, byte[] Bytes) Of(MessageKind kind, string text) => (kind, Encoding.Latin1.GetBytes(text));
}
