using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Cache;

/// <summary>The processor's caches.</summary>
internal static class Cached
{
    /// <summary>Begins to fetch the line of a place in memory, and does not wait for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe void Fetch<T>(ref T place)
        where T : struct
    {
        if (Sse.IsSupported)
        {
            // No pin: should the collector move what is there, another line is fetched, which does no harm.
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }
}
