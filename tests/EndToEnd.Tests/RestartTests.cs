using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DeclServer.Transport;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server takes over from another while clients keep asking: none is refused, and no reply that a server wrote is lost.</summary>
public sealed partial class RestartTests
{
    private const int RepliesBetween = 20;

    /// <summary>The model, the transport, and how many restarts.</summary>
    public static TheoryData<string, TransportKind, int> All => OperatingSystem.IsLinux()
        ? new()
        {
            { "event-loop", TransportKind.Epoll, 10 },
            { "event-loop", TransportKind.Portable, 3 },
            { "hybrid", TransportKind.Epoll, 2 },
            { "thread-pool", TransportKind.Epoll, 2 },
            { "thread", TransportKind.Epoll, 2 },
            { "process", TransportKind.Epoll, 2 },
        }
        : [];

    [Theory, MemberData(nameof(All))]
    public void TwoProcessesThatShareThePortLoseNothing(string model, TransportKind transport, int restarts)
    {
        string[] arguments = ["--concurrency", model, "--transport", transport.ToString(), "--reuse-port", "true"];
        EchoProcess first = new(arguments);
        string port = first.EndPoint.Port.ToString(CultureInfo.InvariantCulture);
        Restart(first, () => new EchoProcess([.. arguments, "--port", port]), restarts);
    }

    [Theory, MemberData(nameof(All))]
    public void ProcessesThatAreGivenTheSocketLoseNothing(string model, TransportKind transport, int restarts)
    {
        using SocketHolder holder = new(new IPEndPoint(IPAddress.Loopback, 0));
        string[] command = [.. EchoProcess.Command, "--concurrency", model, "--transport", transport.ToString(), "--port", holder.Port.ToString(CultureInfo.InvariantCulture)];
        EchoProcess Start() => holder.Start(static s => new EchoProcess(s), "", command);
        Restart(Start(), Start, restarts);
    }

    private static void Restart(EchoProcess first, Func<EchoProcess> start, int restarts)
    {
        EchoProcess server = first;
        try
        {
            long served = 0;
            using Traffic traffic = new(first.EndPoint, staying: 3, passing: 3);
            for (int i = 0; i < restarts; i++)
            {
                traffic.Await(RepliesBetween);
                using EchoProcess old = server;
                server = start();
                old.Terminate();
                served += Served(old);
            }

            traffic.Await(RepliesBetween);
            long answered = traffic.End();
            server.Terminate();
            Assert.Equal(answered, served + Served(server));
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>How many requests a server has answered that has drained; no connection was cut off.</summary>
    private static long Served(EchoProcess server)
    {
        Assert.Equal(ExitStatus.Drained, server.ExitCode);
        Match match = Drained().Match(server.Log);
        Assert.True(match.Success, server.Log);
        return long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("has drained: ([0-9]+) requests answered, 0 connections cut off")]
    private static partial Regex Drained();
}
