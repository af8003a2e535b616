using BenchmarkDotNet.Attributes;

namespace DeclServer.Benchmarks.Families;

/// <summary>A message parsed from a buffer that holds it whole, and each of its fields taken once.</summary>
[MemoryDiagnoser, HideColumns("Error", "StdDev", "Median", "RatioSD", "Alloc Ratio")]
public class FamilyBenchmarks
{
    /// <summary>Messages in a call, so that calling costs nothing beside them.</summary>
    private const int Batch = 64;

    /// <summary>What is parsed.</summary>
    [ParamsSource(nameof(Families))]
    public Family Family { get; set; } = Family.All[0];

    /// <summary>Every row of the table.</summary>
    public static IEnumerable<Family> Families => Family.All;

    [Benchmark(Description = "hand-written", Baseline = true, OperationsPerInvoke = Batch)]
    public long HandWritten() => Family.HandWritten(Batch);

    [Benchmark(Description = "emitted", OperationsPerInvoke = Batch)]
    public long Emitted() => Family.Emitted(Batch);
}
