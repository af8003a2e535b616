using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cache;

/// <summary>
/// Some entries of the <see cref="KeyTable"/> with their hashes, in 64 bytes, which is what a cache line has: the first of a chain, or one
/// that takes what the one before it had no place for. Places are filled from the first on, and a bucket before the next one is.
/// </summary>
internal struct Bucket
{
    internal const int Places = 5;

    /// <summary>Each entry's <see cref="KeyHash"/>, so that neither growth nor a mismatch has to read a key. Undefined where there is no entry.</summary>
    internal HashArray Hashes;

    /// <summary>One more than the number of the chain's next bucket among those that overflow; 0 at the end.</summary>
    internal int Next;

    internal EntryArray Entries;

    /// <summary>How many entries there are.</summary>
    internal readonly int Count
    {
        get
        {
            int count = 0;
            while (count < Places && Entries[count].Exists)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>One bit for each place that has this hash, even if no entry stands there; all are compared at once, without a branch.</summary>
    internal uint Match(uint hash)
    {
        uint matches = Vector128.Equals(Vector128.LoadUnsafe(ref Hashes[0]), Vector128.Create(hash)).ExtractMostSignificantBits();
        return matches | (Hashes[4] == hash ? 1u << 4 : 0);
    }

    [InlineArray(Places)]
    internal struct HashArray
    {
        private uint _first;
    }

    [InlineArray(Places)]
    internal struct EntryArray
    {
        private Entry _first;
    }
}
