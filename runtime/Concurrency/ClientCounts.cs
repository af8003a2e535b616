using System.Runtime.InteropServices;

namespace DeclServer.Concurrency;

/// <summary>
/// How many connections each client has. All loops count here, when they accept and when they close, each time under the lock of one of many
/// parts; a request never comes here.
/// </summary>
/// <param name="max">The most of one client.</param>
internal sealed class ClientCounts(int max)
{
    private const int PartCount = 64;

    private readonly Dictionary<UInt128, int>[] _parts = [.. Enumerable.Range(0, PartCount).Select(static _ => new Dictionary<UInt128, int>())];

    /// <summary>
    /// What tells a client from others: an IPv4 address, or the first half of an IPv6 address, since a /64 is one subscriber's (RFC 6177) and
    /// its addresses cost nothing. 0 for what has no address.
    /// </summary>
    public static UInt128 Key(UInt128 address)
    {
        const int HostBits = 64;
        bool isV4 = address >> 32 == 0xFFFF;
        return address == 0 || isV4 ? address : (address >> HostBits << HostBits) | 1;
    }

    /// <summary>Counts one more connection, unless the client has as many as it may.</summary>
    public bool TryAdd(UInt128 client)
    {
        Dictionary<UInt128, int> part = Part(client);
        lock (part)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(part, client, out _);
            if (count == max)
            {
                return false;
            }

            count++;
            return true;
        }
    }

    /// <summary>One of the client's connections has ended.</summary>
    public void Remove(UInt128 client)
    {
        Dictionary<UInt128, int> part = Part(client);
        lock (part)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(part, client);
            if (--count == 0)
            {
                part.Remove(client);
            }
        }
    }

    private Dictionary<UInt128, int> Part(UInt128 client) => _parts[(uint)client.GetHashCode() % PartCount];
}
