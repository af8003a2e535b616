using DeclServer;
using DeclServer.Concurrency;
using DeclServer.Transport;

namespace Runtime.Tests;

/// <summary>The timer wheel against a plain list of deadlines, on a clock of the test's own.</summary>
public sealed class TimerWheelTests
{
    private const int SlotMilliseconds = 64;

    [Fact]
    public void NothingIsDueInAnEmptyWheel()
    {
        TimerWheel wheel = new(1_000);
        Assert.Equal(-1, wheel.MillisecondsToNext(1_000));
        Assert.Null(wheel.TakeExpired(long.MaxValue / 2));
    }

    [Fact]
    public void AConnectionIsTakenOnceItsDeadlineHasPassedAndNotBefore()
    {
        TimerWheel wheel = new(0);
        Connection connection = New();
        wheel.Set(connection, 1_000);
        Assert.Null(wheel.TakeExpired(999));
        Assert.Same(connection, wheel.TakeExpired(1_000 + SlotMilliseconds));
        Assert.Null(wheel.TakeExpired(1_000_000));
        Assert.Equal(-1, wheel.MillisecondsToNext(1_000_000));
    }

    [Fact]
    public void ADeadlineMovedBackIsNotMet()
    {
        TimerWheel wheel = new(0);
        Connection connection = New();
        wheel.Set(connection, 1_000);
        wheel.Set(connection, 5_000);
        Assert.Null(wheel.TakeExpired(4_999));
        Assert.Same(connection, wheel.TakeExpired(5_000 + SlotMilliseconds));
    }

    [Fact]
    public void ADeadlineMovedForwardIsMet()
    {
        TimerWheel wheel = new(0);
        Connection connection = New();
        wheel.Set(connection, 60_000);
        wheel.Set(connection, 500);
        Assert.InRange(wheel.MillisecondsToNext(0), 500, 500 + SlotMilliseconds);
        Assert.Same(connection, wheel.TakeExpired(500 + SlotMilliseconds));
    }

    [Fact]
    public void ARemovedConnectionIsNeverTaken()
    {
        TimerWheel wheel = new(0);
        Connection[] connections = [New(), New(), New()];
        foreach (Connection connection in connections)
        {
            wheel.Set(connection, 1_000);
        }

        wheel.Remove(connections[1]);
        wheel.Remove(connections[1]);
        Assert.Equal(
            new HashSet<Connection?> { connections[0], connections[2], null },
            new HashSet<Connection?> { wheel.TakeExpired(2_000), wheel.TakeExpired(2_000), wheel.TakeExpired(2_000) });
    }

    [Fact]
    public void ADeadlineBeyondTheHorizonIsReachedAfterSeveralTurns()
    {
        TimerWheel wheel = new(0);
        Connection connection = New();
        long day = 86_400_000;
        wheel.Set(connection, day);
        for (long now = 0; now < day; now += 30_000)
        {
            Assert.Null(wheel.TakeExpired(now));
        }

        Assert.Same(connection, wheel.TakeExpired(day + SlotMilliseconds));
    }

    [Fact]
    public void ADeadlineInThePastIsDueAtTheNextSlot()
    {
        TimerWheel wheel = new(10_000);
        Connection connection = New();
        wheel.Set(connection, 1);
        Assert.InRange(wheel.MillisecondsToNext(10_000), 0, SlotMilliseconds);
        Assert.Same(connection, wheel.TakeExpired(10_000 + SlotMilliseconds));
    }

    [Fact]
    public void AgreesWithAListOfDeadlines()
    {
        Random random = new(20_261_124);
        long now = 777_777;
        TimerWheel wheel = new(now);
        Connection[] connections = [.. Enumerable.Range(0, 200).Select(static _ => New())];
        Dictionary<Connection, long> model = [];
        for (int step = 0; step < 50_000; step++)
        {
            Connection connection = connections[random.Next(connections.Length)];
            switch (random.Next(4))
            {
                case 0 or 1:
                    long deadline = now + random.Next(1, random.Next(10) == 0 ? 200_000 : 5_000);
                    wheel.Set(connection, deadline);
                    model[connection] = deadline;
                    break;
                case 2:
                    wheel.Remove(connection);
                    model.Remove(connection);
                    break;
                default:
                    // The loop sleeps until the wheel says so, or is woken before.
                    int next = wheel.MillisecondsToNext(now);
                    Assert.Equal(model.Count == 0, next < 0);
                    now += Math.Min(next < 0 ? 1_000 : next, random.Next(2_000));
                    while (wheel.TakeExpired(now) is { } expired)
                    {
                        Assert.True(model.Remove(expired, out long due) && due <= now);
                    }

                    Assert.DoesNotContain(model, pair => pair.Value + SlotMilliseconds <= now);
                    break;
            }
        }
    }

    private static Connection New() => new(Owner.Instance);

    private sealed class Owner : IConnectionOwner
    {
        public static readonly Owner Instance = new();

        public System.Net.IPEndPoint? RemoteEndPointOf(Connection connection) => null;

        public UInt128 RemoteAddressOf(Connection connection) => 0;

        public System.Net.IPEndPoint? LocalEndPointOf(Connection connection) => null;
    }
}
