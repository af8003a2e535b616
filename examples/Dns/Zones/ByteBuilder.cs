namespace Dns.Zones;

/// <summary>Octets that grow at their end while a zone set is compiled.</summary>
internal sealed class ByteBuilder
{
    private byte[] _octets = new byte[4096];

    internal int Length { get; private set; }

    /// <summary>Something had no room: an array ends at 2 GiB.</summary>
    internal bool Overflowed { get; private set; }

    internal ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    internal void Append(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > Array.MaxLength - Length)
        {
            Overflowed = true;
            return;
        }

        if (octets.Length > _octets.Length - Length)
        {
            long wanted = Math.Max((long)Length + octets.Length, _octets.Length * 2L);
            Array.Resize(ref _octets, (int)Math.Min(wanted, Array.MaxLength));
        }

        octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }

    internal byte[] ToArray() => Written.ToArray();
}
