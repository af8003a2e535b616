using System.Runtime.CompilerServices;

namespace Cache;

/// <content>The lists and hashes, which do not fit an entry's array: the entry knows where they stand among all of them.</content>
public sealed partial class CacheStore
{
    /// <summary>In no order: the last one fills a gap.</summary>
    private ChunkedList<Collection> _collections = new();

    /// <summary>Unchecked because <see cref="Entry.Kind"/> has been looked at, and casts are slow.</summary>
    private ByteList ListOf(Entry entry) => Unsafe.As<ByteList>(_collections[entry.CollectionIndex].Content);

    private ByteHash HashOf(Entry entry) => Unsafe.As<ByteHash>(_collections[entry.CollectionIndex].Content);

    /// <summary>A new entry with an empty list or hash, none if there is no room for it.</summary>
    /// <param name="key">The key, which is not there.</param>
    /// <param name="hash">The key's hash.</param>
    /// <param name="kind">The kind of the collection.</param>
    /// <param name="content">The collection.</param>
    /// <param name="bytes">Heap bytes of the collection with what the caller is about to put into it.</param>
    private Entry Create(ReadOnlySpan<byte> key, uint hash, ValueKind kind, object content, long bytes)
    {
        if (!MakeRoom(Entry.BytesFor(key.Length, room: 0) + bytes, pinned: default, Growing.Table | Growing.Collections))
        {
            return default;
        }

        Entry entry = Entry.Create(key, kind, room: 0);
        entry.CollectionIndex = _collections.Count;
        _collections.Push(new Collection { Owner = entry, Content = content });
        Insert(entry, hash);
        return entry;
    }

    private void DropCollection(Entry entry)
    {
        int index = entry.CollectionIndex;
        Collection last = _collections.Pop();
        if (index != _collections.Count)
        {
            _collections[index] = last;
            last.Owner.CollectionIndex = index;
        }
    }

    private struct Collection
    {
        internal Entry Owner;

        /// <summary>A <see cref="ByteList"/> or <see cref="ByteHash"/>, as the owner's kind says.</summary>
        internal object Content;
    }
}
