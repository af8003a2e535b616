using System.Globalization;
using Dns.Zones;

namespace Dns;

/// <summary>The command --check, as named-checkzone: loads each --zone [origin=]file and says what came of it.</summary>
internal static class ZoneChecker
{
    /// <returns>0 if every zone can be served, 1 if one cannot, 2 if the command line makes no sense.</returns>
    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        List<ZoneSource> sources = [];
        bool check = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--check":
                    check = true;
                    break;
                case "--zone" when i + 1 < arguments.Length:
                    if (!ZoneSource.TryParse(arguments[++i], out ZoneSource source, out string fault))
                    {
                        errors.WriteLine($"--zone {arguments[i]}: {fault}");
                        return 2;
                    }

                    sources.Add(source);
                    break;
                default:
                    errors.WriteLine($"{arguments[i]}: expected --check and --zone [origin=]file");
                    return 2;
            }
        }

        if (!check || sources.Count == 0)
        {
            errors.WriteLine("usage: --check --zone [origin=]file [--zone …]");
            return 2;
        }

        int status = 0;
        HashSet<byte[]> apexes = new(NameComparer.Instance);
        foreach (ZoneSource source in sources)
        {
            status |= Check(source, apexes, output, errors) ? 0 : 1;
        }

        return status;
    }

    private static bool Check(ZoneSource source, HashSet<byte[]> apexes, TextWriter output, TextWriter errors)
    {
        ZoneLoad load = ZoneLoad.FromFile(source);
        foreach (ZoneFault fault in load.Faults)
        {
            errors.WriteLine(fault);
        }

        if (load.Zone is not { } zone)
        {
            return false;
        }

        if (!apexes.Add(zone.Apex))
        {
            errors.WriteLine(ZoneSet.LoadedTwice(source, zone));
            return false;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{WireName.ToText(zone.Apex)} serial {zone.Serial}, {zone.RecordCount} records"));
        return true;
    }
}
