namespace Dns.Zones;

/// <summary>Octets that grow at their end while a zone set is compiled.</summary>
internal sealed class ByteBuilder
{
    private byte[] _octets = new byte[4096];

    internal int Length { get; private set; }

    internal void Append(ReadOnlySpan<byte> octets)
    {
        if (octets.Length > _octets.Length - Length)
        {
            long wanted = Math.Max((long)Length + octets.Length, _octets.Length * 2L);
            Array.Resize(ref _octets, (int)Math.Min(wanted, Array.MaxLength));
        }

        octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }

    internal byte[] ToArray() => _octets.AsSpan(0, Length).ToArray();
}
