using System.Net.Sockets;
using System.Text;
using DeclServer;
using DeclServer.EndToEnd.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Cache.Tests;

/// <summary>The example's server in this process, asked through sockets.</summary>
public sealed class ServedTests
{
    private const int Redis = 0;
    private const int MemcachedPort = 1;
    private const string Value = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static TheoryData<Service> All => Service.All;

    public static TheoryData<Service, int, string, string> HotRequests
    {
        get
        {
            TheoryData<Service, int, string, string> data = [];
            foreach (Service service in Service.Every)
            {
                data.Add(service, Redis, "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n", $"${Value.Length}\r\n{Value}\r\n");
                if (service.Model != DeclServer.ConcurrencyModel.EventLoop)
                {
                    // What a handler allocates does not depend on the model: of the others one request shows what their loops do.
                    continue;
                }

                data.Add(service, Redis, "*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n", "$-1\r\n");
                data.Add(service, Redis, $"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n${Value.Length}\r\n{Value}\r\n", "+OK\r\n");
                data.Add(service, Redis, $"*5\r\n$3\r\nSET\r\n$3\r\nkey\r\n${Value.Length}\r\n{Value}\r\n$2\r\nEX\r\n$3\r\n900\r\n", "+OK\r\n");
                data.Add(service, Redis, "*2\r\n$4\r\nINCR\r\n$7\r\ncounter\r\n*3\r\n$3\r\nSET\r\n$7\r\ncounter\r\n$1\r\n1\r\n", ":2\r\n+OK\r\n");
                data.Add(service, MemcachedPort, "get key\r\n", $"VALUE key 0 {Value.Length}\r\n{Value}\r\nEND\r\n");
                data.Add(service, MemcachedPort, "get none\r\n", "END\r\n");
                data.Add(service, MemcachedPort, $"set key 0 0 {Value.Length}\r\n{Value}\r\n", "STORED\r\n");
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(HotRequests))]
    public async Task AHotRequestAllocatesNothing(Service service, int endpoint, string requestText, string replyText)
    {
        await using ServerRun run = Start(service);
        using DeclServer.EndToEnd.Tests.Client client = new(run, endpoint), setUp = new(run, Redis);
        setUp.Ask($"SET key {Value}\r\nSET counter 1\r\n", "+OK\r\n+OK\r\n");
        client.Ask(requestText, replyText);
        byte[] request = Encoding.ASCII.GetBytes(requestText);
        byte[] reply = new byte[replyText.Length];
        Exchange(1_000);

        SteadyState.AllocatesNothing(run, () => Exchange(10_001));
        Assert.Equal(replyText, Encoding.ASCII.GetString(reply));

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                client.Socket.Send(request);
                for (int at = 0; at < reply.Length;)
                {
                    at += client.Socket.Receive(reply, at, reply.Length - at, SocketFlags.None);
                }
            }
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task AStreamOfRequestsHasTheSameRepliesHoweverItIsSplit(Service service)
    {
        Random random = new(20_261_124);
        await using ServerRun whole = Start(service);
        await using ServerRun split = Start(service);
        for (int i = 0; i < 80; i++)
        {
            int endpoint = i % 2;
            byte[] stream = endpoint == Redis ? RespStream(random) : MemcachedStream(random);
            int[] cuts = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(stream.Length)).Append(stream.Length).Order().Distinct()];
            string expected = Replies(whole, endpoint, stream, [stream.Length]);
            string replies = Replies(split, endpoint, stream, cuts);
            Assert.True(expected == replies, $"{Encoding.Latin1.GetString(stream)}\ncut at {string.Join(',', cuts)}\nwhole: {expected}\nsplit: {replies}");
        }
    }

    /// <summary>Each worker process has a cache of its own: of one that has served nobody before, it is as empty as a new server's.</summary>
    [Theory]
    [InlineData(DeclServer.Transport.TransportKind.Epoll)]
    [InlineData(DeclServer.Transport.TransportKind.Portable)]
    public async Task AStreamOfRequestsHasTheSameRepliesOfAProcessOfItsOwn(DeclServer.Transport.TransportKind transport)
    {
        Random random = new(20_261_125);
        await using ServerRun processes = Start(settings =>
        {
            Assert.True(settings.TryChoose(DeclServer.ConcurrencyModel.ProcessPerConnection));
            settings.Transport = transport;
            settings.Concurrency.MaxConnectionsPerProcess = 1;
            settings.WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "CacheProgram", "Cache.dll"), "--concurrency", "process", "--transport", $"{transport}", "--max-connections-per-process", "1"];
        });
        for (int i = 0; i < 24; i++)
        {
            int endpoint = i % 2;
            byte[] stream = endpoint == Redis ? RespStream(random) : MemcachedStream(random);
            await using ServerRun fresh = Start(Service.Every[0]);
            string expected = Replies(fresh, endpoint, stream, [stream.Length]);
            using DeclServer.EndToEnd.Tests.Client client = new(processes, endpoint);
            int half = random.Next(stream.Length);
            client.Send(stream[..half]);
            client.Send(stream[half..]);
            client.FinishSending();
            string replies = client.ReadToEnd();
            Assert.True(expected == replies, $"{Encoding.Latin1.GetString(stream)}\nempty: {expected}\nprocess: {replies}");
        }
    }

    private static ServerRun Start(Service service) => Start(service.Choose);

    private static ServerRun Start(Action<ServerSettings> choose)
    {
        ServerSettings settings = CacheServer.DeclaredSettings();
        choose(settings);
        settings.Logger = NullLogger.Instance;
        foreach (EndpointSettings endpoint in settings.Endpoints)
        {
            endpoint.Port = 0;
        }

        return new CacheServer().Start(settings);
    }

    /// <summary>Sends the stream piece by piece, each once the server has received the one before, and reads all replies.</summary>
    private static string Replies(ServerRun run, int endpoint, byte[] stream, int[] cuts)
    {
        using DeclServer.EndToEnd.Tests.Client client = new(run, endpoint);
        long received = run.Signals.Sum(static c => c.BytesReceived);
        int at = 0;
        foreach (int cut in cuts)
        {
            client.Send(stream[at..cut]);
            at = cut;
            DeclServer.EndToEnd.Tests.Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) - received == cut);
        }

        client.FinishSending();
        return client.ReadToEnd();
    }

    private static byte[] RespStream(Random random)
    {
        string[] words = ["GET", "SET", "APPEND", "INCR", "DEL", "LPUSH", "LRANGE", "HSET", "HGETALL", "EXISTS", "STRLEN", "MGET", "ECHO", "NOSUCH", "a", "b", "c", "1", "-1", "NX", "", "v\r\nw"];
        StringBuilder stream = new();
        for (int requests = random.Next(1, 12); requests > 0; requests--)
        {
            int count = random.Next(1, 5);
            string[] arguments = [words[random.Next(14)], .. Enumerable.Range(1, count).Select(_ => words[random.Next(13, words.Length)])];
            if (random.Next(5) == 0)
            {
                stream.AppendJoin(' ', arguments.Select(static a => a.Replace("\r\n", "", StringComparison.Ordinal))).Append("\r\n");
                continue;
            }

            stream.Append('*').Append(arguments.Length + (random.Next(60) == 0 ? 1 : 0)).Append("\r\n");
            foreach (string argument in arguments)
            {
                stream.Append('$').Append(argument.Length + (random.Next(100) == 0 ? 1 : 0)).Append("\r\n").Append(argument).Append("\r\n");
            }
        }

        return Encoding.Latin1.GetBytes(stream.ToString());
    }

    private static byte[] MemcachedStream(Random random)
    {
        string[] keys = ["a", "b", "c", new string('k', 250), new string('k', 251)];
        StringBuilder stream = new();
        for (int requests = random.Next(1, 12); requests > 0; requests--)
        {
            string key = keys[random.Next(keys.Length)];
            string data = random.Next(3) == 0 ? "get a\r\nset b" : random.Next(1_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
            string verb = ((string[])["set", "add", "replace", "append", "prepend"])[random.Next(5)];
            int length = random.Next(20) switch { 0 => data.Length + 1, 1 => data.Length - 1, 2 => 2_000_000, 3 => -1, _ => data.Length };
            stream.Append(random.Next(10) switch
            {
                0 => $"get {key} b c\r\n",
                1 => $"gets {key}\r\n",
                2 => $"incr {key} 7\r\n",
                3 => $"delete {key}\r\n",
                4 => "nosuch\r\n",
                5 => $"cas {key} 0 0 {data.Length} 1\r\n{data}\r\n",
                6 => $"{verb} {key} 5 0 {data.Length} noreply\r\n{data}\r\n",
                _ => $"{verb} {key} 5 0 {length}\r\n{data}\r\n",
            });
        }

        return Encoding.Latin1.GetBytes(stream.ToString());
    }
}
