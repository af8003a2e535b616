using BenchmarkDotNet.Running;
using DeclServer.Benchmarks.Families;

Console.WriteLine($"self-check: {SelfCheck.Run():N0} inputs, for each the same verdict and the same fields");
switch (args)
{
    case ["--check"]:
        break;
    case ["--quick"]:
        QuickTable.Print();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(FamilyBenchmarks).Assembly).Run(args);
        break;
}
