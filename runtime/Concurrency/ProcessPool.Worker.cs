using System.Diagnostics;
using DeclServer.Transport;

namespace DeclServer.Concurrency;

internal sealed unsafe partial class ProcessPool
{
    /// <summary>A worker process as the server knows it.</summary>
    private sealed class Worker(Process process, DescriptorChannel channel) : IDisposable
    {
        public Process Process { get; } = process;

        public DescriptorChannel Channel { get; } = channel;

        /// <summary>Whether it has reported that it is ready.</summary>
        public bool HasStarted { get; set; }

        public bool IsServing { get; set; }

        /// <summary>The client it serves; its descriptor is the worker's alone.</summary>
        public AcceptedSocket Client { get; set; }

        public void Dispose()
        {
            Process.Dispose();
            Channel.Dispose();
        }
    }
}
