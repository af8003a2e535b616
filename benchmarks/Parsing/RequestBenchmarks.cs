using BenchmarkDotNet.Attributes;
using DeclServer.Benchmarks.Resp;

namespace DeclServer.Benchmarks.Parsing;

using ParseStatus = DeclServer.Benchmarks.Resp.ParseStatus;

/// <summary>One request parsed from a buffer that holds it whole, and the span of its name and of each argument taken.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private readonly byte[] _get = Requests.Get;
    private readonly byte[] _set = Requests.Set;
    private readonly Slice[] _arguments = new Slice[16];
    private readonly ArgumentTable _table = new();

    [Benchmark(Description = "GET, hand-written")]
    public int Get() => HandWritten(_get);

    [Benchmark(Description = "GET, emitted")]
    public int GetEmitted() => Emitted(_get);

    [Benchmark(Description = "SET, hand-written")]
    public int Set() => HandWritten(_set);

    [Benchmark(Description = "SET, emitted")]
    public int SetEmitted() => Emitted(_set);

    private int HandWritten(ReadOnlySpan<byte> input)
    {
        if (RequestParser.Parse(input, _arguments, out int count, out int consumed) != ParseStatus.Done)
        {
            return -1;
        }

        // The spans are made and their lengths used, or the JIT would be free to leave them out.
        int length = consumed;
        foreach (Slice argument in _arguments.AsSpan(0, count))
        {
            length += argument.Of(input).Length;
        }

        return length;
    }

    /// <summary>The parser emitted from the declaration in runtime/Protocols, and its arguments as the emitted server takes them.</summary>
    private int Emitted(ReadOnlySpan<byte> input)
    {
        ParseState state = default;
        _table.Clear();
        if (RespCommand.TryParse(input, ref state, _table, out int consumed, out _) != DeclServer.ParseStatus.Done)
        {
            return -1;
        }

        int length = consumed;
        foreach (ReadOnlySpan<byte> argument in _table.Of(input))
        {
            length += argument.Length;
        }

        return length;
    }
}
