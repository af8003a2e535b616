using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeclServer;

/// <summary>A copy of a sequence that outlives the buffer: its bytes, and its elements as they are asked for.</summary>
/// <typeparam name="TMessage">The element.</typeparam>
/// <typeparam name="TOwned">The element's copy.</typeparam>
[SuppressMessage("Naming", "CA1710", Justification = "Named after the sequence that it is a copy of.")]
public sealed class OwnedSeq<TMessage, TOwned> : IReadOnlyList<TOwned>
    where TMessage : IMessage<TMessage>, IOwnable<TOwned>, allows ref struct
{
    private readonly byte[] _bytes;
    private readonly int _count;
    private readonly int _depth;
    private TOwned[]? _elements;

    /// <summary>Copies a sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="holdsOffsets">Whether its bytes mean something only where they stand, so that it is written in full instead.</param>
    /// <param name="depth">How many messages may be nested in an element, itself counted.</param>
    public OwnedSeq(Seq<TMessage> sequence, bool holdsOffsets, int depth)
    {
        _count = sequence.Count;
        _depth = depth;
        if (holdsOffsets)
        {
            _bytes = new byte[sequence.GetSize()];
            sequence.TryWrite(_bytes, out _);
        }
        else
        {
            _bytes = sequence.Bytes.ToArray();
        }
    }

    /// <summary>How many elements there are: none, where the count on the wire is below zero.</summary>
    public int Count => Math.Max(_count, 0);

    /// <inheritdoc/>
    public TOwned this[int index] => Elements[index];

    /// <summary>The elements, copied when first asked for.</summary>
    private TOwned[] Elements => _elements ??= Copy();

    /// <summary>The sequence as a view of this copy.</summary>
    public Seq<TMessage> ToSeq() => new(_bytes, 0, _bytes.Length, _count, _depth);

    /// <inheritdoc/>
    public IEnumerator<TOwned> GetEnumerator() => ((IEnumerable<TOwned>)Elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private TOwned[] Copy()
    {
        TOwned[] elements = new TOwned[Count];
        int count = 0;
        foreach (TMessage element in ToSeq())
        {
            elements[count++] = element.ToOwned();
        }

        return elements;
    }
}
