#!/usr/bin/env python3
"""haproxy in front of examples/Cache: its PROXY headers, of either version, must tell the server who the client is.

  proxy.py [--cache DLL]      starts the server and haproxy on free ports of 127.0.0.1 and ends both by their ids

Prints "ok NAME" or "FAILED NAME: why".
"""
import argparse
import contextlib
import pathlib
import re
import signal
import socket
import sys
import tempfile
import time

from servers import free_port, running, unwind

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLIENT = "127.0.0.7"

# What haproxy is told of its server: the header's form, and the extensions of version 2.
FORMS = {
    "version 1": "send-proxy",
    "version 2": "send-proxy-v2",
    "version 2 with a checksum and an id": "send-proxy-v2 proxy-v2-options crc32c,unique-id",
}

PROXY = """
defaults
    mode tcp
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    unique-id-format %[uuid()]
{fronts}
listen watched
    bind 127.0.0.1:{watched}
    option tcp-check
    tcp-check connect send-proxy
    tcp-check send PING\\r\\n
    tcp-check expect string +PONG
    server cache 127.0.0.1:{server} send-proxy-v2 check inter 100ms
"""
FRONT = """
listen front{port}
    bind 127.0.0.1:{port}
    server cache 127.0.0.1:{server} {form}
"""


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), 10, source_address=(CLIENT, 0))
    client.settimeout(10)
    return client


def ask(client, request):
    client.sendall(request)
    line = read_line(client)
    return read_exactly(client, int(line[1:]) + 2) if line.startswith(b"$") else line


def read_line(client):
    line = b""
    while not line.endswith(b"\r\n"):
        line += read_exactly(client, 1)
    return line


def read_exactly(client, length):
    received = b""
    while len(received) < length:
        piece = client.recv(length - len(received))
        if not piece:
            raise EOFError(f"closed after {received!r}")
        received += piece
    return received


def sees_its_client(port):
    with connect(port) as client:
        expected = "{}:{}".format(*client.getsockname())
        told = ask(client, b"CLIENT LIST\r\n").decode()
        assert expected in re.findall(r"\baddr=(\S+)", told), f"{expected} is not among {told!r}"
        assert ask(client, b"PING\r\n") == b"+PONG\r\n"


def is_seen_alive(port):
    """haproxy refuses clients of a server whose checks fail: it must be up at first, and after many checks."""
    for _ in range(2):
        sees_its_client(port)
        time.sleep(1)
    sees_its_client(port)


def is_refused_without(port):
    with connect(port) as client:
        client.sendall(b"PING\r\n")
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b"", "answered without a header"


def judge(name, check, port):
    try:
        check(port)
        print("ok", name, flush=True)
        return True
    except (AssertionError, EOFError, OSError, ValueError) as failure:
        print(f"FAILED {name}: {failure!r}", flush=True)
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--cache", default=str(ROOT / "examples/Cache/bin/Release/net10.0/Cache.dll"))
    cache = parser.parse_args().cache
    signal.signal(signal.SIGTERM, unwind)
    server, memcached, watched, *ports = [free_port() for _ in range(3 + len(FORMS))]
    fronts = "".join(FRONT.format(port=port, server=server, form=form) for port, form in zip(ports, FORMS.values()))
    command = ["dotnet", cache, "--port", str(server), "--memcached-port", str(memcached), "--proxy-protocol", "true"]
    with running(server, command), tempfile.NamedTemporaryFile("w", suffix=".cfg") as configuration:
        configuration.write(PROXY.format(fronts=fronts, watched=watched, server=server))
        configuration.flush()
        with running(watched, ["haproxy", "-db", "-f", configuration.name]):
            good = [judge(name, sees_its_client, port) for name, port in zip(FORMS, ports)]
            good.append(judge("checks", is_seen_alive, watched))
            good.append(judge("no header", is_refused_without, server))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
