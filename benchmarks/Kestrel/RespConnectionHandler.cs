using System.Buffers;
using System.IO.Pipelines;
using DeclServer.Benchmarks.Resp;
using Microsoft.AspNetCore.Connections;

namespace DeclServer.Benchmarks.Kestrel;

/// <summary>RESP on Kestrel's pipes: parse what one read brought, write all its replies, flush once.</summary>
public sealed class RespConnectionHandler(CommandProcessor processor) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                ReadOnlySequence<byte> buffer = read.Buffer;
                bool open = Process(ref buffer, output);
                input.AdvanceTo(buffer.Start, buffer.End);

                if (output.UnflushedBytes > 0)
                {
                    FlushResult flush = await output.FlushAsync();
                    open &= !flush.IsCompleted;
                }

                if (!open || read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (ConnectionResetException)
        {
            // The client went away without saying so: nothing to answer, nothing to keep.
        }
    }

    /// <summary>Answers the whole requests in <paramref name="buffer"/> and leaves in it what remains.</summary>
    private bool Process(ref ReadOnlySequence<byte> buffer, PipeWriter output)
    {
        (int consumed, bool open) = processor.Process(buffer.FirstSpan, output);
        buffer = buffer.Slice(consumed);
        return open && !buffer.IsSingleSegment ? ProcessJoined(ref buffer, output) : open;
    }

    /// <summary>A request lies across two segments: join what remains.</summary>
    private bool ProcessJoined(ref ReadOnlySequence<byte> buffer, PipeWriter output)
    {
        int length = checked((int)buffer.Length);
        byte[] joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            buffer.CopyTo(joined);
            (int consumed, bool open) = processor.Process(joined.AsSpan(0, length), output);
            buffer = buffer.Slice(consumed);
            return open;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }
}
