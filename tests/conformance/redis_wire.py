#!/usr/bin/env python3
"""Sends the same bytes to the subject and to a redis-server that it starts, and compares the replies as bytes."""

import collections
import re
import sys
import time

import report
from redis_commands import GROUPS
from redis_frames import CLOSED, FRAMES, LENIENT, SPLIT
from reply_shapes import SHAPES, pairs, sections
from resp_wire import Closed, Connection, multibulk, parse, split_args
from servers import arguments, real_redis

Step = collections.namedtuple("Step", "line how detail")
WAYS = ("resp2", "resp3", "inline", "pipelined")


def steps_of(lines):
    for line in lines:
        marked = re.match(r"@(\w+)(?::(\S+))?(?: (.*))?$", line)
        yield Step(marked[3] or "", marked[1], marked[2]) if marked else Step(line, "exact", None)


def filled(line):
    """The line with its placeholders replaced, as bytes. Both servers are sent the same."""
    line = re.sub(r"\{now\+(\d+)\}", lambda m: str(int(time.time()) + int(m[1])), line)
    line = re.sub(r"\{ms\+(\d+)\}", lambda m: str(int(time.time() * 1000) + int(m[1])), line)
    line = re.sub(r"\{(.)\*(\d+)\}", lambda m: m[1] * int(m[2]), line)
    return line.encode("ascii")


def compare(step, expected, actual, real):
    """What is wrong with the subject's reply, or None."""
    if step.how == "exact":
        wrong = None if expected == actual else "differs"
    elif step.how == "ours":
        wrong = None if actual == b"+OK\r\n" or real and actual == expected else "is not +OK"
    else:
        wrong = _compare_parsed(step, parse(expected), parse(actual))
    if wrong:
        return f"`{report.one_line(step.line, 80)}` {wrong}: redis {report.show(expected)}, subject {report.show(actual)}"
    return None


def _compare_parsed(step, expected, actual):
    if step.how == "shape":
        check = SHAPES[step.detail]
        check(expected)  # a check that redis itself fails is a fault of the suite
        try:
            check(actual)
        except (AssertionError, KeyError, ValueError, TypeError, AttributeError) as error:
            return f"has not the shape {step.detail} ({type(error).__name__}: {error})"
        return None
    if step.how == "member":
        allowed = step.detail.encode().split(b",")
        assert expected.value in allowed
        return None if actual.kind == "$" and actual.value in allowed else f"is none of {allowed}"
    if actual.kind != expected.kind:
        return "is of another type"
    if step.how == "near":
        assert expected.kind == ":"
        near = abs(expected.value - actual.value) <= int(step.detail) and (expected.value < 0) == (actual.value < 0)
        return None if near else f"is more than {step.detail} away"
    if step.how == "commands":
        return wrong_commands(expected, actual)
    if step.how == "docs":
        return wrong_docs(expected, actual)
    if step.how == "set":
        return None if sorted(expected.value) == sorted(actual.value) else "has other elements"
    if step.how == "pairs":
        return None if sorted(pairs(expected)) == sorted(pairs(actual)) else "has other pairs"
    raise ValueError(f"unknown mark @{step.how}")


# Clients of redis 7.2 and later send it; redis 7.0 has it not.
LATER = {b"client|setinfo"}


def wrong_commands(expected, actual):
    """What is wrong with a reply of COMMAND; the last element of each command holds its subcommands."""
    known = {command.value[0].value: command for command in expected.value}
    for command in actual.value:
        name = command.value[0].value
        if name in LATER:
            continue
        if name not in known:
            return f"tells of {name}, which redis has not"
        theirs = known[name].value
        if theirs[:-1] != command.value[:-1] or theirs[-1].kind != command.value[-1].kind:
            return f"tells {name} as {command.value[:-1]}, redis as {theirs[:-1]}"
        wrong = wrong_commands(theirs[-1], command.value[-1])
        if wrong:
            return wrong
    return None


