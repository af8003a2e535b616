using System.Buffers.Binary;

namespace Cache;

/// <content>Entries without their keys: by chance, any, and all of them in an order that outlives growth.</content>
internal sealed partial class KeyTable
{
    /// <summary>
    /// Some entry, none if there are none. As in Redis, the choice is of a chain and then within it, so a key that shares its chain is drawn
    /// somewhat less often.
    /// </summary>
    internal Entry Sample(ref SampleSource random)
    {
        if (Count == 0)
        {
            return default;
        }

        int chain;
        do
        {
            chain = random.Below(_buckets.Count);
        }
        while (!_buckets[chain].Entries[0].Exists);

        int length = 0;
        ref Bucket bucket = ref _buckets[chain];
        while (bucket.Next != 0)
        {
            length += Bucket.Places;
            bucket = ref Overflow(bucket.Next);
        }

        int chosen = random.Below(length + bucket.Count);
        for (bucket = ref _buckets[chain]; chosen >= Bucket.Places; chosen -= Bucket.Places)
        {
            bucket = ref Overflow(bucket.Next);
        }

        return bucket.Entries[chosen];
    }

    /// <summary>The first entry that is not the one given, none if there are no others.</summary>
    internal Entry AnyBut(Entry entry)
    {
        Walk walk = new(this, 0);
        do
        {
            while (walk.MoveNext())
            {
                if (!walk.Current.Is(entry))
                {
                    return walk.Current;
                }
            }
        }
        while (walk.NextChain());
        return default;
    }

    /// <summary>
    /// A walk over the entries in the order of their hashes, read from the lowest bit to the highest: in that order each chain is one piece,
    /// a split cuts a piece in two, and a merge joins two neighbours. So a number of 32 bits says what has been passed, whatever
    /// the table was and will be: an entry that stays is met once. Valid until the next write to the table.
    /// </summary>
    internal ref struct Walk
    {
        private readonly KeyTable _table;
        private uint _from;
        private ref Bucket _bucket;
        private int _place;

        /// <summary>Begins in the chain at a place in the order, and leaves out what comes before that place.</summary>
        internal Walk(KeyTable table, uint from)
        {
            _table = table;
            Enter(from);
        }

        internal Entry Current { get; private set; }

        /// <summary>Where the chain after this one begins; 0 if there is none.</summary>
        internal uint Next { get; private set; }

        /// <summary>Goes on within the chain; false at its end.</summary>
        internal bool MoveNext()
        {
            while (true)
            {
                if (_place == Bucket.Places)
                {
                    if (_bucket.Next == 0)
                    {
                        return false;
                    }

                    _bucket = ref _table.Overflow(_bucket.Next);
                    _place = 0;
                }

                Current = _bucket.Entries[_place];
                if (!Current.Exists)
                {
                    return false;
                }

                if (Reversed(_bucket.Hashes[_place++]) >= _from)
                {
                    return true;
                }
            }
        }

        /// <summary>Goes to the next chain; false if there is none.</summary>
        internal bool NextChain()
        {
            if (Next == 0)
            {
                return false;
            }

            Enter(Next);
            return true;
        }

        private void Enter(uint from)
        {
            _from = from;
            int chain = _table.BucketOf(Reversed(from));
            _bucket = ref _table._buckets[chain];
            _place = 0;

            // The chain has all hashes that agree in the lowest bits: all of the mask's, or one fewer if it has not been split.
            uint half = _table._mask >> 1;
            uint twin = ((uint)chain & half) + half + 1;
            uint agreeing = twin < (uint)_table._buckets.Count ? _table._mask : half;
            Next = unchecked((from | ~Reversed(agreeing)) + 1);
        }

        private static uint Reversed(uint bits)
        {
            bits = ((bits >> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
            bits = ((bits >> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
            bits = ((bits >> 4) & 0x0F0F0F0F) | ((bits & 0x0F0F0F0F) << 4);
            return BinaryPrimitives.ReverseEndianness(bits);
        }
    }
}
