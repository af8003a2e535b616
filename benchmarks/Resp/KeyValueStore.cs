using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace DeclServer.Benchmarks.Resp;

/// <summary>Byte strings by byte-string key, for many threads. A key that is known already is found without copying it.</summary>
public sealed class KeyValueStore
{
    private readonly ConcurrentDictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _values =
        new ConcurrentDictionary<byte[], byte[]>(new KeyComparer()).GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool TryGet(ReadOnlySpan<byte> key, [MaybeNullWhen(false)] out byte[] value) => _values.TryGetValue(key, out value);

    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _values[key] = value.ToArray();

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

        public bool Equals(ReadOnlySpan<byte> key, byte[] other) => key.SequenceEqual(other);

        public byte[] Create(ReadOnlySpan<byte> key) => key.ToArray();

        public int GetHashCode(ReadOnlySpan<byte> key)
        {
            // Seeded per process: keys come from clients, who must not be able to choose collisions.
            HashCode hash = default;
            hash.AddBytes(key);
            return hash.ToHashCode();
        }
    }
}
