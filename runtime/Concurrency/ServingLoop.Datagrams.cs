using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// The loop's datagrams. Their sockets are watched beside its connections, or beside its listening sockets where connections are served by
/// threads: datagrams are served on the loop's own thread.
/// </summary>
public abstract partial class ServingLoop
{
    /// <summary>After so many batches the loop looks at its other sockets: a flood of datagrams must not starve its connections.</summary>
    private const int BatchesAtOnce = 16;

    private readonly List<DatagramBatch> _datagrams = [];

    /// <summary>Starts to watch a datagram socket; before <see cref="Run"/>.</summary>
    public void Add(DatagramSocket socket) => _datagrams.Add(Poller.Add(socket));

    /// <summary>Writes what a client is told whose datagram is no whole request: nothing, unless the protocol has words for it.</summary>
    /// <param name="client">The datagram's sender.</param>
    /// <param name="received">The datagram, or the beginning of one that is too long.</param>
    /// <param name="error"><see cref="ErrorCode.TooLong"/> when it is longer than the longest request, <see cref="ErrorCode.TooShort"/> when it ends inside one.</param>
    protected virtual void RefuseDatagram(Connection client, ReadOnlySpan<byte> received, ErrorCode error)
    {
    }

    /// <summary>Serves the datagrams that have come, a batch after the other until one is not full; a batch is answered before the next is received.</summary>
    protected void Receive(DatagramBatch batch)
    {
        batch.Client.Turn = int.MaxValue;
        for (int i = 0; i < BatchesAtOnce; i++)
        {
            int received = batch.Receive(Counters);
            Counters.DatagramsReceived += received;
            for (int j = 0; j < received; j++)
            {
                Serve(batch, j);
            }

            SendReplies(batch);
            if (received < batch.Socket.BatchSize)
            {
                return;
            }
        }
    }

    private void Serve(DatagramBatch batch, int index)
    {
        int start = Output.Length;
        ReadOnlySpan<byte> request = batch.Take(index, out bool isTooLong);
        Counters.BytesReceived += request.Length;
        if (isTooLong)
        {
            Counters.DatagramsTooLong++;
            RefuseGuarded(batch.Client, request, ErrorCode.TooLong);
        }
        else if (ServeGuarded(batch.Client, request) < request.Length && batch.Client.IsServed)
        {
            // The rest of the request will not come.
            Counters.Malformed++;
            Output.Truncate(start);
            RefuseGuarded(batch.Client, request, ErrorCode.TooShort);
        }

        int length = Output.Length - start;
        if (length > batch.Socket.MaxReplySize)
        {
            Counters.RepliesTooLong++;
            Output.Truncate(start);
        }
        else if (length > 0)
        {
            batch.Reply(start, length);
            if (Output.Length + batch.Socket.MaxReplySize > OutputBuffer.UsualSize)
            {
                // No room for the longest reply: the output keeps its usual size.
                SendReplies(batch);
            }
        }
    }

    private void RefuseGuarded(Connection client, ReadOnlySpan<byte> received, ErrorCode error)
    {
        using (HoldGate())
        {
            RefuseDatagram(client, received, error);
        }
    }

    private void SendReplies(DatagramBatch batch)
    {
        batch.Send(Output.Written, Counters);
        Output.Clear();
    }

    /// <summary>The drain's part: what has come is answered; then the port is free for the process that takes over.</summary>
    private void CloseDatagrams()
    {
        foreach (DatagramBatch batch in _datagrams)
        {
            Receive(batch);
            Poller.Close(batch);
        }

        _datagrams.Clear();
    }
}
