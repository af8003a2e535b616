#!/usr/bin/env python3
"""Runs the real redis-benchmark against the subject: every test must end with a rate and no line of error. Rates are not judged."""

import re
import subprocess
import sys

import report
from resp_wire import Connection
from servers import arguments

TESTS = "ping,set,get,incr,lpush,rpush,lpop,rpop,hset,mset"
NAMES = ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "HSET", "MSET (10 keys)"]
LRANGE_NAMES = ["LPUSH (needed to benchmark LRANGE)", "LRANGE_100 (first 100 elements)", "LRANGE_300 (first 300 elements)",
                "LRANGE_500 (first 500 elements)", "LRANGE_600 (first 600 elements)"]


def benchmark(port, names, *options):
    command = ["redis-benchmark", "-h", "127.0.0.1", "-p", str(port), "-q", *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    # A line that is drawn again and again ends in a carriage return.
    lines = [line.strip() for line in re.split(r"[\r\n]+", done.stdout.decode(errors="replace"))]
    assert done.returncode == 0, f"ended with {done.returncode}: {lines[-3:]}"
    bad = [line for line in lines if re.search(r"err|warn|could not|unknown|closed", line, re.I) and "Keepalive disabled" not in line]
    assert not bad, bad[0]
    rates = [match[1] for match in (re.match(r"(.+?): [\d.]+ requests per second", line) for line in lines) if match]
    assert rates == names, f"not a rate for each test: {rates}"


def main():
    options = arguments(__doc__)
    runs = [(f"-P {depth}", NAMES, ["-t", TESTS, "-n", "2000", "-c", "50", "-P", str(depth)]) for depth in (1, 16)]
    runs += [
        ("-r 1000 -d 1000", ["SET", "GET", "INCR", "HSET"],
         ["-t", "set,get,incr,hset", "-n", "2000", "-c", "50", "-r", "1000", "-d", "1000"]),
        ("-3", ["SET", "GET"], ["-3", "-t", "set,get", "-n", "2000", "-c", "50"]),
        ("--threads 2", ["SET", "GET"], ["--threads", "2", "-t", "set,get", "-n", "2000", "-c", "50"]),
        ("-k 0", ["SET", "GET"], ["-k", "0", "-t", "set,get", "-n", "500", "-c", "20"]),
        ("lrange", LRANGE_NAMES, ["-t", "lrange", "-n", "1000", "-c", "50"]),
    ]
    for name, names, arguments_ in runs:
        with Connection(options.port) as connection:
            connection.ask("FLUSHALL")
        with report.group(f"redis-benchmark {name}"):
            benchmark(options.port, names, *arguments_)
    with Connection(options.port) as connection:
        connection.ask("FLUSHALL")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
