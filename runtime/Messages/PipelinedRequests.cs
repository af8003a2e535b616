using System.Runtime.InteropServices;

namespace DeclServer;

/// <summary>
/// Requests that a client has sent in a row, the first of which is about to be answered: read, and not served yet. A server may fetch from
/// memory what they will need, all at once where one by one it would wait for each.
/// </summary>
/// <remarks>
/// Nothing is promised of them: the client may be gone, or its bytes be no requests but the body of the one before, when it is their turn. There are two at least and <see cref="Most"/> at
/// most, whole within the first 2 KiB.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly ref struct PipelinedRequests
{
    /// <summary>The most that are read ahead at a time.</summary>
    public const int Most = 16;

    private readonly ReadOnlySpan<byte> _input;
    private readonly Concurrency.LookAhead _read;

    internal PipelinedRequests(ReadOnlySpan<byte> input, Concurrency.LookAhead read)
    {
        _input = input;
        _read = read;
    }

    /// <summary>How many there are.</summary>
    public int Count => _read.Count;

    /// <summary>The arguments of one of them, the name of its command first.</summary>
    public Arguments this[int index] => _read.Arguments(index, _input);

    /// <summary>Enumerates the requests.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Gives the requests in turn.</summary>
    public ref struct Enumerator
    {
        private readonly PipelinedRequests _requests;
        private int _index = -1;

        internal Enumerator(PipelinedRequests requests) => _requests = requests;

        /// <summary>The arguments of the request reached.</summary>
        public readonly Arguments Current => _requests[_index];

        /// <summary>Goes to the next request.</summary>
        public bool MoveNext() => ++_index < _requests.Count;
    }
}
