#pragma warning disable IDE0130 // The compiler looks for these types here; netstandard2.0 has them not.
namespace System.Runtime.CompilerServices
{
    /// <summary>Lets records and init accessors compile.</summary>
    internal static class IsExternalInit;
}

namespace System
{
    /// <summary>Lets list patterns compile.</summary>
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        public static implicit operator Index(int value) => new(value);

        public int GetOffset(int length) => fromEnd ? length - value : value;
    }
}
