using System.Diagnostics;

namespace DeclServer.Benchmarks.Families;

/// <summary>
/// The ratios in seconds, on a machine that does other things too: both parsers in turn, many times, and the fastest round of each. What
/// disturbs a round only makes it slower.
/// </summary>
internal static class QuickTable
{
    private const int Rounds = 400;
    private const int Batch = 1_000;

    /// <summary>Prints one line for each family.</summary>
    public static void Print()
    {
        // The JIT's last tier is reached in the background, after some thousands of calls.
        foreach (Family family in Family.All)
        {
            Measure(family);
        }

        Console.WriteLine($"{"message",-24}{"by hand, ns",14}{"emitted, ns",14}{"ratio",8}");
        foreach (Family family in Family.All)
        {
            (double written, double emitted) = Measure(family);
            Console.WriteLine($"{family,-24}{written,14:F1}{emitted,14:F1}{emitted / written,8:F2}");
        }
    }

    private static (double Written, double Emitted) Measure(Family family)
    {
        long written = long.MaxValue;
        long emitted = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            family.HandWritten(Batch);
            long between = Stopwatch.GetTimestamp();
            family.Emitted(Batch);
            written = Math.Min(written, between - start);
            emitted = Math.Min(emitted, Stopwatch.GetTimestamp() - between);
        }

        return (Nanoseconds(written), Nanoseconds(emitted));
    }

    private static double Nanoseconds(long ticks) => ticks * 1e9 / Stopwatch.Frequency / Batch;
}
