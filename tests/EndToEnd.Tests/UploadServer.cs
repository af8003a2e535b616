using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>What an upload is for.</summary>
internal enum UploadKind : byte
{
    Ping = (byte)'p',
    Sum = (byte)'s',
    Ignore = (byte)'i',
    Fail = (byte)'f',
}

/// <summary>A request behind which so many bytes follow.</summary>
[Message(MaxSize = 16)]
internal readonly ref partial struct UploadHead
{
    public partial UploadKind Kind { get; init; }

    [Ascii, Until("\n"), Range(0, 2_000_000)] public partial int Length { get; init; }

    public bool HasData => Kind != UploadKind.Ping;

    [When(nameof(HasData)), Size(nameof(Length)), MaxLength(1_000_000)] public partial SizedBodyReader? Data { get; }
}

/// <summary>An answer in a line.</summary>
[Message(MaxSize = 64)]
internal readonly ref partial struct UploadAnswer
{
    [Until("\n"), MaxLength(60)] public partial ReadOnlySpan<byte> Text { get; init; }
}

/// <summary>Requests with bodies, told apart by their first byte.</summary>
[Protocol]
[Request<UploadHead>(nameof(UploadHead.Kind))]
internal sealed class Uploads : IProtocol<UploadAnswer>
{
    public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<UploadAnswer> reply) =>
        reply.Write(new UploadAnswer { Text = System.Text.Encoding.ASCII.GetBytes(refusal.Reason.ToString()) });
}

/// <summary>A server that takes some bodies, and leaves others.</summary>
[Server]
[Listen<Uploads>(0)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 3)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 8, QueueLength = 16)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 100)]
internal sealed partial class UploadServer
{
    public static ServerRun StartOn(Service service)
    {
        ServerSettings settings = DeclaredSettings();
        service.Choose(settings);
        settings.Logger = NullLogger.Instance;
        settings.FirstByteTimeoutSeconds = settings.IdleTimeoutSeconds = settings.RequestTimeoutSeconds = 300;
        return new UploadServer().Start(settings);
    }

    [Command(UploadKind.Ping)]
    private static UploadAnswer Ping(in UploadHead request) => new() { Text = "pong"u8 };

    [Command(UploadKind.Sum)]
    private static void Sum(in UploadHead request, Connection client, ReplyWriter<UploadAnswer> reply) => client.Receive(new Summing(request.Data!.Value, client));

    [Command(UploadKind.Ignore)]
    private static UploadAnswer Ignore(in UploadHead request) => new() { Text = "ignored"u8 };

    [Command(UploadKind.Fail)]
    private static UploadAnswer Fail(in UploadHead request) => throw new InvalidOperationException("on purpose");

    private sealed class Summing(SizedBodyReader reader, Connection connection) : BodyReceiver<SizedBodyReader>(reader, connection)
    {
        private long _sum;

        protected override void Take(ReadOnlySpan<byte> data)
        {
            foreach (byte value in data)
            {
                _sum += value;
            }
        }

        protected override void Finish(ParseStatus status, in ParseError error, OutputBuffer output) =>
            output.Write(new UploadAnswer { Text = System.Text.Encoding.ASCII.GetBytes($"{status} {_sum}") });
    }
}
