using System.Diagnostics;
using System.Numerics;

namespace Cache;

/// <summary>
/// Gives out slots. They live in pages that never move, so a slot's number is good for the entry's life and a
/// <see cref="Slot"/> survives growth. The lowest page with room is used first, so that after a shrink the high pages
/// empty out and are given back. Slot 0 is never given out: it is "none" in chains and the start of a scan.
/// </summary>
internal sealed class SlotPages
{
    internal const int PageBits = 8;
    internal const int PageSize = 1 << PageBits;

    private const int FirstPages = 64;

    private Page[] _pages = new Page[FirstPages];
    private PageState[] _states = new PageState[FirstPages];

    /// <summary>One bit for a page that has a free slot or is not there yet.</summary>
    private ulong[] _open = new ulong[FirstPages / 64];

    /// <summary>No word of <see cref="_open"/> below this one has a bit.</summary>
    private int _openFrom;
    private int _emptyPages;

    internal SlotPages()
    {
        Array.Fill(_open, ulong.MaxValue);
        Bytes = DirectoryBytes(FirstPages);
        int none = Take();
        Debug.Assert(none == 0, "Slot 0 is taken for good, which also keeps the first page.");
    }

    /// <summary>Heap bytes now held.</summary>
    internal long Bytes { get; private set; }

    /// <summary>All slot numbers are below this.</summary>
    internal int End => _pages.Length << PageBits;

    /// <summary>Heap bytes that the next <see cref="Take"/> would add.</summary>
    internal long TakeGrowth
    {
        get
        {
            int page = FirstOpen();
            if (page == _pages.Length)
            {
                return PageBytes + DirectoryBytes(2 * page) - DirectoryBytes(page);
            }

            return HasPage(page) ? 0 : PageBytes;
        }
    }

    private static long PageBytes => HeapSize.OfArray<SlotState>(PageSize) + HeapSize.OfArray<SlotContent>(PageSize);

    internal Slot this[int slot]
    {
        get
        {
            ref Page page = ref _pages[slot >> PageBits];
            int offset = slot & (PageSize - 1);
            return new Slot(ref page.States[offset], ref page.Contents[offset]);
        }
    }

    internal bool HasPage(int page) => _pages[page].States is not null;

    internal int Take()
    {
        int page = FirstOpen();
        if (page == _pages.Length)
        {
            GrowDirectory();
        }

        if (!HasPage(page))
        {
            AddPage(page);
        }
        else if (_states[page].Used == 0)
        {
            _emptyPages--;
        }

        ref PageState state = ref _states[page];
        int offset = state.FirstFree;
        state.FirstFree = _pages[page].States[offset].Next;
        state.Used++;
        if (state.Used == PageSize)
        {
            _open[page >> 6] &= ~(1UL << page);
        }

        return (page << PageBits) | offset;
    }

    internal void Release(int slot)
    {
        int page = slot >> PageBits;
        ref PageState state = ref _states[page];
        int offset = slot & (PageSize - 1);
        _pages[page].Contents[offset] = default;
        _pages[page].States[offset] = new SlotState { Next = state.FirstFree };
        state.FirstFree = offset;
        state.Used--;
        _open[page >> 6] |= 1UL << page;
        _openFrom = Math.Min(_openFrom, page >> 6);
        if (state.Used > 0)
        {
            return;
        }

        // One empty page stays, or one key coming and going over a border would allocate each time.
        if (_emptyPages == 1)
        {
            _pages[page] = default;
            Bytes -= PageBytes;
        }
        else
        {
            _emptyPages++;
        }
    }

    private int FirstOpen()
    {
        while (_openFrom < _open.Length && _open[_openFrom] == 0)
        {
            _openFrom++;
        }

        return _openFrom == _open.Length ? _pages.Length : (_openFrom << 6) + BitOperations.TrailingZeroCount(_open[_openFrom]);
    }

    private void AddPage(int page)
    {
        SlotState[] states = new SlotState[PageSize];
        for (int i = 0; i < states.Length; i++)
        {
            states[i].Next = i + 1;
        }

        _pages[page] = new Page { States = states, Contents = new SlotContent[PageSize] };
        _states[page] = default;
        Bytes += PageBytes;
    }

    private void GrowDirectory()
    {
        int pages = _pages.Length;
        Array.Resize(ref _pages, 2 * pages);
        Array.Resize(ref _states, 2 * pages);
        Array.Resize(ref _open, 2 * pages / 64);
        _open.AsSpan(pages / 64).Fill(ulong.MaxValue);
        Bytes += DirectoryBytes(2 * pages) - DirectoryBytes(pages);
    }

    private static long DirectoryBytes(int pages) =>
        HeapSize.OfArray<Page>(pages) + HeapSize.OfArray<PageState>(pages) + HeapSize.OfArray<ulong>(pages / 64);

    /// <summary>Both null while the page is not there.</summary>
    private struct Page
    {
        internal SlotState[] States;
        internal SlotContent[] Contents;
    }

    private struct PageState
    {
        internal int FirstFree;
        internal int Used;
    }
}
