using System.Globalization;
using System.Text;
using Xunit;

namespace DeclServer.EndToEnd.Tests;

/// <summary>Requests and their replies over real sockets.</summary>
public sealed class RequestTests
{
    private const string EchoHello = "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n";
    private const string Hello = "$5\r\nhello\r\n";

    public static TheoryData<Service> All => Service.All;

    [Theory, MemberData(nameof(All))]
    public async Task AnswersRequestsAndRefusesWhatBreaksARule(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        client.Ask("*2\r\n$4\r\necho\r\n$2\r\nhi\r\n", "$2\r\nhi\r\n");
        client.Ask("NOTE kept\r\n", "$4\r\nkept\r\n");
        client.Ask("ADD 2 3 TIMES 2 NEGATE\r\n", ":-10\r\n");
        client.Ask("\tECHO  a\"\\n\\x22b\" \n", "$4\r\na\n\"b\r\n");
        client.Ask("ADD 101 1\r\n", "-ERR value is not an integer or out of range\r\n");
        client.Ask("ADD 1 1 TIMES 11\r\n", "-ERR value is not an integer or out of range\r\n");
        client.Ask("ADD 1\r\n", "-ERR wrong number of arguments for 'add' command\r\n");
        client.Ask("ADD 1 1 SOMETIMES\r\n", "-ERR syntax error\r\n");
        client.Ask("NOSUCH\r\n", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
        client.Ask("FAIL\r\n", "-ERR internal error\r\n");
        client.Ask("ADD 1 1\r\n", ":2\r\n");
        Assert.Equal(1, run.Signals.Sum(static c => c.HandlerFailures));
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheServerSeesWhatIsRefused(Service service)
    {
        List<(string Command, RefusalReason Reason)> refused = [];
        await using (ServerRun run = EchoServer.StartOn(service, refused: (command, reason) => refused.Add((command, reason))))
        {
            using Client client = new(run);
            client.Ask("ADD 1 1\r\n", ":2\r\n");
            client.Ask("add 101 1\r\n", "-ERR value is not an integer or out of range\r\n");
            client.Ask("FAIL\r\n", "-ERR internal error\r\n");
            client.Ask("NOSUCH\r\n", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n");
        }

        Assert.Equal([("ADD", RefusalReason.BadArgument), ("FAIL", RefusalReason.HandlerFailed), ("", RefusalReason.UnknownCommand)], refused);
    }

    [Theory, MemberData(nameof(All))]
    public async Task ARequestSplitAnywhereIsTheSameRequest(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        long sent = 0;
        for (int split = 1; split < EchoHello.Length; split++)
        {
            client.Send(EchoHello[..split]);
            sent += split;
            Client.Until(() => run.Signals.Sum(static c => c.BytesReceived) == sent);
            client.Ask(EchoHello[split..], Hello);
            sent += EchoHello.Length - split;
        }
    }

    [Theory, MemberData(nameof(All))]
    public async Task PipelinedRequestsAreAnsweredInOrder(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        client.Ask(string.Concat(Enumerable.Repeat(EchoHello, 1_000)), string.Concat(Enumerable.Repeat(Hello, 1_000)));
    }

    [Theory, MemberData(nameof(All))]
    public async Task PipelinedRequestsAreAnsweredInOrderAfterAHalfClose(Service service)
    {
        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        StringBuilder requests = new();
        StringBuilder replies = new();
        for (int i = 0; i < 5_000; i++)
        {
            requests.Append(CultureInfo.InvariantCulture, $"ADD 1 {i}\r\n");
            replies.Append(CultureInfo.InvariantCulture, $":{i + 1}\r\n");
        }

        client.Send(requests.ToString());
        client.FinishSending();
        Assert.Equal(replies.ToString(), client.ReadToEnd());
    }

    [Theory, MemberData(nameof(All))]
    public async Task TheServerSeesRequestsThatCameInARowBeforeTheFirstIsAnswered(Service service)
    {
        const int Requests = 40;

        List<string[]> rows = [];
        await using (ServerRun run = new EchoServer { Pipelined = rows.Add }.StartWith(service))
        {
            using Client client = new(run);
            client.Ask("ECHO \"\\x41lone\"\r\n", "$5\r\nAlone\r\n");
            Assert.Empty(rows);

            // Words of a line, one of them decoded, and an array: both forms of a request, and the last is not whole.
            IEnumerable<int> numbers = Enumerable.Range(10, Requests);
            client.Ask(
                string.Concat(numbers.Select(static i => i % 2 == 0 ? $"ADD {i} \"\\x31\"\r\n" : $"*3\r\n$3\r\nADD\r\n$2\r\n{i}\r\n$1\r\n1\r\n")) + "*1\r\n$3\r\nSE",
                string.Concat(numbers.Select(static i => $":{i + 1}\r\n")));
            client.Ask("Q\r\n", ":1\r\n");
            Assert.All(rows, static r => Assert.InRange(r.Length, 1, PipelinedRequests.Most));
            Assert.Equal(numbers.Select(static i => $"ADD {i} 1 "), rows.SelectMany(static r => r));

            // What is behind is no request: the one before it is answered all the same.
            rows.Clear();
            client.Ask("ECHO a\r\nADD 101 1\r\n*1\r\n$x\r\n", "$1\r\na\r\n-ERR value is not an integer or out of range\r\n-ERR Protocol error: invalid bulk length\r\n");
            Assert.Equal([["ECHO a ", "ADD 101 1 "]], rows);

            // What is too long is not looked at: the tables may not grow with it.
            rows.Clear();
            using Client another = new(run);
            string word = new('w', 3_000);
            another.Ask($"ECHO {word}\r\nECHO {word}\r\n", $"$3000\r\n{word}\r\n$3000\r\n{word}\r\n");
            Assert.Empty(rows);
        }
    }

    public static TheoryData<Service, string> AllWithRequests
    {
        get
        {
            TheoryData<Service, string> data = [];
            foreach (Service service in Service.Every)
            {
                data.Add(service, EchoHello);
                data.Add(service, "ECHO \"\\x68ello\"\r\n");
                data.Add(service, string.Concat(Enumerable.Repeat(EchoHello, 20)));
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(AllWithRequests))]
    public async Task ARequestAllocatesNothing(Service service, string text)
    {
        const int Requests = 20_000;
        const int SmallestObject = 24;

        await using ServerRun run = EchoServer.StartOn(service);
        using Client client = new(run);
        byte[] request = Encoding.ASCII.GetBytes(text);
        int inARow = text.Split("ECHO").Length - 1;
        byte[] reply = new byte[inARow * Hello.Length];
        Exchange(1_000);

        SteadyState.AllocatesNothing(run, () => Exchange(Requests + 1));
        long before = run.Signals.Sum(static c => c.AllocatedBytes);
        long beforeAll = GC.GetTotalAllocatedBytes(precise: true);
        Exchange(Requests);
        long all = GC.GetTotalAllocatedBytes(precise: true) - beforeAll;

        // The portable transport's sockets also work on threads of the framework's, which only the process's count sees, with the test
        // host's own. An object a request would show in it: the smallest has 24 bytes.
        Assert.InRange(all, 0, (Requests * SmallestObject) - 1);

        // The measure can fail: this handler keeps a copy of its argument.
        client.Ask("NOTE kept\r\n", "$4\r\nkept\r\n");
        client.Ask(EchoHello, Hello);
        Client.Until(() => run.Signals.Sum(static c => c.AllocatedBytes) != before);

        void Exchange(int times)
        {
            for (int i = 0; i < times; i += inARow)
            {
                client.Socket.Send(request);
                for (int at = 0; at < reply.Length;)
                {
                    at += client.Socket.Receive(reply, at, reply.Length - at, System.Net.Sockets.SocketFlags.None);
                }
            }
        }
    }
}
