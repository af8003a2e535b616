#!/usr/bin/env python3
"""The Cache example's own promise: what one protocol stores the other reads. Real servers share nothing, so this asks only the example."""

import argparse
import re
import sys
import time

import report
from memcached import Session
from resp_wire import Connection


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis-port", type=int, required=True)
    parser.add_argument("--memcached-port", type=int, required=True)
    options = parser.parse_args()

    with Connection(options.redis_port) as redis, Session(options.memcached_port) as memcached:
        def resp(line, wanted):
            answer = redis.ask(*line.split(" "))
            assert answer == wanted, f"RESP `{line}`: {answer!r}, not {wanted!r}"

        def text(line, wanted):
            answer = memcached.ask(line + b"\r\n")[0]
            assert answer == wanted, f"memcached {line!r}: {answer!r}, not {wanted!r}"

        redis.ask("FLUSHALL")
        with report.group("one-store a value set through RESP is read through memcached"):
            resp("SET k value", b"+OK\r\n")
            text(b"get k", b"VALUE k 0 5\r\nvalue\r\nEND\r\n")
            text(b"append k 0 0 1\r\n!", b"STORED\r\n")
            resp("GET k", b"$6\r\nvalue!\r\n")
        with report.group("one-store a value set through memcached is read through RESP"):
            text(b"set m 7 0 5\r\nhello", b"STORED\r\n")
            resp("GET m", b"$5\r\nhello\r\n")
            resp("TYPE m", b"+string\r\n")
            resp("DEL m", b":1\r\n")
            text(b"get m", b"END\r\n")
        with report.group("one-store a number is counted through both"):
            resp("SET n 10", b"+OK\r\n")
            text(b"incr n 5", b"15\r\n")
            resp("INCRBY n 5", b":20\r\n")
            text(b"incr n 1", b"21\r\n")
        with report.group("one-store a write through RESP changes the cas unique number"):
            resp("SET c 1", b"+OK\r\n")
            cas = re.match(rb"VALUE c 0 1 (\d+)\r\n", memcached.ask(b"gets c\r\n")[0])[1]
            resp("SET c 2", b"+OK\r\n")
            text(b"cas c 0 0 1 " + cas + b"\r\n3", b"EXISTS\r\n")
        with report.group("one-store expiry holds for both"):
            text(b"set e 0 100 1\r\nx", b"STORED\r\n")
            ttl = redis.ask("TTL", "e")
            assert ttl in (b":99\r\n", b":100\r\n"), ttl
            resp("SET p v PX 30", b"+OK\r\n")
            time.sleep(0.2)
            text(b"get p", b"END\r\n")
        with report.group("one-store flush_all and FLUSHALL empty it for both"):
            resp("SET k v", b"+OK\r\n")
            text(b"flush_all", b"OK\r\n")
            resp("DBSIZE", b":0\r\n")
            text(b"set k 0 0 1\r\nx", b"STORED\r\n")
            resp("FLUSHALL", b"+OK\r\n")
            text(b"get k", b"END\r\n")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
