#!/usr/bin/env python3
"""Sends the same bytes to the subject and to a memcached that it starts, and compares the answers as bytes."""

import re
import socket
import sys
import threading
import time

import report
from memcached_sessions import GROUPS, SPLIT
from servers import arguments, real_memcached

# `version` is the one command that both answer to in one known line and that changes nothing.
SENTINEL = b"version\r\n"
SENTINEL_ANSWER = re.compile(rb"VERSION [^\r\n]*\r\n\Z")


class Session:
    """One connection, with the cas unique numbers it was told."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cas_of_key, self.seen = {}, {}
        self.versions = 0  # how many answers to `version` are still to come

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, data):
        """What is answered to the data, and whether the connection was closed after it."""
        self.send(data + SENTINEL)
        return self.answer()

    def send(self, data):
        """Sends from another thread, so that a server which answers before it has read all is not deadlocked."""
        def run():
            try:
                self.socket.sendall(data)
            except OSError:
                pass  # the reader sees the same broken connection, and tells
        self.versions += len(re.findall(rb"^version", data, re.M))
        threading.Thread(target=run, daemon=True).start()

    def answer(self, seconds=5):
        """All that comes before the sentinel's answer or the end of the connection, and whether it was the end."""
        data = bytearray()
        self.socket.settimeout(seconds)
        while not (SENTINEL_ANSWER.search(data[-200:]) and len(re.findall(rb"^VERSION ", data, re.M)) >= self.versions):
            try:
                part = self.socket.recv(1 << 20)
            except ConnectionResetError:
                return bytes(data), True
            except TimeoutError:
                raise TimeoutError(f"no answer to the version that follows; before it: {report.show(bytes(data))}") from None
            if not part:
                return bytes(data), True
            data += part
        self.versions = 0
        return SENTINEL_ANSWER.sub(b"", bytes(data)), False

    def note_cas(self, answer):
        """Remembers the cas unique numbers, and writes #1, #2 … in their place."""
        def numbered(match):
            cas = match[3]
            self.cas_of_key[match[1]] = cas
            return b"VALUE %s %s#%d\r\n" % (match[1], match[2], self.seen.setdefault(cas, len(self.seen) + 1))
        return re.sub(rb"^VALUE (\S+) (\d+ \d+ )(\d+)\r\n", numbered, answer, flags=re.M)

    def filled(self, line, now):
        line = re.sub(r"\{now([+-]\d+)\}", lambda m: str(now + int(m[1])), line)
        line = re.sub(r"\{cas:(\w+)\}", lambda m: self.cas_of_key[m[1].encode()].decode(), line)
        line = re.sub(r"\{(.)\*(\d+)\}", lambda m: m[1] * int(m[2]), line)
        escapes = {b"r": b"\r", b"n": b"\n", b"t": b"\t"}
        return re.sub(rb"\\(?:x(..)|(.))", lambda m: bytes([int(m[1], 16)]) if m[1] else escapes.get(m[2], m[2]), line.encode("latin-1"))


def unpadded(answer):
    return re.sub(rb"^(VALUE \S+ \d+) \d+\r\n(\d+) *\r\n", rb"\1\r\n\2\r\n", answer, flags=re.M)


def version(answer):
    assert re.fullmatch(rb"VERSION \d\S*\r\n", answer), answer


def value(answer):
    """The answer to a get of a large value; too long to show."""
    assert answer == b"VALUE k 0 1000000\r\n" + b"x" * 1000000 + b"\r\nEND\r\n", f"{len(answer)} bytes, {answer[:60]!r}"


def stats(answer):
    lines = answer.split(b"\r\n")
    assert lines[-2:] == [b"END", b""], answer
    found = {}
    for line in lines[:-2]:
        match = re.fullmatch(rb"STAT (\S+) (.*)", line)
        assert match, line
        found[match[1].decode()] = match[2]
    for name in ("pid", "uptime", "time", "curr_connections", "total_connections", "cmd_get", "cmd_set", "cmd_touch", "cmd_flush",
                 "get_hits", "get_misses", "delete_hits", "delete_misses", "incr_hits", "incr_misses", "decr_hits", "decr_misses",
                 "cas_hits", "cas_misses", "cas_badval", "touch_hits", "touch_misses", "bytes", "curr_items", "total_items",
                 "evictions", "limit_maxbytes"):
        assert name in found, f"STAT {name} is missing"
        assert found[name].isdigit(), f"STAT {name} {found[name]}"
    assert "version" in found and found.get("pointer_size") in (b"32", b"64"), found


SHAPES = {"version": version, "value": value, "stats": stats}


def fresh(port):
    session = Session(port)
    session.ask(b"flush_all\r\n")
    return session


def run_group(name, lines, oracle_port, options):
    complaints, checks = [], 0
    with fresh(oracle_port) as oracle, fresh(options.port) as subject:
        for line in lines:
            mark, detail, line = re.fullmatch(r"(?:@(\w+)(?::(\w+))? )?(.*)", line).groups()
            if mark == "sleep":
                time.sleep(float(line))
                continue
            checks += 1
            label, now, answers = report.one_line(line, 80), int(time.time()), []
            end = "" if mark == "raw" else "\\r\\n"
            # Both are asked before either is waited for, so that seconds that pass do so for both.
            for session in (oracle, subject):
                session.send(session.filled(line + end, now) + SENTINEL)
            try:
                for session in (oracle, subject):
                    answer, closed = session.answer()
                    answers.append((session.note_cas(answer), closed))
            except (OSError, KeyError) as error:
                who = "the subject" if answers else "memcached"
                complaints.append(f"`{label}`: {who}: {type(error).__name__}: {error}; the rest of the group was not sent")
                break
            (expected, oracle_closed), (actual, subject_closed) = answers
            assert oracle_closed == (mark == "closed"), f"the suite is wrong about memcached: {line!r} closes: {oracle_closed}"
            if mark == "shape":
                SHAPES[detail](expected)
                try:
                    SHAPES[detail](actual)
                except AssertionError as error:
                    complaints.append(f"`{label}` has not the shape {detail}: {report.one_line(error, 200)}")
                continue
            if mark == "padded":
                expected, actual = unpadded(expected), unpadded(actual)
            if expected != actual or oracle_closed != subject_closed:
                ends = ["" if not closed else " and closes" for closed in (oracle_closed, subject_closed)]
                complaints.append(f"`{label}`: memcached {report.show(expected)}{ends[0]}, subject {report.show(actual)}{ends[1]}")
            if subject_closed:
                break
    return complaints, checks


