using DeclServer;

namespace Runtime.Tests;

/// <summary>The buffer that a loop writes its replies to.</summary>
public sealed class OutputBufferTests
{
    [Fact]
    public void HoldsWhatWasWrittenInOrder()
    {
        OutputBuffer output = new();
        output.Write(RespReply.Ok);
        new ReplyWriter<RespReply>(output).Write(RespReply.Integer(7));
        Assert.Equal("+OK\r\n:7\r\n"u8, output.Written);
        output.Clear();
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void TakesBackWhatIsBehindALength()
    {
        OutputBuffer output = new();
        output.Write(RespReply.Ok);
        int start = output.Length;
        output.Write(RespReply.Integer(7));
        output.Truncate(start);
        output.Truncate(1_000);
        Assert.Equal("+OK\r\n"u8, output.Written);
    }

    [Theory]
    [InlineData(OutputBuffer.UsualSize)]
    [InlineData(Resp.MaxBulkLength)]
    public void GrowsToALargeReplyAndKeepsWhatStoodBefore(int length)
    {
        OutputBuffer output = new();
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        for (int round = 0; round < 3; round++)
        {
            output.Write(RespReply.Ok);
            output.Write(RespReply.Bulk(data));
            output.Write(RespReply.Bulk(data));
            output.Write(RespReply.Ok);
            ReadOnlySpan<byte> written = output.Written;
            int head = $"${length}\r\n".Length;
            Assert.Equal(10 + (2 * (head + length + 2)), written.Length);
            Assert.True(written.StartsWith("+OK\r\n$"u8));
            Assert.True(written.EndsWith("\r\n+OK\r\n"u8));
            Assert.True(written.Slice(5 + head, length).SequenceEqual(data));
            Assert.True(written.Slice(5 + head + length + 2 + head, length).SequenceEqual(data));
            output.Clear();
        }
    }

    [Fact]
    public void AllocatesNothingForUsualReplies()
    {
        OutputBuffer output = new();
        byte[] data = new byte[1_000];
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1_000; i++)
            {
                output.Write(RespReply.Bulk(data));
                output.Clear();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }
}
