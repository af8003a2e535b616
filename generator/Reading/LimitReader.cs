using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the <c>[Limits]</c> attributes of a server.</summary>
internal static class LimitReader
{
    private static readonly (string Name, long Min, long Max, bool IsServers)[] s_limits =
    [
        ("MaxConnections", 1, 1_000_000, false),
        ("MaxConnectionsPerClient", 0, 1_000_000, false),
        ("IdleTimeoutSeconds", 1, 86_400, false),
        ("FirstByteTimeoutSeconds", 1, 86_400, false),
        ("RequestTimeoutSeconds", 1, 86_400, false),
        ("WriteTimeoutSeconds", 1, 86_400, false),
        ("MaxOutputBytes", 4_096, 1 << 30, false),
        ("MinBytesPerSecond", 0, 1 << 30, false),
        ("MinBytesGraceSeconds", 1, 3_600, false),
        ("MaxLifetimeSeconds", 0, 365 * 86_400, false),
        ("MaxRequestsPerConnection", 0, int.MaxValue, false),
        ("MaxRequestsPerTurn", 1, 1_000_000, false),
        ("MaxMemoryBytes", 1 << 20, 1L << 50, true),
        ("DrainTimeoutSeconds", 0, 3_600, true),
        ("StallMilliseconds", 0, 60_000, true),
    ];

    /// <summary>The server's own limits.</summary>
    /// <param name="symbol">The server.</param>
    /// <param name="endpoints">Its endpoints; those that differ are given their limits.</param>
    /// <param name="problems">What is wrong.</param>
    public static EquatableArray<LimitSpec> Read(INamedTypeSymbol symbol, EndpointSpec[] endpoints, List<Problem> problems)
    {
        Dictionary<string, EquatableArray<LimitSpec>> read = new(StringComparer.Ordinal);
        foreach (AttributeData attribute in symbol.GetAttributes().Where(static a => Attributes.Is(a, "Limits")))
        {
            string endpoint = Attributes.Named(attribute, "Endpoint", "");
            if (endpoint.Length > 0 && !endpoints.Any(e => e.Name == endpoint))
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Limits", $"Endpoint '{endpoint}' is the Name of no [Listen]"));
            }

            if (read.ContainsKey(endpoint))
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Limits", endpoint.Length > 0 ? $"the endpoint '{endpoint}' has two [Limits]" : "two [Limits] are the server's: say in one of them which Endpoint it is for"));
                continue;
            }

            read[endpoint] = ReadOne(attribute, endpoint, problems);
        }

        for (int i = 0; i < endpoints.Length; i++)
        {
            if (endpoints[i].Name.Length > 0 && read.TryGetValue(endpoints[i].Name, out EquatableArray<LimitSpec> own))
            {
                endpoints[i] = endpoints[i] with { Limits = own };
            }
        }

        return read.TryGetValue("", out EquatableArray<LimitSpec> servers) ? servers : default;
    }

    private static EquatableArray<LimitSpec> ReadOne(AttributeData attribute, string endpoint, List<Problem> problems)
    {
        List<LimitSpec> limits = [];
        string of = endpoint.Length > 0 ? $" of '{endpoint}'" : "";
        foreach ((string name, long min, long max, bool isServers) in s_limits)
        {
            if (!Attributes.HasNamed(attribute, name))
            {
                continue;
            }

            long value = Attributes.Named(attribute, name, (int?)null) ?? Attributes.Named(attribute, name, min - 1);
            if (isServers && endpoint.Length > 0)
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Limits", $"{name}{of} is the whole server's: say it in [Limits] without Endpoint"));
            }
            else if (value < min || value > max)
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Limits", $"{name} = {value}{of} is not from {min} to {max}"));
            }

            limits.Add(new LimitSpec(name, value));
        }

        return new(limits);
    }
}
