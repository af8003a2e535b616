using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>A thread that serves one connection after the other: thread per connection, and the bounded thread pool.</summary>
public abstract partial class ServingLoop
{
    /// <summary>
    /// Waits for the next client. Its time to the first byte has run since it was accepted, in the queue too; but what it has sent meanwhile is
    /// served before that is looked at.
    /// </summary>
    /// <returns>The connection; null when the thread is to end.</returns>
    protected Connection? NextConnection()
    {
        WaitForHandlers();
        PublishAllocatedBytes();
        while (_run.TryTakeClient(out AcceptedSocket socket, out long since))
        {
            ReadClock();
            if (TryAdopt(socket, since, out Connection? connection))
            {
                if (_draining)
                {
                    FinishIfIdle(connection);
                }

                return connection;
            }
        }

        return null;
    }
}
