using System.Diagnostics;

namespace DeclServer.Benchmarks.Families;

/// <summary>
/// The ratios in seconds, on a machine that does other things too: both parsers in turn, many times, and the fastest round of each. What
/// disturbs a round only makes it slower.
/// </summary>
internal static class QuickTable
{
    private const int Passes = 8;
    private const int Rounds = 100;
    private const int Batch = 1_000;

    /// <summary>What the JIT waits for before it compiles to its last tier, in the background: a pause in which nothing new is called.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Prints one line for each family.</summary>
    public static void Print()
    {
        long[] written = new long[Family.All.Count];
        long[] emitted = new long[Family.All.Count];
        written.AsSpan().Fill(long.MaxValue);
        emitted.AsSpan().Fill(long.MaxValue);
        for (int pass = 0; pass < Passes; pass++)
        {
            for (int i = 0; i < Family.All.Count; i++)
            {
                Measure(Family.All[i], ref written[i], ref emitted[i]);
            }

            Thread.Sleep(s_pause);
        }

        Console.WriteLine($"{"message",-24}{"by hand, ns",14}{"emitted, ns",14}{"ratio",8}");
        for (int i = 0; i < Family.All.Count; i++)
        {
            Console.WriteLine($"{Family.All[i],-24}{Nanoseconds(written[i]),14:F1}{Nanoseconds(emitted[i]),14:F1}{(double)emitted[i] / written[i],8:F2}");
        }
    }

    private static void Measure(Family family, ref long written, ref long emitted)
    {
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            family.HandWritten(Batch);
            long between = Stopwatch.GetTimestamp();
            family.Emitted(Batch);
            written = Math.Min(written, between - start);
            emitted = Math.Min(emitted, Stopwatch.GetTimestamp() - between);
        }
    }

    private static double Nanoseconds(long ticks) => ticks * 1e9 / Stopwatch.Frequency / Batch;
}
