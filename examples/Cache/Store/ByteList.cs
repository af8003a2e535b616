using System.Buffers.Binary;

namespace Cache;

/// <summary>
/// A list of byte strings, packed into blocks that are linked both ways. An element is framed by its length on both
/// sides, so that it can be walked to from either end. Blocks grow with the list from 64 bytes to 4 KiB and are never
/// copied: a push costs its own bytes, and a million small elements are a few thousand objects to the collector.
/// </summary>
/// <remarks>Bytes outside <c>Head..Tail</c> of a block are not touched until the next push, so popped elements stay readable.</remarks>
internal sealed class ByteList
{
    private const int MinBlock = 64;
    private const int MaxBlock = 4096;
    internal const int LengthSize = sizeof(int);

    /// <summary>This object: two references, two long and one padded number.</summary>
    private const int ObjectBytes = HeapSize.ObjectHeader + (2 * 8) + (2 * sizeof(long)) + (2 * sizeof(int));

    private Block? _first;
    private Block? _last;

    /// <summary>Total size of the blocks' arrays; the next block is as large, within its limits.</summary>
    private long _capacity;

    internal int Count { get; private set; }

    internal long Bytes { get; private set; } = ObjectBytes;

    /// <summary>Heap bytes that pushing all of <paramref name="elements"/> to one end would add; null if one is too long.</summary>
    /// <param name="list">Null for a list that is not there yet: then its own bytes are added.</param>
    /// <param name="elements">What would be pushed.</param>
    /// <param name="left">To which end.</param>
    internal static long? PushGrowth<T>(ByteList? list, in T elements, bool left)
        where T : IByteStrings, allows ref struct
    {
        long growth = list is null ? ObjectBytes : 0;
        long capacity = list?._capacity ?? 0;
        int room = list?.Room(left) ?? 0;
        for (int i = 0; i < elements.Count; i++)
        {
            int length = elements[i].Length;
            if (length > CacheStore.MaxValueSize)
            {
                return null;
            }

            int frame = FrameSize(length);
            if (frame > room)
            {
                room = NextBlockSize(capacity, frame);
                capacity += room;
                growth += BlockBytes(room);
            }

            room -= frame;
        }

        return growth;
    }

    internal void PushLeft(ReadOnlySpan<byte> element)
    {
        int frame = FrameSize(element.Length);
        Block? block = _first;
        if (block is null || block.Head < frame)
        {
            block = NewBlock(frame);
            block.Head = block.Tail = block.Buffer.Length;
            block.Next = _first;
            if (_first is null)
            {
                _last = block;
            }
            else
            {
                _first.Previous = block;
            }

            _first = block;
        }

        block.Head -= frame;
        Write(block, block.Head, element);
    }

    internal void PushRight(ReadOnlySpan<byte> element)
    {
        int frame = FrameSize(element.Length);
        Block? block = _last;
        if (block is null || block.Buffer.Length - block.Tail < frame)
        {
            block = NewBlock(frame);
            block.Previous = _last;
            if (_last is null)
            {
                _first = block;
            }
            else
            {
                _last.Next = block;
            }

            _last = block;
        }

        Write(block, block.Tail, element);
        block.Tail += frame;
    }

    /// <summary>Takes <paramref name="count"/> elements, at most <see cref="Count"/>, off the left end.</summary>
    internal ListElements PopLeft(int count)
    {
        Block? start = _first;
        int offset = start?.Head ?? 0;
        int left = count;
        while (_first is { } block && left >= block.Count)
        {
            left -= block.Count;
            Count -= block.Count;
            Forget(block);
            _first = block.Next;
        }

        // Whole blocks keep their borders, by which the popped elements are walked; the block that is cut loses its own.
        Block? cut = _first;
        int cutAt = cut?.Head ?? 0;
        if (cut is null)
        {
            _last = null;
        }
        else
        {
            cut.Previous = null;
            cut.Count -= left;
            Count -= left;
            for (; left > 0; left--)
            {
                cut.Head += FrameSize(ReadLength(cut.Buffer, cut.Head));
            }
        }

        return new ListElements(start, offset, count, backwards: false, cut, cutAt);
    }

    /// <summary>Takes <paramref name="count"/> elements, at most <see cref="Count"/>, off the right end, the last one first.</summary>
    internal ListElements PopRight(int count)
    {
        Block? start = _last;
        int offset = start?.Tail ?? 0;
        int left = count;
        while (_last is { } block && left >= block.Count)
        {
            left -= block.Count;
            Count -= block.Count;
            Forget(block);
            _last = block.Previous;
        }

        Block? cut = _last;
        int cutAt = cut?.Tail ?? 0;
        if (cut is null)
        {
            _first = null;
        }
        else
        {
            cut.Next = null;
            cut.Count -= left;
            Count -= left;
            for (; left > 0; left--)
            {
                cut.Tail -= FrameSize(ReadLength(cut.Buffer, cut.Tail - LengthSize));
            }
        }

        return new ListElements(start, offset, count, backwards: true, cut, cutAt);
    }

    /// <summary>Elements from <paramref name="start"/>, in order; the caller has checked that they are there.</summary>
    internal ListElements Range(int start, int count)
    {
        if (count == 0)
        {
            return default;
        }

        Block block;
        if (start < Count / 2)
        {
            block = _first!;
            for (; start >= block.Count; block = block.Next!)
            {
                start -= block.Count;
            }
        }
        else
        {
            block = _last!;
            int before = Count - block.Count;
            for (; start < before; before -= block.Count)
            {
                block = block.Previous!;
            }

            start -= before;
        }

        int offset = block.Head;
        for (; start > 0; start--)
        {
            offset += FrameSize(ReadLength(block.Buffer, offset));
        }

        return new ListElements(block, offset, count, backwards: false, null, 0);
    }

    internal static int FrameSize(int length) => length + (2 * LengthSize);

    internal static int ReadLength(byte[] buffer, int offset) => BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(offset));

    private int Room(bool left) => left ? _first!.Head : _last!.Buffer.Length - _last.Tail;

    private Block NewBlock(int frame)
    {
        Block block = new(ValueBuffer.Allocate(NextBlockSize(_capacity, frame)));
        _capacity += block.Buffer.Length;
        Bytes += BlockBytes(block.Buffer.Length);
        return block;
    }

    private void Forget(Block block)
    {
        _capacity -= block.Buffer.Length;
        Bytes -= BlockBytes(block.Buffer.Length);
    }

    private void Write(Block block, int offset, ReadOnlySpan<byte> element)
    {
        Span<byte> frame = block.Buffer.AsSpan(offset, FrameSize(element.Length));
        BinaryPrimitives.WriteInt32LittleEndian(frame, element.Length);
        element.CopyTo(frame[LengthSize..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame[^LengthSize..], element.Length);
        block.Count++;
        Count++;
    }

    private static int NextBlockSize(long capacity, int frame) =>
        HeapSize.RoundUp(Math.Max(frame, (int)Math.Clamp(capacity, MinBlock, MaxBlock)));

    private static long BlockBytes(int size) => Block.ObjectBytes + HeapSize.OfBytes(size);

    internal sealed class Block(byte[] buffer)
    {
        /// <summary>This object: three references, three numbers and their padding.</summary>
        internal const int ObjectBytes = HeapSize.ObjectHeader + (3 * 8) + (4 * sizeof(int));

        internal readonly byte[] Buffer = buffer;
        internal Block? Previous;
        internal Block? Next;

        /// <summary>Where the first frame begins.</summary>
        internal int Head;

        /// <summary>Where the last frame ends.</summary>
        internal int Tail;
        internal int Count;
    }
}
