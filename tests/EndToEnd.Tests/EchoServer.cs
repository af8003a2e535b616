using System.ComponentModel.DataAnnotations;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A small server with each kind of parameter that the tests below ask for.</summary>
[Server]
[Listen<Resp>(0)]
[Limits(MaxConnections = 3, FirstByteTimeoutSeconds = 1, RequestTimeoutSeconds = 1, IdleTimeoutSeconds = 2, DrainTimeoutSeconds = 5)]
internal sealed partial class EchoServer
{
    [Command("ECHO")]
    private static RespReply Echo(ReadOnlySpan<byte> message) => RespReply.Bulk(message);

    [Command("ADD")]
    private static RespReply Add([Range(0, 100)] int first, int second, [Option("TIMES"), Range(1, 10)] int? times, [Flag("NEGATE")] bool negate) =>
        RespReply.Integer((first + second) * (times ?? 1) * (negate ? -1 : 1));

    [Command("FAIL")]
    private static RespReply Fail() => throw new InvalidOperationException("on purpose");
}
