using System.Text;
using System.Text.RegularExpressions;
using DeclServer.Generator.Planning.Dfa;

namespace Generator.Tests;

/// <summary>The automaton of a pattern agrees with .NET's own engine on whole values, and is as small as any can be.</summary>
public sealed class PatternDifferentialTests
{
    private const int Patterns = 1_000;
    private const int Inputs = 24;

    [Fact]
    public void AgreesWithTheRegexEngineOnRandomPatterns()
    {
        Random random = new(20_261_124);
        int matched = 0;
        for (int i = 0; i < Patterns; i++)
        {
            string pattern = RandomPattern(random, 3);
            BytePattern? compiled = BytePattern.Compile(pattern, PatternSyntax.Regex, out string wrong);
            if (compiled is null)
            {
                Assert.True(wrong.Contains("nothing matches it") || wrong.Contains("states"), $"{pattern}: {wrong}");
                continue;
            }

            Regex regex = new($"\\A(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            for (int n = 0; n < Inputs; n++)
            {
                string input = n % 2 == 0 ? RandomText(random) : Walk(compiled, random);
                bool expected = regex.IsMatch(input);
                matched += expected ? 1 : 0;
                Assert.True(expected == Matches(compiled, Encoding.ASCII.GetBytes(input)), $"pattern {pattern} on \"{Regex.Escape(input)}\": the engine says {expected}");
                if (expected)
                {
                    Assert.InRange(input.Length, compiled.Shortest, compiled.Longest ?? int.MaxValue);
                    Assert.All(input, c => Assert.True(compiled.Bytes.Contains(c)));
                }
            }
        }

        // Half of the inputs are walks through the automaton, so that matches are not rare.
        Assert.InRange(matched, Patterns * Inputs / 4, Patterns * Inputs);
    }

    [Fact]
    public void IsMinimal()
    {
        Random random = new(5);
        int compared = 0;
        for (int i = 0; i < 700; i++)
        {
            string pattern = RandomPattern(random, 3);
            if (BytePattern.Compile(pattern, PatternSyntax.Regex, out _) is not { Automaton: { } automaton })
            {
                continue;
            }

            Assert.True(Brzozowski.StateCount(automaton) == automaton.StateCount, pattern);
            compared++;
        }

        Assert.True(compared > 300);
    }

    /// <summary>The shortest and longest match against a search of all values up to five bytes.</summary>
    [Fact]
    public void BoundsAreExact()
    {
        Random random = new(9);
        for (int i = 0; i < 300; i++)
        {
            string pattern = RandomPattern(random, 2);
            if (BytePattern.Compile(pattern, PatternSyntax.Regex, out _) is not { Automaton: { } automaton })
            {
                continue;
            }

            // Walks every path; a path longer than there are states has been round a cycle.
            int length = 0;
            int? shortest = automaton.Accepts(0) ? 0 : null;
            int longest = 0;
            HashSet<int> at = [0];
            while (at.Count > 0 && length <= automaton.StateCount)
            {
                at = [.. at.SelectMany(automaton.Targets)];
                length++;
                if (at.Any(automaton.Accepts))
                {
                    shortest ??= length;
                    longest = length;
                }
            }

            Assert.Equal(shortest, automaton.Shortest);
            Assert.Equal(at.Count > 0 ? null : longest, automaton.Longest);
        }
    }

    internal static bool Matches(BytePattern pattern, byte[] value) => pattern.Class is { } charClass
        ? value.Length >= charClass.Min && value.Length <= (charClass.Max ?? int.MaxValue) && value.All(b => charClass.Bytes.Contains(b))
        : pattern.Automaton!.Matches(value);

    internal static string RandomPattern(Random random, int depth)
    {
        string[] atoms = ["a", "b", "c", "0", "7", "-", "\\.", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "[ab]", "[^a]", "[a-c0-3]", "[^\\d-]", "[\\w-]", "[a-z-[b]]", "\\x41", "\\n", "\\u0062", "[]a]", "{", "}", "]", "_", " ", "[\\-a]", "[+--]", "[^^]"];
        string[] quantifiers = ["*", "+", "?", "{2}", "{1,}", "{0,2}", "{1,3}", "*?", "+?", "??", "{2,3}?", "{0}", "{,2}"];
        StringBuilder pattern = new();
        int alternatives = random.Next(4) == 0 ? random.Next(2, 4) : 1;
        for (int a = 0; a < alternatives; a++)
        {
            if (a > 0)
            {
                pattern.Append('|');
            }

            // Never empty: the engine of .NET 10 refuses "a" for (?:\W+|)+a, which has an empty alternative inside a loop.
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                pattern.Append(depth > 0 && random.Next(3) == 0
                    ? (random.Next(3) switch { 0 => "(", 1 => "(?:", _ => "(?<g>" }) + RandomPattern(random, depth - 1) + ")"
                    : atoms[random.Next(atoms.Length)]);
                if (random.Next(3) == 0)
                {
                    pattern.Append(quantifiers[random.Next(quantifiers.Length)]);
                }
            }
        }

        return pattern.ToString();
    }

