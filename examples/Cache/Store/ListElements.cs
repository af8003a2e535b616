namespace Cache;

/// <summary>Elements of a list, to be enumerated without allocation until the next write to the store.</summary>
public readonly struct ListElements
{
    private readonly ByteList.Block? _block;
    private readonly int _offset;
    private readonly bool _backwards;
    private readonly ByteList.Block? _cut;
    private readonly int _cutAt;

    /// <summary>
    /// Elements from a border of frames on; <paramref name="cut"/> is the one block that has since lost its border at
    /// <paramref name="cutAt"/>.
    /// </summary>
    internal ListElements(ByteList.Block? block, int offset, int count, bool backwards, ByteList.Block? cut, int cutAt)
    {
        _block = block;
        _offset = offset;
        Count = count;
        _backwards = backwards;
        _cut = cut;
        _cutAt = cutAt;
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; }

    /// <summary>Begins before the first element.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks the elements in the order of the command: popped from the right, the last one comes first.</summary>
    public struct Enumerator
    {
        private readonly ListElements _elements;
        private ByteList.Block? _block;
        private int _offset;
        private int _left;
        private int _start;
        private int _length;

        internal Enumerator(in ListElements elements)
        {
            _elements = elements;
            _block = elements._block;
            _offset = elements._offset;
            _left = elements.Count;
        }

        /// <summary>The element.</summary>
        public readonly ReadOnlySpan<byte> Current => _block is null ? default : _block.Buffer.AsSpan(_start, _length);

        /// <summary>Goes to the next element; false if there is none.</summary>
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            if (_elements._backwards)
            {
                StepBack();
            }
            else
            {
                StepForward();
            }

            return true;
        }

        private void StepForward()
        {
            if (_offset == _block!.Tail)
            {
                _block = _block.Next!;
                _offset = _block == _elements._cut ? _elements._cutAt : _block.Head;
            }

            _length = ByteList.ReadLength(_block.Buffer, _offset);
            _start = _offset + ByteList.LengthSize;
            _offset += ByteList.FrameSize(_length);
        }

        private void StepBack()
        {
            if (_offset == _block!.Head)
            {
                _block = _block.Previous!;
                _offset = _block == _elements._cut ? _elements._cutAt : _block.Tail;
            }

            _length = ByteList.ReadLength(_block.Buffer, _offset - ByteList.LengthSize);
            _offset -= ByteList.FrameSize(_length);
            _start = _offset + ByteList.LengthSize;
        }
    }
}
