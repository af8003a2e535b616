using Dns;

return args.Contains("--check") ? ZoneChecker.Run(args, Console.Out, Console.Error) : await new DnsServer().RunAsync(args);