    internal static byte[] Walked(BytePattern pattern, Random random) => Encoding.ASCII.GetBytes(Walk(pattern, random));

    private static string RandomText(Random random)
    {
        const string Alphabet = "aabbbc07-.Az _ \n\r{}]^,+~\u0001";
        return string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
    }

    /// <summary>A value led through the automaton, which matches unless the walk is cut short or one character is changed.</summary>
    private static string Walk(BytePattern pattern, Random random)
    {
        StringBuilder text = new();
        if (pattern.Class is { } charClass)
        {
            byte[] members = [.. charClass.Bytes.Members.Where(static b => b < 0x80)];
            for (int n = random.Next(charClass.Min, Math.Min(charClass.Max ?? 6, 6) + 1); n > 0 && members.Length > 0; n--)
            {
                text.Append((char)members[random.Next(members.Length)]);
            }
        }
        else
        {
            ByteAutomaton automaton = pattern.Automaton!;
            int state = 0;
            for (int steps = 0; steps < 40 && !(automaton.Accepts(state) && random.Next(3) == 0); steps++)
            {
                byte[] bytes = [.. automaton.Targets(state).SelectMany(t => automaton.On(state, t).Members).Where(static b => b < 0x80)];
                if (bytes.Length == 0)
                {
                    break;
                }

                byte chosen = bytes[random.Next(bytes.Length)];
                text.Append((char)chosen);
                state = automaton.Next(state, automaton.ClassOf[chosen]);
            }
        }

        if (text.Length > 0 && random.Next(8) == 0)
        {
            text[random.Next(text.Length)] = "ab0\n."[random.Next(5)];
        }

        return text.ToString();
    }

    /// <summary>Brzozowski's minimisation, the reference: reverse and make deterministic, twice.</summary>
    private static class Brzozowski
    {
        public static int StateCount(ByteAutomaton automaton)
        {
            List<(int From, int Class, int To)> edges = [];
            for (int state = 0; state < automaton.StateCount; state++)
            {
                for (int c = 0; c < automaton.ClassCount; c++)
                {
                    if (automaton.Next(state, c) is >= 0 and int target)
                    {
                        edges.Add((state, c, target));
                    }
                }
            }

            int[] accepting = [.. Enumerable.Range(0, automaton.StateCount).Where(automaton.Accepts)];
            (edges, accepting, int[] start, _) = Reversed(edges, [0], accepting);
            (_, _, _, int states) = Reversed(edges, start, accepting);
            return states;
        }

        private static (List<(int From, int Class, int To)> Edges, int[] Accepting, int[] Start, int States) Reversed(List<(int From, int Class, int To)> edges, int[] starts, int[] accepting)
        {
            ILookup<int, (int Class, int To)> back = edges.ToLookup(static e => e.To, static e => (e.Class, To: e.From));
            Dictionary<string, int> numbers = [];
            List<HashSet<int>> sets = [];
            List<(int From, int Class, int To)> made = [];
            Number([.. accepting]);
            for (int i = 0; i < sets.Count; i++)
            {
                foreach (IGrouping<int, (int Class, int To)> byClass in sets[i].SelectMany(s => back[s]).GroupBy(static e => e.Class).ToArray())
                {
                    made.Add((i, byClass.Key, Number([.. byClass.Select(static e => e.To)])));
                }
            }

            return (made, [.. Enumerable.Range(0, sets.Count).Where(i => sets[i].Overlaps(starts))], [0], sets.Count);

            int Number(HashSet<int> set)
            {
                string key = string.Join(",", set.Order());
                if (!numbers.TryGetValue(key, out int number))
                {
                    numbers[key] = number = sets.Count;
                    sets.Add(set);
                }

                return number;
            }
        }
    }
}
