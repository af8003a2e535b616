using DeclServer.EndToEnd.Tests;

// The test host loads this assembly; the tests that must not share a server's process run it.
return await (args switch
{
    ["faulty", .. string[] rest] => new FaultyServer().RunAsync(rest),
    ["proxied", .. string[] rest] => new ProxiedServer().RunAsync(rest),
    ["door", .. string[] rest] => new FileDoor().RunAsync(rest),
    ["doors", .. string[] rest] => new TwoDoors().RunAsync(rest),
    ["hosted", string lifetime, ..] => HostProgram.RunAsync(lifetime),
    _ => new EchoServer().RunAsync(args),
});
