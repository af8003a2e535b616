using System.Text;
using DeclServer;

namespace Runtime.Tests.Bodies;

/// <summary>What a body decoder made of some pieces of input.</summary>
internal sealed record BodyVerdict(ParseStatus Status, string Data, int Consumed, ErrorCode Code, int Offset);

/// <summary>Runs decoders over inputs cut into pieces, as a connection would, and checks what holds for each call.</summary>
internal static class BodyReading
{
    public static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    public static BodyVerdict Read<T>(Func<T> make, byte[] input, params int[] cuts)
        where T : struct, IBodyReader => Read(make, input, cuts, out _);

    public static BodyVerdict Read<T>(Func<T> make, byte[] input, int[] cuts, out int calls)
        where T : struct, IBodyReader
    {
        T reader = make();
        StringBuilder data = new();
        int taken = 0;
        calls = 0;
        ParseStatus status = ParseStatus.NeedMore;
        ParseError error = default;
        foreach (int end in (int[])[.. cuts, input.Length])
        {
            while (status == ParseStatus.NeedMore)
            {
                calls++;
                ReadOnlySpan<byte> rest = input.AsSpan(taken, end - taken);
                status = reader.Read(rest, out ReadOnlySpan<byte> piece, out int consumed, out error);
                Assert.InRange(consumed, 0, rest.Length);
                Assert.True(piece.IsEmpty || rest.Overlaps(piece));
                data.Append(Encoding.Latin1.GetString(piece));
                taken += consumed;
                if (status == ParseStatus.NeedMore && piece.IsEmpty)
                {
                    Assert.Equal(end, taken);
                    break;
                }
            }
        }

        if (status != ParseStatus.NeedMore)
        {
            // An answer stays.
            Assert.Equal(status, reader.Read("0\r\n\r\n.\r\n"u8, out ReadOnlySpan<byte> none, out int more, out ParseError again));
            Assert.True(none.IsEmpty && more == 0 && again == error);
        }

        return new BodyVerdict(status, data.ToString(), taken, error.Code, error.Offset);
    }

    /// <summary>Every 2-way split, every 3-way split of short inputs, and one byte at a time give what the whole input gives.</summary>
    public static BodyVerdict AtEverySplit<T>(Func<T> make, byte[] input, bool threeWay = true)
        where T : struct, IBodyReader
    {
        BodyVerdict whole = Read(make, input);
        Assert.Equal(whole, Read(make, input, [.. Enumerable.Range(0, input.Length)]));
        for (int first = 0; first <= input.Length; first++)
        {
            Assert.Equal(whole, Read(make, input, first));
            for (int second = first + 1; threeWay && second <= input.Length; second++)
            {
                Assert.Equal(whole, Read(make, input, first, second));
            }
        }

        return whole;
    }

    /// <summary>Every value of every byte, cut short, and with bytes behind: one verdict at every split.</summary>
    public static void EveryMutation<T>(Func<T> make, byte[] input)
        where T : struct, IBodyReader
    {
        int[] dripped = [.. Enumerable.Range(0, input.Length)];
        for (int at = 0; at < input.Length; at++)
        {
            byte[] mutated = [.. input];
            for (int value = 0; value < 256; value++)
            {
                mutated[at] = (byte)value;
                Assert.Equal(Read(make, mutated), Read(make, mutated, dripped));
                Assert.Equal(Read(make, mutated), Read(make, mutated, at));
            }

            Assert.Equal(Read(make, input[..at]), Read(make, input[..at], [.. Enumerable.Range(0, at)]));
        }
    }

    /// <summary>The work for each byte does not grow with the input: calls are counted, not time.</summary>
    public static void IsLinear<T>(Func<T> make, byte[] input, int callsAByte)
        where T : struct, IBodyReader
    {
        Read(make, input, [.. Enumerable.Range(0, input.Length)], out int calls);
        Assert.InRange(calls, 1, (callsAByte * input.Length) + 2);
    }

    public static void AllocatesNothing<T>(Func<T> make, byte[] input)
        where T : struct, IBodyReader
    {
        T warm = make();
        Drip(ref warm, input);
        T reader = make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Drip(ref reader, input);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Drip<T>(ref T reader, byte[] input)
        where T : struct, IBodyReader
    {
        for (int i = 0; i < input.Length; i++)
        {
            reader.Read(input.AsSpan(i, 1), out _, out _, out _);
        }
    }

    /// <summary>What a writer makes of data given at once, with so much room a call.</summary>
    public static string Written<T>(T writer, byte[] data, int room)
        where T : struct, IBodyWriter
    {
        StringBuilder text = new();
        byte[] destination = new byte[room];
        int taken = 0;
        while (taken < data.Length)
        {
            Assert.Equal(ErrorCode.None, writer.Write(data.AsSpan(taken), destination, out int consumed, out int written));
            Assert.True(consumed > 0);
            taken += consumed;
            text.Append(Encoding.Latin1.GetString(destination, 0, written));
        }

        Assert.Equal(ErrorCode.None, writer.Finish(destination, out int last));
        return text.Append(Encoding.Latin1.GetString(destination, 0, last)).ToString();
    }
}
