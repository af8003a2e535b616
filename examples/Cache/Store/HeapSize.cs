using System.Runtime.CompilerServices;

namespace Cache;

/// <summary>What objects really cost on the 64-bit managed heap: the unit of all memory accounting in the store.</summary>
internal static class HeapSize
{
    /// <summary>Header word and method table of any object.</summary>
    internal const int ObjectHeader = 16;

    /// <summary>Header word, method table and padded length of any array.</summary>
    internal const int ArrayHeader = 24;

    /// <summary>The heap rounds every object up to this many bytes.</summary>
    internal const int Alignment = 8;

    internal static int RoundUp(int bytes) => (bytes + (Alignment - 1)) & -Alignment;

    /// <summary>Bytes of a <c>byte[length]</c>.</summary>
    internal static long OfBytes(int length) => ArrayHeader + RoundUp(length);

    /// <summary>Bytes of a <c>T[length]</c>.</summary>
    internal static long OfArray<T>(int length) =>
        ArrayHeader + ((((long)length * Unsafe.SizeOf<T>()) + (Alignment - 1)) & -Alignment);
}