def wrong_docs(expected, actual):
    known = {name.value: docs for name, docs in pairs(expected)}
    for name, docs in pairs(actual):
        if name.value in LATER:
            continue
        if name.value not in known:
            return f"tells of {name.value}, which redis has not"
        theirs = {field.value: value for field, value in pairs(known[name.value])}
        ours = {field.value: value for field, value in pairs(docs)}
        missing = {b"summary", b"since", b"group", b"complexity"} & set(theirs) - set(ours)
        if missing:
            return f"lacks {missing} of {name.value}"
        for field, value in ours.items():
            if field == b"subcommands":
                wrong = wrong_docs(theirs[field], value)
                if wrong:
                    return wrong
            elif value != theirs.get(field):
                return f"tells the {field} of {name.value} as {value}, redis as {theirs.get(field)}"
    return None


def scanned(connection, options):
    """All the keys that a full SCAN tells, without doubles, as a scan may tell a key twice."""
    found, cursor, calls = set(), b"0", 0
    while calls < 1000:
        reply = parse(connection.ask(b"SCAN", cursor, *options))
        assert reply.kind == "*", reply
        cursor, calls = reply.value[0].value, calls + 1
        found.update(key.value for key in reply.value[1].value)
        if cursor == b"0":
            return found
    raise AssertionError("SCAN does not come back to cursor 0 in 1000 calls")


def fresh(port, version=2):
    connection = Connection(port)
    connection.ask("CONFIG", "SET", "maxmemory", "0")
    connection.ask("FLUSHALL")
    if version == 3:
        parse(connection.ask("HELLO", "3"))
    return connection


def one_at_a_time(oracle, subject, lines, options, inline):
    """Complaints, and the number of checks."""
    complaints, checks = [], 0
    for step in steps_of(lines):
        if step.how == "sleep":
            time.sleep(float(step.line))
            continue
        checks += 1
        line = filled(step.line)
        if step.how == "scan":
            expected, actual = scanned(oracle, split_args(line)), scanned(subject, split_args(line))
            if expected != actual:
                complaints.append(f"`SCAN … {step.line}` finds other keys: redis {expected}, subject {actual}")
            continue
        data = line + b"\r\n" if inline and len(line) < 60000 else multibulk(split_args(line))
        oracle.send(data)
        subject.send(data)
        expected = oracle.reply()
        try:
            actual = subject.reply()
        except (Closed, OSError, ValueError) as error:
            complaints.append(f"`{report.one_line(step.line, 80)}`: no reply ({type(error).__name__}: {error}), "
                              f"redis {report.show(expected)}; the rest of the group was not sent")
            return complaints, checks
        wrong = compare(step, expected, actual, options.real)
        if wrong:
            complaints.append(wrong)
    return complaints, checks


def pipelined(oracle, subject, lines, options):
    """The whole group in one write."""
    steps = [step for step in steps_of(lines) if step.how not in ("sleep", "scan")]
    data = b"".join(multibulk(split_args(filled(step.line))) for step in steps)
    senders = [connection.send_aside(data) for connection in (oracle, subject)]
    complaints = []
    for step in steps:
        expected = oracle.reply()
        try:
            actual = subject.reply()
        except (Closed, OSError, ValueError) as error:
            complaints.append(f"`{report.one_line(step.line, 80)}`: no reply ({type(error).__name__}: {error})")
            break
        wrong = compare(step, expected, actual, options.real)
        if wrong:
            complaints.append(wrong)
    for sender in senders:
        sender.join(5)
    return complaints, len(steps)


def run_commands(oracle_port, options):
    total = 0
    for name, lines in GROUPS.items():
        for way in WAYS:
            if way in ("pipelined", "inline") and any(line.startswith("@sleep") for line in lines):
                continue
            version = 3 if way == "resp3" else 2
            try:
                with fresh(oracle_port, version) as oracle, fresh(options.port, version) as subject:
                    if way == "pipelined":
                        complaints, checks = pipelined(oracle, subject, lines, options)
                    else:
                        complaints, checks = one_at_a_time(oracle, subject, lines, options, way == "inline")
            except (Closed, OSError, ValueError, AssertionError) as error:
                complaints, checks = [f"{type(error).__name__}: {error}"], 1
            total += checks
            report.verdict(f"redis-wire {way} {name}", complaints, checks)
    return total


