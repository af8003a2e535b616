using System.Buffers;
using System.Net.Sockets;
using DeclServer.Benchmarks.Resp;

namespace DeclServer.Benchmarks.SocketAsync;

/// <summary>
/// RESP on plain awaited sockets: parse what one receive brought, write all its replies, send once. Or, where requests may not hold up the
/// thread that receives, hand what was received to the thread pool and await its replies.
/// </summary>
public sealed class RespConnection(Socket socket, CommandProcessor processor, bool offload)
{
    private const int InitialBuffer = 4096;

    private readonly ArrayBufferWriter<byte> _output = new(256);

    /// <summary>Received bytes: those of a request that is not whole yet are the first <see cref="_kept"/> of them.</summary>
    private byte[] _input = ArrayPool<byte>.Shared.Rent(InitialBuffer);

    private int _kept;

    /// <summary>Serves the connection until either side ends it.</summary>
    public async Task RunAsync()
    {
        try
        {
            bool open = true;
            while (open)
            {
                int received = await socket.ReceiveAsync(_input.AsMemory(_kept));
                if (received == 0)
                {
                    return;
                }

                open = offload ? await Task.Run(() => ProcessAlone(received)) : ProcessAlone(received);
                for (ReadOnlyMemory<byte> rest = _output.WrittenMemory; !rest.IsEmpty;)
                {
                    rest = rest.Slice(await socket.SendAsync(rest));
                }

                _output.ResetWrittenCount();
            }
        }
        catch (SocketException)
        {
            // The client went away without saying so: nothing to answer, nothing to keep.
        }
        finally
        {
            socket.Dispose();
            ArrayPool<byte>.Shared.Return(_input);
        }
    }

    /// <summary>The pool's threads may come at the same time, and the store is for one.</summary>
    private bool ProcessAlone(int received)
    {
        lock (processor)
        {
            return Process(received);
        }
    }

    private bool Process(int received)
    {
        int filled = _kept + received;
        (int consumed, bool open) = processor.Process(_input.AsSpan(0, filled), _output);
        _kept = filled - consumed;
        if (_kept == _input.Length)
        {
            Grow();
        }
        else
        {
            _input.AsSpan(consumed, _kept).CopyTo(_input);
        }

        return open;
    }

    /// <summary>One request fills the whole buffer and is not complete.</summary>
    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(_input.Length * 2));
        _input.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_input);
        _input = larger;
    }
}
