using System.Text;
using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the <c>[Listen]</c> attributes of a server.</summary>
internal static class EndpointReader
{
    /// <summary>The members of <c>TransportProtocol</c>.</summary>
    private const int Udp = 1;
    private const int Unix = 2;

    private const int MaxPathSize = 107;

    public static EndpointSpec[] Read(INamedTypeSymbol symbol, Compilation compilation, List<Problem> problems)
    {
        List<EndpointSpec> endpoints = [];
        foreach (AttributeData listen in symbol.GetAttributes().Where(static a => Attributes.Is(a, "Listen")))
        {
            string? path = Attributes.At<string?>(listen, 0, null);
            int transport = path is null ? Attributes.Named(listen, "Transport", 0) : Unix;
            string name = Attributes.Named(listen, "Name", "");
            CheckCommon(listen, name, transport, endpoints, problems);
            if (transport == Unix)
            {
                CheckFile(path, endpoints, problems);
            }
            else
            {
                CheckPort(Attributes.At(listen, 0, 0), transport == Udp, endpoints, problems);
            }

            if (listen.AttributeClass!.TypeArguments[0] is { TypeKind: not TypeKind.Error } protocol && ProtocolReader.Read(protocol, "Listen", compilation, problems) is { } spec)
            {
                endpoints.Add(new EndpointSpec(
                    spec,
                    Attributes.At(listen, 0, 0),
                    name,
                    Attributes.Named(listen, "Address", "127.0.0.1"),
                    Attributes.Named(listen, "Backlog", 512),
                    transport == Udp,
                    Attributes.Named(listen, "MaxDatagramSize", 1_232))
                {
                    Path = transport == Unix ? path ?? "" : null,
                    Mode = ReadMode(listen, problems),
                    IsDualMode = Attributes.Named(listen, "DualMode", true),
                    ReusesPort = Attributes.Named(listen, "ReusePort", false),
                    HasProxyHeader = Attributes.Named(listen, "ProxyProtocol", false),
                });
            }
        }

        if (endpoints.Count == 0)
        {
            problems.Add(Problem.Of(ProblemId.Protocol, "", "Server", symbol.Name, "it listens nowhere: add [Listen<TProtocol>(port)]"));
        }

        return [.. endpoints];
    }

    private static void CheckCommon(AttributeData listen, string name, int transport, List<EndpointSpec> earlier, List<Problem> problems)
    {
        int backlog = Attributes.Named(listen, "Backlog", 512);
        if (backlog is < 1 or > 65_535)
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"Backlog {backlog} is not from 1 to 65535"));
        }

        if (!name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"Name '{name}' becomes a setting's key: small letters, digits and hyphens"));
        }

        int maxDatagramSize = Attributes.Named(listen, "MaxDatagramSize", 1_232);
        if (maxDatagramSize is < 1 or > 65_507)
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"MaxDatagramSize {maxDatagramSize} is not from 1 to 65507"));
        }

        if (transport == Udp && Attributes.Named(listen, "ProxyProtocol", false))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", "ProxyProtocol is a header before the first byte of a connection; datagrams have none"));
        }

        if (earlier.Any(e => e.Name == name && (e.Path is not null ? Unix : e.IsDatagram ? Udp : 0) == transport))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"two endpoints have the name '{name}', so one setting would configure both: give one a Name"));
        }
    }

    private static void CheckPort(int port, bool isDatagram, List<EndpointSpec> earlier, List<Problem> problems)
    {
        if (port is < 0 or > 65_535)
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"port {port} is not from 0 to 65535"));
        }

        if (earlier.Any(e => e.Path is null && e.Port == port && port != 0 && e.IsDatagram == isDatagram))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"two endpoints have port {port}"));
        }
    }

    private static void CheckFile(string? path, List<EndpointSpec> earlier, List<Problem> problems)
    {
        if (path is null)
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", "a Unix socket has a path, no port: [Listen<TProtocol>(\"/run/name.sock\")]"));
        }
        else if (Encoding.UTF8.GetByteCount(path) is 0 or > MaxPathSize || path.Contains('\0'))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"path '{path.Replace("\0", "")}' is not from 1 to {MaxPathSize} bytes of UTF-8 without a zero"));
        }
        else if (earlier.Any(e => e.Path == path))
        {
            problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"two endpoints have the path {path}"));
        }
    }

    private static int ReadMode(AttributeData listen, List<Problem> problems)
    {
        string mode = Attributes.Named(listen, "Mode", "600");
        if (mode.Length is 3 or 4 && mode.All(static c => c is >= '0' and <= '7') && Convert.ToInt32(mode, 8) is var number and <= 0x1FF)
        {
            return number;
        }

        problems.Add(Problem.Of(ProblemId.Setting, "", "Listen", $"Mode '{mode}' is not from 000 to 777 in octal"));
        return 0;
    }
}
