namespace Cache;

/// <summary>A string with what memcached stores beside it. <see cref="Bytes"/> may be read until the next write to the store.</summary>
public readonly ref struct StringValue
{
    internal StringValue(Entry entry)
    {
        Exists = true;
        Bytes = entry.Text;
        Flags = entry.Flags;
        Cas = entry.Cas;
    }

    /// <summary>False if there is no such key; then everything else is empty.</summary>
    public bool Exists { get; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The opaque number given by the client that wrote the value.</summary>
    public uint Flags { get; }

    /// <summary>The number of the last write, for <see cref="CacheStore.CompareAndSet"/>; no two writes have the same.</summary>
    public ulong Cas { get; }
}
