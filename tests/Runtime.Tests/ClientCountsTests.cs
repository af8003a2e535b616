using System.Net;
using DeclServer.Concurrency;
using DeclServer.Transport;

namespace Runtime.Tests;

/// <summary>Connections by client, counted by several threads at once.</summary>
public sealed class ClientCountsTests
{
    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "::2", true)]
    [InlineData("::1", "127.0.0.1", false)]
    public void AnIPv6ClientIsItsFirstHalf(string one, string other, bool same)
    {
        UInt128 first = ClientCounts.Key(SocketAddressBytes.Number(IPAddress.Parse(one)));
        Assert.Equal(same, first == ClientCounts.Key(SocketAddressBytes.Number(IPAddress.Parse(other))));
        Assert.NotEqual((UInt128)0, first);
    }

    [Fact]
    public void WhatHasNoAddressIsNotCounted() => Assert.Equal((UInt128)0, ClientCounts.Key(0));

    [Fact]
    public void NoClientPassesItsCapAndNoneIsForgotten()
    {
        const int Threads = 4;
        const int Max = 3;
        const int Clients = 7;

        ClientCounts counts = new(Max);
        int[] held = new int[Clients];
        int passed = 0;
        Parallel.For(0, Threads, thread =>
        {
            Random random = new(thread);
            List<int> mine = [];
            for (int i = 0; i < 20_000; i++)
            {
                int client = random.Next(Clients);
                if (random.Next(2) == 0 && counts.TryAdd((UInt128)client + 1))
                {
                    mine.Add(client);
                    if (Interlocked.Increment(ref held[client]) > Max)
                    {
                        Interlocked.Increment(ref passed);
                    }
                }
                else if (mine.Count > 0)
                {
                    LetGo(mine[^1]);
                    mine.RemoveAt(mine.Count - 1);
                }
            }

            mine.ForEach(LetGo);
        });

        void LetGo(int client)
        {
            Interlocked.Decrement(ref held[client]);
            counts.Remove((UInt128)client + 1);
        }

        Assert.Equal(0, passed);
        for (int client = 0; client < Clients; client++)
        {
            for (int i = 0; i <= Max; i++)
            {
                Assert.Equal(i < Max, counts.TryAdd((UInt128)client + 1));
            }
        }
    }
}
