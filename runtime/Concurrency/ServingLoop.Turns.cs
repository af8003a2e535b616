using DeclServer.Transport;

namespace DeclServer.Concurrency;

/// <summary>
/// Turns: so many requests of one connection are answered in a row, then those of others. What was received beyond waits in the connection's
/// tail, and the loop comes back to it without waiting for its socket.
/// </summary>
public abstract partial class ServingLoop
{
    private List<(Connection Connection, int Generation)> _again = [];
    private List<(Connection Connection, int Generation)> _turns = [];

    /// <summary>How many requests may be answered now.</summary>
    private int BeginTurn(Connection connection)
    {
        // A thread that serves one connection has no other to turn to.
        long most = Role == LoopRole.ConnectionThread ? int.MaxValue : connection.Limits.MaxRequestsPerTurn;
        return connection.Turn = (int)Math.Min(most, connection.RequestsLeft);
    }

    /// <summary>Counts what was answered; the connection's last request is followed by its end.</summary>
    private void EndTurn(Connection connection, int turn, bool hasInput)
    {
        bool isOver = connection.Turn == 0;
        connection.RequestsLeft -= turn - connection.Turn;
        connection.Turn = int.MaxValue;
        if (connection is { RequestsLeft: 0, Body: null, ClosesWhenSent: false })
        {
            Counters.Retired++;
            if (connection is { InFlight: null, Replies: null })
            {
                Say(connection, GoodbyeReason.Retired);
            }

            connection.Close();
        }

        bool hasMore = isOver && hasInput && connection.IsServed;
        if (hasMore && !connection.HasMore && Role != LoopRole.HybridWorker)
        {
            _again.Add((connection, connection.Generation));
        }

        connection.HasMore = hasMore;
    }

    /// <summary>Serves what waits for its turn, each once.</summary>
    private void TakeTurns()
    {
        (_again, _turns) = (_turns, _again);
        foreach ((Connection connection, int generation) in _turns)
        {
            if (connection is { IsOpen: true, HasMore: true, Holder: 0 } && connection.Generation == generation)
            {
                TakeTurn(connection);
            }
        }

        _turns.Clear();
    }

    private void TakeTurn(Connection connection)
    {
        connection.HasMore = false;
        ServeAndSend(connection, connection.Tail.AsSpan(0, connection.TailLength));
    }
}
