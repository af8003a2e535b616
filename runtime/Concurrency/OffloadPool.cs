using System.Buffers;

namespace DeclServer.Concurrency;

/// <summary>
/// The threads that run an event loop's <see cref="OffloadAttribute"/> handlers, started when the first of them is called. A connection waits for
/// its handler, so that no more of them wait here than there are connections.
/// </summary>
internal sealed class OffloadPool(int threads) : IDisposable
{
    private readonly WorkQueue<OffloadedHandler> _waiting = new();
    private int _isStarted;

    public void Add(OffloadedHandler handler)
    {
        _waiting.Add(handler);
        if (Interlocked.Exchange(ref _isStarted, 1) != 0)
        {
            return;
        }

        for (int i = 0; i < threads; i++)
        {
            new Thread(Run) { IsBackground = true, Name = "DeclServer offload" }.Start();
        }
    }

    /// <summary>Lets the threads end; a handler that one of them runs still is not waited for.</summary>
    public void Dispose() => _waiting.Close();

    private void Run()
    {
        OutputBuffer output = new();
        while (_waiting.TryTake(out OffloadedHandler? handler))
        {
            handler.Run(output);
        }
    }
}

/// <summary>A call of a handler that runs beside its loop.</summary>
/// <param name="call">Calls the handler and writes its reply.</param>
internal sealed class OffloadedHandler(Action<OutputBuffer> call)
{
    private readonly TaskCompletionSource<ArraySegment<byte>> _answer = new();

    /// <summary>The reply's bytes, rented.</summary>
    public Task<ArraySegment<byte>> Answer => _answer.Task;

    public void Run(OutputBuffer output)
    {
        try
        {
            call(output);
            byte[] reply = ArrayPool<byte>.Shared.Rent(output.Length);
            output.Written.CopyTo(reply);
            _answer.SetResult(new ArraySegment<byte>(reply, 0, output.Length));
        }
        catch (Exception exception)
        {
            _answer.SetException(exception);
        }

        output.Clear();
    }
}
