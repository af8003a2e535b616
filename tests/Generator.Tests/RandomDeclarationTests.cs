using System.Reflection;
using System.Runtime.Loader;
using DeclServer.Generator;
using Microsoft.CodeAnalysis;

namespace Generator.Tests;

/// <summary>Random legal declarations compile without a warning, and what is emitted keeps the laws of messages on random bytes.</summary>
public sealed class RandomDeclarationTests
{
    private const int Batches = 6;
    private const int PerBatch = 25;

    /// <summary>The laws, compiled beside the declarations: they need the types, which exist only there.</summary>
    private const string Laws = """
        public static class Laws<T> where T : IMessage<T>, allows ref struct
        {
            private static (ParseStatus, int, ParseError) Of(ReadOnlySpan<byte> bytes, ref ParseState state) =>
                (T.TryParse(bytes, ref state, out _, out int length, out ParseError error), length, error);

            public static int Hold(Random random, bool whole, int tries)
            {
                int done = 0;
                byte[] good = [];
                for (int i = 0; i < tries; i++)
                {
                    byte[] bytes = new byte[random.Next(0, 60)];
                    random.NextBytes(bytes);
                    for (int at = 0; at < bytes.Length; at++)
                    {
                        if (random.Next(3) != 0)
                        {
                            bytes[at] = (byte)"\0\0\0\u0001\u0001\u0002\u0003\u0004\u0005\u0007;:!#abxyz0123456789\r\n\u00ff-"[random.Next(33)];
                        }
                    }

                    if (good.Length > 0 && random.Next(2) == 0)
                    {
                        bytes = (byte[])good.Clone();
                        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    }

                    if (random.Next(2) == 0)
                    {
                        Grow(ref bytes, random);
                    }

                    done += Judge(bytes, whole, ref good);
                }

                return done;
            }

            /// <summary>Goes towards a valid message: an error says where, and another byte is tried there.</summary>
            private static void Grow(ref byte[] bytes, Random random)
            {
                for (int tries = 0; tries < 60; tries++)
                {
                    ParseState state = default;
                    var (status, _, error) = Of(bytes, ref state);
                    if (status == ParseStatus.Done)
                    {
                        return;
                    }

                    if (status == ParseStatus.NeedMore || error.Code == ErrorCode.Truncated)
                    {
                        Array.Resize(ref bytes, bytes.Length + random.Next(1, 4));
                    }
                    else if (error.Code == ErrorCode.TrailingBytes)
                    {
                        Array.Resize(ref bytes, error.Offset);
                    }
                    else
                    {
                        int at = Math.Max(0, Math.Min(bytes.Length - 1, error.Offset - random.Next(0, 2)));
                        if (bytes.Length == 0) { bytes = [0]; }
                        bytes[at] = (byte)"\0\u0001\u0002\u0005;:!#abxyz05\r\n\u00ff"[random.Next(18)];
                    }
                }
            }

            private static int Judge(byte[] bytes, bool whole, ref byte[] good)
            {
                ParseState state = default;
                var verdict = Of(bytes, ref state);
                Demand(verdict.Item3.Offset >= 0 && verdict.Item3.Offset <= bytes.Length, "offset " + verdict.Item3, bytes);
                Demand(verdict.Item2 >= 0 && verdict.Item2 <= bytes.Length, "length " + verdict.Item2, bytes);
                if (!whole)
                {
                    state = default;
                    var dripped = (ParseStatus.NeedMore, 0, default(ParseError));
                    for (int length = 0; length <= bytes.Length && dripped.Item1 == ParseStatus.NeedMore; length++)
                    {
                        dripped = Of(bytes.AsSpan(0, length), ref state);
                    }

                    Demand(dripped == verdict, $"whole {verdict}, dripped {dripped}", bytes);
                }

                int skipped = T.SkipAt(bytes, 0, int.MaxValue);
                Demand(skipped == 0 || (verdict.Item1 == ParseStatus.Done && skipped == verdict.Item2), $"{verdict}, skipped {skipped}", bytes);
                if (verdict.Item1 != ParseStatus.Done)
                {
                    return 0;
                }

                state = default;
                T.TryParse(bytes, ref state, out T message, out int end, out _);
                int most = (int)typeof(T).GetField("MaxSize")!.GetRawConstantValue()!;
                int least = (int)typeof(T).GetField("MinSize")!.GetRawConstantValue()!;
                Demand(end <= most && end >= least, $"{end} bytes are not from {least} to {most}", bytes);
                byte[] written = new byte[message.GetSize()];
                Demand(message.TryWrite(written, out int size) && size == written.Length, $"GetSize {written.Length}, written {size}", bytes);
                Demand(written.AsSpan().SequenceEqual(bytes.AsSpan(0, end)), "written as " + Convert.ToHexString(written), bytes);
                good = written.Length > 0 ? written : good;
                return 1;
            }

            private static void Demand(bool holds, string otherwise, byte[] bytes)
            {
                if (!holds)
                {
                    throw new InvalidOperationException(otherwise + " of " + Convert.ToHexString(bytes));
                }
            }
        }
        """;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Batches)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CompileAndKeepTheLaws(int seed)
    {
        string[] declared = [.. Enumerable.Range(0, PerBatch).Select(i => new RandomDeclaration(new Random((seed * 1000) + i)).Next())];
        string source = "#pragma warning disable CS1591\n" + Generation.Usings + Laws + string.Concat(declared.Select(static (d, i) => $"\nnamespace N{i} {{\n{d}}}\n"));
        Generated generated = Generation.Run(source);
        generated.AssertClean();
        Assert.Equal(3 * PerBatch, generated.Result.GeneratedSources.Length);
        string[] broken = [.. generated.Result.GeneratedSources.Where(static s => !s.SourceText.ToString().Contains("MinSize")).Select(static s => s.HintName)];
        Assert.True(broken.Length == 0, string.Join("\n", broken.Select(b => b + "\n" + declared[int.Parse(b[1..b.IndexOf('.')])])));
        using MemoryStream assembly = new();
        Assert.True(generated.Output.Emit(assembly).Success);
        assembly.Position = 0;
        AssemblyLoadContext context = new(null, isCollectible: true);
        Assembly loaded = context.LoadFromStream(assembly);
        int reached = 0;
        for (int i = 0; i < PerBatch; i++)
        {
            MethodInfo hold = loaded.GetType("Laws`1")!.MakeGenericType(loaded.GetType($"N{i}.M")!).GetMethod("Hold")!;
            try
            {
                reached += (int)hold.Invoke(null, [new Random(seed), declared[i].Contains("), Frame]"), 400])! > 0 ? 1 : 0;
            }
            catch (TargetInvocationException wrong)
            {
                Assert.Fail($"{wrong.InnerException}\n{declared[i]}");
            }
        }

        context.Unload();
        Assert.InRange(reached, PerBatch / 4, PerBatch);
    }
}