def run_frames(oracle_port, options):
    total = 0
    for name, frames in FRAMES.items():
        complaints = []
        for data, end in frames:
            expected, actual = (answered(port, data, end == CLOSED) for port in (oracle_port, options.port))
            assert expected[1] == (end == CLOSED), f"the suite is wrong about redis: {data[:60]!r} {end}, {expected}"
            if end == LENIENT and actual[1] and re.fullmatch(rb"-ERR Protocol error[^\r\n]*\r\n", actual[0]):
                continue
            if expected != actual:
                complaints.append(f"{report.show(data, 70)}: redis {told(expected)}, subject {told(actual)}")
        total += len(frames)
        report.verdict(f"redis-wire frames {name}", complaints, len(frames))
    return total


SENTINEL = b"the-sentinel-that-follows"
LINE_LIMIT = 65536  # PROTO_INLINE_MAX_SIZE


def answered(port, data, to_the_end):
    """All that is answered to the data and to a PING after it, and whether the connection was closed.

    Only where the end is expected is it waited for; else the sentinel's reply tells that the connection goes on.
    """
    with fresh(port) as connection:
        connection.send_aside(data if len(data) > LINE_LIMIT else data + multibulk([b"PING", SENTINEL]))
        if to_the_end:
            return connection.until_closed()
        found = b""
        try:
            while not found.endswith(SENTINEL + b"\r\n"):
                found += connection.reply()
        except Closed as closed:
            return found + closed.data, True
        except OSError as error:
            return found + type(error).__name__.encode(), isinstance(error, ConnectionError)
        return found, False


def told(answer):
    return f"{report.show(answer[0])} and {'closes' if answer[1] else 'stays open'}"


def run_splits(oracle_port, options):
    """The same session cut in two at every byte, then sent byte by byte."""
    total = 0
    for session, name in zip(SPLIT, ("multibulk", "inline")):
        with fresh(oracle_port) as oracle:
            sentinel = multibulk([b"PING", SENTINEL])
            oracle.send(session + sentinel)
            replies = 0
            while True:
                replies += 1
                if oracle.reply().endswith(SENTINEL + b"\r\n"):
                    break
        complaints = []
        cuts = [[session[:at], session[at:]] for at in range(1, len(session))] + [[session[i:i + 1] for i in range(len(session))]]
        for parts in cuts:
            answers = []
            for port in (oracle_port, options.port):
                with fresh(port) as connection:
                    for part in parts:
                        connection.send(part)
                        time.sleep(0.0005)
                    connection.send(sentinel)
                    try:
                        answers.append(b"".join(connection.reply() for _ in range(replies)))
                    except (Closed, OSError, ValueError) as error:
                        answers.append(repr(error).encode())
            if answers[0] != answers[1]:
                complaints.append(f"cut after {parts[0]!r}: redis {report.show(answers[0])}, subject {report.show(answers[1])}")
        total += len(cuts)
        report.verdict(f"redis-wire splits {name}", complaints, len(cuts))
    return total


