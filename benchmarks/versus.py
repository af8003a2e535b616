#!/usr/bin/env python3
"""Compare RESP servers on the same loads, side by side, in one run; prints markdown tables.

All servers are started, each on its own port of 127.0.0.1, and checked: what SET stores, GET returns. Every load is run on
every server once unmeasured and then round after round, in turns, each round beginning with another server, so that a drift
of the machine meets them all. The figure to compare is the CPU time (user + system, all threads) that the server took per
request. Ratios are taken within a round; the table shows their median and, in brackets, the least and the greatest.
"""
import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys

from served import Server, end_on_signals, stop_all

VALUE = "x" * 16
KEYS = 10_000
CONNECTIONS = 50

# name: title, redis-benchmark test, requests in flight per connection, requests in a round
LOADS = {
    "get": ("GET, one at a time", "get", 1, 60_000),
    "set": ("SET, one at a time", "set", 1, 60_000),
    "get16": ("GET, 16 pipelined", "get", 16, 800_000),
    "set16": ("SET, 16 pipelined", "set", 16, 800_000),
}


def run_load(server, test, depth, requests):
    """One bounded load. Returns CPU microseconds per request, requests per second, median and 99th percentile latency in ms."""
    before = server.cpu_seconds()
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(server.port), "-t", test, "-n", str(requests), "-c", str(CONNECTIONS),
               "-P", str(depth), "-d", str(len(VALUE)), "-r", str(KEYS), "-e", "--csv"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        sys.exit(f"{server.name}: {test} did not finish within 120 s")
    cpu = server.cpu_seconds() - before
    last = [field.strip('"') for field in (done.stdout.strip().splitlines() or [""])[-1].split(",")]
    if done.returncode != 0 or last[0].lower() != test or "Error" in done.stdout:
        sys.exit(f"{server.name}: {test} failed\n{done.stdout}{done.stderr}")
    return cpu * 1e6 / requests, float(last[1]), float(last[4]), float(last[6])


def check_answers(server):
    """A server that answers wrongly may be as fast as it likes: it is not compared."""
    request = f"*3\r\n$3\r\nSET\r\n$5\r\ncheck\r\n${len(VALUE)}\r\n{VALUE}\r\n*2\r\n$3\r\nGET\r\n$5\r\ncheck\r\n".encode()
    expected = f"+OK\r\n${len(VALUE)}\r\n{VALUE}\r\n".encode()
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        client.sendall(request)
        while len(answer) < len(expected) and (piece := client.recv(4096)):
            answer += piece
    if answer != expected:
        sys.exit(f"{server.name}: SET and GET answered {answer!r}")


def measure(servers, load, rounds, scale):
    _, test, depth, requests = LOADS[load]
    requests = int(requests * scale)
    rows = {server.name: [] for server in servers}
    for server in servers:
        run_load(server, test, depth, requests)
    for turn in range(rounds):
        first = turn % len(servers)
        for server in servers[first:] + servers[:first]:
            rows[server.name].append(run_load(server, test, depth, requests))
    return rows


def table(servers, load, rows, bases, rounds, scale):
    title, _, _, requests = LOADS[load]
    heads = ["server", "CPU µs/request", "requests/s", "p50 ms", "p99 ms", "RSS MB"] + [f"CPU to {base}" for base in bases]
    yield f"### {title} ({CONNECTIONS} connections, {rounds} rounds of {int(requests * scale):,})\n"
    yield "| " + " | ".join(heads) + " |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    for server in servers:
        mine = rows[server.name]
        cpu, rate, p50, p99 = (statistics.median(row[i] for row in mine) for i in range(4))
        cells = [server.name, f"{cpu:.2f}", f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}", f"{server.memory('VmRSS') / 2**20:.0f}"]
        for base in bases:
            ratios = [row[0] / max(other[0], 1e-9) for row, other in zip(mine, rows[base])]
            cells.append(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})")
        yield "| " + " | ".join(cells) + " |"
    yield ""


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}, load average at the start {os.getloadavg()[0]:.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1, help="requests of every round, times this (default 1: one to two seconds)")
    parser.add_argument("--loads", default=",".join(LOADS), help="default: %(default)s")
    parser.add_argument("--to", default="redis,floor", help="servers that ratios are to, if they take part (default: %(default)s)")
    parser.add_argument("servers", nargs="+", metavar="NAME=COMMAND", help="a command that serves RESP on 127.0.0.1:{port}")
    args = parser.parse_args()
    loads = args.loads.split(",")
    if not set(loads) <= set(LOADS):
        parser.error(f"loads are {', '.join(LOADS)}")

    end_on_signals()
    servers = []
    try:
        print(machine() + "\n")
        for spec in args.servers:
            servers.append(Server(spec))
        for server in servers:
            server.wait_until_listening()
            check_answers(server)
            run_load(server, "set", 16, 20 * KEYS)              # fills the keys that GET asks for, and warms up
        names = [server.name for server in servers]
        bases = [base for base in args.to.split(",") if base in names]
        for load in loads:
            rows = measure(servers, load, args.rounds, args.scale)
            print("\n".join(table(servers, load, rows, bases, args.rounds, args.scale)), flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        stop_all(servers)


main()
