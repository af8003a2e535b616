using BenchmarkDotNet.Running;
using DeclServer.Benchmarks.Families;

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

// Behind what is timed: the JIT would compile both parsers for what it saw most of, and these inputs are nearly all wrong.
Console.WriteLine($"self-check: {SelfCheck.Run():N0} inputs, for each the same verdict and the same fields");