def run_volumes(oracle_port, options):
    """What is large or many: each is sent to both and compared whole."""
    with report.group("redis-wire a value of 1 MiB"):
        value = bytes(range(256)) * 4096
        for port in (oracle_port, options.port):
            with fresh(port) as connection:
                assert connection.ask("SET", "big", value) == b"+OK\r\n"
                assert connection.ask("STRLEN", "big") == b":1048576\r\n"
                assert connection.ask("GET", "big") == b"$1048576\r\n" + value + b"\r\n"
                assert connection.ask("GETRANGE", "big", "1048570", "-1") == b"$6\r\n" + value[-6:] + b"\r\n"
                assert connection.ask("RPUSH", "list", value, value) == b":2\r\n"
                assert connection.ask("LINDEX", "list", "1") == b"$1048576\r\n" + value + b"\r\n"
    same("redis-wire 20000 commands in one write", oracle_port, options,
         [multibulk([b"SET", b"k%d" % (n % 100), b"v" * (n % 50)]) + multibulk([b"GET", b"k%d" % (n % 77)]) for n in range(10000)], 20000)
    same("redis-wire 1000 arguments", oracle_port, options,
         [multibulk([b"MSET"] + [b"k%d" % (n // 2) for n in range(2000)]), multibulk([b"MGET"] + [b"k%d" % n for n in range(1001)]),
          multibulk([b"DEL"] + [b"k%d" % n for n in range(500)]), multibulk([b"DBSIZE"]),
          multibulk([b"RPUSH", b"l"] + [b"e%d" % n for n in range(1000)]), multibulk([b"LRANGE", b"l", b"0", b"-1"])], 6)
    with report.group("redis-wire big hash, KEYS and SCAN as sets"):
        answers = []
        for port in (oracle_port, options.port):
            with fresh(port) as connection:
                connection.ask("HSET", "h", *[b"%d" % (n // 2) for n in range(4000)])
                connection.send(b"".join(multibulk([b"SET", b"key:%d" % n, b"v"]) for n in range(3000)))
                for _ in range(3000):
                    assert connection.reply() == b"+OK\r\n"
                answers.append([sorted(pairs(parse(connection.ask("HGETALL", "h")))), sorted(parse(connection.ask("KEYS", "*")).value),
                                scanned(connection, []), scanned(connection, [b"MATCH", b"key:1*", b"COUNT", b"100"]),
                                connection.ask("HLEN", "h"), connection.ask("DBSIZE")])
        for expected, actual in zip(*answers):
            assert expected == actual, f"redis {report.show(repr(expected))}, subject {report.show(repr(actual))}"
    with report.group("redis-wire a SCAN tells every key that stays while others come and go"):
        with fresh(options.port) as connection:
            for n in range(500):
                connection.ask("SET", f"stays:{n}", "v")
            found, cursor, calls = set(), b"0", 0
            while calls < 10000:
                cursor, keys = (part.value for part in parse(connection.ask("SCAN", cursor, "COUNT", "10")).value)
                found.update(key.value for key in keys)
                if cursor == b"0":
                    break
                for n in range(20):
                    connection.ask("SET", f"comes:{calls}:{n}", "v")
                connection.ask("DEL", *[f"comes:{calls - 1}:{n}" for n in range(20)])
                calls += 1
            missing = [n for n in range(500) if f"stays:{n}".encode() not in found]
            assert cursor == b"0", "the scan did not end"
            assert not missing, f"{len(missing)} keys were never told, first stays:{missing[0]}"


def same(name, oracle_port, options, requests, checks):
    """The requests go in one write; each reply is compared."""
    complaints = []
    try:
        with fresh(oracle_port) as oracle, fresh(options.port) as subject:
            for connection in (oracle, subject):
                connection.send_aside(b"".join(requests))
            for number in range(checks):
                expected, actual = oracle.reply(), subject.reply()
                if expected != actual:
                    complaints.append(f"reply {number}: redis {report.show(expected)}, subject {report.show(actual)}")
    except (Closed, OSError, ValueError) as error:
        complaints.append(f"{type(error).__name__}: {error}")
    report.verdict(name, complaints, checks)


def run_connections(options):
    with report.group("redis-wire CLIENT ID grows, and each connection has its own name and protocol"):
        with fresh(options.port) as first, fresh(options.port, 3) as second:
            assert parse(first.ask("CLIENT", "ID")).value < parse(second.ask("CLIENT", "ID")).value
            first.ask("CLIENT", "SETNAME", "one")
            assert second.ask("CLIENT", "GETNAME") == b"_\r\n"
            assert first.ask("GET", "none") == b"$-1\r\n" and second.ask("GET", "none") == b"_\r\n"
            first.ask("SET", "k", "v")
            assert second.ask("GET", "k") == b"$1\r\nv\r\n"
            second.ask("FLUSHALL")
            assert first.ask("GET", "k") == b"$-1\r\n"
    with report.group("redis-wire INFO counts hits, misses and expired keys"):
        with fresh(options.port) as connection:
            def stats():
                found = sections(parse(connection.ask("INFO", "stats")))["Stats"]
                return {key: int(value) for key, value in found.items() if value.isdigit()}
            before = stats()
            connection.ask("SET", "k", "v")
            connection.ask("GET", "k")
            connection.ask("GET", "missing")
            connection.ask("SET", "short", "v", "PX", "20")
            time.sleep(0.1)
            connection.ask("GET", "short")
            after = stats()
            grown = {key: after[key] - before[key] for key in ("keyspace_hits", "keyspace_misses", "expired_keys")}
            assert grown == {"keyspace_hits": 1, "keyspace_misses": 2, "expired_keys": 1}, grown
            assert after["total_commands_processed"] >= before["total_commands_processed"] + 5
    with report.group("redis-wire 200 connections at once"):
        connections = [Connection(options.port) for _ in range(200)]
        try:
            for number, connection in enumerate(connections):
                connection.send(multibulk([b"SET", b"c%d" % number, b"%d" % number]) + multibulk([b"GET", b"c%d" % number]))
            for number, connection in enumerate(connections):
                assert connection.reply() == b"+OK\r\n"
                value = b"%d" % number
                assert connection.reply() == b"$%d\r\n%s\r\n" % (len(value), value)
        finally:
            for connection in connections:
                connection.__exit__()
    with report.group("redis-wire a connection that is dropped in the middle of a command does no harm"):
        for part in (b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$10\r\nhalf", b"*3\r\n$3\r\nSE", b"SET k", b"*"):
            with fresh(options.port) as connection:
                connection.send(part)
            with Connection(options.port) as connection:
                assert connection.ask("EXISTS", "k") == b":0\r\n"
                assert connection.ask("PING") == b"+PONG\r\n"


def run_echoes(options):
    if options.real:
        return  # redis repeats the whole word
    with report.group("redis-wire an error repeats at most 128 bytes of what was sent"):
        word = b"x" * 10000
        with fresh(options.port) as connection:
            for command in ([b"CONFIG", b"SET", word, b"1"], [b"HELLO", b"3", word], [b"EXPIRE", b"k", b"1", word]):
                reply = connection.ask(*command)
                assert reply.startswith(b"-ERR ") and 128 <= reply.count(b"x") <= 130, f"{command[0]}: {report.show(reply)}"


def run_eviction(options):
    with report.group("redis-wire allkeys-lru makes room, and keeps what was read lately"):
        with fresh(options.port) as connection:
            def memory():
                return int(sections(parse(connection.ask("INFO", "memory")))["Memory"]["used_memory"])

            def fill(name, count):
                for number in range(count):
                    assert connection.ask("SET", f"{name}:{number}", b"x" * 1024) == b"+OK\r\n", f"{name}:{number}"
            try:
                connection.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
                fill("old", 1000)
                limit = memory() + (1 << 20)
                time.sleep(2.1)  # redis's own LRU clock has a step of one second
                for number in range(500):
                    connection.ask("GET", f"old:{number}")
                connection.ask("CONFIG", "SET", "maxmemory", str(limit))
                fill("new", 1250)
                read, unread = (parse(connection.ask("EXISTS", *[f"old:{n}" for n in half])).value
                                for half in (range(500), range(500, 1000)))
                assert unread < 500, "nothing was evicted"
                assert read > unread + 50, f"of 500 keys read lately {read} were kept, of 500 not read {unread}"
                fill("more", 6000)
                keys = parse(connection.ask("DBSIZE")).value
                assert 500 <= keys <= 3500, f"{keys} keys of 1 KiB in about 2 MiB"
                assert memory() <= limit + (256 << 10), f"used_memory {memory()}, maxmemory {limit}"
                assert int(sections(parse(connection.ask("INFO", "stats")))["Stats"]["evicted_keys"]) > 3000
            finally:
                connection.ask("CONFIG", "SET", "maxmemory", "0")
                connection.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")
                connection.ask("FLUSHALL")


def main():
    options = arguments(__doc__)
    with real_redis() as oracle_port:
        checks = run_commands(oracle_port, options)
        checks += run_frames(oracle_port, options)
        checks += run_splits(oracle_port, options)
        run_volumes(oracle_port, options)
    run_connections(options)
    run_echoes(options)
    run_eviction(options)
    print(f"{checks} replies compared", file=sys.stderr)
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
