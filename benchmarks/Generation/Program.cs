using System.Diagnostics;
using System.Globalization;
using DeclServer.Benchmarks.Generation;

// A first run is measured in a process that has done nothing else, so each needs one of its own.
const int Processes = 3;

if (args is ["--once", string what, string order])
{
    Console.WriteLine(string.Join(' ', Measurement.Run(messages: what == "messages", bindFirst: order == "bound").Select(static t => t.ToString(CultureInfo.InvariantCulture))));
    return;
}

string sources = args is ["--messages"] ? "messages" : "example";
Console.WriteLine($"{(sources == "messages" ? ManyMessages.Description : "examples/Cache")}, {Processes} processes each, milliseconds: median [least, greatest]");
foreach (string state in (string[])["unbound", "bound"])
{
    double[][] runs = [.. Enumerable.Range(0, Processes).Select(_ => InNewProcess(sources, state))];
    Console.WriteLine(state == "unbound" ? "the compiler is cold too:" : "the compiler has bound the sources before:");
    for (int row = 0; row < Measurement.Rows.Length; row++)
    {
        double[] times = [.. runs.Select(run => run[row]).Order()];
        if (double.IsNaN(times[0]))
        {
            continue;
        }

        Console.WriteLine($"  {Measurement.Rows[row],-42} {times[Processes / 2],8:F1} [{times[0]:F1}, {times[^1]:F1}]");
    }
}

static double[] InNewProcess(string sources, string order)
{
    ProcessStartInfo start = new(Environment.ProcessPath!, ["--once", sources, order]) { RedirectStandardOutput = true };
    using Process process = Process.Start(start)!;
    string line = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static t => double.Parse(t, CultureInfo.InvariantCulture))];
}
