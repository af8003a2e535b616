#!/usr/bin/env python3
"""The time from connect(2) to the first reply, one client after the other; prints a markdown table.

    first_reply.py process='dotnet Cache.dll --port {port} --memcached-port 0 --concurrency process'

Each server in turn is started on its own port of 127.0.0.1, gets as many clients to warm up, then those that are measured. The client
waits 2 ms between two connections: a worker process has to see that its last client has gone.
"""
import argparse
import socket
import statistics
import time

from served import Server, end_on_signals


def milliseconds(port):
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.sendall(b"PING\r\n")
        reply = client.recv(64)
        taken = time.perf_counter() - start
    assert reply == b"+PONG\r\n", reply
    return taken * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("servers", nargs="+", metavar="NAME=COMMAND", help="a command that serves RESP on 127.0.0.1:{port}")
    args = parser.parse_args()
    end_on_signals()
    print("| server | median ms | p99 ms | most ms |\n|---|---:|---:|---:|", flush=True)
    for spec in args.servers:
        server = Server(spec)
        try:
            server.wait_until_listening()
            times = []
            for _ in range(2 * args.connections):
                time.sleep(0.002)
                times.append(milliseconds(server.port))
            times = sorted(times[args.connections:])
        finally:
            server.stop()
        print(f"| {server.name} | {statistics.median(times):.2f} | {times[len(times) * 99 // 100]:.2f} | {times[-1]:.2f} |", flush=True)


main()
