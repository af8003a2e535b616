namespace DeclServer.Generator.Planning.Dfa;

/// <summary>
/// Hopcroft's algorithm ("An n log n algorithm for minimizing states in a finite automaton", 1971): states are told apart until those left
/// together lead to the same answer on every value. States from which nothing matches fall together with the dead one, and go.
/// </summary>
internal static class Minimization
{
    /// <summary>The minimal automaton, its states numbered breadth first from the start; null when nothing matches at all.</summary>
    public static ByteAutomaton? Run(SubsetConstruction.Table table)
    {
        int columns = table.Classes.Count;
        int states = table.Accepting.Length;
        int[] blockOf = Partition(table, columns, states);
        int dead = blockOf[states];
        if (blockOf[0] == dead)
        {
            return null;
        }

        Dictionary<int, int> numbers = new() { [blockOf[0]] = 0 };
        List<int> members = [0];
        List<int> next = [];
        for (int number = 0; number < members.Count; number++)
        {
            for (int c = 0; c < columns; c++)
            {
                int target = table.Next[(members[number] * columns) + c];
                int block = target == ByteAutomaton.Dead ? dead : blockOf[target];
                if (block == dead)
                {
                    next.Add(ByteAutomaton.Dead);
                    continue;
                }

                if (!numbers.TryGetValue(block, out int known))
                {
                    numbers[block] = known = members.Count;
                    members.Add(target);
                }

                next.Add(known);
            }
        }

        string[] keys = [.. Enumerable.Range(0, columns).Select(c => string.Join(",", Enumerable.Range(0, members.Count).Select(s => next[(s * columns) + c])))];
        ByteClasses merged = table.Classes.Merge(keys);
        int[] kept = [.. merged.Members.Select(m => (int)table.Classes.ClassOf[m])];
        return new ByteAutomaton(
            merged.ClassOf,
            [.. Enumerable.Range(0, members.Count).SelectMany(s => kept.Select(c => next[(s * columns) + c]))],
            [.. members.Select(m => table.Accepting[m])],
            [.. members.Select(m => table.Expected[m])]);
    }

    /// <summary>The block of each state, the dead one last.</summary>
    private static int[] Partition(SubsetConstruction.Table table, int columns, int states)
    {
        // The states that lead to each state, by column.
        List<int>?[] sources = new List<int>?[(states + 1) * columns];
        for (int state = 0; state <= states; state++)
        {
            for (int c = 0; c < columns; c++)
            {
                int target = state == states ? states : table.Next[(state * columns) + c];
                int slot = ((target == ByteAutomaton.Dead ? states : target) * columns) + c;
                (sources[slot] ??= []).Add(state);
            }
        }

        int[] blockOf = new int[states + 1];
        List<List<int>> blocks = [[], []];
        for (int state = 0; state <= states; state++)
        {
            blockOf[state] = state < states && table.Accepting[state] ? 1 : 0;
            blocks[blockOf[state]].Add(state);
        }

        Queue<(int Block, int Column)> open = new();
        HashSet<(int Block, int Column)> waiting = [];
        for (int c = 0; c < columns; c++)
        {
            Wait(blocks[0].Count < blocks[1].Count ? 0 : 1, c);
        }

        while (open.Count > 0)
        {
            (int Block, int Column) splitter = open.Dequeue();
            waiting.Remove(splitter);
            Dictionary<int, List<int>> hit = [];
            foreach (int state in blocks[splitter.Block])
            {
                foreach (int source in sources[(state * columns) + splitter.Column] ?? [])
                {
                    if (!hit.TryGetValue(blockOf[source], out List<int>? part))
                    {
                        hit[blockOf[source]] = part = [];
                    }

                    part.Add(source);
                }
            }

            foreach (KeyValuePair<int, List<int>> part in hit)
            {
                if (part.Value.Count == blocks[part.Key].Count)
                {
                    continue;
                }

                int added = blocks.Count;
                blocks.Add(part.Value);
                foreach (int state in part.Value)
                {
                    blockOf[state] = added;
                }

                blocks[part.Key].RemoveAll(s => blockOf[s] == added);
                for (int c = 0; c < columns; c++)
                {
                    Wait(waiting.Contains((part.Key, c)) || part.Value.Count <= blocks[part.Key].Count ? added : part.Key, c);
                }
            }
        }

        return blockOf;

        void Wait(int block, int column)
        {
            if (waiting.Add((block, column)))
            {
                open.Enqueue((block, column));
            }
        }
    }
}
