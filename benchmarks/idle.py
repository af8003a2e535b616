#!/usr/bin/env python3
"""What an idle connection costs a server in memory; prints a markdown table.

    idle.py cache='dotnet Cache.dll --port {port} --max-connections 20000' redis='redis-server --port {port} --save ""'

Each server in turn is started on its own port of 127.0.0.1 and given 100 connections, then 10,000 more. Every connection sends
one PING and waits for its answer, so the server has accepted it and has had its buffers in use; after that it is silent. The
figure is what resident memory grew by, per connection beyond the first 100. The kernel's memory for a socket is in no process
and is not counted.
"""
import argparse
import resource
import socket
import sys
import time

from served import end_on_signals, serving

PORTS_PER_ADDRESS = 20_000                                      # below the 28,000 ephemeral ports that Linux has by default
IP_BIND_ADDRESS_NO_PORT = 24                                    # from linux/in.h: connect() picks the port, not bind()


def raise_descriptor_limit(wanted):
    """For this process and, by inheritance, for the servers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard)))
        except (ValueError, OSError):
            sys.exit(f"needs {wanted} open files, the limit is {hard}: raise it (ulimit -Hn) or lower --connections")


def connect(server, count, ping, already):
    """Opens connections; `already` of them are open and decide the source address."""
    opened = []
    for number in range(already, already + count):
        client = socket.socket()
        client.settimeout(20)
        client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        client.bind((f"127.0.0.{1 + number // PORTS_PER_ADDRESS}", 0))
        try:
            client.connect(("127.0.0.1", server.port))
            if ping:
                client.sendall(b"*1\r\n$4\r\nPING\r\n")
                answer = client.recv(64)
                if answer != b"+PONG\r\n":
                    sys.exit(f"{server.name}: connection {number + 1}: PING answered {answer!r}")
        except OSError as error:
            sys.exit(f"{server.name}: connection {number + 1}: {error}")
        opened.append(client)
    return opened


def memory_when_settled(server, least_descriptors, settle):
    """Waits until the server has accepted everything, then the settling time; returns (VmRSS, RssAnon) in bytes."""
    end = time.monotonic() + 30
    while server.open_descriptors() < least_descriptors:
        if time.monotonic() > end or server.process.poll() is not None:
            sys.exit(f"{server.name}: holds {server.open_descriptors()} descriptors, not {least_descriptors} connections")
        time.sleep(0.1)
    time.sleep(settle)
    if server.open_descriptors() < least_descriptors:
        sys.exit(f"{server.name}: closed idle connections: {server.open_descriptors()} descriptors left")
    return server.memory("VmRSS"), server.memory("RssAnon")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--baseline", type=int, default=100)
    parser.add_argument("--settle", type=float, default=3, help="seconds before memory is read (default %(default)g)")
    parser.add_argument("--no-ping", action="store_true", help="send nothing: for servers of other protocols")
    parser.add_argument("servers", nargs="+", metavar="NAME=COMMAND", help="a command that serves on 127.0.0.1:{port}")
    args = parser.parse_args()
    total = args.baseline + args.connections
    raise_descriptor_limit(total + 1000)
    end_on_signals()

    print(f"{args.connections:,} idle connections beyond the first {args.baseline}\n")
    print("| server | VmRSS bytes/connection | RssAnon bytes/connection | VmRSS MB before | after |")
    print("|---|---:|---:|---:|---:|", flush=True)
    for spec in args.servers:
        with serving(spec) as (server, clients):
            clients += connect(server, args.baseline, not args.no_ping, 0)
            before = memory_when_settled(server, args.baseline, args.settle)
            clients += connect(server, args.connections, not args.no_ping, args.baseline)
            after = memory_when_settled(server, total, args.settle)
        rss, anonymous = ((now - then) / args.connections for now, then in zip(after, before))
        print(f"| {server.name} | {rss:,.0f} | {anonymous:,.0f} | {before[0] / 2**20:.1f} | {after[0] / 2**20:.1f} |", flush=True)


if __name__ == "__main__":
    main()
