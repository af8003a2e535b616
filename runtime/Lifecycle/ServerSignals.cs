using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace DeclServer.Lifecycle;

/// <summary>
/// The four golden signals of a server as <see cref="System.Diagnostics.Metrics"/>, meter <c>DeclServer</c>: latency, traffic, errors and
/// saturation. Loops count into fields of their own; instruments add them up only when somebody looks.
/// </summary>
public sealed class ServerSignals : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "DeclServer";

    private readonly Meter _meter;
    private readonly List<LoopCounters> _loops = [];
    private readonly string[] _commands;

    /// <summary>The signals of one server.</summary>
    /// <param name="server">The server class's name, the tag <c>server</c> of every measurement.</param>
    /// <param name="commands">The commands' names, in the order of their numbers.</param>
    /// <param name="connections">How many connections there are.</param>
    /// <param name="limit">How many there may be.</param>
    /// <param name="buffers">Bytes of their buffers.</param>
    /// <param name="linesDropped">How many lines of the log were dropped.</param>
    public ServerSignals(string server, string[] commands, Func<int> connections, Func<int> limit, Func<long> buffers, Func<long> linesDropped)
    {
        _commands = commands;
        _meter = new Meter(MeterName, version: null, tags: [new("server", server)]);
        Duration = _meter.CreateHistogram<double>("declserver.request.duration", "s", "Time from a whole request to its written reply, by command");
        _meter.CreateObservableCounter("declserver.requests", PerCommand, "{request}", "Requests answered, by command");
        _meter.CreateObservableCounter("declserver.errors", PerError, "{error}", "Requests and connections refused and datagrams dropped, by reason");
        _meter.CreateObservableCounter("declserver.connections.accepted", () => Sum(static c => c.Accepted), "{connection}", "Connections accepted");
        _meter.CreateObservableCounter("declserver.connections.retired", () => Sum(static c => c.Retired), "{connection}", "Connections ended between two requests, by their lifetime or the number of their requests");
        _meter.CreateObservableCounter("declserver.received", () => Sum(static c => c.BytesReceived), "By", "Bytes received");
        _meter.CreateObservableCounter("declserver.sent", () => Sum(static c => c.BytesSent), "By", "Bytes sent");
        _meter.CreateObservableCounter("declserver.loop.allocated", () => Sum(static c => c.AllocatedBytes), "By", "Bytes the loops have allocated on the managed heap");
        _meter.CreateObservableCounter("declserver.datagrams.received", () => Sum(static c => c.DatagramsReceived), "{datagram}", "Datagrams received");
        _meter.CreateObservableCounter("declserver.datagrams.sent", () => Sum(static c => c.DatagramsSent), "{datagram}", "Datagrams sent");
        _meter.CreateObservableCounter("declserver.loop.stalls", () => Sum(static c => c.Stalls), "{stall}", "Handlers that held a loop for longer than they may");
        _meter.CreateObservableCounter("declserver.log.dropped", linesDropped, "{line}", "Lines of the log dropped because its target did not take them in time");
        _meter.CreateObservableGauge("declserver.connections.active", connections, "{connection}", "Connections held");
        _meter.CreateObservableGauge("declserver.connections.buffered", buffers, "By", "Bytes of all connections' buffers");
        _meter.CreateObservableGauge("declserver.connections.limit", limit, "{connection}", "Connections that may be held");
    }

    /// <summary>Latency by command; measured only while somebody listens.</summary>
    public Histogram<double> Duration { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    /// <summary>Adds up one of the counters.</summary>
    public long Sum(Func<LoopCounters, long> counter)
    {
        lock (_loops)
        {
            return _loops.Sum(counter);
        }
    }

    /// <summary>What a command is called.</summary>
    internal string NameOf(int command) => _commands[command];

    internal LoopCounters NewCounters()
    {
        LoopCounters counters = new(_commands.Length);
        lock (_loops)
        {
            _loops.Add(counters);
        }

        return counters;
    }

    private IEnumerable<Measurement<long>> PerCommand()
    {
        for (int i = 0; i < _commands.Length; i++)
        {
            int command = i;
            long count = Sum(c => c.Requests[command]);
            if (count > 0)
            {
                yield return new Measurement<long>(count, new KeyValuePair<string, object?>("command", _commands[i]));
            }
        }
    }

    private IEnumerable<Measurement<long>> PerError()
    {
        foreach ((string reason, Func<LoopCounters, long> counter) in LoopCounters.Errors)
        {
            yield return new Measurement<long>(Sum(counter), new KeyValuePair<string, object?>("reason", reason));
        }
    }
}

