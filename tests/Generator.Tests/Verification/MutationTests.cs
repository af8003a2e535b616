using DeclServer.Generator.Verification;
using Xunit.Abstractions;

namespace Generator.Tests;

/// <summary>A parser that is emitted with a mistake in it is not proved: each kind of mistake, in the parsers of the repository's messages.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    /// <summary>Of one kind no more are tried than these, spread over all parsers.</summary>
    private const int MostOfAKind = 60;

    private static readonly Lazy<(string Message, Mutant Mutant)[]> s_mutants = new(static () =>
        [.. Emitted.Protocols.Concat(Emitted.Declared("tests/Messages.Tests/Families")).OrderBy(static m => m.Key, StringComparer.Ordinal).SelectMany(static m => Mutants.Of(m.Value).Select(x => (m.Key, x)))]);

    [Fact]
    public void NoMistakeIsProved()
    {
        Random random = new(20_261_124);
        List<string> missed = [];
        foreach (IGrouping<string, (string Message, Mutant Mutant)> kind in s_mutants.Value.GroupBy(static m => m.Mutant.Kind))
        {
            (string Message, Mutant Mutant)[] all = [.. kind];
            random.Shuffle(all);
            (string Message, Mutant Mutant)[] proved = [.. all.Take(MostOfAKind).Where(static m => !BoundsVerifier.Verify(m.Mutant.Source).Gaps.Any())];
            output.WriteLine($"{kind.Key}: {all.Length} mutants, {Math.Min(all.Length, MostOfAKind)} tried, {proved.Length} proved");
            missed.AddRange(proved.Select(static m => $"{m.Message}: {m.Mutant.Kind}: {m.Mutant.Where}"));
        }

        Assert.True(missed.Count == 0, string.Join("\n", missed));

        // Each kind found its place, so that none is tried by nothing.
        Assert.Equal(34, s_mutants.Value.Select(static m => m.Mutant.Kind).Distinct().Count());
        Assert.True(s_mutants.Value.Length > 1_000);
    }
}
