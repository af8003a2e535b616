#!/usr/bin/env python3
"""What a crowd of connections costs a server, and its other clients; prints a markdown table.

    crowd.py cache='dotnet Cache.dll --port {port} --max-connections 30000' redis='redis-server --port {port} --save "" --maxclients 30000'

Each server in turn is started on its own port of 127.0.0.1.

Memory: 20,000 connections are opened, each answered one PING; then 1,000 of them ask GETs for some seconds, each again when it was
answered, while the others are silent. The figure is the largest resident memory seen meanwhile, of the whole process.

Latency: one honest client asks a GET each millisecond and times the answer, alone and among 5,000 slow clients that each send a byte
of a request a second, and come again when they are closed for it, in turns. The figures are medians over the turns of the 99th percentile, and their ratio.
"""
import argparse
import select
import socket
import statistics
import sys
import time

from idle import connect, raise_descriptor_limit
from served import end_on_signals, serving

GET = b"*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n"
NONE = b"$-1\r\n"
SLOW = b"*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$100000\r\n" + b"x" * 100_000


def ask_in_turn(server, active, seconds):
    """Each of the connections asks again when it was answered. Returns the answers a second and the most memory seen."""
    poller = select.epoll()
    by_number = {}
    for client in active:
        client.setblocking(False)
        poller.register(client, select.EPOLLIN)
        by_number[client.fileno()] = client
        client.send(GET)
    answered, most, start = 0, 0, time.monotonic()
    while (now := time.monotonic()) < start + seconds:
        if answered % 50 == 0:
            most = max(most, server.memory("VmRSS"))
        for number, _ in poller.poll(1):
            client = by_number[number]
            if client.recv(64) != NONE:
                sys.exit(f"{server.name}: an unexpected answer")
            client.send(GET)
            answered += 1
    for client in active:
        poller.unregister(client)
        client.settimeout(20)
        client.recv(64)
    return answered / (now - start), max(most, server.memory("VmRSS"))


def honest(server, seconds, slow, dripped):
    """The 99th percentile in microseconds of one client's answers, while the slow ones send a byte a second each."""
    times, per_millisecond, next_slow = [], len(slow) / 1000, 0.0
    with socket.create_connection(("127.0.0.1", server.port), 20) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for tick in range(int(seconds * 1000)):
            for _ in range(int((tick + 1) * per_millisecond) - int(tick * per_millisecond)):
                number = dripped[0] % len(slow)
                at = dripped[0] // len(slow) % len(SLOW)
                dripped[0] += 1
                try:
                    slow[number].send(SLOW[at:at + 1])
                except OSError:                                 # closed for being slow: it comes again
                    slow[number].close()
                    slow[number] = connect(server, 1, False, number)[0]
            # Neither the bytes just sent nor this script's own work may be timed.
            time.sleep(0.001)
            start = time.perf_counter_ns()
            client.sendall(GET)
            if client.recv(64) != NONE:
                sys.exit(f"{server.name}: an unexpected answer")
            times.append(time.perf_counter_ns() - start)
    return statistics.quantiles(times, n=100)[98] / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=20_000)
    parser.add_argument("--active", type=int, default=1_000)
    parser.add_argument("--slow", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each turn (default %(default)g)")
    parser.add_argument("servers", nargs="+", metavar="NAME=COMMAND", help="a command that serves RESP on 127.0.0.1:{port}")
    args = parser.parse_args()
    raise_descriptor_limit(max(args.connections, args.slow) + 1000)
    end_on_signals()

    print(f"| server | MB with {args.connections:,} connections | with {args.active:,} of them active | p99 µs alone | among {args.slow:,} slow clients | ratio |")
    print("|---|---:|---:|---:|---:|---:|", flush=True)
    for spec in args.servers:
        with serving(spec) as (server, clients):
            clients += connect(server, args.connections, True, 0)
            held = server.memory("VmRSS")
            _, busy = ask_in_turn(server, clients[:args.active], args.seconds)
            for client in clients:
                client.close()
            time.sleep(1)
            clients[:] = connect(server, args.slow, False, 0)
            honest(server, args.seconds, [], [0])               # warms both up
            alone, among, dripped = [], [], [0]
            for _ in range(args.turns):
                alone.append(honest(server, args.seconds, [], [0]))
                among.append(honest(server, args.seconds, clients, dripped))
        ratio = statistics.median(many / one for one, many in zip(alone, among))
        print(f"| {server.name} | {held / 2**20:.1f} | {busy / 2**20:.1f} | {statistics.median(alone):.0f} | {statistics.median(among):.0f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
