using System.Text;
using DeclServer.Concurrency;
using DeclServer.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>A server on datagrams and connections, as the generator would emit it: each request is answered by itself, but for those below.</summary>
internal sealed class DatagramEcho
{
    public const int MaxRequestSize = 64;
    public const int MaxReplySize = 20_000;

    /// <summary>A request that waits in its handler for <see cref="Gate"/>, so that more come meanwhile.</summary>
    public const string Wait = "wait";

    /// <summary>A request that is answered by the number of the thread that its handler runs on.</summary>
    public const string ThreadNumber = "thread";

    /// <summary>A request that is answered by the sender's and the server's address.</summary>
    public const string Addresses = "addresses";

    /// <summary>A request that is answered by the sender's address as a number in hexadecimal.</summary>
    public const string Number = "number";

    /// <summary>A request that is not answered.</summary>
    public const string Silence = "silence";

    /// <summary>A request that ends too early.</summary>
    public const string Half = "half";

    /// <summary>A request answered by as many bytes as a reply may have.</summary>
    public const string Longest = "longest";

    /// <summary>A request answered by one byte more.</summary>
    public const string TooLong = "too long";

    /// <summary>A request whose handler closes what it takes for a connection.</summary>
    public const string Close = "close";

    public ManualResetEventSlim Gate { get; } = new(false);

    public int Wakes { get; private set; }

    public static ServerSettings Settings(TransportKind transport, string address = "127.0.0.1", int port = 0, int loops = 1) => new()
    {
        Endpoints =
        [
            new EndpointSettings("", "Echo", port, address, 16) { Transport = TransportProtocol.Udp, MaxRequestSize = MaxRequestSize, MaxReplySize = MaxReplySize },
            new EndpointSettings("", "Echo", port, address, 16),
        ],
        Transport = transport,
        Models = [new ModelSettings(ConcurrencyModel.EventLoop) { Loops = loops }],
        State = ServerState.Shared,
        Logger = NullLogger.Instance,
    };

    public ServerRun Start(ServerSettings settings) => ServerRun.Start(settings, "DatagramEcho", ["ECHO"], (run, _) => new Loop(run, this), new());

    private sealed class Loop(ServerRun run, DatagramEcho server) : ServingLoop(run)
    {
        public override void Run()
        {
            while (!IsDone)
            {
                int ready = Wait(-1);
                server.Wakes++;
                for (int i = 0; i < ready; i++)
                {
                    ReadyEvent next = Poller.Event(i);
                    if (next.Connection is { } connection)
                    {
                        if (next.CanWrite)
                        {
                            Writable(connection);
                        }

                        if (next.CanRead)
                        {
                            Receive(connection);
                        }
                    }
                    else if (next.Datagrams is { } datagrams)
                    {
                        Receive(datagrams);
                    }
                    else if (next.Listener is { } listener)
                    {
                        Accept(listener);
                    }
                }

                CloseExpired();
            }
        }

        protected override int Serve(Connection connection, ReadOnlySpan<byte> input)
        {
            Counters.Requests[0]++;
            if (input.IsEmpty)
            {
                Output.Write(new DatagramBytes { Value = "empty"u8 });
            }
            else if (input.SequenceEqual("half"u8))
            {
                Output.Write(new DatagramBytes { Value = "what is taken back"u8 });
                return 2;
            }
            else if (!Answers(connection, input))
            {
                Output.Write(new DatagramBytes { Value = input });
            }

            return input.Length;
        }

        protected override void RefuseDatagram(Connection client, ReadOnlySpan<byte> received, ErrorCode error) =>
            Output.Write(new DatagramBytes { Value = Encoding.ASCII.GetBytes($"{error} {received.Length}") });

        protected override void RefuseConnection(int endpoint)
        {
        }

        protected override void Connected(Connection connection)
        {
        }

        protected override void Disconnected(Connection connection)
        {
        }

        /// <summary>The requests that are not echoed; the echo itself must not allocate.</summary>
        private bool Answers(Connection connection, ReadOnlySpan<byte> input)
        {
            if (input.SequenceEqual("wait"u8))
            {
                server.Gate.Wait();
                return false;
            }

            if (input.SequenceEqual("close"u8))
            {
                connection.Close();
                return false;
            }

            if (input.SequenceEqual("thread"u8))
            {
                Output.Write(new DatagramBytes { Value = Encoding.ASCII.GetBytes($"{Environment.CurrentManagedThreadId}") });
                return true;
            }

            if (input.SequenceEqual("addresses"u8))
            {
                Output.Write(new DatagramBytes { Value = Encoding.ASCII.GetBytes($"{connection.RemoteEndPoint} {connection.LocalEndPoint}") });
                return true;
            }

            if (input.SequenceEqual("number"u8))
            {
                Output.Write(new DatagramBytes { Value = Encoding.ASCII.GetBytes($"{connection.RemoteAddress:X32}") });
                return true;
            }

            if (input.SequenceEqual("longest"u8))
            {
                Output.Write(new DatagramBytes { Value = new byte[MaxReplySize] });
                return true;
            }

            if (input.SequenceEqual("too long"u8))
            {
                Output.Write(new DatagramBytes { Value = new byte[MaxReplySize + 1] });
                return true;
            }

            return input.SequenceEqual("silence"u8);
        }
    }
}

/// <summary>A datagram of any bytes.</summary>
[Message(MaxSize = DatagramSocket.MaxSize), Frame]
internal readonly ref partial struct DatagramBytes
{
    /// <summary>The bytes.</summary>
    [Rest]
    public partial ReadOnlySpan<byte> Value { get; init; }
}
