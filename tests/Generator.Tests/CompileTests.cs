namespace Generator.Tests;

/// <summary>Wherever a declaration stands and whatever it is called, what is emitted compiles without an error or a warning.</summary>
public sealed class CompileTests
{
    internal const string Message =
        "[Message(MaxSize = 64, Owned = true)] internal readonly ref partial struct Note { [Range(0, 9)] public partial byte Length { get; } [Size(nameof(Length))] public partial ReadOnlySpan<byte> Text { get; init; } "
        + "[Until(\";\"), MaxLength(9)] public partial ReadOnlySpan<byte> Name { get; init; } public partial int Number { get; init; } }";

    internal const string Server =
        "[Server, Listen<Resp>(0)] internal sealed partial class Notes { [Setting] public int Most { get; set; } = 5; [Every(50)] private void Tick() { } "
        + "[Command(\"GET\")] private RespReply Get([MaxLength(9)] ReadOnlySpan<byte> key, [Range(1, 5)] int? depth = null, [Flag(\"NX\")] bool nx = false) => key.Length == 0 && nx ? RespReply.Ok : RespReply.Integer((depth ?? 0) + Most); }";

    public static TheoryData<string, string[]> Cases => new()
    {
        { "namespace", ["namespace Sample; " + Message + Server] },
        { "global namespace", [Message + Server] },
        { "nested", ["namespace Sample; internal partial class Outer { internal partial struct Inner { " + Message + Server + " } }"] },
        { "nested in a record", ["namespace Sample; internal partial record Outer { " + Message + Server + " }"] },
        { "nested in a record struct", ["namespace Sample; internal readonly partial record struct Outer { " + Message + Server + " }"] },
        { "nested in an interface", ["namespace Sample; internal partial interface IOuter { " + Message + Server + " }"] },
        { "nested in a static class", ["namespace Sample; internal static partial class Outer { " + Message + Server + " }"] },
        { "generic outer class", ["namespace Sample; internal partial class Outer<T, @in> where T : class { " + Message + Server + " }"] },
        { "keyword names", ["namespace @event; " + Message.Replace("struct Note", "struct @struct").Replace("> Text", "> @string") + Server.Replace("class Notes", "class @class")] },
        { "keyword members", ["namespace @event.@if; [Message(MaxSize = 64)] internal readonly ref partial struct @new { [Range(0, 9)] public partial byte @byte { get; } [Size(nameof(@byte))] public partial ReadOnlySpan<byte> @int { get; init; } } "
            + "[Server, Listen<Resp>(0)] internal sealed partial class @class { [Setting] public int @is { get; set; } [Every(9)] private void @void() { } [Command(\"GET\")] private RespReply @return(ReadOnlySpan<byte> @this, int @out = 3) => RespReply.Integer(@out + @this.Length + @is); }"] },
        { "parameters named as locals", ["namespace Sample; [Server, Listen<Resp>(0)] internal sealed partial class Notes { [Command(\"GET\")] private static RespReply Get(ReadOnlySpan<byte> arguments, int command, long connection, int? index = null, [Option(\"X\")] int? position = null, [Flag(\"F\")] bool seen = false) => RespReply.Integer(arguments.Length + command + connection + (index ?? 0) + (position ?? 0) + (seen ? 1 : 0)); }"] },
        { "fields named as locals", ["namespace Sample; [Message(MaxSize = 64)] internal readonly ref partial struct Note { public partial int message { get; init; } public partial int input { get; init; } public partial int state { get; init; } public partial int consumed { get; init; } public partial int error { get; init; } public partial int position { get; init; } public partial int destination { get; init; } public partial int written { get; init; } public partial int value { get; init; } }"] },
        { "several files", ["namespace Sample; [Server, Listen<Resp>(0)] internal sealed partial class Notes { private int _count; }", "namespace Sample; partial class Notes { [Command(\"GET\")] private RespReply Get(ReadOnlySpan<byte> key) => RespReply.Integer(key.Length + _count); }", "namespace Sample; partial class Notes { [Command(\"SET\")] private RespReply Set(int n) { _count = n; return RespReply.Ok; } }", "namespace Sample; " + Message] },
        { "names differ in case only", ["namespace Sample; " + Message + Message.Replace("struct Note", "struct NOTE") + Message.Replace("struct Note", "struct NoTe") + Server + Server.Replace("class Notes", "class NOTES") + Server.Replace("class Notes", "class NoTes")] },
        { "namespaces differ in case only", ["namespace Sample { " + Message + Server + " } namespace SAMPLE { " + Message + Server + " } namespace SaMple { " + Message + Server + " }"] },
        { "arity differs only", ["namespace Sample { internal partial class Outer { " + Message + Server + " } internal partial class Outer<T> { " + Message + Server + " } }"] },
        { "text message", ["namespace Sample; [Message(MaxSize = 64), Text] internal readonly ref partial struct Line { public partial Words Words { get; } }"] },
        { "text message with quotes", ["namespace Sample; [Message(MaxSize = 64), Text(Separator = \" \\t\", Blank = \"\\v\", Quotes = true, Escapes = true)] internal readonly ref partial struct Line { public partial Words Words { get; init; } }"] },
        { "text message with two separators", ["namespace Sample; [Message(MaxSize = 64), Text(Separator = \",;\")] internal readonly ref partial struct Line { public partial Words Words { get; } }"] },
        { "text protocol", ["namespace Sample; [Message(MaxSize = 64), Text(Quotes = true)] internal readonly ref partial struct Line { public partial Words Words { get; } } [Protocol, Request<Line>(\"Words\")] internal sealed class Lines : IProtocol<RespReply> { public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<RespReply> reply) { } } "
            + "[Server, Listen<Lines>(0)] internal sealed partial class Notes { [Command(\"GET\")] private RespReply Get(ReadOnlySpan<byte> key) => RespReply.Integer(key.Length); }"] },
        { "requests told apart by a number", ["namespace Sample; [Server, Listen<Dns>(0, Transport = TransportProtocol.Udp), Listen<Dns>(0)] internal sealed partial class Names { [Command(DnsOpcode.Query)] private void Ask(in DnsMessage request, Connection client, ReplyWriter<DnsMessage> reply) => reply.Write(request); [Command(DnsOpcode.Notify), Command(DnsOpcode.Status)] private static DnsMessage Hear(in DnsMessage request) => request; }"] },
        { "datagrams only", ["namespace Sample; [Server, Listen<Dns>(0, Transport = TransportProtocol.Udp, MaxDatagramSize = 512)] internal sealed partial class Names { [Command(DnsOpcode.Query)] private DnsMessage Ask(in DnsMessage request) => request; }"] },
        { "datagrams of names", ["namespace Sample; [Server, Listen<Resp>(0, Transport = TransportProtocol.Udp)] internal sealed partial class Echo { [Command(\"ECHO\")] private RespReply Say(ReadOnlySpan<byte> text) => RespReply.Bulk(text); }"] },
        { "a part of the request", ["namespace Sample; [Message(MaxSize = 9, Tag = nameof(Kind))] internal readonly ref partial struct Order { public partial byte Kind { get; init; } [Case(1)] public partial Part First { get; init; } [Case(2)] public partial byte Second { get; init; } } [Message(MaxSize = 4)] internal readonly ref partial struct Part { public partial int Number { get; init; } } "
            + "[Protocol, Request<Order>(nameof(Order.Kind))] internal sealed class Orders : IProtocol<Order> { public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<Order> reply) { } } [Session] internal sealed class Mine; [Server, Listen<Orders>(0)] internal sealed partial class Shop { [Command((byte)1)] private Order One(in Part part, Mine mine) => new() { First = part }; [Command((byte)2)] private Order Two(in Order order) => order; }"] },
        { "scaled lengths", ["namespace Sample; [Message(MaxSize = 999), Frame] internal readonly ref partial struct M { [Range(0, 9)] public partial byte A { get; } [Range(0, 9)] public partial sbyte B { get; } [Range(0, 9)] public partial short C { get; } [Range(1, 9)] public partial byte D { get; } [Size(nameof(A), Scale = 4)] public partial ReadOnlySpan<byte> Aa { get; init; } [Size(nameof(B), Scale = 2)] public partial ReadOnlySpan<byte> Bb { get; init; } [Size(nameof(C), Scale = 8)] public partial ReadOnlySpan<byte> Cc { get; init; } [Size(nameof(D), Scale = 4, Bias = -4)] public partial ReadOnlySpan<byte> Dd { get; init; } }"] },
        { "owned", ["namespace Sample; internal partial class Outer<T> { [Message(MaxSize = 99, Tag = nameof(Kind), Owned = true)] internal readonly ref partial struct @event { public partial byte Kind { get; init; } [Case(1), Size(4)] public partial ReadOnlySpan<byte> @int { get; init; } [Case(2)] public partial Part @struct { get; init; } [Case(3), When(nameof(Is))] public partial Part Later { get; init; } [Case(4), Rest, MaxLength(3)] public partial Seq<Part> Parts { get; init; } [Case] public partial DayOfWeek Day { get; init; } public bool Is => Kind > 2; } "
            + "[Message(MaxSize = 8, Owned = true)] internal readonly ref partial struct Part { [Bits(1)] public partial bool On { get; init; } [Bits(7)] public partial byte Low { get; init; } } } [Message(MaxSize = 64, Owned = true), Text(Quotes = true)] internal readonly ref partial struct Line { public partial Words Words { get; init; } }"] },
        { "two protocols", ["namespace Sample; [Session] internal sealed class Mine { public int Seen { get; set; } } [Server, Listen<Resp>(0), Listen<Memcached>(0, Name = \"m\")] internal sealed partial class Both { [Command(\"GET\")] private RespReply Get(Mine mine, ReadOnlySpan<byte> key) => RespReply.Integer(mine.Seen + key.Length); [Command(\"get\")] private MemcachedReply McGet(Arguments keys) => MemcachedReply.Of(\"END\"u8); }"] },
        { "hooks", ["namespace Sample; [Session] internal sealed class Mine { } [Server, Listen<Resp>(0)] internal sealed partial class Notes { private long _seen; partial void OnStarting() => _seen++; partial void OnStarted(ServerRun run) => _seen++; partial void OnWake(long now) => _seen = now; "
            + "partial void OnConnected(Mine session, Connection connection) => _seen++; partial void OnRefused(scoped in Refusal refusal) => _seen += refusal.Arguments.Count; partial void OnDisconnected(Mine session, Connection connection) => _seen++; [Command(\"GET\")] private RespReply Get(Mine mine, ReadOnlySpan<byte> key) => RespReply.Integer(_seen); }"] },
        { "two servers", ["namespace Sample; " + Server + Server.Replace("class Notes", "class Others")] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Compiles(string name, string[] sources)
    {
        Assert.NotEmpty(name);
        Generated generated = Generation.Run([.. sources.Select(static s => Generation.Usings + "#pragma warning disable CS8981\n" + s)]);
        generated.AssertClean();
        Assert.Equal(generated.Result.GeneratedSources.Length, generated.Result.GeneratedSources.Select(static s => s.HintName).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }
}
