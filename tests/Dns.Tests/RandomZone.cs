using System.Globalization;
using System.Text;
using Dns.Zones;

namespace Dns.Tests;

/// <summary>Small zones in which names often meet: few labels, wildcards, aliases of aliases, delegations at any depth.</summary>
internal sealed class RandomZone
{
    private static readonly string[] s_labels = ["a", "b", "c", "d", "*", "A"];
    private readonly Random _random;
    private readonly string _origin;
    private readonly List<string> _owners = [];

    internal RandomZone(string origin, Random random)
    {
        _origin = origin;
        _random = random;
        do
        {
            Text = Write();
        }
        while (Served.Load(Text).Zone is null);
    }

    internal string Text { get; }

    /// <summary>A name in or near the zone, in mixed case.</summary>
    internal string Question()
    {
        // Half are of names that own records, or whose parent does.
        string name = _random.Next(2) == 0 ? Relative(_random.Next(5)) : _owners[_random.Next(_owners.Count)];
        name = _random.Next(8) == 0 && name.Length > 0 ? $"d.{name}" : name;
        StringBuilder mixed = new();
        foreach (char letter in name.Length == 0 ? _origin : $"{name}.{_origin}")
        {
            mixed.Append(_random.Next(2) == 0 ? char.ToUpperInvariant(letter) : letter);
        }

        return mixed.ToString();
    }

    private string Write()
    {
        StringBuilder text = new();
        _owners.Clear();
        _owners.Add("");
        text.AppendLine(CultureInfo.InvariantCulture, $"$ORIGIN {_origin}\n$TTL {_random.Next(1, 9)}h\n@ SOA a b {_random.Next(1000)} 2h 1h 1w {_random.Next(1, 9_000)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"@ NS {Target()}\n@ NS ns.elsewhere.invalid.");
        HashSet<string> aliases = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> others = new(StringComparer.OrdinalIgnoreCase) { "" };
        for (int i = _random.Next(4, 24); i > 0; i--)
        {
            string owner = Relative(_random.Next(1, 4));
            string data = Data();
            bool alias = data.StartsWith("CNAME", StringComparison.Ordinal);
            if (data.StartsWith("NS", StringComparison.Ordinal) && owner.StartsWith('*'))
            {
                continue;
            }

            if (alias ? others.Contains(owner) || !aliases.Add(owner) : aliases.Contains(owner))
            {
                continue;
            }

            if (!alias)
            {
                others.Add(owner);
            }

            _owners.Add(owner);
            text.AppendLine(CultureInfo.InvariantCulture, $"{owner} {data}");
        }

        return text.ToString();
    }

    private string Data() => _random.Next(14) switch
    {
        0 or 1 => $"CNAME {Target()}",
        2 or 3 => $"NS {Target()}",
        4 => $"MX {_random.Next(3)} {Target()}",
        5 => $"SRV 0 0 {_random.Next(9)} {Target()}",
        6 => $"TXT \"{_random.Next(5)}\" x",
        7 => $"AAAA 2001:db8::{_random.Next(9)}",
        8 => $"CAA 0 issue \"{_random.Next(9)}\"",
        // A private type: of one that Knot knows it reads names in the octets, behind their end too.
        9 => $"TYPE65281 \\# 3 0000{_random.Next(10, 99)}",
        10 => $"PTR {Target()}",
        _ => $"A 192.0.2.{_random.Next(200)}",
    };

    private string Target() => _random.Next(12) switch
    {
        0 => "x.elsewhere.invalid.",
        1 => "@",
        _ => Relative(_random.Next(1, 5)),
    };

    private string Relative(int labels) =>
        string.Join('.', Enumerable.Range(0, labels).Select(_ => _random.Next(60) == 0 ? new string('x', 40) : s_labels[_random.Next(s_labels.Length)]));
}
