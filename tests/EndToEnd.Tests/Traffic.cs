using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeclServer.EndToEnd.Tests;

/// <summary>
/// Clients that keep asking while servers come and go. A client that stays sends several requests at once, and where the server ends the
/// connection between two replies it asks the rest again on the next; one that comes and goes has one request for each connection, and is owed
/// its reply. Anything else that ends a connection, and any that is refused, is a failure.
/// </summary>
internal sealed class Traffic : IDisposable
{
    private const int Pipelined = 8;

    private readonly EndPoint _server;
    private readonly Thread[] _threads;
    private readonly long[] _answered;
    private volatile string? _failure;
    private volatile bool _ends;

    public Traffic(EndPoint server, int staying, int passing)
    {
        _server = server;
        _answered = new long[staying + passing];
        _threads = [.. Enumerable.Range(0, staying + passing).Select(i => new Thread(() => Run(i, i < staying)))];
        Array.ForEach(_threads, static t => t.Start());
    }

    /// <summary>Ends when every client has had so many replies more; the first failure is thrown.</summary>
    public void Await(int replies)
    {
        long[] before = [.. _answered];
        Client.Until(() => _failure is not null || Enumerable.Range(0, before.Length).All(i => Volatile.Read(ref _answered[i]) >= before[i] + replies));
        ThrowIfFailed();
    }

    /// <summary>Ends the clients, each behind its last reply.</summary>
    /// <returns>How many replies they have had.</returns>
    public long End()
    {
        Dispose();
        ThrowIfFailed();
        return _answered.Sum();
    }

    public void Dispose()
    {
        _ends = true;
        Array.ForEach(_threads, static t => t.Join());
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException(failure);
        }
    }

    private void Run(int index, bool stays)
    {
        try
        {
            while (!_ends && _failure is null)
            {
                using Client client = new(_server);
                bool goesOn = Ask(client, index, stays ? Pipelined : 1);
                while (goesOn && stays && !_ends)
                {
                    goesOn = Ask(client, index, Pipelined);
                }

                if (!goesOn && !stays)
                {
                    _failure = "A client that had just come was sent away without a reply.";
                }
            }
        }
        catch (Exception exception)
        {
            _failure = exception.ToString();
        }
    }

    /// <summary>Asks; false when the server has ended the connection before the last reply.</summary>
    private bool Ask(Client client, int index, int count)
    {
        long first = _answered[index];
        StringBuilder requests = new();
        for (int i = 0; i < count; i++)
        {
            requests.Append(CultureInfo.InvariantCulture, $"ECHO {index}.{first + i}\r\n");
        }

        try
        {
            client.Send(requests.ToString());
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset && count > 1)
        {
            // It had ended before, and nothing is owed.
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{index}.{first + i}");
            string reply = $"${text.Length}\r\n{text}\r\n";
            string read = client.Read(reply.Length);
            if (read.Length == 0)
            {
                return false;
            }

            if (read != reply)
            {
                throw new InvalidOperationException($"'{read}' for '{reply}'");
            }

            Volatile.Write(ref _answered[index], first + i + 1);
        }

        return true;
    }
}
