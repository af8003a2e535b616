using DeclServer.EndToEnd.Tests;

// The test host loads this assembly; the tests that must not share a server's process run it.
return await (args is ["faulty", .. string[] rest] ? new FaultyServer().RunAsync(rest) : new EchoServer().RunAsync(args));
