namespace DeclServer.Concurrency;

/// <summary>
/// The deadlines of one loop's connections, in slots of 64 ms. A connection whose deadline moves back stays where it is and is looked at
/// again when its slot comes: a request that renews an idle timeout costs one store, no move.
/// </summary>
internal sealed class TimerWheel
{
    private const int SlotMilliseconds = 64;
    private const int SlotCount = 1024;

    private readonly Connection?[] _slots = new Connection?[SlotCount];
    private long _tick;
    private int _count;

    /// <summary>No slot before this tick holds a connection.</summary>
    private long _nextTick;

    public TimerWheel(long now) => _tick = now / SlotMilliseconds;

    /// <summary>Sets when the connection runs out of time.</summary>
    public void Set(Connection connection, long deadline)
    {
        connection.Deadline = deadline;
        if (connection.WheelSlot >= 0)
        {
            if (deadline >= connection.WheelDue)
            {
                return;
            }

            Remove(connection);
        }

        Insert(connection, deadline);
    }

    /// <summary>Puts a connection that was taken out back, to be looked at again when its deadline stands then.</summary>
    public void Postpone(Connection connection, long due) => Insert(connection, due);

    public void Remove(Connection connection)
    {
        if (connection.WheelSlot < 0)
        {
            return;
        }

        if (connection.WheelPrevious is { } previous)
        {
            previous.WheelNext = connection.WheelNext;
        }
        else
        {
            _slots[connection.WheelSlot] = connection.WheelNext;
        }

        if (connection.WheelNext is { } next)
        {
            next.WheelPrevious = connection.WheelPrevious;
        }

        connection.WheelNext = connection.WheelPrevious = null;
        connection.WheelSlot = -1;
        _count--;
    }

    /// <summary>Milliseconds until the next slot that holds a connection; -1 when none does.</summary>
    public int MillisecondsToNext(long now)
    {
        if (_count == 0)
        {
            return -1;
        }

        for (long tick = Math.Max(_tick + 1, _nextTick); tick <= _tick + SlotCount; tick++)
        {
            if (_slots[(int)(tick % SlotCount)] is not null)
            {
                _nextTick = tick;
                return (int)Math.Max(0, tick * SlotMilliseconds - now);
            }
        }

        return SlotMilliseconds;
    }

    /// <summary>Takes out one connection whose deadline has passed; null when there is none left.</summary>
    public Connection? TakeExpired(long now)
    {
        long nowTick = now / SlotMilliseconds;
        while (true)
        {
            // Everything in the slot of the current tick is due, or was put there a turn of the wheel or more ago and is put on.
            ref Connection? slot = ref _slots[(int)(_tick % SlotCount)];
            while (slot is { } connection && connection.WheelDue / SlotMilliseconds <= _tick)
            {
                Remove(connection);
                if (connection.Deadline <= now)
                {
                    return connection;
                }

                Insert(connection, connection.Deadline);
            }

            if (_tick >= nowTick)
            {
                return null;
            }

            _tick = _count == 0 ? nowTick : _tick + 1;
        }
    }

    private void Insert(Connection connection, long deadline)
    {
        // Beyond the wheel's horizon: the farthest slot, from where it is put on. Never the current one: that would loop.
        long dueTick = Math.Clamp((deadline + SlotMilliseconds - 1) / SlotMilliseconds, _tick + 1, _tick + SlotCount - 1);
        int slot = (int)(dueTick % SlotCount);
        _nextTick = Math.Min(_nextTick, dueTick);
        connection.WheelSlot = slot;
        connection.WheelDue = dueTick * SlotMilliseconds;
        connection.WheelPrevious = null;
        connection.WheelNext = _slots[slot];
        if (connection.WheelNext is { } next)
        {
            next.WheelPrevious = connection;
        }

        _slots[slot] = connection;
        _count++;
    }
}
