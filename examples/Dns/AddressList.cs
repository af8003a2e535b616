using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Dns;

/// <summary>The setting of who may do something: addresses and networks such as <c>192.0.2.0/24</c>, separated by commas; nobody when empty.</summary>
internal readonly record struct AddressList(IReadOnlyList<IPNetwork> Networks, string Text) : IParsable<AddressList>
{
    public static AddressList Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out AddressList list) ? list : throw new FormatException();

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AddressList result)
    {
        List<IPNetwork> networks = [];
        result = default;
        foreach (string part in (s ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(part, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out IPNetwork network))
            {
                networks.Add(network);
            }
            else
            {
                return false;
            }
        }

        result = new AddressList(networks, s ?? "");
        return true;
    }

    public bool Holds(IPAddress? address)
    {
        if (address is null || Networks is null)
        {
            return false;
        }

        foreach (IPNetwork network in Networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    public override string ToString() => Text ?? "";
}
