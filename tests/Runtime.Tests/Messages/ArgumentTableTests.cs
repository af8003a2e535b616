using System.Text;
using DeclServer;

namespace Runtime.Tests.Messages;

/// <summary>A request parsed into a table gives what its view gives, however it arrives.</summary>
public class ArgumentTableTests
{
    public static TheoryData<string> Requests =>
    [
        "*1\r\n$4\r\nPING\r\n",
        "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$16\r\nxxxxxxxxxxxxxxxx\r\n",
        "*2\r\n$3\r\nGET\r\n$123\r\n" + new string('k', 123) + "\r\n",
        "*0\r\n",
        "*-1\r\n",
        "*100\r\n" + string.Concat(Enumerable.Range(0, 100).Select(static i => $"${i % 12}\r\n{new string((char)('a' + i % 26), i % 12)}\r\n")),
        "*2\r\n$3\r\nGET\r\n$-1\r\n",
        "*2\r\n$3\r\nGET\r\n$03\r\nabc\r\n",
        "*2\r\n$3\r\nGET\r\n$3\r\nabcd\r\n",
        "*65537\r\n",
        "*2\r\n+OK\r\n",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public void TableHoldsWhatTheViewShowsAtEverySplit(string request)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(request);
        ParseState whole = default;
        ParseStatus status = RespCommand.TryParse(bytes, ref whole, out RespCommand message, out int consumed, out ParseError error);
        List<string> expected = [];
        foreach (RespArgument argument in message.Arguments)
        {
            expected.Add(Encoding.Latin1.GetString(argument.Value));
        }

        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second += bytes.Length > 200 ? 37 : 1)
            {
                AssertSame(bytes, [first, second, bytes.Length], status, expected, consumed, error);
            }
        }

        AssertSame(bytes, Enumerable.Range(0, bytes.Length + 1), status, expected, consumed, error);
    }

    private static void AssertSame(byte[] bytes, IEnumerable<int> arrivals, ParseStatus status, List<string> expected, int consumed, ParseError error)
    {
        ParseState state = default;
        ArgumentTable table = new();
        ParseStatus last = ParseStatus.NeedMore;
        foreach (int length in arrivals)
        {
            // A loop has one table for all its connections: others use it between two reads.
            table.Clear();
            last = RespCommand.TryParse(bytes.AsSpan(0, length), ref state, table, out int taken, out ParseError found);
            if (last == ParseStatus.NeedMore)
            {
                continue;
            }

            Assert.Equal(consumed, taken);
            Assert.Equal(error, found);
            break;
        }

        Assert.Equal(status, last);
        if (status == ParseStatus.Done)
        {
            Arguments arguments = table.Of(bytes);
            Assert.Equal(expected.Count, arguments.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal(expected[i], Encoding.Latin1.GetString(arguments[i]));
            }
        }
    }
}
