using DeclServer.Transport;
using Xunit;
using Xunit.Abstractions;

namespace DeclServer.EndToEnd.Tests;

/// <summary>How a test is served: a concurrency model on a transport.</summary>
public sealed class Service : IXunitSerializable
{
    private static readonly ConcurrencyModel[] s_models =
        [ConcurrencyModel.EventLoop, ConcurrencyModel.Hybrid, ConcurrencyModel.ThreadPool, ConcurrencyModel.ThreadPerConnection];

    /// <summary>Every model on every transport.</summary>
    public static IReadOnlyList<Service> Every { get; } =
        [.. s_models.SelectMany(static m => Transports.Kinds.Select(t => new Service { Model = m, Transport = t }))];

    /// <summary>The same for a theory.</summary>
    public static TheoryData<Service> All => [.. Every];

    /// <summary>Bytes that a thread with a connection to itself has for its buffers and timers, at most.</summary>
    public const int ThreadSize = 64 * 1024;

    /// <summary>The model.</summary>
    public ConcurrencyModel Model { get; private set; }

    /// <summary>The transport.</summary>
    public TransportKind Transport { get; private set; }

    /// <summary>Whether each connection has a thread to itself, of which there are only so many.</summary>
    public bool HasThreads => Model is ConcurrencyModel.ThreadPool or ConcurrencyModel.ThreadPerConnection;

    /// <summary>How many workers serve so many connections at once.</summary>
    public int WorkersFor(int connections) => Model == ConcurrencyModel.ThreadPool ? connections : ModelSettings.DefaultWorkers;

    /// <summary>Chooses the model and the transport.</summary>
    public void Choose(ServerSettings settings)
    {
        Assert.True(settings.TryChoose(Model));
        settings.Transport = Transport;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Model}, {Transport}";

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        Model = info.GetValue<ConcurrencyModel>(nameof(Model));
        Transport = info.GetValue<TransportKind>(nameof(Transport));
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(Model), Model);
        info.AddValue(nameof(Transport), Transport);
    }
}
