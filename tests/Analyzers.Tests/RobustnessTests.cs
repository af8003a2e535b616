using Microsoft.CodeAnalysis;

namespace Analyzers.Tests;

/// <summary>Code is broken most of the time while it is written: the analyzer must not throw on any of it.</summary>
public sealed class RobustnessTests
{
    private const int Mutations = 300;
    private const int Seed = 20260101;

    private const string Valid = Analysis.Usings + """
        public enum Kind { A, B }
        [Session] public sealed class Mine { public int N; }
        [Message(MaxSize = 64)] public readonly ref partial struct Bulk
        {
            [Ascii, Literal(Before = "$"), Until("\r\n"), Range(-1, 40)] public partial int Length { get; init; }
            [Size(nameof(Length), Null = -1), Literal(After = "\r\n")] public partial ReadOnlySpan<byte> Value { get; init; }
        }
        [Message(MaxSize = 256)] public readonly ref partial struct Line
        {
            [Ascii, Literal(Before = "*"), Until("\r\n"), Range(0, 3)] public partial int Count { get; init; }
            [Count(nameof(Count))] public partial Seq<Bulk> Items { get; init; }
        }
        [Message(MaxSize = 99, Tag = nameof(T))] public readonly ref partial struct Answer
        {
            public partial byte T { get; init; }
            [Case('+'), Until(";"), Chars("1*9ALPHA")] public partial ReadOnlySpan<byte> Text { get; init; }
            [Case(':'), Ascii, Until(";")] public partial long Number { get; init; }
        }
        [Protocol(IgnoreCase = true), Request<Line>(nameof(Line.Items))] public sealed class Proto : IProtocol<Answer>
        {
            public static void Refuse(scoped in Refusal refusal, scoped ReplyWriter<Answer> reply) { }
        }
        [Server, Listen<Proto>(6379, Name = "a"), Listen<Resp>(0, Backlog = 5), Limits(MaxConnections = 5), Concurrency(ConcurrencyModel.EventLoop, Loops = 2)]
        public partial class S
        {
            [Setting(Help = "x"), Range(1, 9)] public int Max { get; set; } = 3;
            [Every(100)] private void Tick() { }
            [Command("GET"), Command("FETCH IT")] public Answer Get(Mine m, [MaxLength(9)] ReadOnlySpan<byte> key, [Range(0, 9)] int n = 3, [Option("O")] Kind? k = null, [Flag("F")] bool f = false) => default;
            [Command("SET")] public void Set(ReplyWriter<RespReply> reply, [Range(0, 9)] int size, [Size(nameof(size)), Literal(After = "\r\n")] ReadOnlySpan<byte> data) { }
        }
        """;

    [Fact]
    public async Task TheWholeIsRight() => Assert.Empty(await Analysis.RunAsync(Valid));

    [Fact]
    public async Task NoPrefixMakesItThrow()
    {
        for (int length = 0; length <= Valid.Length; length += 7)
        {
            await CheckAsync(Valid[..length]);
        }
    }

    [Fact]
    public async Task NoMutationMakesItThrow()
    {
        Random random = new(Seed);
        string[] pieces = ["", " ", "<", ">", "(", ")", "\"", "0", "-1", "null", "default", "nameof()", "int", "ref", "[", "]", "{", "}", ",", "<Resp>", "<int, int>", "params", "static", "99999999999"];
        for (int i = 0; i < Mutations; i++)
        {
            string source = Valid;
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(Analysis.Usings.Length, source.Length);
                source = source.Remove(at, Math.Min(random.Next(0, 12), source.Length - at)).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            await CheckAsync(source);
        }
    }

