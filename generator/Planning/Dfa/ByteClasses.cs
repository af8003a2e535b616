namespace DeclServer.Generator.Planning.Dfa;

/// <summary>The bytes put into classes whose members no set of a pattern tells apart, so that an automaton needs a column a class and not 256.</summary>
internal sealed class ByteClasses
{
    private ByteClasses(byte[] classOf)
    {
        ClassOf = classOf;
        Count = classOf.Max() + 1;
        Members = [.. Enumerable.Range(0, Count).Select(c => (byte)Array.IndexOf(classOf, (byte)c))];
    }

    /// <summary>The class of each byte.</summary>
    public byte[] ClassOf { get; }

    public int Count { get; }

    /// <summary>One byte of each class.</summary>
    public byte[] Members { get; }

    public static ByteClasses Of(IEnumerable<ByteSet> sets)
    {
        byte[] classOf = new byte[256];
        foreach (ByteSet set in sets.Distinct())
        {
            Number(classOf, (value, old) => (old, set.Contains(value)));
        }

        return new(classOf);
    }

    /// <summary>Classes that have the same column put together.</summary>
    public ByteClasses Merge(IReadOnlyList<string> columns)
    {
        byte[] classOf = [.. ClassOf];
        Number(classOf, (_, old) => columns[old]);
        return new(classOf);
    }

    /// <summary>Numbers the bytes by a key, in the order of their first members.</summary>
    private static void Number<T>(byte[] classOf, Func<int, byte, T> key)
        where T : notnull
    {
        Dictionary<T, byte> numbers = [];
        for (int value = 0; value < 256; value++)
        {
            T own = key(value, classOf[value]);
            if (!numbers.TryGetValue(own, out byte number))
            {
                numbers[own] = number = (byte)numbers.Count;
            }

            classOf[value] = number;
        }
    }
}