def run_groups(oracle_port, options):
    total = 0
    for name, lines in GROUPS.items():
        try:
            complaints, checks = run_group(name, lines, oracle_port, options)
        except (OSError, AssertionError) as error:
            complaints, checks = [f"{type(error).__name__}: {error}"], 1
        total += checks
        report.verdict(f"memcached {name}", complaints, checks)
    return total


def run_splits(oracle_port, options):
    """The same session cut in two at every byte, then sent byte by byte."""
    total = 0
    for session in SPLIT:
        complaints = []
        cuts = [[session[:at], session[at:]] for at in range(1, len(session))] + [[session[i:i + 1] for i in range(len(session))]]
        with Session(oracle_port) as oracle, Session(options.port) as subject:
            for parts in cuts:
                answers = []
                for connection in (oracle, subject):
                    for part in parts[:-1]:
                        connection.socket.sendall(part)
                        time.sleep(0.0005)
                    try:
                        answers.append(connection.ask(parts[-1]))
                    except OSError as error:
                        answers.append(repr(error).encode())
                if answers[0] != answers[1]:
                    complaints.append(f"cut after {parts[0]!r}: memcached {answers[0]}, subject {answers[1]}")
                    break  # what follows on these connections is out of step
        total += len(cuts)
        report.verdict("memcached splits", complaints, len(cuts))
    return total


def run_volumes(oracle_port, options):
    with report.group("memcached 10000 requests in one write"):
        requests = b"".join(b"set k%d 0 0 %d\r\n%s\r\nget k%d\r\n" % (n % 100, n % 50, b"v" * (n % 50), n % 77) for n in range(5000))
        with fresh(oracle_port) as oracle, fresh(options.port) as subject:
            assert oracle.ask(requests) == subject.ask(requests), "the answers differ"
    with report.group("memcached a get of 100 keys in a line of 10 KB"):
        keys = [b"%03d" % n + b"k" * 97 for n in range(100)]
        requests = b"".join(b"set %s 0 0 3\r\n%s\r\n" % (key, key[:3]) for key in keys) + b"get " + b" ".join(keys) + b"\r\n"
        with fresh(oracle_port) as oracle, fresh(options.port) as subject:
            expected = oracle.ask(requests)
            assert expected[0].count(b"VALUE ") == 100
            actual = subject.ask(requests)
            assert expected == actual, f"the answers differ: {report.show(actual[0])}"
    with report.group("memcached a line without end is refused and the connection closed"):
        for port in (oracle_port, options.port):
            with Session(port) as session:
                session.send(b"x" * 100000)
                answer, closed = session.answer()
                assert closed and re.fullmatch(rb"((CLIENT_)?ERROR[^\r\n]*\r\n)?", answer), (answer, closed)
    with report.group("memcached 200 connections at once"):
        sessions = [Session(options.port) for _ in range(200)]
        try:
            for number, session in enumerate(sessions):
                session.socket.sendall(b"set c%d 0 0 1\r\nx\r\n" % number)
            for number, session in enumerate(sessions):
                assert session.ask(b"get c%d\r\n" % number)[0] == b"STORED\r\nVALUE c%d 0 1\r\nx\r\nEND\r\n" % number
        finally:
            for session in sessions:
                session.socket.close()
    with report.group("memcached a connection that is dropped in the middle of a request does no harm"):
        for part in (b"set k 0 0 10\r\nhalf", b"set k 0 0 1", b"get", b"set k 0 0 2000000\r\nxxx"):
            with fresh(options.port) as session:
                session.socket.sendall(part)
            with Session(options.port) as session:
                assert session.ask(b"get k\r\n") == (b"END\r\n", False)
    with report.group("memcached stats count"):
        with fresh(options.port) as session:
            def counters():
                return {name: int(number) for name, number in re.findall(rb"^STAT (\w+) (\d+)\r$", session.ask(b"stats\r\n")[0], re.M)}
            before = counters()
            session.ask(b"set a 0 0 1\r\n1\r\nset b 0 0 1\r\n2\r\nget a b none\r\nincr a 1\r\nincr none 1\r\ndelete b\r\ndelete b\r\n"
                        b"touch a 0\r\ntouch none 0\r\n")
            grown = {name: number - before.get(name, 0) for name, number in counters().items()}
            for name, wanted in {b"cmd_set": 2, b"cmd_get": 3, b"get_hits": 2, b"get_misses": 1, b"incr_hits": 1, b"incr_misses": 1,
                                 b"delete_hits": 1, b"delete_misses": 1, b"touch_hits": 1, b"touch_misses": 1}.items():
                assert grown[name] == wanted, f"{name.decode()} grew by {grown[name]}, not {wanted}"


def main():
    options = arguments(__doc__)
    with real_memcached() as oracle_port:
        checks = run_groups(oracle_port, options)
        checks += run_splits(oracle_port, options)
        run_volumes(oracle_port, options)
    print(f"{checks} answers compared", file=sys.stderr)
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
