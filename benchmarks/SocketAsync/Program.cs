using System.Net;
using System.Net.Sockets;
using DeclServer.Benchmarks.Resp;
using DeclServer.Benchmarks.SocketAsync;

bool offload = args is [.., "--offload"];
if (args is not ["--port", string text, ..] || !ushort.TryParse(text, out ushort port) || args.Length > (offload ? 3 : 2))
{
    Console.Error.WriteLine("usage: SocketAsync --port N [--offload]");
    return 2;
}

using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
listener.Listen();

CommandProcessor processor = new();
while (true)
{
    Socket socket = await listener.AcceptAsync();
    socket.NoDelay = true;
    _ = new RespConnection(socket, processor, offload).RunAsync();
}
