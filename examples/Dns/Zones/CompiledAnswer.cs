namespace Dns.Zones;

/// <summary>
/// All of a reply that follows the question, in wire form. Its compression pointers are right for a question name of
/// <see cref="ReferenceLength"/> octets; for a longer name those in the patch list move by the difference.
/// </summary>
internal readonly struct CompiledAnswer
{
    /// <summary>In the zone set's octets.</summary>
    internal required int Start { get; init; }

    internal required int Length { get; init; }

    /// <summary>Where the answer section ends, from <see cref="Start"/>.</summary>
    internal required int AnswerEnd { get; init; }

    internal required int AuthorityEnd { get; init; }

    /// <summary>The additional records up to here must be there or TC is set (RFC 9471 §3.1: glue below the delegation).</summary>
    internal required int RequiredEnd { get; init; }

    /// <summary>First entry in the zone set's marks: the patch list, then an end and a record count for each additional set.</summary>
    internal required int Marks { get; init; }

    internal required ushort PatchCount { get; init; }

    internal required ushort AdditionalSets { get; init; }

    internal required ushort AnswerCount { get; init; }

    internal required ushort AuthorityCount { get; init; }

    internal required ushort AdditionalCount { get; init; }

    /// <summary>AA, the RCODE, and TC if no message could hold it all.</summary>
    internal required ushort Flags { get; init; }

    internal required byte ReferenceLength { get; init; }

    internal required ReplyKind Kind { get; init; }
}

/// <summary>A name in the table, or the denial of a zone, which is in none.</summary>
internal struct CompiledNode
{
    /// <summary>Where the name in lower case is in the zone set's octets.</summary>
    internal int Name;

    internal byte NameLength;

    internal ushort TypeCount;

    /// <summary>First of the node's <see cref="TypeAnswer"/>s.</summary>
    internal int Types;

    /// <summary>The answer for types that are not listed.</summary>
    internal int Otherwise;

    /// <summary>The node that answers for names below this one that are not in the table: a wildcard, a delegation or the denial.</summary>
    internal int Below;
}

internal readonly record struct TypeAnswer(RecordType Type, int Answer);

/// <summary>An entry of the hash table.</summary>
internal struct NameSlot
{
    internal uint Hash;

    /// <summary>Index of the node and 1, so that 0 is an empty slot.</summary>
    internal int Node;
}
