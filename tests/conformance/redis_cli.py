#!/usr/bin/env python3
"""Runs the real redis-cli against the subject and against a redis-server that it starts, and compares what it prints."""

import os
import pty
import re
import select
import subprocess
import sys
import time

import report
from redis_commands import GROUPS
from redis_wire import filled, fresh, steps_of
from resp_wire import multibulk
from servers import arguments, real_redis


def cli(port, *options, stdin=b"", seconds=20):
    """What redis-cli prints, and its exit code."""
    done = subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(port), *options], input=stdin, timeout=seconds,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout, done.returncode


def answers(port, version, lines):
    """What redis-cli prints for each line, when all are typed into one session. A marker is echoed before each."""
    fresh(port).__exit__()
    script = b"".join(b'ECHO "@@%d"\n%s\n' % (number, line) for number, line in enumerate(lines)) + b'ECHO "@@end"\n'
    printed, code = cli(port, *version, "--no-raw", stdin=script)
    parts = re.split(rb'^"@@(?:\d+|end)"\n', printed, flags=re.M)
    assert code == 0 and len(parts) == len(lines) + 2, f"redis-cli ended with {code} after {len(parts) - 1} lines: {printed[-200:]!r}"
    return parts[1:-1]


def same(step, expected, actual):
    if step.how == "exact":
        return expected == actual
    if step.how == "set":
        return sorted(elements(expected)) == sorted(elements(actual))
    if step.how == "pairs":
        left, right = elements(expected), elements(actual)
        if b" => " not in expected:  # RESP2 prints names and values as elements of their own
            left, right = (list(zip(side[::2], side[1::2])) for side in (left, right))
        return sorted(left) == sorted(right)
    if step.how == "near":
        left, right = (int(re.fullmatch(rb"\(integer\) (-?\d+)\n", side)[1]) for side in (expected, actual))
        return abs(left - right) <= int(step.detail)
    # The rest is the server's own, and judged by redis_wire.py; here redis-cli must be able to read it.
    return step.how == "ours" or (actual[:7] == b"(error)") == (expected[:7] == b"(error)")


def elements(printed):
    return [re.sub(rb"^\s*\d+[)#~] ", b"", line) for line in printed.splitlines()]


def run_groups(oracle_port, options):
    total = 0
    for name, group in GROUPS.items():
        if any(line.startswith(("@sleep", "@scan")) for line in group):
            continue
        # redis-cli reads an empty first word as a count of repetitions, and sends nothing
        steps = [step for step in steps_of(group) if not step.line.startswith('""')]
        for version in ("-2", "-3"):
            lines = [filled(step.line) for step in steps]
            try:
                expected, actual = (answers(port, [version] if version == "-3" else [], lines) for port in (oracle_port, options.port))
                complaints = [f"`{report.one_line(step.line, 80)}`: from redis {report.show(left)}, from the subject {report.show(right)}"
                              for step, left, right in zip(steps, expected, actual) if not same(step, left, right)]
            except (AssertionError, TypeError, OSError, subprocess.TimeoutExpired) as error:
                complaints = [f"{type(error).__name__}: {error}"]
            total += len(steps)
            report.verdict(f"redis-cli {version} {name}", complaints, len(steps))
    return total


def fill(port):
    with fresh(port) as connection:
        for number in range(200):
            connection.ask("SET", f"user:{number}", "v" * number)
        connection.ask("RPUSH", "queue", *["item"] * 50)
        connection.ask("HSET", "hash", *[str(n // 2) for n in range(60)])


def run_options(oracle_port, options):
    ports = (oracle_port, options.port)

    def both(*arguments_, stdin=b""):
        expected, actual = (cli(port, *arguments_, stdin=stdin) for port in ports)
        assert expected == actual, f"{arguments_}: from redis {expected}, from the subject {actual}"
        return actual[0]

    with report.group("redis-cli commands as arguments, -x, -r, --csv, --raw, -n 0, -e"):
        for port in ports:
            fresh(port).__exit__()
        both("SET", "greeting", "hello world")
        both("GET", "greeting")
        both("-x", "SET", "from-stdin", stdin=b"a\x00b\nc")
        assert both("--raw", "GET", "from-stdin") == b"a\x00b\nc\n"
        both("-r", "5", "INCR", "counter")
        both("RPUSH", "l", "a", 'quote"', "new\nline")
        both("--csv", "LRANGE", "l", "0", "-1")
        both("--no-raw", "LRANGE", "l", "0", "-1")
        both("-n", "0", "DBSIZE")
        both("-e", "INCR", "l")
        both("INCR", "l")
        both("-3", "--no-raw", "HGETALL", "missing")
    with report.group("redis-cli --scan, with and without --pattern"):
        for pattern in ([], ["--pattern", "user:1*"], ["--pattern", "none*"]):
            printed = []
            for port in ports:
                fill(port)
                printed.append(sorted(set(cli(port, "--scan", *pattern)[0].splitlines())))
            assert printed[0] == printed[1], printed
    with report.group("redis-cli --bigkeys"):
        printed = []
        for port in ports:
            fill(port)
            output, code = cli(port, "--bigkeys")
            assert code == 0, output
            # the summary is the same whatever the order of the scan
            printed.append(sorted(re.search(rb"-+ summary -+\n(.*)", output, re.S)[1].splitlines()))
        assert printed[0] == printed[1], printed
    with report.group("redis-cli --pipe takes 5000 commands"):
        for port in ports:
            fresh(port).__exit__()
            data = b"".join(multibulk([b"SET", b"k%d" % n, b"v\r\n%d" % n]) for n in range(5000)) + multibulk([b"INCR", b"k1"])
            output, _ = cli(port, "--pipe", stdin=data)
            assert b"errors: 1, replies: 5001" in output, output
            assert cli(port, "DBSIZE")[0] == b"5000\n"
    with report.group("redis-cli on a terminal: it asks COMMAND DOCS, and shows the prompt again after each reply"):
        for port in ports:
            fresh(port).__exit__()
            seen = on_terminal(port, ["SET greeting hi", "GET greeting", "NOSUCH", "HELLO 3", "HGETALL none", "quit"])
            for wanted in ('OK', '"hi"', "(error) ERR unknown command 'NOSUCH'", '"proto" => (integer) 3', "(empty hash)"):
                assert wanted in seen, f"{wanted} is not in {seen!r}"


def on_terminal(port, lines, seconds=10):
    """All that a redis-cli on a pseudo-terminal shows while the lines are typed, each at its prompt."""
    prompt = f"127.0.0.1:{port}> "
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="dumb", HOME="/nonexistent")
        os.execvp("redis-cli", ["redis-cli", "-h", "127.0.0.1", "-p", str(port)])
    seen, deadline = "", time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    part = os.read(terminal, 65536)
                except OSError:  # how a pseudo-terminal tells that its child has gone
                    part = b""
                if not part:
                    break
                seen += part.decode(errors="replace")
            if lines and seen.endswith(prompt):
                os.write(terminal, lines.pop(0).encode() + b"\n")
        assert not lines, f"no prompt for {lines[0]!r}: {seen!r}"
        return seen
    finally:
        os.close(terminal)
        try:
            os.kill(child, 9)
        except ProcessLookupError:
            pass
        os.waitpid(child, 0)


def main():
    options = arguments(__doc__)
    with real_redis() as oracle_port:
        lines = run_groups(oracle_port, options)
        run_options(oracle_port, options)
    print(f"{lines} lines compared", file=sys.stderr)
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
