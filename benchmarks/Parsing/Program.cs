using BenchmarkDotNet.Running;
using DeclServer.Benchmarks.Parsing;

Console.WriteLine($"self-check: {SelfCheck.Run():N0} inputs parsed as they should be");
if (args is not ["--check"])
{
    BenchmarkSwitcher.FromAssembly(typeof(RequestBenchmarks).Assembly).Run(args);
}
