using System.Diagnostics;
using System.Globalization;
using DeclServer.Benchmarks.Generation;

// A first run is measured in a process that has done nothing else, so each needs one of its own.
const int Processes = 5;

if (args is ["--once", string order])
{
    Console.WriteLine(string.Join(' ', Measurement.Run(bindFirst: order == "bound").Select(static t => t.ToString(CultureInfo.InvariantCulture))));
    return;
}

Console.WriteLine($"examples/Cache, {Processes} processes each, milliseconds: median [least, greatest]");
foreach (string state in (string[])["unbound", "bound"])
{
    double[][] runs = [.. Enumerable.Range(0, Processes).Select(_ => InNewProcess(state))];
    Console.WriteLine(state == "unbound" ? "the compiler is cold too:" : "the compiler has bound the sources before:");
    for (int row = 0; row < Measurement.Rows.Length; row++)
    {
        double[] times = [.. runs.Select(run => run[row]).Order()];
        Console.WriteLine($"  {Measurement.Rows[row],-42} {times[Processes / 2],8:F1} [{times[0]:F1}, {times[^1]:F1}]");
    }
}

static double[] InNewProcess(string order)
{
    ProcessStartInfo start = new(Environment.ProcessPath!, ["--once", order]) { RedirectStandardOutput = true };
    using Process process = Process.Start(start)!;
    string line = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static t => double.Parse(t, CultureInfo.InvariantCulture))];
}
