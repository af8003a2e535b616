using System.Reflection;
using Xunit;

namespace Cache.Tests;

/// <summary>The store against the naive reference, command by command.</summary>
public sealed class ModelTests
{
    private static readonly FieldInfo s_entryBytes = typeof(CacheStore).GetField("_entryBytes", BindingFlags.Instance | BindingFlags.NonPublic)!;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Agrees_with_the_reference(int seed)
    {
        RandomCommands commands = new(seed, withExpiry: true, withMemcached: true);
        CacheStore store = new(42);
        ReferenceStore reference = new();
        for (int step = 0; step < 100_000; step++)
        {
            string[] command = commands.Next();
            store.NowMilliseconds = commands.Now;
            reference.Now = commands.Now;

            // The reference cannot bring back what it has purged, but a clock set back may bring back what the store only hid.
            for (int call = 0; call < 4; call++)
            {
                store.ExpireSome(20);
            }

            string expected = reference.Do(command);
            string actual = StoreCommands.Do(store, command);
            if (command[0] is "APPEND" or "MC.APPEND" or "MC.PREPEND" or "SETRANGE" or "MC.INCR" or "MC.DECR" && reference.Do("TYPE", command[1]) == "string")
            {
                Assert.Equal(reference.Do("GET", command[1]), StoreCommands.Do(store, "GET", command[1]));
            }

            Assert.True(expected == actual, $"seed {seed} step {step}: {string.Join(' ', command)}\nexpected {expected}\nactual   {actual}");
            if (step % 1000 == 0)
            {
                Assert.Equal((long)s_entryBytes.GetValue(store)!, AddUp(store));
            }
        }
    }

    [Fact]
    public void Writes_change_the_cas_number_and_reads_do_not()
    {
        CacheStore store = new();
        ulong last = 0;
        string[][] writes = [["SET", "k", "1"], ["INCRBY", "k", "1"], ["APPEND", "k", "0"], ["MC.DECR", "k", "1"], ["SETRANGE", "k", "0", "1"], ["INCRBYFLOAT", "k", "1"]];
        foreach (string[] write in writes)
        {
            StoreCommands.Do(store, write);
            store.Get("k"u8, out StringValue first);
            store.Get("k"u8, out StringValue second);
            Assert.NotEqual(last, first.Cas);
            Assert.Equal(first.Cas, second.Cas);
            last = first.Cas;
        }
    }

    private static long AddUp(CacheStore store)
    {
        List<byte[]> keys = [];
        foreach (ReadOnlySpan<byte> key in store.Keys("*"u8))
        {
            keys.Add(key.ToArray());
        }

        return keys.Sum(key => store.MemoryOf(key));
    }
}
