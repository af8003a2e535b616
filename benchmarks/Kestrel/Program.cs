using System.Net;
using DeclServer.Benchmarks.Kestrel;
using DeclServer.Benchmarks.Resp;
using Microsoft.AspNetCore.Connections;

if (args is not ["--port", string text] || !ushort.TryParse(text, out ushort port))
{
    Console.Error.WriteLine("usage: Kestrel --port N");
    return 2;
}

// The empty builder has no configuration sources, no logging providers and no HTTP middleware.
WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore();
builder.WebHost.ConfigureKestrel(kestrel =>
    kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<RespConnectionHandler>()));
builder.Services.AddSingleton<CommandProcessor>();

await using WebApplication app = builder.Build();
await app.RunAsync();
return 0;
