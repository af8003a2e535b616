using System.Buffers;
using System.Net;
using System.Net.Sockets;
using DeclServer.Benchmarks.Resp;

if (args is not ["--port", string text] || !ushort.TryParse(text, out ushort port))
{
    Console.Error.WriteLine("usage: SocketBlocking --port N");
    return 2;
}

using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen();

CommandProcessor processor = new();
while (true)
{
    Socket socket = listener.Accept();
    socket.NoDelay = true;
    new Thread(() => Serve(socket)) { IsBackground = true }.Start();
}

// RESP on plain blocking sockets, a thread for each connection: what one receive brought is served under a lock and answered by one send.
void Serve(Socket socket)
{
    byte[] input = new byte[64 * 1024];
    ArrayBufferWriter<byte> output = new(4096);
    int kept = 0;
    try
    {
        while (true)
        {
            int received = socket.Receive(input, kept, input.Length - kept, SocketFlags.None);
            if (received == 0)
            {
                return;
            }

            int filled = kept + received;
            (int Consumed, bool Open) done;
            lock (processor)
            {
                done = processor.Process(input.AsSpan(0, filled), output);
            }

            for (ReadOnlySpan<byte> rest = output.WrittenSpan; !rest.IsEmpty;)
            {
                rest = rest[socket.Send(rest)..];
            }

            output.ResetWrittenCount();
            kept = filled - done.Consumed;
            if (!done.Open || kept == input.Length)
            {
                return;
            }

            input.AsSpan(done.Consumed, kept).CopyTo(input);
        }
    }
    catch (SocketException)
    {
        // The client went away without saying so.
    }
    finally
    {
        socket.Dispose();
    }
}
