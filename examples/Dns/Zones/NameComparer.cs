namespace Dns.Zones;

/// <summary>Wire names as keys of the dictionaries that loading uses, whatever their letter case.</summary>
internal sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    internal static readonly NameComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x is null ? y is null : y is not null && WireName.Equal(x, y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => WireName.Equal(alternate, other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        Span<byte> lower = stackalloc byte[NameHash.BufferSize];
        return (int)NameHash.Lower(alternate, lower);
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
