using Microsoft.CodeAnalysis.CSharp;

namespace Analyzers.Tests;

/// <summary>A declaration, with <c>[|</c> and <c>|]</c> around what the rule is reported on; none for a declaration that is right.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Name">What is tried.</param>
/// <param name="Source">The declaration.</param>
/// <param name="Says">A part of the message.</param>
/// <param name="Version">The language version.</param>
internal sealed record RuleCase(string Id, string Name, string Source, string Says = "", LanguageVersion Version = LanguageVersion.CSharp13);

/// <summary>For each rule what triggers it, and what comes close and must not.</summary>
internal static class RuleCases
{
    private const string Get = "[Command(\"GET\")] public RespReply Get(ReadOnlySpan<byte> key) => default;";

    public static readonly RuleCase[] Triggers =
    [
        new("DS1001", "struct not ref", "[Message(MaxSize = 9)] public readonly partial struct [|M|] { [Size(4)] public partial ReadOnlySpan<byte> A { get; } }", "readonly ref partial struct"),
        new("DS1001", "struct not readonly", "[Message(MaxSize = 9)] public ref partial struct [|M|] { public partial int A { get; } }", "'M'"),
        new("DS1001", "struct not partial", "[Message(MaxSize = 9)] public readonly ref struct [|M|] { public partial int A { get; } }"),
        new("DS1001", "generic message", "[Message(MaxSize = 9)] public readonly ref partial struct [|M|]<T> { public partial int A { get; } }"),
        new("DS1001", "container not partial", "public class Outer { [Message(MaxSize = 9)] public readonly ref partial struct [|M|] { public partial int A { get; } } }"),
        new("DS1001", "no field", "[Message(MaxSize = 9)] public readonly ref partial struct [|M|];", "no field"),
        new("DS1001", "fields in two parts", "[Message(MaxSize = 9)] public readonly ref partial struct [|M|] { public partial int A { get; } } partial struct M { public partial int B { get; } }", "several parts"),
        new("DS1001", "server not partial", "[Server, Listen<Resp>(1)] public class [|S|] { }", "partial class"),
        new("DS1001", "server abstract", "[Server, Listen<Resp>(1)] public abstract partial class [|S|] { }"),
        new("DS1002", "no MaxSize", "[[|Message|]] public readonly ref partial struct M { public partial int A { get; } }", "MaxSize"),
        new("DS1002", "delimiter without bound", "[Message(MaxSize = 99)] public readonly ref partial struct M { [[|Until(\";\")|]] public partial ReadOnlySpan<byte> A { get; } }", "[MaxLength(n)]"),
        new("DS1002", "sequence of no message", "public readonly ref struct E; [Message(MaxSize = 99)] public readonly ref partial struct M { [Range(0, 9)] public partial byte N { get; } [Count(nameof(N))] public partial Seq<E> [|A|] { get; } }"),
        new("DS1002", "length of a block", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"SET\")] public RespReply Set(int [|length|], [Size(nameof(length))] ReadOnlySpan<byte> value) => default; }", "[Range]"),
        new("DS1003", "empty range", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Range(5, 1)|]] public partial int A { get; } }", "no integer"),
        new("DS1003", "range wider than its type", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Range(0, 300)|]] public partial byte A { get; } }", "wider than byte"),
        new("DS1003", "unknown rule", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|EmailAddress|]] public partial int A { get; } }", "[EmailAddress]"),
        new("DS1003", "lengths reversed", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|Length(5, 1)|]] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1003", "negative MinLength", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|MinLength(-1)|]] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1003", "chars that do not parse", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|Chars(\"1*(\")|]] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1003", "chars with an unknown rule", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|Chars(\"1*tchar\")|]] public partial ReadOnlySpan<byte> A { get; } }", "'tchar' at character 3"),
        new("DS1003", "expression that is not regular", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|RegularExpression(@\"(a)\\1\")|]] public partial ReadOnlySpan<byte> A { get; } }", "character 4 refers back"),
        new("DS1003", "chars with too many states", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|Chars(\"600(ALPHA DIGIT)\")|]] public partial ReadOnlySpan<byte> A { get; } }", "more than 1024 states"),
        new("DS1003", "expression on a number", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|RegularExpression(\"a\")|]] public partial int A { get; } }", "ReadOnlySpan<byte> only"),
        new("DS1003", "expression of a parameter", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([[|RegularExpression(\"a**\")|]] ReadOnlySpan<byte> n) => default; }", "repeats a quantifier"),
        new("DS1003", "chars of a parameter", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([[|Chars(\"2*1ALPHA\")|]] ReadOnlySpan<byte> n) => default; }", "below its minimum"),
        new("DS1003", "expression of a number parameter", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([[|RegularExpression(\"a\")|]] int n) => default; }", "byte arguments only"),
        new("DS1003", "length that no match has", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Size(4), [|RegularExpression(\"a{5,9}\")|]] public partial ReadOnlySpan<byte> A { get; } }", "5 bytes or more"),
        new("DS1003", "negative length possible", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Range(-5, 5)|]] public partial sbyte L { get; } [Size(nameof(L))] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1003", "MaxSize below the least", "[[|Message(MaxSize = 3)|]] public readonly ref partial struct M { public partial int A { get; } }", "below 4"),
        new("DS1003", "length of a number", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([[|MaxLength(3)|]] int n) => default; }"),
        new("DS1003", "range of a string setting", "[Server, Listen<Resp>(1)] public partial class S { [Setting, [|Range(1, 2)|]] public string A { get; set; } = \"\"; }"),
        new("DS1004", "unknown field", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Size(\"L\")|]] public partial ReadOnlySpan<byte> A { get; } }", "'L' is no field"),
        new("DS1004", "later field", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Size(nameof(L))|]] public partial ReadOnlySpan<byte> A { get; } public partial byte L { get; } }", "before this one"),
        new("DS1004", "tag is no field", "[[|Message(MaxSize = 9, Tag = \"T\")|]] public readonly ref partial struct M { public partial byte A { get; } }", "'T'"),
        new("DS1004", "case without tag", "[Message(MaxSize = 9)] public readonly ref partial struct M { public partial byte T { get; } [[|Case(1)|]] public partial byte A { get; } }", "'Tag'"),
        new("DS1004", "block sized by nothing", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"SET\")] public RespReply Set([[|Size(\"n\")|]] ReadOnlySpan<byte> value) => default; }", "'n'"),
        new("DS1005", "type no argument fills", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A(object [|x|]) => default; }", "'x'"),
        new("DS1005", "returns nothing of the protocol", "[Server, Listen<Resp>(1)] public partial class S { [[|Command(\"A\")|]] public int A() => 0; }", "'A'"),
        new("DS1005", "bad name among several", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] [[|Command(\"B C D\")|]] public RespReply A() => default; }", "'B C D'"),
        new("DS1005", "required behind optional", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A(int? a, int [|b|]) => default; }"),
        new("DS1005", "option that must be there", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([Option(\"X\")] int [|x|]) => default; }"),
        new("DS1005", "overload with the parameter", "[Server, Listen<Resp>(1)] public partial class S { public void A(object x) { } [Command(\"A\")] public RespReply A(object [|x|], int y) => default; }"),
        new("DS1006", "no wire form", "[Message(MaxSize = 9)] public readonly ref partial struct M { public partial Guid [|A|] { get; } }", "Guid"),
        new("DS1006", "nothing ends it", "[Message(MaxSize = 9)] public readonly ref partial struct M { public partial ReadOnlySpan<byte> [|A|] { get; } }", "[Size(n)]"),
        new("DS1006", "long delimiter", "[Message(MaxSize = 9)] public readonly ref partial struct M { [[|Until(\"abc\")|], MaxLength(3)] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1006", "no separator", "[Message(MaxSize = 9), [|Text(Separator = \"\")|]] public readonly ref partial struct M { public partial Words A { get; } }", "at least one"),
        new("DS1006", "separator beyond ASCII", "[Message(MaxSize = 9), [|Text(Separator = \" \u00a0\")|]] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "line end as a blank", "[Message(MaxSize = 9), [|Text(Blank = \"\\n\")|]] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "quote as a separator", "[Message(MaxSize = 9), [|Text(Separator = \" '\", Quotes = true)|]] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "escapes without quotes", "[Message(MaxSize = 9), [|Text(Escapes = true)|]] public readonly ref partial struct M { public partial Words A { get; } }", "Quotes = true"),
        new("DS1006", "words without text", "[Message(MaxSize = 9)] public readonly ref partial struct [|M|] { public partial Words A { get; } }", "[Text]"),
        new("DS1005", "a name where a number tells", "[Server, Listen<Dns>(1, Transport = TransportProtocol.Udp)] public partial class S { [[|Command(\"A\")|]] public DnsMessage A(in DnsMessage m) => default; }", "told apart by"),
        new("DS1005", "a number where names tell", "[Server, Listen<Resp>(1)] public partial class S { [[|Command(1)|]] public RespReply A() => default; }", "have names"),
        new("DS1005", "arguments where there are none", "[Server, Listen<Dns>(1, Transport = TransportProtocol.Udp)] public partial class S { [Command(DnsOpcode.Query)] public DnsMessage A(in DnsMessage m, int [|x|]) => default; }", "no arguments"),
        new("DS1005", "session of a datagram", "[Session] public sealed class Mine; [Server, Listen<Dns>(1, Transport = TransportProtocol.Udp)] public partial class S { [Command(DnsOpcode.Query)] public DnsMessage A(in DnsMessage m, Mine [|mine|]) => default; }", "no session"),
        new("DS1010", "datagram size", "[Server, [|Listen<Dns>(1, Transport = TransportProtocol.Udp, MaxDatagramSize = 70000)|]] public partial class S { }", "65507"),
        new("DS1010", "one name twice on one transport", "[Server] [Listen<Dns>(1, Transport = TransportProtocol.Udp)] [[|Listen<Dns>(2, Transport = TransportProtocol.Udp)|]] public partial class S { }", "two endpoints"),
        new("DS1007", "whole requests on a stream", "[Protocol, Request<DnsMessage>(nameof(DnsMessage.Opcode))] public sealed class P : IProtocol<DnsMessage> { public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<DnsMessage> reply) { } } [Server, [|Listen<P>(1)|]] public partial class S { }", "LengthPrefix"),
        new("DS9001", "a tag twice", "[Server, Listen<Dns>(1)] public partial class S { [Command(DnsOpcode.Query)] public DnsMessage A(in DnsMessage m) => default; [[|Command(DnsOpcode.Query)|]] public DnsMessage B(in DnsMessage m) => default; }", "'Query'"),
        new("DS1007", "listens nowhere", "[[|Server|]] public partial class S { }", "[Listen<TProtocol>(port)]"),
        new("DS1007", "no protocol", "[Server, [|Listen<string>(1)|], Listen<Resp>(2, Name = \"b\")] public partial class S { }", "'String'"),
        new("DS1008", "C# 12", "[Message(MaxSize = 9)] public readonly ref partial struct [|M|] { public partial int A { get; } }", "12", LanguageVersion.CSharp12),
        new("DS1009", "setting without set", "[Server, Listen<Resp>(1)] public partial class S { [[|Setting|]] public int A => 1; }", "'A'"),
        new("DS1009", "scheduled method takes something", "[Server, Listen<Resp>(1)] public partial class S { [[|Every(5)|]] public void A(int x) { } }"),
        new("DS1010", "port", "[Server] [Listen<Resp>(1)] [[|Listen<Memcached>(70000, Name = \"m\")|]] public partial class S { }", "70000"),
        new("DS1010", "port of the first", "[Server] [[|Listen<Resp>(-1)|]] [Listen<Memcached>(7, Name = \"m\")] public partial class S { }", "-1"),
        new("DS1010", "one name twice", "[Server] [Listen<Resp>(1)] [[|Listen<Memcached>(2)|]] public partial class S { }", "two endpoints"),
        new("DS1010", "loops", "[Server, Listen<Resp>(1), [|Concurrency(ConcurrencyModel.EventLoop, Loops = 65)|]] public partial class S { }", "65"),
        new("DS1010", "limit", "[Server, Listen<Resp>(1), [|Limits(MaxConnections = 0)|]] public partial class S { }", "MaxConnections"),
        new("DS1010", "interval", "[Server, Listen<Resp>(1)] public partial class S { [[|Every(0)|]] public void A() { } }"),
        new("DS9001", "one name, two methods", "[Server, Listen<Resp>(1)] public partial class S { " + Get + " [Command(\"FETCH\")] [[|Command(\"get\")|]] public RespReply Other() => default; }", "Get answers it too"),
        new("DS9001", "two options of one name", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A([Option(\"X\")] int? a, [[|Option(\"x\")|]] int? b) => default; }"),
        new("DS9001", "chars allow the delimiter", "[Message(MaxSize = 99)] public readonly ref partial struct M { [[|Until(\";\")|], Chars(\"*9VCHAR\")] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS9001", "case torn apart", "[Message(MaxSize = 9, Tag = nameof(T))] public readonly ref partial struct M { public partial byte T { get; } [Case(1)] public partial byte A { get; } [Case(2)] public partial byte B { get; } [[|Case(1)|]] public partial byte C { get; } }"),
        new("DS9002", "case beyond the tag's type", "[Message(MaxSize = 9, Tag = nameof(T))] public readonly ref partial struct M { public partial byte T { get; } [[|Case(300)|]] public partial byte A { get; } }", "'300'"),
        new("DS9002", "case beyond the tag's range", "[Message(MaxSize = 9, Tag = nameof(T))] public readonly ref partial struct M { [Range(1, 2)] public partial byte T { get; } [[|Case(3)|]] public partial byte A { get; } }"),
    ];

    public static readonly RuleCase[] Quiet =
    [
        new("DS1001", "nested in partial types", "public partial class Outer<T> { [Message(MaxSize = 9)] public readonly ref partial struct M { public partial int A { get; } } }"),
        new("DS1001", "an ordinary struct", "public struct M { }"),
        new("DS1002", "bound by MaxLength", "[Message(MaxSize = 99)] public readonly ref partial struct M { [Until(\";\"), MaxLength(9)] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1002", "bound by RegularExpression", "[Message(MaxSize = 99)] public readonly ref partial struct M { [Until(\";\"), RegularExpression(@\"\\d{1,3}(\\.\\d{1,3}){3}\", MatchTimeoutInMilliseconds = 5)] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1002", "bound by Chars", "[Message(MaxSize = 99)] public readonly ref partial struct M { [Until(\";\"), Chars(\"1*9ALPHA\")] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1002", "block with a range", "[Server, Listen<Resp>(1)] public partial class S { [Command(\"SET\")] public RespReply Set([Range(0, 9)] int length, [Size(nameof(length))] ReadOnlySpan<byte> value) => default; }"),
        new("DS1003", "range of one value", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Range(5, 5)] public partial int A { get; } }"),
        new("DS1003", "range as wide as its type", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Range(0, 255)] public partial byte A { get; } }"),
        new("DS1003", "rules outside declarations", "public class C { [EmailAddress] public string A { get; set; } = \"\"; }"),
        new("DS1004", "earlier field", "[Message(MaxSize = 9)] public readonly ref partial struct M { [Range(0, 5)] public partial byte L { get; } [Size(nameof(L))] public partial ReadOnlySpan<byte> A { get; } }"),
        new("DS1005", "every source", "[Session] public sealed class Mine; [Server, Listen<Resp>(1)] public partial class S { [Command(\"A B\")] public RespReply A(Mine m, Connection c, ReadOnlySpan<byte> k, long n, DayOfWeek d, Guid g, int? o = null, [Flag(\"F\")] bool f = false) => default; }"),
        new("DS1006", "words in text", "[Message(MaxSize = 9), Text] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "words in quotes", "[Message(MaxSize = 9), Text(Separator = \" \\t\\r\", Blank = \"\\v\", Quotes = true, Escapes = true)] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "a quote as a separator where none quotes", "[Message(MaxSize = 9), Text(Separator = \"'\")] public readonly ref partial struct M { public partial Words A { get; } }"),
        new("DS1006", "a property that is no field", "[Message(MaxSize = 9)] public readonly ref partial struct M { public partial int A { get; } public Guid Id => default; }"),
        new("DS1005", "a request, its connection and a writer", "[Server, Listen<Dns>(1, Transport = TransportProtocol.Udp), Listen<Dns>(1)] public partial class S { [Command(DnsOpcode.Query)] public void A(in DnsMessage m, Connection c, ReplyWriter<DnsMessage> w) { } [Command(DnsOpcode.Notify)] public static DnsMessage N(DnsMessage m) => default; }"),
        new("DS1007", "protocol of the runtime", "[Server, Listen<Memcached>(1)] public partial class S { }"),
        new("DS1008", "C# 13", "[Message(MaxSize = 9)] public readonly ref partial struct M { public partial int A { get; } }", "", LanguageVersion.CSharp13),
        new("DS1009", "setting and schedule", "[Server, Listen<Resp>(1)] public partial class S { [Setting] public int A { get; set; } [Every(5)] private void B() { } }"),
        new("DS1010", "the edges", "[Server, Listen<Resp>(0), Listen<Memcached>(65535, Name = \"m\", Backlog = 1), Limits(DrainTimeoutSeconds = 0), Concurrency(ConcurrencyModel.EventLoop, Loops = 64)] public partial class S { [Every(1)] private void A() { } }"),
        new("DS9001", "one name in two protocols", "[Server, Listen<Resp>(1), Listen<Memcached>(2, Name = \"m\")] public partial class S { " + Get + " [Command(\"get\")] public MemcachedReply Other(Arguments keys) => default; }"),
        new("DS9001", "case matters in this protocol", "[Server, Listen<Memcached>(2)] public partial class S { [Command(\"get\")] public MemcachedReply A() => default; [Command(\"GET\")] public MemcachedReply B() => default; }"),
        new("DS9002", "case in range", "[Message(MaxSize = 9, Tag = nameof(T))] public readonly ref partial struct M { [Range(1, 2)] public partial byte T { get; } [Case(2)] public partial byte A { get; } }"),
    ];
}