/// <summary>What one loop counts; written by its thread alone, read by any.</summary>
[SuppressMessage("Design", "CA1051", Justification = "Counters that the hot path increments in place.")]
public sealed class LoopCounters
{
    internal static readonly (string Reason, Func<LoopCounters, long> Counter)[] Errors =
    [
        ("malformed", static c => c.Malformed),
        ("refused", static c => c.Refused),
        ("handler_failed", static c => c.HandlerFailures),
        ("too_many_connections", static c => c.Rejected),
        ("too_many_connections_of_client", static c => c.RejectedOfClient),
        ("worker_failed", static c => c.WorkerFailures),
        ("proxy_header", static c => c.ProxyHeaders),
        ("accept_paused", static c => c.AcceptPauses),
        ("first_byte_timeout", static c => c.FirstByteTimeouts),
        ("idle_timeout", static c => c.IdleTimeouts),
        ("request_timeout", static c => c.RequestTimeouts),
        ("write_timeout", static c => c.WriteTimeouts),
        ("too_slow", static c => c.TooSlow),
        ("over_memory", static c => c.OverBudget),
        ("drain_aborted", static c => c.Aborted),
        ("datagram_too_long", static c => c.DatagramsTooLong),
        ("datagram_receive_error", static c => c.ReceiveErrors),
        ("reply_too_long", static c => c.RepliesTooLong),
        ("send_buffer_full", static c => c.SendBufferFull),
        ("send_error", static c => c.SendErrors),
    ];

    /// <summary>Requests answered, by the command's number.</summary>
    public readonly long[] Requests;

    /// <summary>Requests that were no request of the protocol.</summary>
    public long Malformed;

    /// <summary>Requests refused: unknown, or an argument broke a rule.</summary>
    public long Refused;

    /// <summary>Handlers that threw.</summary>
    public long HandlerFailures;

    /// <summary>Handlers that held a loop for longer than they may; counted by the watchdog.</summary>
    public long Stalls;

    /// <summary>Connections accepted.</summary>
    public long Accepted;

    /// <summary>Connections closed.</summary>
    public long Closed;

    /// <summary>Worker processes that ended by something else than their own will.</summary>
    public long WorkerFailures;

    /// <summary>Connections turned away at the limit.</summary>
    public long Rejected;

    /// <summary>Connections turned away because their client has as many as it may.</summary>
    public long RejectedOfClient;

    /// <summary>Connections closed because the header of the PROXY protocol was missing, malformed, too long or cut off.</summary>
    public long ProxyHeaders;

    /// <summary>Times that accepting was paused because the system had no descriptor or memory left.</summary>
    public long AcceptPauses;

    /// <summary>Connections that sent nothing in time.</summary>
    public long FirstByteTimeouts;

    /// <summary>Connections idle for too long.</summary>
    public long IdleTimeouts;

    /// <summary>Requests that did not arrive whole in time.</summary>
    public long RequestTimeouts;

    /// <summary>Connections whose client did not read its replies in time.</summary>
    public long WriteTimeouts;

    /// <summary>Connections whose client sent or read too slowly.</summary>
    public long TooSlow;

    /// <summary>Connections closed because all connections' buffers were as large as they may be.</summary>
    public long OverBudget;

    /// <summary>Connections ended between two requests: their life, or the number of their requests, was reached.</summary>
    public long Retired;

    /// <summary>Connections that the drain's deadline cut off.</summary>
    public long Aborted;

    /// <summary>Datagrams received.</summary>
    public long DatagramsReceived;

    /// <summary>Datagrams sent.</summary>
    public long DatagramsSent;

    /// <summary>Datagrams longer than the longest request.</summary>
    public long DatagramsTooLong;

    /// <summary>Receives of datagrams that the network's error ended, such as a client that is gone.</summary>
    public long ReceiveErrors;

    /// <summary>Replies longer than the longest, not sent.</summary>
    public long RepliesTooLong;

    /// <summary>Datagrams not sent because the socket's or the device's buffer was full.</summary>
    public long SendBufferFull;

    /// <summary>Datagrams not sent because their client cannot be sent to.</summary>
    public long SendErrors;

    /// <summary>Bytes received.</summary>
    public long BytesReceived;

    /// <summary>Bytes sent.</summary>
    public long BytesSent;

    /// <summary>
    /// Bytes the loop has allocated on the managed heap, by the runtime's exact count for its thread; read anew each time before it waits.
    /// Requests leave it where it is.
    /// </summary>
    public long AllocatedBytes;

    internal LoopCounters(int commands) => Requests = new long[commands];

    internal void CountTimeout(TimeoutKind kind)
    {
        switch (kind)
        {
            case TimeoutKind.FirstByte:
                FirstByteTimeouts++;
                break;
            case TimeoutKind.Idle:
                IdleTimeouts++;
                break;
            case TimeoutKind.Request:
                RequestTimeouts++;
                break;
            case TimeoutKind.Rate:
                TooSlow++;
                break;
            default:
                WriteTimeouts++;
                break;
        }
    }
}
