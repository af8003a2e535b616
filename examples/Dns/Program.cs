using Dns;

return ZoneChecker.Run(args, Console.Out, Console.Error);
