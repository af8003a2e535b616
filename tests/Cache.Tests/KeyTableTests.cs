using System.Globalization;
using Xunit;

namespace Cache.Tests;

/// <summary>The key table against a dictionary, also with hashes so poor that chains grow long, and what it says of its memory.</summary>
public sealed class KeyTableTests
{
    /// <summary>Which bits of a key's number are its hash: spread over all, few low ones (long chains), high ones alone, none.</summary>
    [Theory]
    [InlineData(uint.MaxValue, 8_000)]
    [InlineData(0x0000_03FFu, 8_000)]
    [InlineData(0xFFF0_0000u, 300)]
    [InlineData(0u, 300)]
    public void Agrees_with_a_dictionary(uint hashBits, int most)
    {
        Random random = new(most);
        KeyTable table = new();
        Dictionary<int, Entry> model = [];
        SampleSource samples = new(1);
        for (int round = 0; round < 8; round++)
        {
            // By turns it fills up, and is emptied to a twentieth, to nothing at last.
            int goal = round % 2 == 0 ? most : round == 7 ? 0 : most / 20;
            while (model.Count != goal)
            {
                int number = random.Next(2 * most);
                Step(table, model, number, HashOf(number, hashBits), add: model.Count < goal);
            }

            Check(table, model, hashBits, most, ref samples);
        }

        // A spare chunk stays of the buckets and of those that overflow, and the directories do.
        long empty = new KeyTable().Bytes;
        Assert.InRange(table.Bytes, empty, empty + (20 << 10));
    }

    [Fact]
    public void A_change_of_key_moves_an_entry_between_full_chains()
    {
        KeyTable table = new();
        Dictionary<int, Entry> model = [];
        Random random = new(1);
        for (int number = 0; number < 100; number++)
        {
            Step(table, model, number, hash: (uint)(number % 3), add: true);
        }

        // From chain to chain and back, so that each bucket that overflows is given back and asked for many times.
        int next = 100;
        for (int i = 0; i < 5_000; i++)
        {
            int old = model.Keys.ElementAt(random.Next(model.Count));
            Entry renamed = model[old].WithKey(Key(next));
            table.Rekey(model[old], (uint)(old % 3), renamed, (uint)(next % 3));
            model.Remove(old);
            model[next++] = renamed;
        }

        Assert.All(model, pair => Assert.True(table.Find(Key(pair.Key), (uint)(pair.Key % 3)).Is(pair.Value)));
        Assert.Equal(100, table.Count);
    }

    private static void Step(KeyTable table, Dictionary<int, Entry> model, int number, uint hash, bool add)
    {
        long before = table.Bytes;
        if (add && !model.ContainsKey(number))
        {
            Entry entry = Entry.Create(Key(number), ValueKind.String, room: 0);
            long growth = table.InsertGrowth;
            table.Insert(entry, hash);
            model[number] = entry;
            Assert.InRange(table.Bytes, before, before + growth);
        }
        else if (add)
        {
            Entry fresh = model[number].WithRoom(16);
            table.Replace(model[number], fresh, hash);
            model[number] = fresh;
            Assert.Equal(before, table.Bytes);
        }
        else if (model.Remove(number, out Entry gone))
        {
            table.Remove(gone, hash);
            Assert.InRange(table.Bytes, 0, before);
        }
    }

    private static void Check(KeyTable table, Dictionary<int, Entry> model, uint hashBits, int most, ref SampleSource samples)
    {
        Assert.Equal(model.Count, table.Count);
        for (int number = 0; number < 2 * most; number++)
        {
            Entry found = table.Find(Key(number), HashOf(number, hashBits));
            Assert.True(model.TryGetValue(number, out Entry expected) ? found.Is(expected) : !found.Exists, $"{number}");
        }

        HashSet<int> walked = [];
        KeyTable.Walk walk = new(table, 0);
        do
        {
            while (walk.MoveNext())
            {
                Assert.True(walked.Add(Number(walk.Current)));
            }
        }
        while (walk.NextChain());
        Assert.True(walked.SetEquals(model.Keys));

        for (int i = 0; i < 100; i++)
        {
            Entry sample = table.Sample(ref samples);
            Assert.True(model.Count == 0 ? !sample.Exists : model[Number(sample)].Is(sample));
            Entry another = table.AnyBut(sample);
            Assert.True(model.Count < 2 ? !another.Exists : model[Number(another)].Is(another) && !another.Is(sample));
        }
    }

    /// <summary>Fibonacci hashing: numbers in a row are spread over all bits.</summary>
    private static uint HashOf(int number, uint bits) => unchecked((uint)number * 2_654_435_769u) & bits;

    private static byte[] Key(int number) => Bytes.Of($"{number}");

    private static int Number(Entry entry) => int.Parse(Bytes.Text(entry.Key), CultureInfo.InvariantCulture);
}
