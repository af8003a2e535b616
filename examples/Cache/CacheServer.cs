using DeclServer;

namespace Cache;

/// <summary>A cache that speaks RESP (redis) and the memcached text protocol, both on one store.</summary>
[Server]
[Listen<Resp>(6379, Backlog = 1024)]
[Listen<Memcached>(11211, Name = "memcached", Backlog = 1024)]
[Concurrency(ConcurrencyModel.EventLoop)]
[Concurrency(ConcurrencyModel.Hybrid, Workers = 4)]
[Concurrency(ConcurrencyModel.ThreadPool, Workers = 64, QueueLength = 1024)]
[Concurrency(ConcurrencyModel.ThreadPerConnection, MaxThreads = 4096)]
[Concurrency(ConcurrencyModel.ProcessPerConnection)]
[Limits(MaxConnections = 10_000, IdleTimeoutSeconds = 300)]
internal sealed partial class CacheServer
{
    /// <summary>How many keys with an expiry are looked at each time.</summary>
    private const int ExpiryBudget = 1_000;

    private readonly CacheStore _store = new();
    private readonly Dictionary<long, (Client Client, Connection Connection)> _clients = [];
    private long _startedAt;
    private long _connectionsReceived;
    private long _hits;
    private long _misses;
    private long _now;
    private ServerRun? _running;

    /// <summary>The most bytes that keys and values may take; 0 sets no bound.</summary>
    [Setting(Help = "bytes that keys and values may take, as in 100mb; 0 for no bound")]
    public ByteSize MaxMemory { get; set; }

    /// <summary>What goes when the memory is full.</summary>
    [Setting(Help = "what goes when it is full: noeviction, allkeys-lru, volatile-lru, allkeys-random, volatile-random, volatile-ttl")]
    public PolicyName MaxMemoryPolicy { get; set; } = new(EvictionPolicy.AllKeysLru);



    partial void OnStarting()
    {
        _now = _startedAt = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _store.NowMilliseconds = _now;
        _store.MaxMemory = MaxMemory.Bytes;
        _store.EvictionPolicy = MaxMemoryPolicy.Policy;
    }

    partial void OnStarted(ServerRun run) => _running = run;

    partial void OnWake(long unixTimeMilliseconds)
    {
        _now = unixTimeMilliseconds;
        _store.NowMilliseconds = unixTimeMilliseconds;
    }

    partial void OnConnected(Client session, Connection connection)
    {
        session.ConnectedAt = _now;
        _clients[connection.Id] = (session, connection);
        _connectionsReceived++;
    }

    partial void OnDisconnected(Client session, Connection connection) => _clients.Remove(connection.Id);

    /// <summary>Fetches the entries of all keys at once; one by one, each would be waited for.</summary>
    partial void OnPipelined(scoped in PipelinedRequests requests)
    {
        Span<uint> hashes = stackalloc uint[PipelinedRequests.Most];
        int keys = 0;
        foreach (Arguments request in requests)
        {
            if (request.Count > 1)
            {
                hashes[keys++] = _store.FetchBucket(request[1]);
            }
        }

        foreach (uint hash in hashes[..keys])
        {
            _store.FetchEntry(hash);
        }
    }

    /// <summary>Deletes keys whose time has come and that nobody asks for.</summary>
    [Every(milliseconds: 100)]
    private void ExpireSome() => _store.ExpireSome(ExpiryBudget);

    private static RespReply Failure(Outcome outcome) => outcome switch
    {
        Outcome.WrongType => RespReply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8),
        Outcome.NotInteger => RespReply.Error("ERR value is not an integer or out of range"u8),
        Outcome.Overflow => RespReply.Error("ERR increment or decrement would overflow"u8),
        Outcome.NotFloat => RespReply.Error("ERR value is not a valid float"u8),
        Outcome.NotFinite => RespReply.Error("ERR increment would produce NaN or Infinity"u8),
        Outcome.OffsetOutOfRange => RespReply.Error("ERR offset is out of range"u8),
        Outcome.TooLarge => RespReply.Error("ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8),
        Outcome.OutOfMemory => RespReply.Error("OOM command not allowed when used memory > 'maxmemory'."u8),
        _ => RespReply.Error("ERR no such key"u8),
    };

    /// <summary>Whether redis would refuse every write: the bound was set below what is held, and nothing may go.</summary>
    private bool IsFull => _store.MaxMemory > 0 && _store.UsedMemory > _store.MaxMemory && _store.EvictionPolicy == EvictionPolicy.NoEviction;

    private static RespReply Full => Failure(Outcome.OutOfMemory);

    private static RespReply SyntaxError => RespReply.Error("ERR syntax error"u8);

    private static RespReply Number(Outcome outcome, long number) => outcome switch
    {
        Outcome.Ok => RespReply.Integer(number),
        Outcome.NotFound or Outcome.Exists => RespReply.Integer(0),
        _ => Failure(outcome),
    };

    private static RespReply Text(Outcome outcome, ReadOnlySpan<byte> text, Client client) => outcome switch
    {
        Outcome.Ok => RespReply.Bulk(text),
        Outcome.NotFound or Outcome.Exists => client.Null,
        _ => Failure(outcome),
    };

    /// <summary>The arguments as the store takes many byte strings.</summary>
    private readonly ref struct Strings(Arguments arguments) : IByteStrings
    {
        private readonly Arguments _arguments = arguments;

        public int Count => _arguments.Count;

        public ReadOnlySpan<byte> this[int index] => _arguments[index];
    }
}