    /// <summary>Code that parses but binds to nothing good.</summary>
    [Theory]
    [InlineData("[Server, Listen(1)] public partial class S { }")]
    [InlineData("[Server, Listen<>(1)] public partial class S { }")]
    [InlineData("[Server, Listen<Nothing>(1)] public partial class S { }")]
    [InlineData("[Server, Listen<int, int>(1)] public partial class S { }")]
    [InlineData("[Server, Listen<Resp>] public partial class S { }")]
    [InlineData("[Server, Listen<Resp>(\"1\", Name = null)] public partial class S { }")]
    [InlineData("[Server, Listen<P>(1)] public partial class S { } [Protocol, Request(\"A\")] class P : IProtocol<RespReply> { }")]
    [InlineData("[Server, Listen<P>(1)] public partial class S { } [Protocol, Request<int>(null)] class P : IProtocol<RespReply> { }")]
    [InlineData("[Server, Listen<P>(1)] public partial class S { } [Protocol, Request<>(\"A\")] class P : IProtocol<> { }")]
    [InlineData("[Server, Listen<P>(1)] public partial class S { } [Protocol, Request<P.M>(\"A\")] class P : IProtocol { struct M { Seq<M> A { get; } } }")]
    [InlineData("[Server, Listen<Resp>(1)] public partial class S { [Command] [Command(null)] [Command(1)] public RespReply A(params int[] x) => default; }")]
    [InlineData("[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public void A([Size(null)] ReadOnlySpan<byte> x, [Size] ReadOnlySpan<byte> y, [Option] int z, [Flag(null)] bool f) { } }")]
    [InlineData("[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public void A(ReplyWriter r, ReplyWriter<RespReply> q, ReplyWriter<> s) { } }")]
    [InlineData("[Server, Listen<Resp>(1)] public partial class S { [Command(\"A\")] public RespReply A(DayOfWeek d = (DayOfWeek)77, double e = double.NaN, decimal f = 1.5m) => default; }")]
    [InlineData("[Server, Listen<Resp>(1)] public partial class S { [Every] void A() { } [Every(\"x\")] void B() { } [Setting] int this[int i] { get => 0; set { } } }")]
    [InlineData("[Message(MaxSize = \"x\", Tag = null)] public readonly ref partial struct M { public partial Seq A { get; } [Count(null)] public partial Seq<> B { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { public partial int A { get; } public partial int A { get; } [Size] public partial Nope B { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Case] public partial int A { get; } [Case(null)] public partial int B { get; } [Case(typeof(int))] public partial int C { get; } [Case(ulong.MaxValue)] public partial int D { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Literal(Before = null, After = null), Until(null), Chars(null), Range(null, null), Length] public partial int A { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Until(null), Chars(null), AllowedValues(null), DeniedValues(null, null)] public partial ReadOnlySpan<byte> A { get; } }")]
    [InlineData("[Message(MaxSize = 9)] public readonly ref partial struct M { [Range(double.NaN, double.PositiveInfinity)] public partial int A { get; } [Range(typeof(long), \"-79228162514264337593543950335\", \"79228162514264337593543950335\")] public partial long B { get; } }")]
    [InlineData("[Message(MaxSize = 9), Text(Separator = null)] public readonly ref partial struct M { public partial Words this[int i] { get; } }")]
    [InlineData("[Message(MaxSize = 2147483647)] public readonly ref partial struct M { [Size(int.MaxValue)] public partial ReadOnlySpan<byte> A { get; } [Size(int.MinValue)] public partial ReadOnlySpan<byte> B { get; } public partial uint N { get; } [Count(nameof(N))] public partial Seq<M> S { get; } }")]
    [InlineData("[Message(MaxSize = 9)] file readonly ref partial struct M { public partial int A { get; } } [Message] interface I { } [Server] record R; [Server] static class C { }")]
    public async Task NoBindingErrorMakesItThrow(string source) => await CheckAsync(Analysis.Usings + source);

    private static async Task CheckAsync(string source)
    {
        Diagnostic? thrown = (await Analysis.RunAsync(source)).FirstOrDefault(static d => !d.Id.StartsWith("DS", StringComparison.Ordinal));
        Assert.True(thrown is null, $"{thrown}\n{source}");
    }
}
