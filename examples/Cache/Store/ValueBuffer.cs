namespace Cache;

/// <summary>The rules by which a byte string gets, keeps or gives back its array.</summary>
internal static class ValueBuffer
{
    /// <summary>Arrays up to this size are kept whatever they hold: giving them back would save less than a new one costs.</summary>
    private const int KeepBelow = 64;

    /// <summary>Holds any 64-bit integer in decimal, so that a counter is allocated once.</summary>
    internal const int IntegerCapacity = 24;

    /// <summary>The heap rounds up anyway, so a rounded capacity is room for nothing extra.</summary>
    internal static int Capacity(int length) => Math.Max(HeapSize.Alignment, HeapSize.RoundUp(length));

    /// <summary>Room to append: at most half of the array is idle, which is what <see cref="Fits"/> tolerates.</summary>
    internal static int GrownLength(int length) => Math.Min(2 * length, CacheStore.MaxValueSize);

    /// <summary>True when <paramref name="length"/> bytes go into the array without leaving a large array for a small value.</summary>
    internal static bool Fits(byte[] array, int length) =>
        length <= array.Length && (array.Length <= KeepBelow || length >= array.Length / 2);

    /// <summary>Not zeroed: every reader stops at the stored length, and what lies before it is always written.</summary>
    internal static byte[] Allocate(int capacity) => GC.AllocateUninitializedArray<byte>(capacity);
}
